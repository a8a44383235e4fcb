"""`iwlist scan`, `iwconfig`, `iwinfo` and /proc/net/wireless: older tools of Linux and OpenWrt."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from diagnostics.platforms.parse.wifi.iw import suite_security
from diagnostics.platforms.parse.wifi.shown import (
    BLANK_LINK,
    BLANK_NETWORK,
    NOT_JOINED,
    NOT_SHOWN,
    WifiShown,
    channel_shown,
    mac_shown,
    number_in,
)
from diagnostics.readings.wifi import (
    Band,
    Channel,
    LinkCounters,
    LinkState,
    Name,
    Network,
    OwnLink,
    Security,
)
from diagnostics.result import Unmeasured
from diagnostics.wire.wifi.beacon import Heard, network_of
from diagnostics.wire.wifi.frequencies import frequency_of
from diagnostics.wire.wifi.ssid import ssid_bytes, ssid_name

_CELL = re.compile(r"(?m)^[ \t]*Cell \d+ - Address:[ \t]*(\S+)[^\n]*$")
#: A name at the margin, then its facts: "wlp5s0    IEEE 802.11  ESSID:…" or "wlan0     ESSID: …".
_ADAPTER = re.compile(
    r"(?m)^(?P<name>[^\s:]+)[ \t]+(?P<rest>(?:IEEE 802\.11|ESSID:|unassociated)[^\n]*)$"
)
_PROC = re.compile(
    r"(?m)^[ \t]*([^\s:|]+):[ \t]+[0-9a-fA-F]{4}((?:[ \t]+-?\d+\.?){3})((?:[ \t]+\d+){6})[ \t]*$"
)
_HEX = re.compile(r"IE: Unknown: ((?:[0-9A-Fa-f]{2}){2,})")


def parse_wireless_tools(text: str) -> WifiShown | None:
    """None where nothing of these tools is in the text."""
    heads = list(_CELL.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    networks = tuple(
        _cell(head.group(1), text[head.end() : end]) for head, end in zip(heads, ends, strict=False)
    )
    links = (*_adapters(text), *_proc(text))
    tool = "iwinfo" if re.search(r'ESSID: "|Quality: \d', text) else "wireless tools"
    shown = WifiShown(tool=tool, links=tuple(links), networks=networks)
    return shown if shown.shows_something else None


def _essid(body: str) -> Name:
    found = re.search(r'ESSID:[ ]?"([^\n]*)"[ \t\r]*(?:$|\n|Nickname)', body)
    if found is not None:
        return ssid_name(ssid_bytes(found.group(1)))
    if re.search(r"ESSID:[ ]?(?:unknown|<hidden>)", body):
        return ssid_name(b"")
    return NOT_SHOWN


def _cell(address: str, body: str) -> Network:
    raw = b"".join(bytes.fromhex(found) for found in _HEX.findall(body))
    base = network_of(Heard(bssid="", elements=raw, frequency_mhz=_mhz(body) or NOT_SHOWN))
    if not raw:
        base = BLANK_NETWORK
    signal, quality = _signal(body), _quality(body)
    security, tkip = _lock(body)
    return msgspec.structs.replace(
        base,
        bssid=mac_shown(address),
        name=_essid(body),
        signal_dbm=signal,
        quality_percent=quality,
        channel=_channel(body, base.channel),
        security=security,
        tkip=tkip,
        seen_s_ago=_seen(body),
    )


def _mhz(text: str) -> int | None:
    found = re.search(r"Frequency[:=]?[ ]?(\d+(?:\.\d+)?) ?(GHz|MHz)", text)
    if found is None:
        return None
    return round(float(found.group(1)) * (1000 if found.group(2) == "GHz" else 1))


def _channel(body: str, decoded: Channel | Unmeasured) -> Channel | Unmeasured:
    found = re.search(r"Channel:?[ ]?(\d+)", body)
    number = None if found is None else int(found.group(1))
    frequency = _mhz(body)
    plain = channel_shown(number, frequency_mhz=frequency)
    if isinstance(plain, Unmeasured) or isinstance(plain.band, Unmeasured):
        return plain
    if not isinstance(decoded, Unmeasured) and decoded.number == plain.number:
        return decoded
    width, centre = _iwinfo_width(body, plain.band, frequency_of(plain.number, plain.band))
    if not width:
        return plain
    return msgspec.structs.replace(plain, width_mhz=width, centre_mhz=centre)


def _iwinfo_width(body: str, band: Band, frequency: int) -> tuple[int, int]:
    """0: iwinfo has not printed the operation elements."""
    ht, _, vht = body.partition("VHT Operation:")
    _, there, ht = ht.partition("HT Operation:")
    wide = re.search(r"Channel Width: (80|160)(?:\+80)? MHz", vht)
    centre = re.search(r"Center Frequency 1: (\d+)", vht)
    second = re.search(r"Center Frequency 2: (\d+)", vht)
    if wide and centre:
        first = int(centre.group(1))
        other = int(second.group(1)) if second else 0
        if abs(other - first) == 8:
            return 160, frequency_of(other, band)
        return int(wide.group(1)), frequency_of(first, band)
    if not there:
        return 0, 0
    offset = re.search(r"Secondary Channel Offset: (above|below)", ht)
    if offset is None:
        return 20, frequency
    return 40, frequency + (10 if offset.group(1) == "above" else -10)


def _signal(body: str) -> float | Unmeasured:
    found = re.search(r"Signal(?: level)?[:=][ ]?(-\d+) dBm", body)
    return NOT_SHOWN if found is None else float(found.group(1))


def _noise(body: str) -> float | Unmeasured:
    found = re.search(r"Noise(?: level)?[:=][ ]?(-\d+) dBm", body)
    return NOT_SHOWN if found is None else float(found.group(1))


def _quality(body: str) -> float | Unmeasured:
    """A share of the driver's own scale; a signal without dBm is one too."""
    found = re.search(r"Quality[:=][ ]?(\d+)/(\d+)", body) or re.search(
        r"Signal level[:=](\d+)/(\d+)", body
    )
    if (
        found is None
        or not 0 <= int(found.group(1)) <= int(found.group(2))
        or found.group(2) == "0"
    ):
        return NOT_SHOWN
    return 100 * int(found.group(1)) / int(found.group(2))


