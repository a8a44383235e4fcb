"""`wdutil info` (macOS 12 to 15) and the former `airport -I` and `airport -s`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from diagnostics.platforms.parse.wifi.apple_words import apple_channel, apple_dbm, apple_security
from diagnostics.platforms.parse.wifi.shown import (
    BLANK_LINK,
    BLANK_NETWORK,
    NOT_JOINED,
    NOT_SHOWN,
    WifiShown,
    generation_shown,
    mac_shown,
    name_shown,
    number_in,
    rate_shown,
)
from diagnostics.readings.wifi import ChannelUse, LinkState, Network, OwnLink, Security
from diagnostics.result import Unmeasured

_PAIR = re.compile(r"(?m)^[ \t]*([^\n:]+?)[ \t]*:[ \t]*([^\n]*?)[ \t]*$")
_UNJOINED = ("name", "bssid", "signal_dbm", "noise_dbm", "channel")
_ROW = re.compile(
    r"(?m)^(?P<name>.*?)[ ](?P<bssid>[0-9a-fA-FxX*]{1,2}(?::[0-9a-fA-FxX*]{1,2}){5}|)[ ]*"
    r"(?P<rssi>-\d{1,3})[ ]+(?P<channel>\d+(?:,(?:[+-]1|\d+))?)[ ]+(?P<ht>[YN])[ ]+"
    r"(?P<country>--|[A-Z0-9]{2})[ ]+(?P<security>\S[^\n]*?)[ \t\r]*$"
)


def parse_wdutil(text: str) -> WifiShown | None:
    """None where it has no section on WiFi."""
    section = re.search(r"(?m)^WIFI[ \t]*\n[—-]{10,}[ \t]*\n((?:(?![—-]{10,}).*\n?)*)", text)
    facts = _pairs(section.group(1) if section else "")
    if section is None or "Interface Name" not in facts:
        return None
    channels: tuple[ChannelUse, ...] = ()
    link = _link(facts)
    busy = number_in(facts.get("CCA", ""))
    channel = link.channel
    if busy is not None and not isinstance(channel, Unmeasured) and 0 <= busy <= 100:
        frequency = channel.frequency_mhz
        if not isinstance(frequency, Unmeasured):
            channels = (
                ChannelUse(
                    frequency_mhz=frequency,
                    in_use=True,
                    counted_s=NOT_SHOWN,
                    busy_share=busy / 100,
                    own_share=NOT_SHOWN,
                    noise_dbm=link.noise_dbm,
                ),
            )
    return WifiShown(tool="wdutil", links=(link,), channels=channels)


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, value in _PAIR.findall(text):
        found.setdefault(label, value)
    return found


def _link(facts: Mapping[str, str]) -> OwnLink:
    link = msgspec.structs.replace(BLANK_LINK, interface=facts["Interface Name"])
    if facts.get("Power", "").lower().startswith("off"):
        gone = dict.fromkeys(_UNJOINED, NOT_JOINED)
        return msgspec.structs.replace(link, state=LinkState.RADIO_OFF, **gone)
    channel = apple_channel(facts.get("Channel", ""))
    signal = apple_dbm(facts.get("RSSI", ""))
    if isinstance(signal, Unmeasured) and facts.get("SSID", "None") in {"", "None"}:
        gone = dict.fromkeys(_UNJOINED, NOT_JOINED)
        return msgspec.structs.replace(link, state=LinkState.DISCONNECTED, **gone)
    streams = number_in(facts.get("NSS", ""))
    return msgspec.structs.replace(
        link,
        name=name_shown(facts["SSID"]) if "SSID" in facts else NOT_SHOWN,
        bssid=mac_shown(facts.get("BSSID", "")),
        signal_dbm=signal,
        noise_dbm=apple_dbm(facts.get("Noise", "")),
        channel=channel,
        generation=generation_shown(facts.get("PHY Mode", "")),
        streams=int(streams) if streams and 1 <= streams <= 8 else NOT_SHOWN,
        tx_rate_bps=rate_shown(facts.get("Tx Rate", "")),
        security=apple_security(facts.get("Security", "")),
    )


def parse_airport(text: str) -> WifiShown | None:
    """`airport -I` and `-s`; the latter's table has the name flush to the right."""
    networks = tuple(_rows(text))
    facts = _pairs(text) if "agrCtlRSSI" in text else {}
    links = (_airport_link(facts),) if facts else ()
    shown = WifiShown(tool="airport", links=links, networks=networks)
    return shown if shown.shows_something else None


