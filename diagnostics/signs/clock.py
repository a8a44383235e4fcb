"""This computer's clock against others."""

from __future__ import annotations

from diagnostics.belief import SURE, above
from diagnostics.readings.web import Clock
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.thresholds import CLOCK_OFF_S


@sign("clock-off", "This computer's clock is wrong.", reads=Clock, unit="s", leak=0.002)
def clock_off(scene: Scene) -> Grade:
    clock = scene.evidence.value(Clock)
    if isinstance(clock, Unmeasured):
        return unknown("The clock was not compared.")
    offsets = [
        abs(one)
        for one in (clock.ntp_offset_s, clock.http_date_offset_s)
        if not isinstance(one, Unmeasured)
    ]
    if not offsets:
        return unknown("No other clock answered.")
    value = min(offsets)  # both must disagree with ours
    belief = above(value, CLOCK_OFF_S, 0.2) if value else 1 - SURE
    if len(offsets) == 1 and clock.http_sources < 2:
        belief = min(belief, 0.9)
    return Grade(belief, f"This computer's clock is {value:.0f} s off.", value, CLOCK_OFF_S)