def _seen(body: str) -> float | Unmeasured:
    found = re.search(r"Last beacon: (\d+) ?ms ago", body)
    return NOT_SHOWN if found is None else int(found.group(1)) / 1000


def _lock(body: str) -> tuple[Security | Unmeasured, bool | Unmeasured]:
    words = re.search(r"Encryption: ([^\n]+)", body)
    if words is not None:
        return iwinfo_security(words.group(1)), _has_tkip(words.group(1))
    key = re.search(r"Encryption key:[ ]?(on|off)", body)
    locks = [_element(body, "IEEE 802.11i/WPA2 Version 1"), _element(body, "WPA Version 1")]
    suites = [re.search(r"Authentication Suites[^:\n]*:([^\n]*)", lock) for lock in locks]
    tkip = any("TKIP" in line for lock in locks for line in re.findall(r"Pairwise[^\n]*", lock))
    for found, version in zip(suites, (2, 1), strict=True):
        if found is not None:
            return suite_security(found.group(1).upper(), version), tkip
    if key is None or any(locks):
        return NOT_SHOWN, NOT_SHOWN
    return (Security.WEP if key.group(1) == "on" else Security.OPEN), False


def _element(body: str, title: str) -> str:
    found = re.search(rf"IE: {re.escape(title)}[^\n]*\n((?:(?!.*IE:).*\n?)*)", body)
    return "" if found is None else found.group(1)


def iwinfo_security(words: str) -> Security | Unmeasured:
    """iwinfo_format_encryption: "mixed WPA2/WPA3 PSK, SAE (CCMP)", "WPA2 802.1X (CCMP)", "none"."""
    upper = words.upper()
    if upper.startswith("NONE"):
        return Security.OPEN
    if "WEP" in upper:
        return Security.WEP
    suites = upper.split("(", maxsplit=1)[0]
    version = 2 if re.search(r"WPA[23]", suites) else 1
    if "WPA3" in suites and "WPA2" not in suites and re.search(r"802\.?1X|EAP", suites):
        return Security.WPA3_ENTERPRISE
    return suite_security(suites, version)


def _has_tkip(words: str) -> bool | Unmeasured:
    return "TKIP" in words.upper() if "(" in words or words.startswith("none") else NOT_SHOWN


