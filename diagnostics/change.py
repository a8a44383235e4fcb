"""Whether the connection stayed the same during a check: a pulled plug spoils what was measured."""

from __future__ import annotations

from diagnostics.readings.addressing import Addressing
from diagnostics.readings.interfaces import Interface, Interfaces
from diagnostics.readings.wifi import Wifi, WifiWatch
from diagnostics.result import Reason, Unmeasured
from diagnostics.sounding.home import home_of

#: These describe the moment of asking and are read anew; all others need the way out to stay.
READ_ANEW = (Interfaces, Addressing)
#: Where the link itself went away, what the radio told of it is just what is wanted.
OF_THE_LINK = (Wifi, WifiWatch)


def lost(before: Interfaces, now: Interfaces) -> Unmeasured | None:
    """The link that was in use at the beginning is gone at the end."""
    was = _active(before)
    if was is None or was.carrier is not True:
        return None
    same = next((one for one in now.interfaces if one.name == was.name), None)
    if same is not None and same.admin_up and same.carrier is not False:
        return None
    return Unmeasured(Reason.DISTURBED, f"the link {was.name} went away during the check")


def moved(before: Addressing, now: Addressing) -> Unmeasured | None:
    """Another router is the way out now, or none is, or there was none before."""
    old, new = home_of(before), home_of(now)
    if old is None and new is not None:
        return Unmeasured(Reason.DISTURBED, "the way out came about during the check")
    if old is None or (new is not None and new.gateway == old.gateway):
        return None
    return Unmeasured(Reason.DISTURBED, "the way out changed during the check")


def flapped(before: Interfaces, now: Interfaces) -> Unmeasured | None:
    """The link went away and came back: a transfer over it tells nothing of the line."""
    old, new = _active(before), _active(now)
    if old is None or new is None or old.name != new.name:
        return None
    if isinstance(old.carrier_changes, Unmeasured) or old.carrier_changes == new.carrier_changes:
        return None
    return Unmeasured(Reason.DISTURBED, f"the link {old.name} was interrupted during the check")


def _active(reading: Interfaces) -> Interface | None:
    return next((one for one in reading.interfaces if one.name == reading.active), None)
