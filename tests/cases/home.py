"""A home in figures: typed readings of a sound connection, and the ways to spoil each of them.

Written by hand as the probes would give them, so that the diagnosis is proven without a network.
Addresses are of the usual private ranges and of public anchors; nothing is contacted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import msgspec

from diagnostics.evidence import Evidence, Outcome
from diagnostics.profile import Plan, Profile, Technology
from diagnostics.readings.addressing import (
    Addressing,
    AddressOrigin,
    AddressScope,
    ConfiguredResolver,
    DefaultRoute,
    Dhcp,
    InterfaceAddress,
    Lease,
    ResolverRole,
    Settings,
)
from diagnostics.readings.echo import Echo, EchoMethod, EchoSeries
from diagnostics.readings.filtering import Filtering, NameFilter, SiteFilter
from diagnostics.readings.home import Gateway, LanHosts, Neighbour, NeighbourState
from diagnostics.readings.interfaces import Counters, Duplex, Interface, InterfaceKind, Interfaces
from diagnostics.readings.load import (
    Confidence,
    CrossTraffic,
    DelayAtPlace,
    DelayPhase,
    PlaceKind,
    SpeedFigure,
    Throughput,
    Where,
)
from diagnostics.readings.names import Names, QuerySet, ResolverReading, SystemLookup
from diagnostics.readings.path import Anchors, Hop, MtuFinding, Path, PathMtu, Place
from diagnostics.readings.router import (
    AccessKind,
    LinkState,
    RouterFacts,
    WanError,
    WanPort,
    WanState,
    WanTraffic,
)
from diagnostics.readings.sessions import Sessions
from diagnostics.readings.status import ProviderStatus
from diagnostics.readings.voice import Voice, VoiceWay
from diagnostics.readings.watch import Drop, Watch, WatchedPlace
from diagnostics.readings.web import Clock, Fetch, FetchEnd, Portal, PortalCheck, PortalFinding, Web
from diagnostics.result import NOT_RUN, Measured, Reading, Reason, Unmeasured

SILENT = Unmeasured(Reason.NO_ANSWER)
NONE_HERE = Unmeasured(Reason.NOT_APPLICABLE)
ROUTER, OWN, EDGE, PROVIDER_DNS = "192.168.1.1", "192.168.1.23", "81.2.69.1", "81.2.64.53"
ANCHORS = ("1.1.1.1", "8.8.8.8", "9.9.9.9")
SITES = ("www.wikipedia.org", "www.google.com", "www.microsoft.com", "www.bbc.co.uk")
SPACING_S = 0.05


def echoes(  # noqa: PLR0913 - a series in one line
    target: str,
    rtt_ms: float,
    *,
    sent: int = 60,
    lost: Sequence[int] = (),
    spread_ms: float = 1.0,
    duplicates: int = 0,
    reordered: int = 0,
    swell: bool = False,
) -> EchoSeries:
    """A series with losses at these positions and delays spread evenly over `spread_ms`.

    Delays jump from echo to echo, or swell slowly as those of a queue do. Far places lose single
    packets at moments of their own.
    """
    gone = _own_moments(target, set(lost), sent)
    shape = [(index % 30) / 30 if swell else (index * 7 % 10) / 10 for index in range(sent)]
    delays = [rtt_ms + spread_ms * part for part in shape]
    rows = tuple(
        Echo(sent_s=index * SPACING_S, rtt_ms=SILENT if index in gone else delay)
        for index, delay in enumerate(delays)
    )
    series = series_of(target, rows)
    return msgspec.structs.replace(
        series, duplicates=duplicates, reordered=reordered, jitter_ms=spread_ms / 3
    )


def series_of(target: str, rows: tuple[Echo, ...]) -> EchoSeries:
    """The figures of these echoes."""
    known = sorted(row.rtt_ms for row in rows if isinstance(row.rtt_ms, float))
    if not known:
        return dead(target, len(rows))
    return EchoSeries(
        target=target,
        method=EchoMethod.ICMP_KERNEL,
        sent=len(rows),
        received=len(known),
        duplicates=0,
        reordered=0,
        loss_percent=100 * (len(rows) - len(known)) / len(rows),
        rtt_min_ms=known[0],
        rtt_median_ms=known[len(known) // 2],
        rtt_p90_ms=known[int(0.9 * len(known))],
        rtt_max_ms=known[-1],
        jitter_ms=(known[-1] - known[0]) / 3,
        longest_gap_s=0.0,
        echoes=rows,
    )


def _own_moments(target: str, lost: set[int], sent: int) -> set[int]:
    if target not in ANCHORS or any(place + 1 in lost for place in lost):
        return lost
    return {(place + 3 + 3 * ANCHORS.index(target)) % sent for place in lost}


def dead(target: str, sent: int = 60) -> EchoSeries:
    """Nothing came back."""
    return EchoSeries(
        target=target,
        method=EchoMethod.ICMP_KERNEL,
        sent=sent,
        received=0,
        duplicates=0,
        reordered=0,
        loss_percent=100.0,
        rtt_min_ms=SILENT,
        rtt_median_ms=SILENT,
        rtt_p90_ms=SILENT,
        rtt_max_ms=SILENT,
        jitter_ms=SILENT,
        longest_gap_s=sent * SPACING_S,
    )


def every(step: int, sent: int = 60) -> tuple[int, ...]:
    """Positions of scattered losses: one in `step`."""
    return tuple(range(step // 2, sent, step))


@dataclass(frozen=True)
class Delay:
    """Idle delay of the places, and what load adds at each, ms."""

    gateway_ms: float = 0.6
    edge_ms: float = 9.0
    anchor_ms: float = 14.0
    gateway_adds: tuple[float, float] = (0.2, 0.2)  # under download, under upload
    line_adds: tuple[float, float] = (20.0, 25.0)


@dataclass(frozen=True)
class HomeInFigures:
    """Everything that a check of one home measures; `replace` spoils single parts."""

    plan: Plan = Plan(down_mbps=100, up_mbps=20, technology=Technology.CABLE)  # noqa: RUF009
    kind: InterfaceKind = InterfaceKind.ETHERNET
    speed_mbps: float = 1000.0
    delay: Delay = Delay()
    down_mbps: tuple[float, ...] = (95.0,)
    up_mbps: tuple[float, ...] = (19.2,)
    readings: dict[str, Outcome] = field(default_factory=dict[str, Outcome])

    def having(self, *readings: Reading) -> HomeInFigures:
        """With these readings instead of the sound ones."""
        changed = {one.PROBE: Measured(reading=one) for one in readings}
        return replace(self, readings={**self.readings, **changed})

    def without(self, *kinds: type[Reading], reason: Reason = Reason.NOT_RUN) -> HomeInFigures:
        gone = {kind.PROBE: Unmeasured(reason) for kind in kinds}
        return replace(self, readings={**self.readings, **gone})

    def evidence(self) -> Evidence:
        sound: tuple[Reading, ...] = (
            interfaces(self.kind, self.speed_mbps),
            addressing(),
            dhcp(),
            Settings(proxies=(), proxy_url=NONE_HERE, hosts_overrides=()),
            gateway(self.delay.gateway_ms),
            router_facts(),
            lan_hosts(),
            path(self.delay.edge_ms),
            anchors(self.delay.anchor_ms),
            PathMtu(
                family=4,
                target=ANCHORS[0],
                finding=MtuFinding.CLEAR,
                path_mtu_bytes=1500,
                link_mtu_bytes=1500,
                small_sent=5,
                small_received=5,
                big_sent=5,
                big_received=5,
            ),
            names(self.delay.edge_ms),
            web(),
            Clock(http_date_offset_s=0.2, http_sources=3, ntp_offset_s=0.01),
            portal(),
            filtering(),
            ProviderStatus(notices=()),
            Sessions(tried=40, opened=40, late=0, kept_alive=True),
            cross_traffic(),
            throughput(self),
            watch(),
        )
        outcomes: dict[str, Outcome] = {one.PROBE: Measured(reading=one) for one in sound}
        untold = ("dhcp-offers", "driver-log", "modem-signal", "history", "refusals")
        away = (*untold, "tunnel", "home-devices", "wifi", "wifi-watch")
        outcomes |= dict.fromkeys(away, NONE_HERE)
        return Evidence({**outcomes, **self.readings})

    def profile(self) -> Profile:
        return Profile(plan=self.plan)


# --- single readings, sound unless told otherwise -------------------------------------------------


def interface(kind: InterfaceKind, speed_mbps: float, *, carrier: bool = True) -> Interface:
    wired = kind is InterfaceKind.ETHERNET
    return Interface(
        name="wlan0" if kind is InterfaceKind.WIFI else "eth0",
        kind=kind,
        admin_up=True,
        carrier=carrier,
        speed_mbps=speed_mbps if wired and carrier else NONE_HERE,
        supported_mbps=1000.0 if wired else NONE_HERE,
        duplex=Duplex.FULL if wired and carrier else NONE_HERE,
        mtu_bytes=1500,
        mac="02:00:00:00:00:23",
        counters=Counters(
            rx_bytes=10**7,
            tx_bytes=10**6,
            rx_packets=9000,
            tx_packets=7000,
            rx_errors=0,
            tx_errors=0,
            rx_dropped=3,
            tx_dropped=0,
        ),
        carrier_changes=2,
    )


def interfaces(
    kind: InterfaceKind = InterfaceKind.ETHERNET,
    speed_mbps: float = 1000.0,
    *,
    carrier: bool = True,
    errors: int = 0,
    drops: int = 1,
) -> Interfaces:
    one = interface(kind, speed_mbps, carrier=carrier)
    return Interfaces(
        interfaces=(one,),
        active=one.name,
        errors_during_check=errors,
        drops_during_check=drops,
    )


def address(
    text: str = OWN,
    origin: AddressOrigin = AddressOrigin.DHCP,
    scope: AddressScope = AddressScope.PRIVATE,
) -> InterfaceAddress:
    return InterfaceAddress(
        interface="eth0", address=text, prefix_length=24, family=4, scope=scope, origin=origin
    )


def route(gateway_address: str | Unmeasured = ROUTER, *, tunnel: bool = False) -> DefaultRoute:
    return DefaultRoute(
        interface="tun0" if tunnel else "eth0",
        family=4,
        gateway=gateway_address,
        metric=50 if tunnel else 100,
        through_tunnel=tunnel,
        chosen=True,
    )


def addressing(
    addresses: tuple[InterfaceAddress, ...] = (),
    routes: tuple[DefaultRoute, ...] | None = None,
    *,
    off_link: bool = False,
) -> Addressing:
    return Addressing(
        addresses=addresses or (address(),),
        default_routes=(route(),) if routes is None else routes,
        gateway_off_link=off_link,
    )


def dhcp(
    resolver: str = ROUTER,
    role: ResolverRole = ResolverRole.ROUTER,
    *,
    by_hand: bool = False,
    offered: str = ROUTER,
) -> Dhcp:
    lease = Lease(
        interface="eth0",
        server=ROUTER,
        address=OWN,
        gateway=ROUTER,
        resolvers=(offered,),
        lease_s=86400.0,
        captive_portal_uri=NONE_HERE,
    )
    used = ConfiguredResolver(address=resolver, role=role, by_hand=by_hand)
    return Dhcp(leases=(lease,), resolvers=(used,), without_offer=False)


NO_LEASE = Dhcp(leases=(), resolvers=(), without_offer=False)
NO_OFFER = Dhcp(leases=(), resolvers=(), without_offer=True)


def gateway(rtt_ms: float = 0.6, series: EchoSeries | None = None) -> Gateway:
    mac = "02:00:00:00:00:01"
    return Gateway(
        address=ROUTER,
        neighbour=Neighbour(address=ROUTER, mac=mac, state=NeighbourState.REACHABLE),
        echoes=series or echoes(ROUTER, rtt_ms, spread_ms=rtt_ms / 2),
        answers=True,
        macs_seen=(mac,),
    )


def router_facts(
    state: WanState = WanState.CONNECTED,
    error: WanError = WanError.NONE,
    outside: str | Unmeasured = "81.2.69.77",
    kind: AccessKind = AccessKind.CABLE,
    link: LinkState = LinkState.UP,
) -> RouterFacts:
    return RouterFacts(
        manufacturer="A maker",
        model="A model",
        version="1.0",
        state=state,
        last_error=error,
        dialled=False,
        connected_s=86400.0,
        outside_address=outside,
        outside_scope=AddressScope.GLOBAL if isinstance(outside, str) else outside,
        port=WanPort(kind=kind, link=link, down_bps=100e6, up_bps=20e6),
        traffic=WanTraffic(window_s=1.2, down_bps=30e3, up_bps=10e3),
    )


def silent_gateway(text: str = ROUTER) -> Gateway:
    return Gateway(
        address=text,
        neighbour=Neighbour(address=text, mac=SILENT, state=NeighbourState.FAILED),
        echoes=dead(text),
        answers=False,
        macs_seen=(),
    )


def lan_hosts(
    series: tuple[EchoSeries, ...] | None = None,
    *,
    routers: tuple[str, ...] = (),
    taken: bool = False,
) -> LanHosts:
    host = Neighbour(
        address="192.168.1.50", mac="02:00:00:00:00:50", state=NeighbourState.REACHABLE
    )
    found = (echoes("192.168.1.50", 0.7, spread_ms=0.4),) if series is None else series
    return LanHosts(
        neighbours=(host,) if found else (),
        echoes=found,
        other_routers=routers,
        own_address_taken=taken,
    )


NOBODY = LanHosts(neighbours=(), echoes=(), other_routers=(), own_address_taken=False)


def hop(
    ttl: int,
    text: str | Unmeasured,
    place: Place,
    rtt_ms: float,
    *,
    loss: int = 0,
    queue: float = 0,
) -> Hop:
    """`queue` is how far the median stands above the least delay, ms."""
    heard = not isinstance(text, Unmeasured)
    return Hop(
        ttl=ttl,
        address=text,
        scope=AddressScope.GLOBAL if heard else SILENT,
        place=place,
        sent=6,
        received=6 - loss if heard else 0,
        rtt_median_ms=rtt_ms + queue if heard else SILENT,
        rtt_min_ms=rtt_ms if heard else SILENT,
    )


def hops(edge_ms: float = 9.0) -> tuple[Hop, ...]:
    return (
        hop(1, ROUTER, Place.HOME, 0.6),
        hop(2, EDGE, Place.PROVIDER, edge_ms),
        hop(3, "81.2.70.1", Place.PROVIDER, edge_ms + 1),
        hop(4, "80.81.192.5", Place.BEYOND, edge_ms + 4),
        hop(5, ANCHORS[0], Place.BEYOND, edge_ms + 5),
    )


def path(
    edge_ms: float = 9.0,
    series: EchoSeries | Unmeasured | None = None,
    found: tuple[Hop, ...] | None = None,
    *,
    private: int = 1,
    shared: int = 0,
) -> Path:
    rows = hops(edge_ms) if found is None else found
    outside = [one for one in rows if one.place is not Place.HOME and one.received]
    return Path(
        target=ANCHORS[0],
        family=4,
        hops=rows,
        reached=bool(rows) and rows[-1].address == ANCHORS[0],
        last_answering_ttl=max((one.ttl for one in rows if one.received), default=0),
        edge=outside[0].address if outside else SILENT,
        edge_ttl=outside[0].ttl if outside else SILENT,
        edge_echoes=series or (echoes(EDGE, edge_ms) if outside else dead(EDGE)),
        private_hops=private,
        shared_hops=shared,
        looped=False,
    )


DEAD_PATH = path(series=dead(EDGE), found=(hop(1, ROUTER, Place.HOME, 0.6),))
DEAD_PATH_SILENT = path(series=dead(EDGE), found=())
EDGE_ONLY = path(found=hops()[:2])


def anchors(rtt_ms: float = 14.0, series: tuple[EchoSeries, ...] | None = None) -> Anchors:
    found = tuple(echoes(text, rtt_ms) for text in ANCHORS) if series is None else series
    return Anchors(ipv4=found, ipv6=(), tcp_reached=True)


DEAD_ANCHORS = Anchors(ipv4=tuple(dead(text) for text in ANCHORS), ipv6=(), tcp_reached=False)


def queries(sent: int, answered: int, rtt_ms: float, rcode: str = "NOERROR") -> QuerySet:
    good = answered if rcode in {"NOERROR", "NXDOMAIN"} else 0
    return QuerySet(
        sent=sent,
        answered=answered,
        succeeded=good,
        rtt_median_ms=rtt_ms if answered else SILENT,
        rtt_max_ms=rtt_ms * 1.2 if answered else SILENT,
        rcodes=(rcode if answered else "timed_out",),
    )


@dataclass(frozen=True)
class Answering:
    """How a resolver answers."""

    rtt_ms: float = 10.0
    answered: int = 4  # of four a kind
    rcode: str = "NOERROR"
    lies: tuple[str, ...] = ()
    reachable: bool = True


def resolver(
    text: str, role: ResolverRole, how: Answering, *, in_use: bool = False
) -> ResolverReading:
    return ResolverReading(
        address=text,
        role=role,
        in_use=in_use,
        over="udp",
        cached=queries(4, how.answered, how.rtt_ms, how.rcode),
        uncached=queries(4, how.answered, how.rtt_ms + 18, how.rcode),
        absent=queries(2, min(how.answered, 2), how.rtt_ms + 18, "NXDOMAIN"),
        absent_answers=how.lies,
        host_reachable=how.reachable,
        loss_percent_to_host=0.0 if how.reachable else SILENT,
    )


WELL = Answering()
GONE = Answering(answered=0, reachable=False)
MUTE = Answering(answered=0)


def names(
    line_ms: float = 9.0,
    router: Answering = Answering(rtt_ms=1.0),
    provider: Answering = WELL,
    public: Answering = WELL,
    extra: tuple[ResolverReading, ...] = (),
) -> Names:
    """`extra` are in use instead of the router's resolver."""
    answered = extra[0].cached.answered if extra else router.answered
    error = NONE_HERE if answered else "timed_out"
    lookups = tuple(
        SystemLookup(
            name=site,
            addresses=() if answered == 0 else ("185.15.58.224",),
            took_ms=SILENT if answered == 0 else line_ms,
            error=error,
        )
        for site in SITES[:3]
    )
    return Names(
        system=lookups,
        resolvers=(
            *extra,
            resolver(ROUTER, ResolverRole.ROUTER, router, in_use=not extra),
            resolver(PROVIDER_DNS, ResolverRole.PROVIDER, provider),
            resolver("9.9.9.9", ResolverRole.PUBLIC, public),
        ),
    )