# --- own link


def _adapters(text: str) -> Iterator[OwnLink]:
    heads = list(_ADAPTER.finditer(text))
    for head, end in zip(heads, [*(h.start() for h in heads[1:]), len(text)], strict=False):
        yield _adapter(head.group("name"), head.group("rest") + text[head.end() : end])


def _adapter(name: str, body: str) -> OwnLink:
    point = re.search(r"Access Point:[ ]?(\S+)", body)
    bssid = NOT_SHOWN if point is None else mac_shown(point.group(1))
    essid = _essid(body)
    joined = not isinstance(essid, Unmeasured) and not isinstance(bssid, Unmeasured)
    if not joined and (point is None or not re.search(r"ESSID:[ ]?\"", body)):
        return _apart(name)
    rate = re.search(r"Bit Rate[:=][ ]?(\d+(?:\.\d+)?) ?(Mb/s|Gb/s|kb/s|MBit/s)", body)
    power = re.search(r"Power Management:(on|off)", body)
    encryption = re.search(r"Encryption: ([^\n]+)", body)
    return msgspec.structs.replace(
        BLANK_LINK,
        interface=name,
        name=essid,
        bssid=bssid,
        signal_dbm=_signal(body),
        quality_percent=_quality(body),
        noise_dbm=_noise(body),
        channel=_adapter_channel(body),
        tx_rate_bps=NOT_SHOWN if rate is None else _bps(rate.group(1), rate.group(2)),
        security=NOT_SHOWN if encryption is None else iwinfo_security(encryption.group(1)),
        counters=_counters(body),
        power_saving=NOT_SHOWN if power is None else power.group(1) == "on",
    )


def _apart(name: str) -> OwnLink:
    unjoined = dict.fromkeys(("name", "bssid", "signal_dbm", "quality_percent"), NOT_JOINED)
    return msgspec.structs.replace(
        BLANK_LINK, interface=name, state=LinkState.DISCONNECTED, **unjoined
    )


def _bps(number: str, unit: str) -> float:
    return float(number) * {"k": 1e3, "M": 1e6, "G": 1e9}[unit[0]]


def _adapter_channel(body: str) -> Channel | Unmeasured:
    inside = re.search(r"Channel:[ ]?\d+ \((\d+\.\d+) GHz\)", body)
    frequency = round(float(inside.group(1)) * 1000) if inside else _mhz(body)
    return channel_shown(None, frequency_mhz=frequency)


def _counters(body: str) -> LinkCounters | Unmeasured:
    failed = re.search(r"Tx excessive retries:(\d+)", body)
    missed = re.search(r"Missed beacon:(\d+)", body)
    if failed is None and missed is None:
        return NOT_SHOWN
    return _totals(failed and failed.group(1), missed and missed.group(1))


def _totals(failed: str | None, missed: str | None) -> LinkCounters:
    """Excessive retries are packets that were given up (iwconfig(8)), not the retries."""
    return LinkCounters(
        rx_packets=NOT_SHOWN,
        tx_packets=NOT_SHOWN,
        tx_retries=NOT_SHOWN,
        tx_failed=NOT_SHOWN if failed is None else int(failed),
        beacons_lost=NOT_SHOWN if missed is None else int(missed),
        rx_dropped=NOT_SHOWN,
    )


def _proc(text: str) -> Iterator[OwnLink]:
    """Link quality, level, noise; discards nwid, crypt, frag, retry, misc; missed beacons.

    Levels at and above 64 are dBm counted modulo 256; small ones are the driver's own scale.
    """
    if "Inter-|" not in text:
        return
    for found in _PROC.finditer(text):
        _, level, noise = (number_in(part) for part in found.group(2).split())
        counts = found.group(3).split()
        yield msgspec.structs.replace(
            BLANK_LINK,
            interface=found.group(1),
            signal_dbm=_dbm(level),
            noise_dbm=_dbm(noise),
            counters=_totals(counts[3], counts[5]),
        )


def _dbm(level: float | None) -> float | Unmeasured:
    if level is None:
        return NOT_SHOWN
    signed = level - 256 if 128 <= level < 256 else level
    return signed if -120 <= signed < 0 and signed != -256 else NOT_SHOWN
