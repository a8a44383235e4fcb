"""`netsh wlan` as second source, where wlanapi does not answer: in any language and code page."""

from __future__ import annotations

import ctypes

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.command import raw_output
from diagnostics.platforms.parse.encodings import decoded
from diagnostics.platforms.parse.wifi.netsh import parse_netsh
from diagnostics.platforms.parse.wifi.shown import WifiShown
from diagnostics.platforms.windows_wifi_facts import signal_of_quality
from diagnostics.readings.wifi import Network, OwnLink
from diagnostics.result import Reason, Unmeasured


async def netsh_links() -> tuple[OwnLink, ...]:
    """Empty where there is no WiFi, or netsh tells nothing."""
    try:
        return (await _shown("interfaces")).links
    except PlatformError:
        return ()


async def netsh_link(interface: str, error: PlatformError) -> OwnLink:
    """`error`: why the better source failed; raised again where this one has nothing either."""
    if error.reason is not Reason.NOT_SUPPORTED:
        raise error
    for link in await netsh_links():
        if link.interface == interface:
            return msgspec.structs.replace(
                link, signal_dbm=_dbm(link.signal_dbm, link.quality_percent)
            )
    raise error


async def netsh_networks(error: PlatformError) -> tuple[Network, ...]:
    if error.reason is not Reason.NOT_SUPPORTED:
        raise error
    try:
        shown = await _shown("networks", "mode=bssid")
    except PlatformError:
        raise error from None
    return tuple(
        msgspec.structs.replace(each, signal_dbm=_dbm(each.signal_dbm, each.quality_percent))
        for each in shown.networks
    )


def _dbm(signal: float | Unmeasured, quality: float | Unmeasured) -> float | Unmeasured:
    """By Microsoft's own line between percent and dBm, where only percent are shown."""
    if isinstance(quality, Unmeasured) or not isinstance(signal, Unmeasured):
        return signal
    return signal_of_quality(round(quality))


async def _shown(*what: str) -> WifiShown:
    text = decoded(await raw_output(("netsh", "wlan", "show", *what)), _oem_code_page())
    return parse_netsh(text) or WifiShown(tool="netsh wlan")


def _oem_code_page() -> str:
    """Of this computer's console; "" elsewhere than on Windows."""
    windll = getattr(ctypes, "windll", None)
    return "" if windll is None else f"cp{int(windll.kernel32.GetOEMCP())}"
