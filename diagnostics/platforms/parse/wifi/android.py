"""Termux on Android: `termux-wifi-scaninfo` and `termux-wifi-connectioninfo` (JSON)."""

from __future__ import annotations

import msgspec

from diagnostics.platforms.parse.wifi.shown import (
    BLANK_LINK,
    BLANK_NETWORK,
    DAMAGED,
    NOT_JOINED,
    NOT_SHOWN,
    WITHHELD,
    WifiShown,
    channel_shown,
    mac_shown,
    name_shown,
)
from diagnostics.platforms.parse.wifi.wireless_tools import iwinfo_security
from diagnostics.readings.wifi import Channel, LinkState, Name, Network, OwnLink, Security
from diagnostics.result import Unmeasured


class _Scanned(msgspec.Struct):
    bssid: str
    frequency_mhz: int
    rssi: int
    ssid: str = ""
    channel_bandwidth_mhz: str | int | None = None
    center_frequency_mhz: int | None = None
    capabilities: str | None = None


class _Joined(msgspec.Struct):
    supplicant_state: str
    bssid: str | None = None
    ssid: str | None = None
    frequency_mhz: int | None = None
    rssi: int | None = None
    link_speed_mbps: float | None = None


def parse_termux(text: str) -> WifiShown | None:
    """None where it is no such JSON."""
    try:
        rows = msgspec.json.decode(text, type=list[_Scanned])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return _connection(text)
    networks = tuple(_network(row) for row in rows)
    return WifiShown(tool="termux", networks=networks) if networks else None


def _connection(text: str) -> WifiShown | None:
    try:
        row = msgspec.json.decode(text, type=_Joined)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    return WifiShown(tool="termux", links=(_link(row),))


def _network(row: _Scanned) -> Network:
    return msgspec.structs.replace(
        BLANK_NETWORK,
        bssid=_bssid(row.bssid),
        name=_name(row.ssid),
        signal_dbm=_dbm(row.rssi),
        channel=_channel(row),
        security=NOT_SHOWN if row.capabilities is None else capability_security(row.capabilities),
        tkip=NOT_SHOWN if row.capabilities is None else "TKIP" in row.capabilities,
    )


def _channel(row: _Scanned) -> Channel | Unmeasured:
    try:
        width = int(row.channel_bandwidth_mhz or 0)
    except ValueError:  # "80+80", "???"
        width = 160 if row.channel_bandwidth_mhz == "80+80" else 0
    centre = row.center_frequency_mhz or NOT_SHOWN
    return channel_shown(
        None,
        frequency_mhz=row.frequency_mhz,
        width_mhz=width or NOT_SHOWN,
        centre_mhz=centre if width > 20 else NOT_SHOWN,
    )


def _name(ssid: str) -> Name:
    """Android puts quotes around a name, and a word where it withholds it."""
    if ssid == "<unknown ssid>":
        return WITHHELD
    return name_shown(ssid[1:-1] if len(ssid) > 1 and ssid[0] == ssid[-1] == '"' else ssid)


def _bssid(text: str) -> str | Unmeasured:
    return WITHHELD if text == "02:00:00:00:00:00" else mac_shown(text)


def _dbm(rssi: int) -> float | Unmeasured:
    return float(rssi) if -120 <= rssi < 0 else DAMAGED  # -127 is Android's "invalid"


def capability_security(text: str) -> Security | Unmeasured:
    """ScanResult.capabilities: "[WPA2-PSK-CCMP][RSN-SAE+PSK-CCMP][ESS]"."""
    if "WEP" in text:
        return Security.WEP
    if not any(word in text for word in ("WPA", "RSN", "OWE")):
        return Security.OPEN if "ESS" in text or not text else NOT_SHOWN
    words = text.replace("RSN", "WPA2").replace("EAP_SUITE_B_192", "SUITE-B")
    return iwinfo_security(words)


def _link(row: _Joined) -> OwnLink:
    if row.supplicant_state != "COMPLETED":
        unjoined = dict.fromkeys(("name", "bssid", "signal_dbm", "channel"), NOT_JOINED)
        return msgspec.structs.replace(
            BLANK_LINK, interface="wlan0", state=LinkState.DISCONNECTED, **unjoined
        )
    speed = row.link_speed_mbps
    return msgspec.structs.replace(
        BLANK_LINK,
        interface="wlan0",
        name=NOT_SHOWN if row.ssid is None else _name(row.ssid),
        bssid=NOT_SHOWN if row.bssid is None else _bssid(row.bssid),
        signal_dbm=NOT_SHOWN if row.rssi is None else _dbm(row.rssi),
        channel=channel_shown(None, frequency_mhz=row.frequency_mhz),
        tx_rate_bps=speed * 1e6 if speed and speed > 0 else NOT_SHOWN,
    )