def fetch(
    site: str,
    end: FetchEnd = FetchEnd.ANSWERED,
    family: int = 4,
    *,
    first_byte_ms: float = 40.0,
) -> Fetch:
    good = end is FetchEnd.ANSWERED
    return Fetch(
        url=f"https://{site}/",
        family=family,
        address="185.15.58.224",
        end=end,
        status=200 if good else SILENT,
        name_ms=12.0,
        connect_ms=14.0 if good else SILENT,
        tls_ms=30.0 if good else SILENT,
        first_byte_ms=first_byte_ms if good else SILENT,
        certificate_fault=NONE_HERE,
        certificate_issuer="A public issuer" if good else SILENT,
    )


def web(fetches: tuple[Fetch, ...] | None = None, *, ipv6: bool = False) -> Web:
    found = tuple(fetch(site) for site in SITES) if fetches is None else fetches
    return Web(fetches=found, ipv4_expected=True, ipv6_expected=ipv6)


def filtering(first: SiteFilter | None = None) -> Filtering:
    """All sites alike; `first` stands for the first one."""
    sites = tuple(site_filter(name) for name in SITES)
    return Filtering(sites=sites if first is None else (first, *sites[1:]))


def site_filter(
    name: str,
    by_resolver: NameFilter = NameFilter.SAME,
    *,
    failed: bool = False,
    works: bool | Unmeasured = NOT_RUN,
    cut: bool | Unmeasured = NOT_RUN,
) -> SiteFilter:
    return SiteFilter(
        name=name,
        failed=failed,
        by_resolver=by_resolver,
        own_address="185.15.58.224",
        works_elsewhere=works,
        cut_by_name=cut,
    )


