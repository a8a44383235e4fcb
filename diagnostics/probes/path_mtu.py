"""The largest packet that gets to an anchor, and whether the path says so when one is too big."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.path import MtuFinding, PathMtu
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of
from diagnostics.sounding.home import has_way_out
from diagnostics.wire import pmtu as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.pmtu import PmtuPlan, path_mtu

_PLAN = PmtuPlan(timeout_s=1.0, repeats=4)
_FINDINGS = {
    "full": MtuFinding.CLEAR,
    "reported": MtuFinding.REPORTED,
    "black_hole": MtuFinding.VANISHES,
}


class PathMtuProbe(Probe[PathMtu]):
    reading: ClassVar[type[Reading]] = PathMtu
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 7.0

    async def measure(self, context: Context) -> PathMtu:
        addressing = context.earlier.value(Addressing)
        open_families = [
            family
            for family in (4, 6)
            if isinstance(addressing, Unmeasured) or has_way_out(addressing, family)
        ]
        targets = [t for t in context.profile.targets.anchors if family_of(t) in open_families]
        if not targets:
            raise ProbeError(Reason.NOT_APPLICABLE, "there is no way out to measure")
        # Two at once: an anchor may ignore echoes. Each family is looked at, as each can be broken.
        asked = [t for f in open_families for t in [x for x in targets if family_of(x) == f][:2]]
        found = await asyncio.gather(*(_one(target) for target in asked))
        clear = [f for f in found if f is not None and f.state != "unclear"]
        if not clear:
            raise ProbeError(Reason.NO_ANSWER, "no anchor answers echoes well enough to tell")
        of_families = ([f for f in clear if family_of(f.target) == n] for n in (4, 6))
        return _reading(min((max(some, key=_rank) for some in of_families if some), key=_rank))


def _rank(found: wire.PathMtu) -> int:
    """The worst first. Of two anchors of one family the better counts: the line is on both ways."""
    return ("black_hole", "reported", "full").index(found.state)


async def _one(target: str) -> wire.PathMtu | None:
    try:
        return await path_mtu(target, _PLAN)
    except WireError:
        return None


def _reading(found: wire.PathMtu) -> PathMtu:
    return PathMtu(
        family=family_of(found.target),
        target=found.target,
        finding=_FINDINGS[found.state],
        path_mtu_bytes=found.largest or Unmeasured(Reason.NO_ANSWER, "no size passed"),
        link_mtu_bytes=found.interface_mtu,
        small_sent=found.small_sent,
        small_received=found.small_sent - found.small_lost,
        big_sent=found.big_sent,
        big_received=found.big_sent - found.big_lost,
    )