def _airport_link(facts: Mapping[str, str]) -> OwnLink:
    signal = apple_dbm(facts.get("agrCtlRSSI", ""))
    if "SSID" not in facts or isinstance(signal, Unmeasured):
        off = facts.get("AirPort", "").lower() == "off"
        state = LinkState.RADIO_OFF if off else LinkState.DISCONNECTED
        return msgspec.structs.replace(
            BLANK_LINK, state=state, **dict.fromkeys(_UNJOINED, NOT_JOINED)
        )
    return msgspec.structs.replace(
        BLANK_LINK,
        name=name_shown(facts["SSID"]),
        bssid=mac_shown(facts.get("BSSID", "")),
        signal_dbm=signal,
        noise_dbm=apple_dbm(facts.get("agrCtlNoise", "")),
        channel=apple_channel(facts.get("channel", "")),
        tx_rate_bps=rate_shown(facts.get("lastTxRate", "")),
        security=_auth(facts.get("link auth", "")),
    )


def _auth(text: str) -> Security | Unmeasured:
    """ "wpa2-psk", "wpa2", "sae", "none": without -psk it is 802.1X."""
    if text in {"none", "open"}:
        return Security.OPEN
    if "sae" in text:
        return Security.WPA3_PERSONAL
    if text.startswith("wpa"):
        return apple_security(text.replace("-", " ") + ("" if "psk" in text else " enterprise"))
    return apple_security(text)


def _rows(text: str) -> Iterator[Network]:
    if not re.search(r"(?m)^[ ]*SSID BSSID[ ]+RSSI", text):
        return
    for row in _ROW.finditer(text):
        security, tkip = _lock(row.group("security"))
        ht = row.group("ht") == "Y"
        yield msgspec.structs.replace(
            BLANK_NETWORK,
            bssid=mac_shown(row.group("bssid")),
            name=name_shown(row.group("name").strip()),
            signal_dbm=apple_dbm(row.group("rssi")),
            channel=apple_channel(row.group("channel")),
            # HT "Y" is 802.11n or anything newer, "N" anything older
            generation=NOT_SHOWN,
            streams=NOT_SHOWN if ht else 1,
            security=security,
            tkip=tkip,
            country=NOT_SHOWN if row.group("country") == "--" else row.group("country"),
        )


def _lock(text: str) -> tuple[Security | Unmeasured, bool | Unmeasured]:
    """ "WPA(PSK/TKIP/TKIP) WPA2(PSK/AES/TKIP)": key management, pairwise ciphers, group cipher."""
    if text.startswith("NONE"):
        return Security.OPEN, False
    if text.startswith("WEP"):
        return Security.WEP, False
    parts = re.findall(r"(WPA[23]?|RSN)\(([^/()]+)/([^/()]+)/[^()]*\)", text)
    if not parts:
        return NOT_SHOWN, NOT_SHOWN
    tkip = any("TKIP" in pairwise for _, _, pairwise in parts)
    keys = {key.upper() for version, key, _ in parts if version != "WPA"}
    words = " ".join(version.lower().replace("rsn", "wpa2") for version, _, _ in parts)
    if any("SAE" in key for key in keys):
        mixed = any("PSK" in key for key in keys)
        return (Security.WPA3_TRANSITION if mixed else Security.WPA3_PERSONAL), tkip
    personal = any("PSK" in key for _, key, _ in parts)
    return apple_security(words if personal else words + " enterprise"), tkip