DEAD_WEB = web(tuple(fetch(site, FetchEnd.NAME_FAILED) for site in SITES))


def portal(finding: PortalFinding = PortalFinding.UNTOUCHED, words: tuple[str, ...] = ()) -> Portal:
    checks = tuple(
        PortalCheck(
            url=f"http://check{n}.test/", finding=finding, status=204, redirected_to=NONE_HERE
        )
        for n in (1, 2)
    )
    return Portal(
        checks=checks, api_url=NONE_HERE, api_says_captive=NONE_HERE, walled_garden_words=words
    )


def cross_traffic(down_mbps: float = 0.02, up_mbps: float = 0.01) -> CrossTraffic:
    return CrossTraffic(
        window_s=0.5, down_bps=down_mbps * 1e6, up_bps=up_mbps * 1e6, busiest_program=NONE_HERE
    )


def figure(mbps: float, where: Where, *, starved: bool = False, flat: bool = False) -> SpeedFigure:
    wobble = (0.97, 1.03, 1.0, 0.98, 1.02) if flat else (0.7, 1.05, 0.9, 1.1, 1.0)
    return SpeedFigure(
        server="http://speed.test/",
        where=where,
        rate_bps=mbps * 1e6,
        low_bps=mbps * 0.99e6,
        high_bps=mbps * 1.01e6,
        confidence=Confidence.HIGH,
        amount_bytes=int(mbps * 1e6 / 6),
        duration_s=1.3,
        connections=4,
        stopped_by="stable",
        starved=starved,
        samples_bps=tuple(round(mbps * 1e6 * part) for part in wobble),
    )


