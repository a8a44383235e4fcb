"""The own link, put together from what the kernel tells in several places."""

from __future__ import annotations

from diagnostics.platforms.nl80211_scan import BssRow
from diagnostics.platforms.nl80211_station import InterfaceRow, Rate, StationRow
from diagnostics.readings.wifi import (
    Band,
    Channel,
    ChannelUse,
    Generation,
    LinkCounters,
    LinkState,
    Name,
    Network,
    OwnLink,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.beacon import network_of
from diagnostics.wire.wifi.ssid import ssid_name

_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "the driver does not tell")
_IN_DBM = Unmeasured(Reason.NOT_SUPPORTED, "the driver gives dBm")
_NOT_JOINED = Unmeasured(Reason.NOT_APPLICABLE, "not joined")
_OLD = {Band.GHZ_2_4: Generation.G, Band.GHZ_5: Generation.A}
_CCK_BPS = 11_000_000


def unjoined_link(interface: str, state: LinkState) -> OwnLink:
    return OwnLink(
        interface=interface,
        state=state,
        name=_NOT_JOINED,
        bssid=_NOT_JOINED,
        signal_dbm=_NOT_JOINED,
        quality_percent=_NOT_JOINED,
        noise_dbm=_NOT_JOINED,
        channel=_NOT_JOINED,
        generation=_NOT_JOINED,
        streams=_NOT_JOINED,
        rx_rate_bps=_NOT_JOINED,
        tx_rate_bps=_NOT_JOINED,
        security=_NOT_JOINED,
        counters=_NOT_JOINED,
        power_saving=_NOT_JOINED,
        joined_for_s=_NOT_JOINED,
    )


def joined_link(
    row: InterfaceRow,
    station: StationRow,
    bss: BssRow | None,
    uses: tuple[ChannelUse, ...],
    saving: bool | Unmeasured,
) -> OwnLink:
    """`bss` is the kernel's memory of our access point: it may have none for a while."""
    network = None if bss is None else network_of(bss.heard)
    channel = _channel(row, network)
    rates = [rate for rate in (station.sent, station.received) if rate is not None]
    in_use = [use for use in uses if use.in_use]
    return OwnLink(
        interface=row.name,
        state=LinkState.JOINED if station.authorised else LinkState.JOINING,
        name=_name(row, network),
        bssid=station.bssid,
        signal_dbm=station.signal_dbm,
        quality_percent=_IN_DBM if isinstance(station.signal_dbm, float) else _NOT_TOLD,
        noise_dbm=in_use[0].noise_dbm if in_use else _NOT_TOLD,
        channel=channel,
        generation=_generation(rates, channel, station.counters, network),
        streams=max((rate.streams for rate in rates), default=_NOT_TOLD),
        rx_rate_bps=_NOT_TOLD if station.received is None else station.received.bps,
        tx_rate_bps=_NOT_TOLD if station.sent is None else station.sent.bps,
        security=_security(network),
        counters=station.counters,
        power_saving=saving,
        joined_for_s=station.joined_for_s,
    )


def _channel(row: InterfaceRow, network: Network | None) -> Channel | Unmeasured:
    """The kernel's own setting; what the access point announces where that is not told."""
    if row.channel is not None:
        return row.channel
    return _NOT_TOLD if network is None else network.channel


def _name(row: InterfaceRow, network: Network | None) -> Name:
    if row.ssid is not None:  # linux 4.14 and later
        return ssid_name(row.ssid)
    return _NOT_TOLD if network is None else network.name


def _security(network: Network | None) -> Security | Unmeasured:
    return _NOT_TOLD if network is None else network.security


def _generation(
    rates: list[Rate],
    channel: Channel | Unmeasured,
    counters: LinkCounters,
    network: Network | None,
) -> Generation | Unmeasured:
    """By the rates in use: what the access point could do may not be what is done."""
    order = list(Generation)
    newer = [rate.generation for rate in rates if rate.generation is not None]
    if newer:
        return max(newer, key=order.index)
    sent = counters.tx_packets
    few = isinstance(sent, int) and sent < _FEW_PACKETS
    if (not rates or few) and network is not None:
        return network.generation
    if isinstance(channel, Unmeasured) or isinstance(channel.band, Unmeasured) or not rates:
        return _NOT_TOLD
    old = _OLD.get(channel.band, _NOT_TOLD)
    slow = max(rate.bps for rate in rates) <= _CCK_BPS
    shows_b = old is Generation.G and network is not None and network.generation is Generation.B
    return Generation.B if slow and shows_b else old


#: The first frames (log-in, DHCP) go at old rates on every network.
_FEW_PACKETS = 50
