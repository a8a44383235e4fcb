"""One access point as a radio heard it: whatever brought the elements, one typed network comes out.

heard = Heard(bssid="02:00:00:00:00:01", frequency_mhz=5180, signal_dbm=-61.0, elements=raw)
network = network_of(heard)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from diagnostics.readings.wifi import (
    Band,
    BssLoad,
    Channel,
    Generation,
    Name,
    Network,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.elements import VENDOR, Elements, decode
from diagnostics.wire.wifi.on_behalf import spoken_for
from diagnostics.wire.wifi.placement import channel_of
from diagnostics.wire.wifi.security import allows_tkip, security_type
from diagnostics.wire.wifi.ssid import ssid_name

_T = TypeVar("_T")

NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "the system does not tell")
#: A time unit of 802.11 is 1024 microseconds.
_TIME_UNIT_MS = 1.024
_PRIVACY = 0x10  # capability field, 802.11-2020 9.4.1.4
#: Rates of DSSS and CCK; any other legacy rate is OFDM.
_OLD_RATES = frozenset((1_000_000, 2_000_000, 5_500_000, 11_000_000))


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What the radio says beside the elements. `capability`: the 16 bits of the beacon."""

    bssid: str
    elements: bytes
    frequency_mhz: int | Unmeasured = NOT_TOLD
    signal_dbm: float | Unmeasured = NOT_TOLD
    quality_percent: float | Unmeasured = NOT_TOLD
    capability: int | Unmeasured = NOT_TOLD
    beacon_interval_tu: int | Unmeasured = NOT_TOLD
    seen_s_ago: float | Unmeasured = NOT_TOLD


def network_of(heard: Heard) -> Network:
    return _network(heard, decode(heard.elements))


def _network(heard: Heard, elements: Elements) -> Network:
    channel = channel_of(elements, heard.frequency_mhz)
    return Network(
        bssid=heard.bssid,
        name=name_of(elements),
        signal_dbm=heard.signal_dbm,
        quality_percent=heard.quality_percent,
        channel=channel,
        generation=generation_of(elements, channel),
        streams=streams_of(elements, channel),
        max_rate_bps=max_rate_of(elements, channel),
        security=security_of(elements, heard.capability),
        tkip=_tkip(elements),
        load=_load(elements),
        country=_told(elements, 7, elements.country.code if elements.country else None),
        legacy_present=_told(elements, 42, elements.erp.legacy_present if elements.erp else None),
        beacon_interval_ms=_interval(heard.beacon_interval_tu),
        seen_s_ago=heard.seen_s_ago,
    )


def networks_of(heard: Heard) -> tuple[Network, ...]:
    """The network, and those in whose name it also sends (Multiple BSSID, 802.11-2020 11.1.3.8)."""
    elements = decode(heard.elements)
    return (_network(heard, elements), *_on_behalf(heard, elements))


def _on_behalf(heard: Heard, elements: Elements) -> Iterator[Network]:
    for other in spoken_for(heard.bssid, heard.elements, elements):
        told = NOT_TOLD if other.capability is None else other.capability
        itself = msgspec.structs.replace(heard, bssid=other.bssid, capability=told)
        yield _network(itself, other.elements)


def name_of(elements: Elements) -> Name:
    if elements.mesh_id:  # 802.11s access points send an empty SSID and their mesh's name
        return ssid_name(elements.mesh_id)
    if elements.ssid is None:
        return Unmeasured(Reason.BAD_ANSWER, "no whole SSID in the frame")
    return ssid_name(elements.ssid)


def security_of(elements: Elements, capability: int | Unmeasured) -> Security | Unmeasured:
    privacy = capability if isinstance(capability, Unmeasured) else bool(capability & _PRIVACY)
    nothing_whole = elements.rsn is None and elements.wpa is None and privacy is not False
    if 48 in elements.broken or (nothing_whole and (elements.cut or VENDOR in elements.broken)):
        return Unmeasured(Reason.BAD_ANSWER, "the security element is damaged or cut off")
    return security_type(elements.rsn, elements.rsn_override, elements.wpa, privacy=privacy)


def generation_of(elements: Elements, channel: Channel | Unmeasured) -> Generation | Unmeasured:
    """By the newest capability that the band allows: VHT does not exist at 2.4 GHz (21.1)."""
    band = None if isinstance(channel, Unmeasured) else channel.band
    shown = (
        (elements.eht, Generation.BE),
        (elements.he, Generation.AX),
        (None if band is Band.GHZ_2_4 else elements.vht, Generation.AC),
        (elements.ht, Generation.N),
    )
    for ability, generation in shown:
        if ability is not None:
            return generation
    if not elements.rates_bps:
        return Unmeasured(Reason.BAD_ANSWER, "no rates in the frame")
    if band is Band.GHZ_5:
        return Generation.A
    return Generation.B if _OLD_RATES.issuperset(elements.rates_bps) else Generation.G


def streams_of(elements: Elements, channel: Channel | Unmeasured) -> int | Unmeasured:
    generation = generation_of(elements, channel)
    newest = {
        Generation.BE: elements.eht,
        Generation.AX: elements.he,
        Generation.AC: elements.vht,
        Generation.N: elements.ht,
    }
    if isinstance(generation, Unmeasured):
        return generation
    ability = newest.get(generation)
    if ability is None:
        return 1  # before 802.11n there is one stream
    return ability.streams.count or Unmeasured(Reason.BAD_ANSWER, "no streams in the frame")


def max_rate_of(elements: Elements, channel: Channel | Unmeasured) -> float | Unmeasured:
    """Best rate at the width in use, in bit/s on the air."""
    rate = float(max(elements.rates_bps, default=0))
    width = 20
    if not isinstance(channel, Unmeasured) and not isinstance(channel.width_mhz, Unmeasured):
        width = channel.width_mhz
    if elements.ht is not None:
        rate = max(rate, elements.ht.rate_bps(width))
    if elements.vht is not None and not _at_2_4(channel):
        rate = max(rate, elements.vht.rate_bps(width, elements.ht))
    for ability in (elements.he, elements.eht):
        if ability is not None:
            rate = max(rate, ability.rate_bps(width))
    return rate or Unmeasured(Reason.BAD_ANSWER, "no rates in the frame")


def _at_2_4(channel: Channel | Unmeasured) -> bool:
    return not isinstance(channel, Unmeasured) and channel.band is Band.GHZ_2_4


def _tkip(elements: Elements) -> bool | Unmeasured:
    if 48 in elements.broken:
        return Unmeasured(Reason.BAD_ANSWER, "the security element is damaged")
    return allows_tkip(elements.rsn, elements.wpa)


def _load(elements: Elements) -> BssLoad | Unmeasured:
    if elements.load is None:
        return _absent(elements, 11)
    return BssLoad(stations=elements.load.stations, busy_share=elements.load.busy / 255)


def _told(elements: Elements, number: int, value: _T | None) -> _T | Unmeasured:
    return _absent(elements, number) if value is None else value


def _absent(elements: Elements, number: int) -> Unmeasured:
    if number in elements.broken:
        return Unmeasured(Reason.BAD_ANSWER, "the element is damaged")
    return Unmeasured(Reason.NOT_SUPPORTED, "the network does not tell")


def _interval(units: int | Unmeasured) -> float | Unmeasured:
    if isinstance(units, Unmeasured):
        return units
    return units * _TIME_UNIT_MS or Unmeasured(Reason.BAD_ANSWER, "an interval of nothing")
