"""`system_profiler` as second source, where CoreWLAN does not answer or refuses a scan.

It is part of every macOS, asks no consent, and tells channel, signal and lock of the networks
around, their names struck out since macOS 14. It takes a second or more, so that a link, for
which one second is given, may stay untold; the networks have the time of a scan.
"""

from __future__ import annotations

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.command import output
from diagnostics.platforms.parse.wifi.shown import WifiShown
from diagnostics.platforms.parse.wifi.system_profiler import parse_system_profiler
from diagnostics.readings.wifi import Network, OwnLink
from diagnostics.result import Reason

_DEADLINE_S = 6.0
#: what a second source may answer instead: there is no CoreWLAN, or it may not scan
_SECOND = (Reason.NOT_SUPPORTED, Reason.NOT_PERMITTED)


async def profiler_links() -> tuple[OwnLink, ...]:
    """Empty where there is no WiFi, or system_profiler tells nothing."""
    try:
        return (await _shown()).links
    except PlatformError:
        return ()


async def profiler_link(interface: str, error: PlatformError) -> OwnLink:
    """`error`: why the better source failed; raised again where this one has nothing either."""
    if error.reason in _SECOND:
        for link in await profiler_links():
            if link.interface == interface:
                return link
    raise error


async def profiler_networks(error: PlatformError) -> tuple[Network, ...]:
    if error.reason not in _SECOND:
        raise error
    try:
        found = (await _shown()).networks
    except PlatformError:
        raise error from None
    if not found:
        raise error
    return found


async def _shown() -> WifiShown:
    text = await output(("system_profiler", "SPAirPortDataType", "-json"), _DEADLINE_S)
    return parse_system_profiler(text) or WifiShown(tool="system_profiler")
