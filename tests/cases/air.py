"""WiFi in figures: a sound link and its air, and the ways to spoil each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from diagnostics.air.channels import centre_of, frequency_of
from diagnostics.readings.wifi import (
    Ability,
    Band,
    BssLoad,
    Channel,
    ChannelUse,
    Concealed,
    Consent,
    Generation,
    JoinRefusal,
    LinkCounters,
    LinkEvent,
    LinkEventKind,
    LinkSample,
    LinkState,
    Network,
    NetworkName,
    OwnLink,
    Security,
    Wifi,
    WifiWatch,
)
from diagnostics.result import Reason, Unmeasured

NO = Unmeasured(Reason.NOT_SUPPORTED)
HIDDEN = Unmeasured(Reason.HIDDEN, "the system withholds it")
NO_SCAN = Unmeasured(Reason.NOT_APPLICABLE)
DENIED = Unmeasured(Reason.NOT_PERMITTED, "location is off")
HOME_NAME = "Maple House"
ROUTER_MAC = "02:00:00:00:00:01"  # the gateway of tests.cases.home
OWN_24, OWN_5, OWN_6 = "02:00:00:00:00:02", "02:00:00:00:00:03", "02:00:00:00:00:04"
NODE_24, NODE_5 = "5c:5c:00:1a:00:02", "5c:5c:00:1a:00:03"

BandWord = Literal["2.4", "5", "6"]


def channel(number: int, width_mhz: int = 20, band: Band | None = None) -> Channel:
    kind = band or (Band.GHZ_2_4 if number <= 14 else Band.GHZ_5)
    centre = centre_of(kind, number, width_mhz)
    return Channel(
        number=number,
        band=kind,
        width_mhz=width_mhz,
        frequency_mhz=frequency_of(kind, number),
        centre_mhz=NO if centre is None else round(centre),
    )


def bss(  # noqa: PLR0913
    name: str,
    bssid: str,
    where: Channel,
    signal_dbm: float,
    *,
    generation: Generation = Generation.N,
    busy: float | None = None,
    stations: int = 3,
    security: Security = Security.WPA2_PERSONAL,
    tkip: bool = False,
    legacy: bool | Unmeasured = False,
    max_rate_mbps: float | None = None,
) -> Network:
    return Network(
        bssid=bssid,
        name=NetworkName(text=name) if name else Concealed(),
        signal_dbm=signal_dbm,
        quality_percent=NO,
        channel=where,
        generation=generation,
        streams=2,
        max_rate_bps=NO if max_rate_mbps is None else max_rate_mbps * 1e6,
        security=security,
        tkip=tkip,
        load=NO if busy is None else BssLoad(stations=stations, busy_share=busy),
        country="DE",
        legacy_present=legacy,
        beacon_interval_ms=102.4,
        seen_s_ago=1.0,
    )


def neighbour(index: int, where: Channel, signal_dbm: float, busy: float | None = None) -> Network:
    """A foreign network; `index` makes name and address of its own."""
    return bss(f"Neighbour {index}", f"3c:a6:2f:{index:02x}:10:{index:02x}", where, signal_dbm,
               busy=busy)  # fmt: skip


def ability(
    bands: tuple[Band, ...] = (Band.GHZ_2_4, Band.GHZ_5),
    generation: Generation = Generation.AC,
    streams: int = 2,
    width_mhz: int = 80,
    max_rate_mbps: float = 867.0,
) -> Ability:
    """Of a usual laptop, under ETSI's rules: 12 and 13 allowed, 14 and 149 up not."""
    forbidden = (2484, *range(5745, 5886, 20))
    radar = (*range(5260, 5341, 20), *range(5500, 5721, 20))
    return Ability(
        bands=bands,
        generation=generation,
        streams=streams,
        width_mhz=width_mhz,
        max_rate_bps=max_rate_mbps * 1e6,
        country="DE",
        forbidden_mhz=forbidden,
        radar_mhz=radar,
    )


