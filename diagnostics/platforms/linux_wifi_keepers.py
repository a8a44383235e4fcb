"""The programs that run the adapter: NetworkManager, iwd, wpa_supplicant, whichever is there.

They let an ordinary person start a scan, which the kernel does not, and know the networks that
this computer joins by itself. Each is asked in its own language, and none has to be there.
"""

from __future__ import annotations

from diagnostics.platforms import iwd, network_manager, wpa_supplicant
from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.system_bus import system_bus
from diagnostics.readings.wifi import NetworkName
from diagnostics.result import Reason
from diagnostics.wire.wifi.ssid import ssid_name


async def ask_for_scan(interface: str) -> bool:
    """True when one of them has taken the wish, or has just scanned."""
    try:
        async with system_bus() as bus:
            if await network_manager.request_scan(bus, interface):
                return True
            if await iwd.request_scan(bus, interface):
                return True
    except PlatformError:
        pass
    return await wpa_supplicant.request_scan(interface)


async def known_names(interface: str) -> tuple[NetworkName, ...]:
    """From the first that tells; PlatformError where nobody does."""
    raw: list[bytes] | None = None
    try:
        async with system_bus() as bus:
            raw = await network_manager.known_ssids(bus)
            if raw is None:
                raw = await iwd.known_ssids(bus)
    except PlatformError:
        pass
    if raw is None:
        raw = await wpa_supplicant.known_ssids(interface)
    if raw is None:
        raise PlatformError(Reason.NOT_SUPPORTED, "no network service tells the known networks")
    names = {name.text: name for ssid in raw if isinstance(name := ssid_name(ssid), NetworkName)}
    return tuple(names.values())


async def password_refused(interface: str) -> bool:
    """Whether the service that joins networks has given up for want of the right password."""
    try:
        async with system_bus() as bus:
            return await network_manager.password_refused(bus, interface)
    except PlatformError:
        return False