def phase(rtt_ms: float, samples: int = 24) -> DelayPhase:
    return DelayPhase(
        sent=samples, received=samples, rtt_median_ms=rtt_ms * 0.98, rtt_p90_ms=rtt_ms
    )


def _place(kind: PlaceKind, text: str, idle_ms: float, adds: tuple[float, float]) -> DelayAtPlace:
    return DelayAtPlace(
        place=kind,
        address=text,
        idle=phase(idle_ms, 16),
        down=phase(idle_ms + adds[0]),
        up=phase(idle_ms + adds[1]),
    )


def throughput(home: HomeInFigures, *, starved: bool = False, flat: bool = False) -> Throughput:
    delay = home.delay
    line = tuple(own + far for own, far in zip(delay.gateway_adds, delay.line_adds, strict=True))
    places = (Where.ISP, Where.OUTSIDE, Where.OUTSIDE)
    return Throughput(
        down=tuple(
            figure(rate, where, starved=starved, flat=flat)
            for rate, where in zip(home.down_mbps, places, strict=False)
        ),
        up=tuple(
            figure(rate, where, starved=starved, flat=flat)
            for rate, where in zip(home.up_mbps, places, strict=False)
        ),
        delays=(
            _place(PlaceKind.GATEWAY, ROUTER, delay.gateway_ms, delay.gateway_adds),
            _place(PlaceKind.EDGE, EDGE, delay.edge_ms, (line[0], line[1])),
            _place(PlaceKind.ANCHOR, ANCHORS[0], delay.anchor_ms, (line[0], line[1])),
        ),
        down_failed=NONE_HERE,
        up_failed=NONE_HERE,
        cpu_busiest_core_percent=98.0 if starved else 40.0,
    )


