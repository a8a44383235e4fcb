"""What the provider announces for now; a cause only together with trouble that was measured."""

from __future__ import annotations

from diagnostics.readings.status import Notice, NoticeKind, ProviderStatus
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown


def _announced(scene: Scene, kind: NoticeKind, word: str) -> Grade:
    status = scene.evidence.value(ProviderStatus)
    if isinstance(status, Unmeasured):
        return unknown("The provider's status feed is not there, or could not be read.")
    open_now: list[Notice] = [one for one in status.notices if one.kind is kind and one.now]
    if not open_now:
        return certain(False, f"The provider's feed does not speak of {word} for now.")
    told = f": {open_now[0].text}" if open_now[0].text else "."
    return certain(True, f"The provider itself announces {word}{told}", open_now[0].id)


@sign("outage-announced", "The provider announces an outage.", reads=ProviderStatus, leak=0.01)
def outage_announced(scene: Scene) -> Grade:
    return _announced(scene, NoticeKind.OUTAGE, "an outage")


@sign("work-announced", "The provider announces work on its network.", reads=ProviderStatus,
      leak=0.02)  # fmt: skip
def work_announced(scene: Scene) -> Grade:
    return _announced(scene, NoticeKind.MAINTENANCE, "work on its network")
