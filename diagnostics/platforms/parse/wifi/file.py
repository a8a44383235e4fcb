"""A file that somebody sent: whatever it is, what it shows of WiFi, or a sentence why nothing."""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.platforms.parse.encodings import decoded
from diagnostics.platforms.parse.wifi.android import parse_termux
from diagnostics.platforms.parse.wifi.iw import parse_iw
from diagnostics.platforms.parse.wifi.netsh import parse_netsh
from diagnostics.platforms.parse.wifi.nmcli import parse_nmcli
from diagnostics.platforms.parse.wifi.packets import has_radio, parse_packets
from diagnostics.platforms.parse.wifi.shown import WifiShown
from diagnostics.platforms.parse.wifi.system_profiler import parse_system_profiler
from diagnostics.platforms.parse.wifi.wdutil import parse_airport, parse_wdutil
from diagnostics.platforms.parse.wifi.wireless_tools import parse_wireless_tools
from diagnostics.platforms.parse.wifi.wlan_report import parse_wlan_report
from diagnostics.wire.wifi.packet_file import is_packet_file

#: Larger files are captures of hours; they are refused rather than read for minutes.
MOST_BYTES = 256 * 1024 * 1024
#: Each says None to what is not its own; the ones with the plainest marks are asked first.
READERS: tuple[Callable[[str], WifiShown | None], ...] = (
    parse_wlan_report,
    parse_system_profiler,
    parse_termux,
    parse_wdutil,
    parse_airport,
    parse_iw,
    parse_wireless_tools,
    parse_nmcli,
    parse_netsh,
)


class NoWifiError(ValueError):
    """The file shows no WiFi; the message is one sentence for a person."""


def read_wifi(data: bytes) -> WifiShown:
    """What the file shows. NoWifiError where that is nothing."""
    if is_packet_file(data):
        return _packets(data)
    text = decoded(data).replace("\r\n", "\n")
    for reader in READERS:
        shown = reader(text)
        if shown is not None:
            return shown
    if not text.strip("\0 \n\t"):
        raise NoWifiError("The file is empty.")
    raise NoWifiError(
        "The file shows no WiFi: it is no packet capture and no output of a tool known here."
    )


def _packets(data: bytes) -> WifiShown:
    shown = parse_packets(data)
    if shown.shows_something:
        return shown
    if has_radio(data):
        raise NoWifiError("The capture holds WiFi packets, but none that tells of a network.")
    raise NoWifiError("The capture holds no WiFi packets: it was made on another kind of network.")
