"""New connections that fail while an open one lives: a full table of connections."""

from __future__ import annotations

from diagnostics.belief import SURE, above, temper
from diagnostics.readings.sessions import Sessions
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown

#: with a repeated SYN each, so many of a hundred fail only where a quarter of all packets is lost
_FAIL_PERCENT = 8.0
#: a full table lets a connection through at once or not at all; loss makes a good part come late
_LATE_PART = 6


@sign("new-connections-fail", "New connections fail while an open one lives.", reads=Sessions,
      unit="%", leak=0.0005)  # fmt: skip
def new_connections_fail(scene: Scene) -> Grade:
    reading = scene.evidence.value(Sessions)
    if isinstance(reading, Unmeasured):
        return unknown("It was not tried whether new connections come about.")
    failed = reading.tried - reading.opened
    share = 100 * failed / max(reading.tried, 1)
    text = f"{reading.opened} of {reading.tried} new connections came about"
    if failed == 0:
        return Grade(1 - SURE, f"{text}.", share, _FAIL_PERCENT)
    if reading.kept_alive is not True:
        return unknown(f"{text}, but an open one died as well.")
    if reading.late * _LATE_PART > reading.opened:
        return unknown(f"{text}, but packets get lost anyway.")
    belief = temper(above(share, _FAIL_PERCENT, 0.2), 1.0 if failed > 3 else 0.5)
    return Grade(belief, f"{text}, while an open one lives.", share, _FAIL_PERCENT)
