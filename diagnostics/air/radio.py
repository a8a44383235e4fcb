"""The home's radio out of the readings: own link, own network, neighbours, what is withheld."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from diagnostics.air.airtime import Neighbour, Share, Witness, share_of
from diagnostics.air.channels import Lane, lane_from
from diagnostics.air.rates import Gear, link_rate_bps, noise_dbm, payload_bps, widest
from diagnostics.evidence import Evidence
from diagnostics.readings.home import Gateway
from diagnostics.readings.interfaces import Interfaces
from diagnostics.readings.wifi import (
    Band,
    Generation,
    LinkState,
    Network,
    NetworkName,
    OwnLink,
    Wifi,
    WifiWatch,
)
from diagnostics.result import Reason, Unmeasured

#: reasons for which the system or the driver keeps a fact to itself
WITHHELD = (Reason.HIDDEN, Reason.NOT_PERMITTED)
#: a network that was last heard longer ago is no neighbour of now
_STALE_S = 90.0
#: seconds of counted air time that a share of now may rest on
_FEWEST_MOMENTS = 3
#: Microsoft's wlanSignalQuality: 0 % is -100 dBm, 100 % is -50 dBm, linear between
_QUALITY_FLOOR_DBM, _DBM_PER_PERCENT = -100.0, 0.5
NO_FIGURE = Unmeasured(Reason.NEEDS_OTHER, "the radio does not tell")


def dbm_of(
    signal_dbm: float | Unmeasured, quality_percent: float | Unmeasured
) -> float | Unmeasured:
    """The signal; where the system gives none, from its quality."""
    if not isinstance(signal_dbm, Unmeasured):
        return signal_dbm
    if isinstance(quality_percent, Unmeasured):
        return signal_dbm
    return _QUALITY_FLOOR_DBM + _DBM_PER_PERCENT * quality_percent


def akin(one: str, other: str) -> bool:
    """Two link-layer addresses of one box: same maker's part and number, but for the last steps.

    Boxes number their radios and names upwards in the last byte, or flip the locally administered
    bit of the first (802-2014, 8.2.2).
    """
    try:
        mine, its = (bytes.fromhex(text.replace(":", "")) for text in (one, other))
    except ValueError:
        return False
    if len(mine) != 6 or len(its) != 6 or (mine[0] ^ its[0]) & 0x01:
        return False
    near = abs(int.from_bytes(mine[3:]) - int.from_bytes(its[3:])) <= 16
    return mine[1:3] == its[1:3] and (near or mine[3:5] == its[3:5])


@dataclass(frozen=True)
class Radio:
    """`wifi` as read, and what follows from it. Figures that nothing tells are Unmeasured."""

    wifi: Wifi
    watch: WifiWatch | Unmeasured
    gateway_mac: str | Unmeasured
    link: OwnLink

    @property
    def joined(self) -> bool:
        return self.link.state is LinkState.JOINED

    @cached_property
    def lane(self) -> Lane | Unmeasured:
        channel = self.link.channel
        if isinstance(channel, Unmeasured):
            own = self.own_bss
            channel = channel if isinstance(own, Unmeasured) else own.channel
        if isinstance(channel, Unmeasured):
            return channel
        return lane_from(channel) or NO_FIGURE

    @property
    def band(self) -> Band | Unmeasured:
        return self.lane if isinstance(self.lane, Unmeasured) else self.lane.band

    @cached_property
    def signal_dbm(self) -> float | Unmeasured:
        """Median over the check; a single reading where it was not watched."""
        if not isinstance(self.watch, Unmeasured):
            seen = [
                dbm_of(one.signal_dbm, one.quality_percent)
                for one in self.watch.samples
                if one.state is LinkState.JOINED
            ]
            known = [one for one in seen if not isinstance(one, Unmeasured)]
            if known:
                return statistics.median(known)
        return dbm_of(self.link.signal_dbm, self.link.quality_percent)

    @cached_property
    def rate_bps(self) -> float | Unmeasured:
        """Rate on the air: the better of both directions, median over the check."""
        rates = [one for one in self._rates() if one > 0]
        return statistics.median(rates) if rates else NO_FIGURE

    def _rates(self) -> Iterable[float]:
        rows = () if isinstance(self.watch, Unmeasured) else self.watch.samples
        for one in (*rows, self.link):
            pair = (one.rx_rate_bps, one.tx_rate_bps)
            # an idle direction keeps sending management frames at the lowest rate
            yield max((rate for rate in pair if not isinstance(rate, Unmeasured)), default=0.0)

    @cached_property
    def gear(self) -> Gear:
        """What both ends can do now; the least that is certain where a fact is missing."""
        generation = self.link.generation
        if isinstance(generation, Unmeasured) and not isinstance(self.own_bss, Unmeasured):
            generation = self.own_bss.generation
        if isinstance(generation, Unmeasured):
            generation = Generation.N
        streams = self.link.streams
        width = 20 if isinstance(self.lane, Unmeasured) else self.lane.width_mhz
        return Gear(generation, 1 if isinstance(streams, Unmeasured) else streams, width)

    # --- who is who in the air ----------------------------------------------------------------

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        found = self.wifi.networks
        if isinstance(found, Unmeasured):
            return ()
        return tuple(one for one in found if _fresh(one))

    @cached_property
    def own_bss(self) -> Network | Unmeasured:
        if isinstance(self.link.bssid, Unmeasured):
            return self.link.bssid
        same = [one for one in self.networks if one.bssid == self.link.bssid]
        return same[0] if same else NO_FIGURE

    @cached_property
    def name(self) -> str | Unmeasured:
        """Of the network joined."""
        if isinstance(self.link.name, NetworkName):
            return self.link.name.text
        own = self.own_bss
        if not isinstance(own, Unmeasured) and isinstance(own.name, NetworkName):
            return own.name.text
        return self.link.name if isinstance(self.link.name, Unmeasured) else NO_FIGURE

    def is_own(self, network: Network) -> bool:
        """Of the network joined: the same name, or another radio or name of the same box."""
        if isinstance(network.name, NetworkName) and network.name.text == self.name:
            return True
        bssid, mine = network.bssid, self.link.bssid
        if isinstance(bssid, Unmeasured) or isinstance(mine, Unmeasured):
            return False
        return bssid == mine or akin(bssid, mine)

    @cached_property
    def siblings(self) -> tuple[Network, ...]:
        """Other radios that carry the same name."""
        return tuple(
            one
            for one in self.networks
            if isinstance(one.name, NetworkName)
            and one.name.text == self.name
            and one.bssid != self.link.bssid
        )

    @cached_property
    def others(self) -> tuple[Neighbour, ...]:
        """Foreign networks with a place and a power."""
        rows = [_neighbour(one) for one in self.networks if not self._maybe_own(one)]
        return tuple(one for one in rows if one is not None)

    def _maybe_own(self, network: Network) -> bool:
        """Where names and addresses are withheld, the loudest on our very channel is ours."""
        if self.is_own(network):
            return True
        if not isinstance(network.bssid, Unmeasured) or isinstance(self.lane, Unmeasured):
            return False
        return network is self._loudest_here

    @cached_property
    def _loudest_here(self) -> Network | None:
        lane = self.lane
        if isinstance(lane, Unmeasured):
            return None
        here = [one for one in self.networks if _primary_of(one) == lane.primary_mhz]
        return max(here, key=_loudness, default=None)

    @cached_property
    def witnesses(self) -> tuple[Witness, ...]:
        """What the adapter counted on each channel, less our own frames."""
        rows = () if isinstance(self.wifi.channels, Unmeasured) else self.wifi.channels
        found: list[Witness] = []
        for one in rows:
            if isinstance(one.busy_share, Unmeasured):
                continue
            lately = self._busy_lately if one.in_use else None
            own = 0.0 if isinstance(one.own_share, Unmeasured) else one.own_share
            busy = max(one.busy_share - own, 0.0) if lately is None else lately
            found.append(Witness(one.frequency_mhz, busy, one.in_use))
        return tuple(found)

    @cached_property
    def _busy_lately(self) -> float | None:
        """Busy share of the channel in use in the calmer moments of this check, when its own load
        was not on the air; None where too few were counted. Drivers count since they began, so
        that their totals speak of hours, and so does the first sample.
        """
        rows = () if isinstance(self.watch, Unmeasured) else self.watch.samples[1:]
        known = sorted(one.busy_share for one in rows if isinstance(one.busy_share, float))
        return known[len(known) // 4] if len(known) >= _FEWEST_MOMENTS else None

    @property
    def tells_own_share(self) -> bool:
        """Whether the adapter counts its own frames apart on the channel in use."""
        rows = () if isinstance(self.wifi.channels, Unmeasured) else self.wifi.channels
        return any(one.in_use and not isinstance(one.own_share, Unmeasured) for one in rows)

    @cached_property
    def share(self) -> Share | Unmeasured:
        """Expected air time that others take on the channel in use."""
        if isinstance(self.lane, Unmeasured):
            return self.lane
        if isinstance(self.wifi.networks, Unmeasured) and not self.witnesses:
            return self.wifi.networks
        return share_of(self.lane, self.others, self.witnesses, self.heard_dbm)

    @property
    def heard_dbm(self) -> float:
        """Own signal for the model; middling where the system does not tell it."""
        return -60.0 if isinstance(self.signal_dbm, Unmeasured) else self.signal_dbm

    @cached_property
    def noise_floor_dbm(self) -> float | Unmeasured:
        """Noise of the channel in use, as the adapter gives it for its own bandwidth."""
        seen = (
            [] if isinstance(self.watch, Unmeasured) else [o.noise_dbm for o in self.watch.samples]
        )
        known = [one for one in (*seen, self.link.noise_dbm) if not isinstance(one, Unmeasured)]
        if not known and not isinstance(self.wifi.channels, Unmeasured):
            used = [one.noise_dbm for one in self.wifi.channels if one.in_use]
            known = [one for one in used if not isinstance(one, Unmeasured)]
        return statistics.median(known) if known else NO_FIGURE

    # --- what the hop carries -------------------------------------------------------------------

    @cached_property
    def carries_bps(self) -> float | Unmeasured:
        """Payload that the link lets expect: rate on the air, less overhead and others' share."""
        rate = self.rate_bps
        if isinstance(rate, Unmeasured):
            return rate
        alone = payload_bps(rate, self.gear.generation)
        return alone if isinstance(self.share, Unmeasured) else alone * self.share.free

    def could_carry_bps(self, network: Network, *, busy: bool = True) -> float:
        """The same of another radio of the home, at the signal that it has here. 0 if untold."""
        lane = None if isinstance(network.channel, Unmeasured) else lane_from(network.channel)
        signal = dbm_of(network.signal_dbm, network.quality_percent)
        if lane is None or isinstance(signal, Unmeasured):
            return 0.0
        generation = network.generation
        if isinstance(generation, Unmeasured):
            generation = Generation.AC if lane.band is Band.GHZ_5 else self.gear.generation
        width = max(lane.width_mhz, 20)
        gear = Gear(generation, self.gear.streams, min(width, self._widest(generation, lane)))
        rate = link_rate_bps(gear, signal - noise_dbm(gear.width_mhz))
        free = share_of(lane, self.others, self.witnesses, signal).free if busy else 1.0
        return payload_bps(rate, generation) * free

    def _widest(self, generation: Generation, lane: Lane) -> int:
        ability = self.wifi.ability
        told = ability if isinstance(ability, Unmeasured) else ability.width_mhz
        return (
            max(widest(generation, lane.band), lane.width_mhz)
            if isinstance(told, Unmeasured)
            else max(told, 20)
        )

    def withheld(self, fact: object) -> bool:
        return isinstance(fact, Unmeasured) and fact.reason in WITHHELD