@dataclass(frozen=True)
class Air:
    """One home's radio. `replace` spoils single parts; `readings` gives both readings."""

    where: Channel = field(default_factory=lambda: channel(36, 80))
    signal_dbm: float | Unmeasured = -52.0
    noise_dbm: float | Unmeasured = -93.0
    rate_mbps: float | Unmeasured = 780.0
    generation: Generation = Generation.AC
    streams: int = 2
    name: str = HOME_NAME
    bssid: str = OWN_5
    state: LinkState = LinkState.JOINED
    security: Security = Security.WPA2_PERSONAL
    power_saving: bool | Unmeasured = False
    own: tuple[Network, ...] = ()
    around: tuple[Network, ...] = ()
    busy: dict[int, float] = field(default_factory=dict[int, float])  # MHz: share, survey
    ability: Ability | Unmeasured = field(default_factory=ability)
    known: tuple[str, ...] | Unmeasured = (HOME_NAME,)
    retries: tuple[float, ...] = (0.04, 0.05, 0.03, 0.06, 0.05, 0.04, 0.05, 0.03)
    counted: bool = True
    events: tuple[LinkEvent, ...] | Unmeasured = ()
    consent: Consent | Unmeasured = field(default_factory=lambda: Unmeasured(Reason.NOT_APPLICABLE))

    @property
    def networks(self) -> tuple[Network, ...]:
        signal = -100.0 if isinstance(self.signal_dbm, Unmeasured) else self.signal_dbm
        mine = bss(self.name, self.bssid, self.where, signal, generation=self.generation,
                   security=self.security)  # fmt: skip
        joined = self.state is LinkState.JOINED
        known = {one.bssid for one in self.own}
        first = (mine,) if joined and self.bssid not in known else ()
        return (*first, *self.own, *self.around)

    def link(self) -> OwnLink:
        joined = self.state is LinkState.JOINED
        rate = self.rate_mbps * 1e6 if isinstance(self.rate_mbps, float) else self.rate_mbps
        away = Unmeasured(Reason.NOT_APPLICABLE)
        return OwnLink(
            interface="wlan0",
            state=self.state,
            name=NetworkName(text=self.name) if joined else away,
            bssid=self.bssid if joined else away,
            signal_dbm=self.signal_dbm if joined else away,
            quality_percent=NO,
            noise_dbm=self.noise_dbm if joined else away,
            channel=self.where if joined else away,
            generation=self.generation if joined else away,
            streams=self.streams if joined else away,
            rx_rate_bps=rate if joined else away,
            tx_rate_bps=rate if joined else away,
            security=self.security if joined else away,
            counters=counters(400, 20) if self.counted and joined else NO,
            power_saving=self.power_saving,
            joined_for_s=4000.0 if joined else away,
        )

    def wifi(self) -> Wifi:
        rows = tuple(
            ChannelUse(
                frequency_mhz=mhz,
                in_use=mhz == self.where.frequency_mhz,
                counted_s=5.0 if mhz == self.where.frequency_mhz else 0.1,
                busy_share=share,
                own_share=0.02 if mhz == self.where.frequency_mhz else 0.0,
                noise_dbm=self.noise_dbm,
            )
            for mhz, share in self.busy.items()
        )
        known = self.known
        return Wifi(
            interface="wlan0",
            link=self.link(),
            ability=self.ability,
            networks=self.networks,
            scan_age_s=1.0,
            own_scan=NO_SCAN,
            channels=rows or NO,
            known_names=known
            if isinstance(known, Unmeasured)
            else tuple(NetworkName(text=name) for name in known),
            consent=self.consent,
        )

    def watch(self) -> WifiWatch:
        samples: list[LinkSample] = []
        sent = again = 0
        rate = self.rate_mbps * 1e6 if isinstance(self.rate_mbps, float) else self.rate_mbps
        for second, share in enumerate((0.0, *self.retries)):
            sent, again = sent + 100, again + round(100 * share)
            samples.append(
                LinkSample(
                    at_s=float(second),
                    state=self.state,
                    frequency_mhz=self.where.frequency_mhz,
                    quality_percent=NO,
                    bssid=self.bssid,
                    signal_dbm=self.signal_dbm,
                    noise_dbm=self.noise_dbm,
                    tx_rate_bps=rate,
                    rx_rate_bps=rate,
                    counters=counters(sent, again) if self.counted else NO,
                    busy_share=NO,
                )
            )
        joined = self.state is LinkState.JOINED
        return WifiWatch(
            interface="wlan0", samples=tuple(samples) if joined else (), events=self.events
        )

    def readings(self) -> tuple[Wifi, WifiWatch]:
        return self.wifi(), self.watch()


def counters(sent: int, again: int) -> LinkCounters:
    return LinkCounters(
        rx_packets=sent * 2,
        tx_packets=sent,
        tx_retries=again,
        tx_failed=again // 20,
        beacons_lost=0,
        rx_dropped=0,
    )


def event(at_s: float, kind: LinkEventKind, refusal: JoinRefusal | None = None) -> LinkEvent:
    return LinkEvent(
        at_s=at_s,
        kind=kind,
        bssid=OWN_5,
        reason_code=NO,
        refusal=NO if refusal is None else refusal,
    )


def told(wifi: Wifi) -> OwnLink:
    assert isinstance(wifi.link, OwnLink)
    return wifi.link


def hide(wifi: Wifi, watch: WifiWatch) -> tuple[Wifi, WifiWatch]:
    """As a Mac tells without consent: signal, noise, channel and rate, but no name or address."""
    link = msgspec.structs.replace(told(wifi), name=HIDDEN, bssid=HIDDEN)
    seen = () if isinstance(wifi.networks, Unmeasured) else wifi.networks
    nameless = tuple(msgspec.structs.replace(one, name=HIDDEN, bssid=HIDDEN) for one in seen)
    samples = tuple(msgspec.structs.replace(one, bssid=HIDDEN) for one in watch.samples)
    return (
        msgspec.structs.replace(
            wifi, link=link, networks=nameless, known_names=HIDDEN, consent=Consent.MACOS_LOCATION
        ),
        msgspec.structs.replace(watch, samples=samples),
    )


def deny(wifi: Wifi, watch: WifiWatch) -> tuple[Wifi, WifiWatch]:
    """As Windows tells with location off: no list of networks, no name, no counters."""
    link = msgspec.structs.replace(told(wifi), name=DENIED, bssid=DENIED, counters=NO)
    samples = tuple(
        msgspec.structs.replace(one, bssid=DENIED, counters=NO) for one in watch.samples
    )
    return (
        msgspec.structs.replace(
            wifi,
            link=link,
            networks=DENIED,
            channels=NO,
            known_names=DENIED,
            consent=Consent.WINDOWS_LOCATION,
        ),
        msgspec.structs.replace(watch, samples=samples),
    )
