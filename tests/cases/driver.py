"""Written cases of an adapter that stumbles, and of those whose log says little."""

from __future__ import annotations

from diagnostics.readings.driver import DriverLog, DriverMishaps
from diagnostics.readings.wifi import Wifi
from tests.cases.air import Air
from tests.cases.fault import Fault
from tests.cases.home import HomeInFigures
from tests.cases.wifi import SOUND as WIFI
from tests.cases.wifi import hop, slow, with_air

HOME = HomeInFigures()


def log(resets: int, crashes: int = 0, interface: str = "wlan0") -> DriverLog:
    mishaps = DriverMishaps(resets=resets, crashes=crashes, window_s=3600.0)
    return DriverLog(interface=interface, mishaps=mishaps)


def _crashing() -> HomeInFigures:
    """The radio's firmware crashes each quarter of an hour, in the same room as the router."""
    return with_air(WIFI, Air(signal_dbm=-48.0)).having(log(4, 4))


def _crashing_and_losing() -> HomeInFigures:
    return with_air(hop(WIFI, lost=20), Air(signal_dbm=-55.0)).having(log(0, 9))


def _card_hangs() -> HomeInFigures:
    return HOME.having(log(6, interface="eth0"))


_WEAK = Air(signal_dbm=-84.0, rate_mbps=13.0)

DRIVER_FAULTS = (
    Fault("device-driver-fault", _crashing),
    Fault("device-driver-fault", _crashing_and_losing),
    Fault("device-driver-fault", _card_hangs),
    # at the edge of the air the driver struggles because of it
    Fault("wifi-signal-weak", lambda: with_air(slow(9.0, lost=12), _WEAK).having(log(3))),
)

#: near misses: one reset is none, and without a strong radio it says nothing
DRIVER_SOUND = {
    "adapter-never-reset": lambda: HOME.having(log(0, interface="eth0")),
    "adapter-reset-once": lambda: HOME.having(log(1, interface="eth0")),
    "adapter-reset-once-wifi": lambda: with_air(WIFI, Air()).having(log(1)),
    "adapter-resets-radio-not-told": lambda: WIFI.without(Wifi).having(log(3)),
}