def _fresh(network: Network) -> bool:
    return isinstance(network.seen_s_ago, Unmeasured) or network.seen_s_ago <= _STALE_S


def _loudness(network: Network) -> float:
    signal = dbm_of(network.signal_dbm, network.quality_percent)
    return -200.0 if isinstance(signal, Unmeasured) else signal


def _primary_of(network: Network) -> int:
    lane = None if isinstance(network.channel, Unmeasured) else lane_from(network.channel)
    return 0 if lane is None else lane.primary_mhz


def _neighbour(network: Network) -> Neighbour | None:
    lane = None if isinstance(network.channel, Unmeasured) else lane_from(network.channel)
    signal = dbm_of(network.signal_dbm, network.quality_percent)
    if lane is None or isinstance(signal, Unmeasured):
        return None
    load = math.nan if isinstance(network.load, Unmeasured) else network.load.busy_share
    return Neighbour(lane, signal, load)


def radio_of(evidence: Evidence) -> Radio | Unmeasured:
    """The reason why not, where there is no WiFi reading."""
    wifi = evidence.value(Wifi)
    if isinstance(wifi, Unmeasured):
        return wifi
    gateway = evidence.value(Gateway)
    mac = gateway if isinstance(gateway, Unmeasured) else gateway.neighbour.mac
    link = wifi.link
    if isinstance(link, Unmeasured):
        link = _untold(wifi.interface, link, joined=_has_carrier(evidence, wifi.interface))
    return Radio(wifi, evidence.value(WifiWatch), mac, link)


def _has_carrier(evidence: Evidence, interface: str) -> bool:
    reading = evidence.value(Interfaces)
    if isinstance(reading, Unmeasured):
        return False
    return any(one.name == interface and one.carrier is True for one in reading.interfaces)


def _untold(interface: str, reason: Unmeasured, *, joined: bool) -> OwnLink:
    """A link of which the system tells nothing at all; whether it is up, the carrier tells."""
    return OwnLink(
        interface=interface,
        state=LinkState.JOINED if joined else LinkState.DISCONNECTED,
        name=reason,
        bssid=reason,
        signal_dbm=reason,
        quality_percent=reason,
        noise_dbm=reason,
        channel=reason,
        generation=reason,
        streams=reason,
        rx_rate_bps=reason,
        tx_rate_bps=reason,
        security=reason,
        counters=reason,
        power_saving=reason,
        joined_for_s=reason,
    )