def voice(lost: int = 0, *, sent: int = 300, discarded: int = 0, in_a_row: int = 1) -> Voice:
    """A stream of a call to the provider's reflector, as a complaint of calls chooses it."""
    way = VoiceWay(lost=lost // 2, jitter_ms=1.2, reordered=0)
    return Voice(
        server="speed.example",
        address="81.2.64.20",
        where=Where.ISP,
        sent=sent,
        received=sent - lost,
        loss_percent=100 * lost / sent,
        longest_loss=min(lost, in_a_row),
        duplicates=0,
        discarded=discarded,
        rtt_median_ms=15.0,
        rtt_max_ms=24.0,
        up=way,
        down=way,
        rating=93.0 if lost < 5 else 60.0,
        mos=4.4 if lost < 5 else 3.1,
    )


def watch(
    gateway_drops: tuple[tuple[float, float], ...] = (),
    edge_drops: tuple[tuple[float, float], ...] = (),
    anchor_drops: tuple[tuple[float, float], ...] = (),
    link_drops: int = 0,
) -> Watch:
    """Drops as (start, duration) in seconds."""
    return Watch(
        duration_s=10.0,
        places=(
            _watched(PlaceKind.GATEWAY, ROUTER, gateway_drops),
            _watched(PlaceKind.EDGE, EDGE, edge_drops),
            _watched(PlaceKind.ANCHOR, ANCHORS[0], anchor_drops),
        ),
        link_drops=link_drops,
    )


def _watched(kind: PlaceKind, text: str, drops: tuple[tuple[float, float], ...]) -> WatchedPlace:
    lost = int(sum(length for _, length in drops) * 5)
    return WatchedPlace(
        place=kind,
        address=text,
        sent=50,
        received=50 - lost,
        drops=tuple(Drop(start_s=start, duration_s=length) for start, length in drops),
    )
