"""nl80211's rows about the own link: interface, station, rate, survey. Bytes to typed values."""

from __future__ import annotations

import msgspec

from diagnostics.platforms.nl80211 import Attribute, Attributes, Message, attributes, number
from diagnostics.readings.wifi import Channel, ChannelUse, Generation, LinkCounters
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.frequencies import band_of, channel_number

NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "the driver does not tell")
STATION = 2  # NL80211_IFTYPE_STATION
_AUTHORISED = 1 << 1  # NL80211_STA_FLAG_AUTHORIZED
_WIDTHS_MHZ = {0: 20, 1: 20, 2: 40, 3: 80, 4: 160, 5: 160, 6: 5, 7: 10, 13: 320}
_80_PLUS_80 = 4
#: NL80211_RATE_INFO_*: width flags, widest last.
_RATE_WIDTHS = ((3, 40), (8, 80), (9, 160), (10, 160), (18, 320))


class InterfaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A WiFi interface; `ssid` and `channel` while it is joined."""

    index: int
    name: str
    wiphy: int
    kind: int
    ssid: bytes | None
    channel: Channel | None


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """Generation None: a rate from before 802.11n."""

    bps: float
    generation: Generation | None
    streams: int
    width_mhz: int


class StationRow(msgspec.Struct, frozen=True, kw_only=True):
    """The access point as our driver counts it."""

    bssid: str
    authorised: bool
    signal_dbm: float | Unmeasured
    sent: Rate | None
    received: Rate | None
    counters: LinkCounters
    joined_for_s: float | Unmeasured


def interface_row(message: Message) -> InterfaceRow | None:
    found = message.attributes
    name = found.get(Attribute.INTERFACE_NAME)
    index, kind = message.number(Attribute.INTERFACE), message.number(Attribute.INTERFACE_TYPE)
    if name is None or index is None or kind is None:  # a P2P device has no interface
        return None
    return InterfaceRow(
        index=index,
        name=name.rstrip(b"\0").decode("utf-8", "replace"),
        wiphy=message.number(Attribute.WIPHY) or 0,
        kind=kind,
        ssid=found.get(Attribute.SSID),
        channel=_channel(message),
    )


def _channel(message: Message) -> Channel | None:
    frequency_mhz = message.number(Attribute.FREQUENCY)
    if frequency_mhz is None:
        return None
    channel, band = channel_number(frequency_mhz), band_of(frequency_mhz)
    if channel is None:
        return None
    width = message.number(Attribute.WIDTH)
    return Channel(
        number=channel,
        band=band or NOT_TOLD,
        width_mhz=_WIDTHS_MHZ.get(-1 if width is None else width, NOT_TOLD),
        frequency_mhz=frequency_mhz,
        centre_mhz=message.number(Attribute.CENTRE) or NOT_TOLD,
        second_centre_mhz=(message.number(Attribute.SECOND_CENTRE) or 0)
        if width == _80_PLUS_80
        else 0,
    )


def station_row(message: Message) -> StationRow | None:
    mac = message.attributes.get(Attribute.MAC)
    if mac is None or len(mac) != 6:
        return None
    info = attributes(message.attributes.get(Attribute.STATION_INFO, b""))
    flags = info.get(17, b"")  # mask and set, four bytes each
    joined_for_s = number(info.get(16))
    return StationRow(
        bssid=mac.hex(":"),
        authorised=bool((number(flags[4:8]) or 0) & _AUTHORISED),
        signal_dbm=_dbm(info.get(7)),
        sent=rate(info.get(8)),
        received=rate(info.get(14)),
        counters=LinkCounters(
            rx_packets=_counted(info, 9),
            tx_packets=_counted(info, 10),
            tx_retries=_counted(info, 11),
            tx_failed=_counted(info, 12),
            beacons_lost=_counted(info, 18),
            rx_dropped=_counted(info, 28),
        ),
        joined_for_s=NOT_TOLD if joined_for_s is None else float(joined_for_s),
    )


def _counted(info: Attributes, kind: int) -> int | Unmeasured:
    found = number(info.get(kind))
    return NOT_TOLD if found is None else found


def _dbm(data: bytes | None) -> float | Unmeasured:
    """Drivers that know no dBm leave it out; a few say 0, which no station hears."""
    found = number(data, signed=True)
    return float(found) if found else NOT_TOLD


def rate(data: bytes | None) -> Rate | None:
    """One NL80211_RATE_INFO group, in steps of 100 kbit/s; None while nothing was sent."""
    found = attributes(data or b"")
    steps = number(found.get(5)) or number(found.get(1))
    if not steps:
        return None
    width = max((mhz for kind, mhz in _RATE_WIDTHS if kind in found), default=20)
    generation, streams = _generation(found)
    return Rate(bps=steps * 100_000.0, generation=generation, streams=streams, width_mhz=width)


def _generation(found: Attributes) -> tuple[Generation | None, int]:
    kinds = ((20, Generation.BE), (14, Generation.AX), (7, Generation.AC))
    for streams_kind, generation in kinds:
        streams = number(found.get(streams_kind))
        if streams is not None:
            return generation, streams
    mcs = number(found.get(2))
    return (None, 1) if mcs is None else (Generation.N, mcs // 8 + 1)


def channel_use(message: Message) -> ChannelUse | None:
    info = attributes(message.attributes.get(Attribute.SURVEY_INFO, b""))
    frequency_mhz = number(info.get(1))
    if frequency_mhz is None:  # a survey of the whole radio
        return None
    counted_ms = number(info.get(4))
    sent, own_received = number(info.get(8)), number(info.get(11))
    own = None if sent is None or own_received is None else sent + own_received
    return ChannelUse(
        frequency_mhz=frequency_mhz,
        in_use=3 in info,
        counted_s=NOT_TOLD if counted_ms is None else counted_ms / 1000,
        busy_share=_share(number(info.get(5)), counted_ms),
        own_share=_share(own, counted_ms),
        noise_dbm=_dbm(info.get(2)),
    )


def _share(part_ms: int | None, whole_ms: int | None) -> float | Unmeasured:
    if part_ms is None or not whole_ms:
        return NOT_TOLD
    return round(min(1.0, part_ms / whole_ms), 4)
