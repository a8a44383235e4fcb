"""`iw dev … scan | link | info | station dump | survey dump`: English, indented, one block a thing.

The product itself asks nl80211; this reads what somebody sends. Fields that old and new versions
print alike; an unknown line is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from diagnostics.platforms.parse.wifi.iw_radio import ability_shown, width_shown
from diagnostics.platforms.parse.wifi.shown import (
    BLANK_LINK,
    BLANK_NETWORK,
    DAMAGED,
    NOT_JOINED,
    NOT_SHOWN,
    WifiShown,
    channel_shown,
    mac_shown,
    number_in,
    rate_shown,
)
from diagnostics.readings.wifi import (
    BssLoad,
    ChannelUse,
    Generation,
    LinkCounters,
    LinkState,
    Name,
    Network,
    OwnLink,
    Security,
)
from diagnostics.result import Unmeasured
from diagnostics.wire.wifi.ssid import ssid_bytes, ssid_name

_HEAD = r"(?mi)^[ \t]*"
_BSS = re.compile(r"(?m)^BSS (\S{17})(?=[ (]|$)[^\n]*$")
_STATION = re.compile(_HEAD + r"Station (\S+) \(on (\S+)\)[^\n]*$")
_SURVEY = re.compile(r"(?m)^[ \t]*Survey data from (\S+)[^\n]*$")
_CONNECTED = re.compile(_HEAD + r"Connected to (\S+) \(on (\S+)\)[^\n]*$")
_INTERFACE = re.compile(_HEAD + r"Interface (\S+)[ \t]*(?=\n[ \t]+ifindex \d)")
_NOT_CONNECTED = re.compile(r"(?m)^[ \t]*Not connected\.?[ \t]*$")


def parse_iw(text: str) -> WifiShown | None:
    """None where nothing of `iw` is in the text."""
    if not any(
        e.search(text) for e in (_BSS, _STATION, _SURVEY, _CONNECTED, _INTERFACE, _NOT_CONNECTED)
    ):
        return None
    networks = tuple(_network(head, body) for head, body in blocks(text, _BSS))
    channels = tuple(c for head, body in blocks(text, _SURVEY) for c in _survey(head, body))
    shown = WifiShown(tool="iw", links=_links(text), networks=networks, channels=channels)
    return shown if shown.shows_something else None


def blocks(text: str, head: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    """Each head with the text up to the next head of any kind."""
    found = list(head.finditer(text))
    ends = sorted(
        m.start()
        for e in (_BSS, _STATION, _SURVEY, _CONNECTED, _INTERFACE)
        for m in e.finditer(text)
    )
    for match in found:
        end = next((at for at in ends if at > match.start()), len(text))
        yield match, text[match.end() : end]


def _value(body: str, label: str) -> str | None:
    found = re.search(rf"(?m)^[ \t]*\*?[ \t]*{label}[ \t]*(?::[ \t]*|[ \t]+)([^\n]*?)[ \t]*$", body)
    return None if found is None else found.group(1)


def _number(body: str, label: str) -> float | Unmeasured:
    value = _value(body, label)
    number = None if value is None else number_in(value)
    return NOT_SHOWN if number is None else number


def _name(body: str) -> Name:
    found = re.search(r"(?mi)^[ \t]*SSID(?::[ ]?|[ ])([^\n]*)$", body)
    if found is None:
        mesh = re.search(r"(?m)^[ \t]*MESH ID:[ ]?([^\n]*)$", body)
        return NOT_SHOWN if mesh is None else _shown_name(mesh.group(1))
    return _shown_name(found.group(1))


def _shown_name(text: str) -> Name:
    r"""`iw` writes foreign bytes as \xNN, and a blank at either end as \x20 (util.c)."""
    return ssid_name(ssid_bytes(text.rstrip("\r")))


def _signal(body: str, label: str = "signal") -> float | Unmeasured:
    value = _value(body, label)
    number = None if value is None or "dBm" not in value else number_in(value)
    if number is None:
        return NOT_SHOWN
    return number if -120 <= number < 0 else DAMAGED


# --- scan


def _network(head: re.Match[str], body: str) -> Network:
    generation, streams, rate = ability_shown(body)
    frequency = _frequency(body)
    return msgspec.structs.replace(
        BLANK_NETWORK,
        bssid=mac_shown(head.group(1)),
        name=_name(body),
        signal_dbm=_signal(body),
        channel=width_shown(body, frequency),
        generation=generation,
        streams=streams,
        max_rate_bps=rate,
        security=_security(body),
        tkip=_tkip(body),
        load=_load(body),
        country=_country(body),
        legacy_present=_legacy(body),
        beacon_interval_ms=_interval(body),
        seen_s_ago=_seen(body),
    )


def _frequency(body: str) -> int | None:
    value = _value(body, "freq")
    number = None if value is None else number_in(value)
    return None if number is None else round(number)


def _suites(body: str, element: str, label: str) -> str:
    """The value of a line within one element; elements begin at the left of their lines."""
    found = re.search(
        rf"(?m)^[ \t]*{element}:[ \t]*\*[ \t]*Version[^\n]*\n((?:[ \t]*\*[^\n]*\n?)*)", body
    )
    return "" if found is None else _value(found.group(1), label) or ""


def _security(body: str) -> Security | Unmeasured:
    rsn = _suites(body, "RSN", "Authentication suites").upper()
    wpa = _suites(body, "WPA", "Authentication suites").upper()
    privacy = re.search(r"(?m)^[ \t]*capability:[^\n]*$", body)
    if rsn:
        return suite_security(rsn, 2)
    if wpa:
        return suite_security(wpa, 1)
    if privacy is None or re.search(r"(?m)^[ \t]*(?:RSN|WPA):", body):
        return NOT_SHOWN
    return Security.WEP if "Privacy" in privacy.group() else Security.OPEN


def suite_security(suites: str, version: int) -> Security | Unmeasured:
    """`suites` in capitals, as iw, iwlist and iwinfo name them: PSK, PSK/SHA-256, SAE, 802.1X."""
    if "SAE" in suites:
        return Security.WPA3_TRANSITION if "PSK" in suites else Security.WPA3_PERSONAL
    if "PSK" in suites:
        return Security.WPA2_PERSONAL if version == 2 else Security.WPA_PERSONAL
    if "OWE" in suites:
        return Security.ENHANCED_OPEN
    if re.search(r"SUITE-?B|192", suites):
        return Security.WPA3_ENTERPRISE
    if re.search(r"802\.?1X|EAP", suites):
        return Security.WPA2_ENTERPRISE if version == 2 else Security.WPA_ENTERPRISE
    return NOT_SHOWN


def _tkip(body: str) -> bool | Unmeasured:
    ciphers = [_suites(body, each, "Pairwise ciphers") for each in ("RSN", "WPA")]
    if any(ciphers):
        return any("TKIP" in each for each in ciphers)
    return NOT_SHOWN if isinstance(_security(body), Unmeasured) else False


def _load(body: str) -> BssLoad | Unmeasured:
    stations = _value(body, "station count")
    busy = re.search(r"channel utili[sz]ation:[ \t]*(\d+)(?:/255)?", body)
    if stations is None or busy is None or int(busy.group(1)) > 255 or not stations.isdecimal():
        return NOT_SHOWN
    return BssLoad(stations=int(stations), busy_share=int(busy.group(1)) / 255)


def _country(body: str) -> str | Unmeasured:
    found = re.search(r"(?m)^[ \t]*Country:[ \t]*([A-Z0-9]{2})\b", body)
    return NOT_SHOWN if found is None else found.group(1)


def _legacy(body: str) -> bool | Unmeasured:
    value = _value(body, "ERP")
    return NOT_SHOWN if value is None else "NonERP_Present" in value


def _interval(body: str) -> float | Unmeasured:
    value = _number(body, "beacon interval")
    return value if isinstance(value, Unmeasured) or value <= 0 else value * 1.024


def _seen(body: str) -> float | Unmeasured:
    found = re.search(r"last seen:[ \t]*(\d+) ms ago", body)
    return NOT_SHOWN if found is None else int(found.group(1)) / 1000


# --- link, station, info


def _links(text: str) -> tuple[OwnLink, ...]:
    """`link` and `info` say who joined what, `station dump` the figures: one link an interface."""
    found: dict[str, OwnLink] = {}
    readers: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], str], OwnLink]]] = (
        (_CONNECTED, _connected),
        (_INTERFACE, _info),
        (_STATION, _station),
    )
    for head, read in readers:
        for match, body in blocks(text, head):
            link = read(match, body)
            key = link.interface if head is not _STATION else f"{link.interface} {link.bssid}"
            known = found.get(link.interface)
            if known is not None and head is _STATION and known.bssid in (link.bssid, NOT_SHOWN):
                key = link.interface
            found[key] = merged(found[key], link) if key in found else link
    if not found and _NOT_CONNECTED.search(text):
        return (_not_joined(),)
    return tuple(found.values())


def _not_joined() -> OwnLink:
    unjoined = dict.fromkeys(("name", "bssid", "signal_dbm", "channel"), NOT_JOINED)
    return msgspec.structs.replace(BLANK_LINK, state=LinkState.DISCONNECTED, **unjoined)


def merged(first: OwnLink, second: OwnLink) -> OwnLink:
    """What either tells; the first counts where both do."""
    told: Mapping[str, object] = {
        field: getattr(second, field)
        for field in OwnLink.__struct_fields__
        if isinstance(getattr(first, field), Unmeasured)
    }
    return msgspec.structs.replace(first, **told)


def _connected(head: re.Match[str], body: str) -> OwnLink:
    link = _figures(body)
    return msgspec.structs.replace(
        link,
        interface=head.group(2),
        bssid=mac_shown(head.group(1)),
        name=_name(body),
        channel=channel_shown(None, frequency_mhz=_frequency(body)),
    )


def _info(head: re.Match[str], body: str) -> OwnLink:
    found = re.search(
        r"channel (\d+) \((\d+)(?:\.\d+)? MHz\)(?:, width: (\d+) MHz)?(?:.*?, center1: (\d+))?",
        body,
    )
    channel = NOT_SHOWN
    if found is not None:
        width, centre = found.group(3), found.group(4)
        channel = channel_shown(
            None,
            frequency_mhz=int(found.group(2)),
            width_mhz=int(width) if width else NOT_SHOWN,
            centre_mhz=int(centre) if centre else NOT_SHOWN,
        )
    name = _name(body)
    joined = not isinstance(name, Unmeasured)
    return msgspec.structs.replace(
        BLANK_LINK,
        interface=head.group(1),
        state=LinkState.JOINED if joined else LinkState.DISCONNECTED,
        name=name if joined else NOT_JOINED,
        channel=channel,
    )


def _station(head: re.Match[str], body: str) -> OwnLink:
    return msgspec.structs.replace(
        _figures(body), interface=head.group(2), bssid=mac_shown(head.group(1))
    )


def _figures(body: str) -> OwnLink:
    sent, received = _value(body, "tx bitrate") or "", _value(body, "rx bitrate") or ""
    generation, streams = _of_rates((sent, received))
    since = _number(body, "connected time")
    return msgspec.structs.replace(
        BLANK_LINK,
        signal_dbm=_signal(body),
        tx_rate_bps=rate_shown(sent),
        rx_rate_bps=rate_shown(received),
        generation=generation,
        streams=streams,
        counters=_counters(body),
        joined_for_s=since,
    )


def _of_rates(rates: Sequence[str]) -> tuple[Generation | Unmeasured, int | Unmeasured]:
    """ "144.4 MBit/s MCS 15", "866.7 MBit/s VHT-MCS 9 80MHz VHT-NSS 2", "… HE-MCS 11 HE-NSS 2"."""
    text = " ".join(rates)
    for sign, generation in (("EHT", Generation.BE), ("HE", Generation.AX), ("VHT", Generation.AC)):
        if f"{sign}-MCS" in text:
            streams = [int(n) for n in re.findall(rf"\b{sign}-NSS (\d)", text)]
            return generation, max(streams) if streams else NOT_SHOWN
    mcs = [int(n) for n in re.findall(r"(?<!-)\bMCS (\d+)", text)]
    if mcs and max(mcs) < 32:
        return Generation.N, max(mcs) // 8 + 1
    return NOT_SHOWN, NOT_SHOWN


def _counters(body: str) -> LinkCounters | Unmeasured:
    labels = {
        "rx_packets": r"rx packets|RX: \d+ bytes",
        "tx_packets": "tx packets",
        "tx_retries": "tx retries",
        "tx_failed": "tx failed",
        "beacons_lost": "beacon loss",
        "rx_dropped": "rx drop misc",
    }
    told = {field: _count(body, label) for field, label in labels.items()}
    if all(isinstance(value, Unmeasured) for value in told.values()):
        return NOT_SHOWN
    return LinkCounters(**told)


def _count(body: str, label: str) -> int | Unmeasured:
    """`link` writes "RX: 1000 bytes (10 packets)"."""
    side = {"rx_": "RX", "tx packets": "TX"}.get(label if label == "tx packets" else label[:3])
    if "packets" in label and side:
        short = re.search(rf"\b{side}: \d+ bytes \((\d+) packets\)", body)
        if short is not None:
            return int(short.group(1))
    value = _value(body, label.split("|", maxsplit=1)[0])
    return int(value) if value is not None and value.isdecimal() else NOT_SHOWN


# --- survey


def _survey(head: re.Match[str], body: str) -> Iterator[ChannelUse]:
    found = re.search(r"frequency:[ \t]*(\d+)(?:\.\d+)? MHz([^\n]*)", body)
    if found is None:
        return
    active, busy = _number(body, "channel active time"), _number(body, "channel busy time")
    own = [_number(body, "channel transmit time"), _number(body, r"channel BSS receive time")]
    yield ChannelUse(
        frequency_mhz=int(found.group(1)),
        in_use="in use" in found.group(2),
        counted_s=NOT_SHOWN if isinstance(active, Unmeasured) else active / 1000,
        busy_share=_share(busy, active),
        own_share=_share(own[0], active)
        if isinstance(own[1], Unmeasured)
        else _share(_sum(own), active),
        noise_dbm=_signal(body, "noise"),
    )


def _sum(values: Sequence[float | Unmeasured]) -> float | Unmeasured:
    known = [value for value in values if not isinstance(value, Unmeasured)]
    return sum(known) if len(known) == len(values) else NOT_SHOWN


def _share(part: float | Unmeasured, whole: float | Unmeasured) -> float | Unmeasured:
    if isinstance(part, Unmeasured) or isinstance(whole, Unmeasured):
        return NOT_SHOWN
    return part / whole if 0 <= part <= whole and whole > 0 else DAMAGED
