"""`system_profiler SPAirPortDataType`, as JSON, XML property list or text, macOS 10.15 to 15."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator, Mapping

import msgspec

from diagnostics.platforms.parse.wifi.apple_words import (
    apple_channel,
    apple_security,
    signal_and_noise,
)
from diagnostics.platforms.parse.wifi.shown import (
    BLANK_LINK,
    BLANK_NETWORK,
    NOT_JOINED,
    NOT_SHOWN,
    WifiShown,
    generation_shown,
    mac_shown,
    name_shown,
    rate_shown,
)
from diagnostics.readings.wifi import LinkState, Network, OwnLink
from diagnostics.result import Unmeasured

_KINDS = "spairport_"


class _Network(msgspec.Struct, rename=lambda name: _KINDS + name):
    network_channel: str | int | None = None
    network_phymode: str | None = None
    security_mode: str | None = None
    signal_noise: str | None = None
    network_bssid: str | None = None
    network_country_code: str | None = None
    network_rate: float | None = None
    name: str | None = msgspec.field(default=None, name="_name")


class _Interface(msgspec.Struct, rename=lambda name: _KINDS + name):
    status_information: str | None = None
    current_network_information: _Network | None = None
    airport_other_local_wireless_networks: list[_Network] = msgspec.field(default_factory=list)
    name: str = msgspec.field(default="", name="_name")


class _Part(msgspec.Struct, rename=lambda name: _KINDS + name):
    airport_interfaces: list[_Interface] = msgspec.field(default_factory=list)


class _Report(msgspec.Struct):
    parts: list[_Part] = msgspec.field(name="SPAirPortDataType")


def parse_system_profiler(text: str) -> WifiShown | None:
    """None where it is no report of this kind."""
    interfaces = _from_json(text) or _from_property_list(text) or list(_from_text(text))
    links = [_link(each) for each in interfaces if each.status_information]
    others = [n for each in interfaces for n in each.airport_other_local_wireless_networks]
    shown = WifiShown(
        tool="system_profiler",
        links=tuple(links),
        networks=tuple(_network(each) for each in others),
    )
    return shown if shown.shows_something else None


def _from_json(text: str) -> list[_Interface]:
    start = text.find("{")
    if start < 0 or "SPAirPortDataType" not in text:
        return []
    try:
        report = msgspec.json.decode(text[start : text.rfind("}") + 1], type=_Report)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return []
    return [each for part in report.parts for each in part.airport_interfaces]


def _from_property_list(text: str) -> list[_Interface]:
    if "<plist" not in text or _KINDS not in text:
        return []
    try:
        found: object = plistlib.loads(text[text.find("<") :].encode("utf-8", "replace"))
        parts = msgspec.convert(found, list[dict[str, object]])
        items = [
            item for part in parts for item in msgspec.convert(part.get("_items", []), list[_Part])
        ]
    except Exception:  # noqa: BLE001 - expat and plistlib raise what the file provokes
        return []
    return [each for item in items for each in item.airport_interfaces]


def _network(each: _Network) -> Network:
    signal, _ = signal_and_noise(each.signal_noise or "")
    phy = generation_shown(each.network_phymode or "")
    return msgspec.structs.replace(
        BLANK_NETWORK,
        bssid=NOT_SHOWN if each.network_bssid is None else mac_shown(each.network_bssid),
        name=NOT_SHOWN if each.name is None else name_shown(each.name),
        signal_dbm=signal,
        channel=apple_channel(str(each.network_channel or "")),
        generation=phy,
        security=apple_security(each.security_mode or ""),
        country=each.network_country_code or NOT_SHOWN,
    )


def _link(each: _Interface) -> OwnLink:
    current = each.current_network_information
    link = msgspec.structs.replace(BLANK_LINK, interface=each.name)
    if current is None or current.network_channel is None:
        unjoined = dict.fromkeys(
            ("name", "bssid", "signal_dbm", "noise_dbm", "channel"), NOT_JOINED
        )
        return msgspec.structs.replace(
            link, state=_state(each.status_information or ""), **unjoined
        )
    signal, noise = signal_and_noise(current.signal_noise or "")
    network = _network(current)
    return msgspec.structs.replace(
        link,
        name=network.name,
        bssid=network.bssid,
        signal_dbm=signal,
        noise_dbm=noise,
        channel=network.channel,
        generation=network.generation,
        security=network.security,
        tx_rate_bps=NOT_SHOWN if not current.network_rate else current.network_rate * 1e6,
    )


def _state(status: str) -> LinkState:
    """spairport_status_off, "Off": the rest without a network is not joined."""
    word = status.removeprefix("spairport_status_").lower()
    off = (
        "off",
        "inactive",
        "aus",
        "désactivé",
        "desactivado",
        "disattivato",
        "オフ",
        "关闭",
        "關閉",
    )
    return LinkState.RADIO_OFF if word in off else LinkState.DISCONNECTED


# --- text: headings end in a colon, depth is indentation; names of networks are headings too


def _from_text(text: str) -> Iterator[_Interface]:
    """By depth and shape: an interface's own facts, the one network joined, then the others."""
    if not re.search(r"802\.11|Wi-?Fi", text):
        return
    lines = [line for line in text.expandtabs(4).splitlines() if line.strip()]
    starts = [i for i, line in enumerate(lines) if re.fullmatch(r"\s+(?:en|awdl)\d+:", line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        yield _text_interface(lines[start].strip()[:-1], lines[start + 1 : end])


def _text_interface(name: str, lines: list[str]) -> _Interface:
    depth = min((_depth(line) for line in lines), default=0)
    facts = _facts(line for line in lines if _depth(line) == depth)
    networks = list(_text_networks(lines, depth))
    current = next((network for group, network in networks if group == 0), None)
    others = [network for group, network in networks if group > 0]
    return _Interface(
        name=name,
        status_information=_text_status(facts, joined=current is not None),
        current_network_information=current,
        airport_other_local_wireless_networks=others,
    )


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _facts(lines: Iterator[str]) -> dict[str, str]:
    pairs = (line.strip().partition(":") for line in lines)
    return {label.strip(): value.strip() for label, _, value in pairs}


def _text_status(facts: Mapping[str, str], *, joined: bool) -> str:
    if joined:
        return "connected"
    named = facts.get("Status")
    return named if named is not None else "off" if "Off" in facts.values() else "unknown"


def _text_networks(lines: list[str], depth: int) -> Iterator[tuple[int, _Network]]:
    """Group 0 is joined: the networks under the first heading, if their facts have a rate."""
    group, name, at = -1, None, 0
    body: list[str] = []
    for line in [*lines, " " * depth + "end:"]:
        heading = line.rstrip().endswith(":")
        if _depth(line) <= depth + 2 and name is not None and (heading or _depth(line) <= at):
            yield group, _text_network(name, body)
            name, body = None, []
        if _depth(line) == depth and heading:
            group += 1
        elif _depth(line) == depth + 2 and heading:
            name, at, body = line.strip()[:-1], _depth(line), []
        elif name is not None and _depth(line) > at:
            body.append(line)


def _text_network(name: str, body: list[str]) -> _Network:
    values = [line.partition(":")[2].strip() for line in body]
    return _Network(
        name=name,
        network_phymode=next((v for v in values if v.startswith("802.11")), None),
        network_channel=next(
            (v for v in values if not isinstance(apple_channel(v), Unmeasured)), None
        ),
        signal_noise=next((v for v in values if "dBm" in v), None),
        security_mode=next(
            (v for v in values if not isinstance(apple_security(v), Unmeasured)), None
        ),
        network_bssid=next(
            (v for v in values if re.fullmatch(r"(?i)(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}", v)), None
        ),
        network_country_code=next((v for v in values if re.fullmatch(r"[A-Z]{2}", v)), None),
        network_rate=_text_rate(body),
    )


def _text_rate(body: list[str]) -> float | None:
    """The bare number that is neither MCS nor channel: it stands after signal and noise."""
    after = False
    for line in body:
        label, _, value = line.strip().partition(":")
        after = after or "dBm" in value
        if after and re.fullmatch(r"\d+(?:[.,]\d+)?", value.strip()) and "MCS" not in label:
            rate = rate_shown(value, 1.0)
            return None if isinstance(rate, Unmeasured) else rate
    return None
