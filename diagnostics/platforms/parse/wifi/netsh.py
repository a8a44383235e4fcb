"""`netsh wlan show networks|interfaces|profiles|all` in any language.

Labels are translated, values and their order are not. A field is known by its place in the block
and by the shape of its value: an address, a percentage, 802.11…, a band, a bare number. Only
"SSID n" and "BSSID n" are read as words: both stand untranslated in every language.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import msgspec

from diagnostics.platforms.parse.wifi.netsh_lines import Line, lines_of
from diagnostics.platforms.parse.wifi.shown import (
    BLANK_LINK,
    BLANK_NETWORK,
    NOT_JOINED,
    NOT_SHOWN,
    WifiShown,
    channel_shown,
    generation_shown,
    looks_like_mac,
    mac_shown,
    name_shown,
    number_in,
)
from diagnostics.platforms.parse.wifi.words import ENTERPRISE, JOINING, OFF, PERSONAL
from diagnostics.readings.wifi import (
    Band,
    BssLoad,
    Concealed,
    LinkState,
    Network,
    NetworkName,
    OwnLink,
    Security,
)
from diagnostics.result import Reason, Unmeasured

_SSID_N = re.compile(r"(?i)SSID\s*\d+")
_BSSID_N = re.compile(r"(?i)(?:\w+\s)?BSSID\s*\d+")
_SSID = re.compile(r"(?i)SSID")
_GUID = re.compile(r"(?i)[0-9a-fx*]{8}(?:-[0-9a-fx*]{4}){3}-[0-9a-fx*]{12,13}")
_PERCENT = re.compile(r"(\d{1,3})\s*%")
_BAND = re.compile(r"(?i)([256])(?:[.,]4)?\s*(?:GHz|ГГц|吉赫|جيجا)")
_RADIO = re.compile(r"(?i)802[.,]11\w*")
_WHOLE = re.compile(r"\d{1,3}")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
_USE = re.compile(r"(\d{1,3})\s*\(\s*\d{1,3}\s*%\s*\)")
_RSSI = re.compile(r"-\d{1,3}")
_BANDS = {"2": Band.GHZ_2_4, "5": Band.GHZ_5, "6": Band.GHZ_6}
_NAMES_MOST_KINDS = 4  # group policy, all users, this user, and one to spare


def parse_netsh(text: str) -> WifiShown | None:
    """None where nothing of `netsh wlan` is in the text."""
    found = list(lines_of(text))
    links = tuple(_link(block) for block in _interface_blocks(found))
    networks = tuple(_networks(found))
    names = tuple(_profile_names(found))
    shown = WifiShown(tool="netsh wlan", links=links, networks=networks, known_names=names)
    return shown if shown.shows_something else None


# --- show networks


def _networks(found: Sequence[Line]) -> Iterator[Network]:
    for group in _groups(found, _SSID_N):
        head, rest = group[0], group[1:]
        own = next((i for i, line in enumerate(rest) if _is_bssid(line)), len(rest))
        base = msgspec.structs.replace(
            BLANK_NETWORK,
            name=Concealed() if not head.value else name_shown(head.value),
            security=_network_security(rest[:own]),
            tkip=True if any(line.value == "TKIP" for line in rest[:own]) else NOT_SHOWN,
        )
        blocks = [b for b in _groups(rest, _BSSID_N) if looks_like_mac(b[0].value)]
        if not blocks:
            yield base
        for block in blocks:
            yield _bss(base, block)


def _is_bssid(line: Line) -> bool:
    return bool(_BSSID_N.fullmatch(line.label))


def _groups(found: Sequence[Line], head: re.Pattern[str]) -> Iterator[list[Line]]:
    """Lines from one numbered label to the next, or to a rule that ends the section."""
    group: list[Line] = []
    for line in found:
        if head.fullmatch(line.label):
            if group:
                yield group
            group = [line]
        elif line.is_rule:
            if group:
                yield group
            group = []
        elif group and line.label:
            group.append(line)
    if group:
        yield group


def _network_security(lines: Sequence[Line]) -> Security | Unmeasured:
    """Type, authentication, encryption: the last two of the three lines before the first BSSID."""
    values = [line.value for line in lines if line.value][:3]
    if len(values) < 3:
        return NOT_SHOWN
    return security_shown(values[1], values[2])


def security_shown(authentication: str, cipher: str) -> Security | Unmeasured:
    word = authentication.lower()
    version = 3 if "wpa3" in word else 2 if re.search(r"wpa2|rsna", word) else 1
    if not re.search(r"wpa|rsna", word):
        return _security_without_wpa(word, cipher.upper())
    if any(stem in word for stem in ENTERPRISE) or "192" in word:
        kinds = (Security.WPA_ENTERPRISE, Security.WPA2_ENTERPRISE, Security.WPA3_ENTERPRISE)
    elif any(stem in word for stem in PERSONAL):
        kinds = (Security.WPA_PERSONAL, Security.WPA2_PERSONAL, Security.WPA3_PERSONAL)
    else:
        return Unmeasured(
            Reason.NOT_SUPPORTED, "personal or enterprise is not known in this language"
        )
    if version == 3 and "wpa2" in word and kinds[2] is Security.WPA3_PERSONAL:
        return Security.WPA3_TRANSITION
    return kinds[version - 1]


def _security_without_wpa(word: str, cipher: str) -> Security | Unmeasured:
    """Open and shared key by what encrypts: its acronyms stand in every language."""
    if re.search(r"\bowe\b|enhanced", word):
        return Security.ENHANCED_OPEN
    if "WEP" in cipher:
        return Security.WEP
    if re.search(r"CCMP|GCMP|AES|TKIP|BIP|WAPI|SMS4", cipher) or "wapi" in word:
        return Unmeasured(Reason.NOT_SUPPORTED, "the way to join is not known here")
    return Security.OPEN if cipher else NOT_SHOWN


def _bss(base: Network, block: Sequence[Line]) -> Network:
    values = [line.value for line in block[1:]]
    radio = next((i for i, value in enumerate(values) if _RADIO.fullmatch(value)), None)
    after = values if radio is None else values[radio + 1 :]
    return msgspec.structs.replace(
        base,
        bssid=mac_shown(block[0].value),
        quality_percent=_percent(values),
        generation=NOT_SHOWN if radio is None else generation_shown(values[radio]),
        channel=channel_shown(_first_whole(after), _band(values)),
        load=_load(values),
    )


def _percent(values: Sequence[str]) -> float | Unmeasured:
    found = next((match for v in values if (match := _PERCENT.fullmatch(v))), None)
    return float(found.group(1)) if found and int(found.group(1)) <= 100 else NOT_SHOWN


def _band(values: Sequence[str]) -> Band | None:
    return next((_BANDS[match.group(1)] for v in values if (match := _BAND.fullmatch(v))), None)


def _first_whole(values: Sequence[str]) -> int | None:
    return next((int(value) for value in values if _WHOLE.fullmatch(value)), None)


def _load(values: Sequence[str]) -> BssLoad | Unmeasured:
    """Stations stand in the line before "n (p %)" of 255."""
    for before, value in itertools.pairwise(values):
        use = _USE.fullmatch(value)
        if use and before.isdecimal() and int(use.group(1)) <= 255:
            return BssLoad(stations=int(before), busy_share=int(use.group(1)) / 255)
    return NOT_SHOWN


# --- show interfaces


def _interface_blocks(found: Sequence[Line]) -> Iterator[list[Line]]:
    """Paragraphs with a GUID, or with an SSID and a signal where somebody cut the text short."""
    for paragraph in _paragraphs(found):
        block = list(itertools.takewhile(lambda line: not _SSID_N.fullmatch(line.label), paragraph))
        starts = [i for i, line in enumerate(block) if _GUID.fullmatch(line.value)]
        cuts = [max(start - 2, 0) for start in starts]  # name and description stand before it
        for first, last in zip(cuts, [*cuts[1:], len(block)], strict=False):
            yield block[first:last]
        if not starts and len(block) == len(paragraph) and _is_link(block):
            yield block


def _is_link(paragraph: Sequence[Line]) -> bool:
    named = any(_SSID.fullmatch(line.label) for line in paragraph)
    return named and any(_PERCENT.fullmatch(line.value) for line in paragraph)


def _paragraphs(found: Sequence[Line]) -> Iterator[list[Line]]:
    paragraph: list[Line] = []
    for line in found:
        if line.label and not line.is_heading:
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _link(block: Sequence[Line]) -> OwnLink:
    values = [line.value for line in block]
    name = next((line.value for line in block if _SSID.fullmatch(line.label)), None)
    link = msgspec.structs.replace(BLANK_LINK, interface=values[0])
    if name is None and not any(_PERCENT.fullmatch(v) for v in values):
        return msgspec.structs.replace(
            link,
            state=_state_without_network(block),
            name=NOT_JOINED,
            bssid=NOT_JOINED,
            signal_dbm=NOT_JOINED,
            quality_percent=NOT_JOINED,
            channel=NOT_JOINED,
        )
    return _joined(link, values, name)


def _joined(link: OwnLink, values: Sequence[str], name: str | None) -> OwnLink:
    radio = next((i for i, value in enumerate(values) if _RADIO.fullmatch(value)), None)
    locks = () if radio is None else values[radio + 1 : radio + 3]
    macs = [value for value in values if looks_like_mac(value)]
    guided = any(_GUID.fullmatch(value) for value in values)
    numbers = _numbers(values)
    return msgspec.structs.replace(
        link,
        name=Concealed() if name == "" else NOT_SHOWN if name is None else name_shown(name),
        bssid=mac_shown(macs[-1]) if len(macs) > guided else NOT_SHOWN,
        quality_percent=_percent(values),
        signal_dbm=next((float(v) for v in values if _RSSI.fullmatch(v)), NOT_SHOWN),
        channel=channel_shown(_first_whole(numbers), _band(values)),
        generation=NOT_SHOWN if radio is None else generation_shown(values[radio]),
        security=_link_security(locks),
        rx_rate_bps=_mbps(numbers, 1),
        tx_rate_bps=_mbps(numbers, 2),
    )


def _link_security(locks: Sequence[str]) -> Security | Unmeasured:
    if len(locks) < 2 or any(_BAND.fullmatch(value) or _WHOLE.fullmatch(value) for value in locks):
        return NOT_SHOWN
    return security_shown(locks[0], locks[1])


def _numbers(values: Sequence[str]) -> list[str]:
    """Channel, receive rate, transmit rate: the bare numbers up to the signal."""
    last = next((i for i, value in enumerate(values) if _PERCENT.fullmatch(value)), len(values))
    first = next((i for i, value in enumerate(values) if looks_like_mac(value)), 0)
    return [value for value in values[first:last] if _DECIMAL.fullmatch(value)]


def _mbps(numbers: Sequence[str], place: int) -> float | Unmeasured:
    value = number_in(numbers[place]) if len(numbers) > place else None
    return value * 1e6 if value else NOT_SHOWN


def _state_without_network(block: Sequence[Line]) -> LinkState:
    """The switch is shown as two lines, hardware and software, each with a word for on or off."""
    for line in block:
        if len(line.more) == 1:
            words = [part.split()[-1].lower() for part in (line.value, *line.more) if part.split()]
            if len(set(words)) > 1 or any(_is_off(word) for word in words):
                return LinkState.RADIO_OFF
    joining = any(stem in line.value.lower() for line in block for stem in JOINING)
    return LinkState.JOINING if joining else LinkState.DISCONNECTED


def _is_off(word: str) -> bool:
    return any(word.startswith(stem) if len(stem) > 2 else word == stem for stem in OFF)


# --- show profiles


def _profile_names(found: Sequence[Line]) -> Iterator[NetworkName]:
    seen: set[str] = set()
    for section in _profile_sections(found):
        for line in section:
            name = name_shown(line.value)
            if isinstance(name, NetworkName) and name.text not in seen:
                seen.add(name.text)
                yield name


def _profile_sections(found: Sequence[Line]) -> Iterator[list[Line]]:
    """After a line that ends in a colon and an empty list of the administrator's ("<None>")."""
    section: list[Line] | None = None
    promised = False
    for line in (*found, None):
        if line is None or line.is_rule or line.is_heading:
            if section and promised and _are_profiles(section):
                yield section
            promised = False
            section = [] if line is not None and line.is_heading else None
        elif section is not None and line.label:
            section.append(line)
        promised = promised or (line is not None and line.is_none)


def _are_profiles(section: Sequence[Line]) -> bool:
    kinds = {line.label for line in section}
    shapes = (_GUID, _PERCENT, _RADIO)
    return len(kinds) <= _NAMES_MOST_KINDS and not any(
        _SSID_N.fullmatch(line.label) or any(shape.fullmatch(line.value) for shape in shapes)
        for line in section
    )
