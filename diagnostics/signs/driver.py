"""A driver that stumbles: the system's log says so, and the radio around it is well."""

from __future__ import annotations

from diagnostics.belief import SURE
from diagnostics.readings.driver import DriverLog
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown

#: once in an hour happens to good drivers (a roam, a wake-up); twice is felt (judgement)
_FEWEST = 2
#: well above what any band needs: a driver that struggles at the edge of the air is not at fault
_STRONG_DBM = -65.0


@sign("driver-resets", "The network adapter was started anew again and again.", reads=DriverLog,
      leak=0.0005)  # fmt: skip
def driver_resets(scene: Scene) -> Grade:
    reading = scene.evidence.value(DriverLog)
    if isinstance(reading, Unmeasured):
        return unknown("The system's log could not be read.")
    count = reading.mishaps.resets + reading.mishaps.crashes
    minutes = reading.mishaps.window_s / 60
    text = f"The adapter was reset or crashed {count} times in the last {minutes:.0f} minutes."
    if count < _FEWEST:
        return certain(False, text, float(count)) if count == 0 else unknown(text)
    if scene.on_wifi is not False and not _strong(scene):
        return unknown(f"{text} The radio is weak or not told, so it may be why.")
    return Grade(SURE, text, float(count), float(_FEWEST))


def _strong(scene: Scene) -> bool:
    radio = scene.radio
    if isinstance(radio, Unmeasured):
        return False
    signal_dbm = radio.link.signal_dbm
    return not isinstance(signal_dbm, Unmeasured) and signal_dbm >= _STRONG_DBM
