"""Networks in a file of captured packets (pcap, pcapng): beacons first, then what else tells."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator

import msgspec

from diagnostics.platforms.parse.wifi.shown import (
    BLANK_NETWORK,
    NOT_SHOWN,
    Station,
    WifiShown,
    channel_shown,
)
from diagnostics.readings.wifi import Network
from diagnostics.result import Unmeasured
from diagnostics.wire.wifi.beacon import (
    Heard,
    generation_of,
    name_of,
    networks_of,
    security_of,
    streams_of,
)
from diagnostics.wire.wifi.elements import decode
from diagnostics.wire.wifi.frames import Frame, FrameKind, frame_of
from diagnostics.wire.wifi.packet_file import Packet, packets
from diagnostics.wire.wifi.placement import channel_of
from diagnostics.wire.wifi.radio_header import LINK_TYPES, Radio, radio_of

_Seen = tuple[Frame, Radio]


def parse_packets(data: bytes) -> WifiShown:
    """NoPacketFileError where it is no capture. Empty where no packet is 802.11."""
    seen = list(_frames(packets(data)))
    networks = _from_beacons(seen)
    known = {network.bssid for network in networks}
    return WifiShown(
        tool="packet capture",
        networks=(*networks, *_from_others(seen, known)),
        stations=tuple(_stations(seen)),
    )


def has_radio(data: bytes) -> bool:
    return any(packet.link_type in LINK_TYPES for packet in packets(data))


def _frames(found: Iterable[Packet]) -> Iterator[_Seen]:
    for packet in found:
        radio = radio_of(packet)
        frame = None if radio is None else frame_of(radio)
        if radio is not None and frame is not None:
            yield frame, radio


def _from_beacons(seen: Iterable[_Seen]) -> list[Network]:
    """One a BSSID: signal is the median of its frames, all else from the one that tells most."""
    by_bssid: dict[str, list[_Seen]] = {}
    for frame, radio in seen:
        if frame.kind in (FrameKind.BEACON, FrameKind.PROBE_RESPONSE):
            by_bssid.setdefault(frame.bssid, []).append((frame, radio))
    found: dict[str, Network] = {}
    for group in by_bssid.values():
        for network in _networks(group):
            found.setdefault(str(network.bssid), network)
    return list(found.values())


def _networks(group: list[_Seen]) -> tuple[Network, ...]:
    frame, radio = max(group, key=_tells)
    return networks_of(
        Heard(
            bssid=frame.bssid,
            elements=frame.elements,
            frequency_mhz=radio.frequency_mhz or NOT_SHOWN,
            signal_dbm=_median(radio.signal_dbm for _, radio in group),
            capability=frame.capability,
            beacon_interval_tu=frame.interval_tu,
        )
    )


def _tells(seen: _Seen) -> tuple[bool, bool, int]:
    """A named frame before a nameless one (a probe response names a hidden network)."""
    elements = decode(seen[0].elements)
    named = elements.ssid is not None and bool(elements.ssid.strip(b"\0"))
    return named, seen[0].kind is FrameKind.BEACON and not elements.cut, -len(elements.broken)


def _median(values: Iterable[int | None]) -> float | Unmeasured:
    known = [value for value in values if value is not None]
    return float(statistics.median(known)) if known else NOT_SHOWN


def _from_others(seen: list[_Seen], known: set[str | Unmeasured]) -> Iterator[Network]:
    """Networks of which only traffic was caught: no more than address, channel, perhaps name."""
    by_bssid: dict[str, list[_Seen]] = {}
    for frame, radio in seen:
        if frame.bssid not in known and not _is_group(frame.bssid):
            by_bssid.setdefault(frame.bssid, []).append((frame, radio))
    for bssid, group in by_bssid.items():
        joins = [frame for frame, _ in group if frame.kind is FrameKind.JOIN]
        own = [radio for frame, radio in group if frame.sender == bssid]
        heard = next((r.frequency_mhz for _, r in group if r.frequency_mhz), None)
        yield msgspec.structs.replace(
            BLANK_NETWORK,
            bssid=bssid,
            name=name_of(decode(joins[0].elements)) if joins else NOT_SHOWN,
            channel=channel_shown(None, frequency_mhz=heard),
            signal_dbm=_median(radio.signal_dbm for radio in own),
        )


def _is_group(mac: str) -> bool:
    return bool(int(mac[:2], 16) & 1)


def _stations(seen: Iterable[_Seen]) -> Iterator[Station]:
    """The last word of each device that asks a network to take it in."""
    last = {(f.sender, f.bssid): (f, r) for f, r in seen if f.kind is FrameKind.JOIN}
    for frame, radio in last.values():
        elements = decode(frame.elements)
        channel = channel_of(elements, radio.frequency_mhz or NOT_SHOWN)
        yield Station(
            mac=frame.sender,
            bssid=frame.bssid,
            name=name_of(elements),
            signal_dbm=NOT_SHOWN if radio.signal_dbm is None else float(radio.signal_dbm),
            generation=generation_of(elements, channel),
            streams=streams_of(elements, channel),
            security=security_of(elements, frame.capability),
        )
