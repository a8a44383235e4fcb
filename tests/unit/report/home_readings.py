"""Readings of a made-up home in order, with documentation addresses; written by us."""

from __future__ import annotations

from diagnostics.evidence import Outcome
from diagnostics.readings.addressing import (
    Addressing,
    AddressOrigin,
    AddressScope,
    DefaultRoute,
    Dhcp,
    InterfaceAddress,
    Lease,
    ResolverRole,
)
from diagnostics.readings.echo import EchoMethod, EchoSeries
from diagnostics.readings.home import Gateway, Neighbour, NeighbourState
from diagnostics.readings.interfaces import Duplex, Interface, InterfaceKind, Interfaces
from diagnostics.readings.load import (
    Confidence,
    DelayAtPlace,
    DelayPhase,
    PlaceKind,
    SpeedFigure,
    Throughput,
    Where,
)
from diagnostics.readings.names import Names, QuerySet, ResolverReading, SystemLookup
from diagnostics.readings.path import Anchors, Hop, Path, Place
from diagnostics.readings.watch import Drop, Watch, WatchedPlace
from diagnostics.readings.web import Fetch, FetchEnd, Web
from diagnostics.result import Measured, Reading, Reason, Unmeasured

NONE = Unmeasured(Reason.NOT_APPLICABLE)
NO_ANSWER = Unmeasured(Reason.NO_ANSWER)


def echoes(target: str, rtt_ms: float, lost: int = 0, sent: int = 40) -> EchoSeries:
    dead = lost == sent
    return EchoSeries(
        target=target,
        method=EchoMethod.ICMP_KERNEL,
        sent=sent,
        received=sent - lost,
        duplicates=0,
        reordered=0,
        loss_percent=100 * lost / sent,
        rtt_min_ms=NO_ANSWER if dead else rtt_ms * 0.9,
        rtt_median_ms=NO_ANSWER if dead else rtt_ms,
        rtt_p90_ms=NO_ANSWER if dead else rtt_ms * 1.2,
        rtt_max_ms=NO_ANSWER if dead else rtt_ms * 2,
        jitter_ms=NO_ANSWER if dead else rtt_ms * 0.05,
        longest_gap_s=0.2 if lost else 0.0,
    )


def interfaces(kind: InterfaceKind = InterfaceKind.ETHERNET, name: str = "eth0") -> Interfaces:
    wired = kind is InterfaceKind.ETHERNET
    one = Interface(
        name=name,
        kind=kind,
        admin_up=True,
        carrier=True,
        speed_mbps=1000.0 if wired else NONE,
        supported_mbps=NONE,
        duplex=Duplex.FULL if wired else NONE,
        mtu_bytes=1500,
        mac="02:00:00:00:00:01",
        counters=Unmeasured(Reason.NOT_RUN),
        carrier_changes=0,
    )
    return Interfaces(interfaces=(one,), active=name, errors_during_check=0, drops_during_check=0)


def addressing(name: str = "eth0") -> Addressing:
    address = InterfaceAddress(
        interface=name,
        address="192.168.1.23",
        prefix_length=24,
        family=4,
        scope=AddressScope.PRIVATE,
        origin=AddressOrigin.DHCP,
    )
    route = DefaultRoute(
        interface=name,
        family=4,
        gateway="192.168.1.1",
        metric=100,
        through_tunnel=False,
        chosen=True,
    )
    return Addressing(addresses=(address,), default_routes=(route,), gateway_off_link=False)


def dhcp() -> Dhcp:
    lease = Lease(
        interface="eth0",
        server="192.168.1.1",
        address="192.168.1.23",
        gateway="192.168.1.1",
        resolvers=("192.168.1.1",),
        lease_s=86400.0,
        captive_portal_uri=NONE,
    )
    return Dhcp(leases=(lease,), resolvers=(), without_offer=False)


def gateway(lost: int = 0) -> Gateway:
    neighbour = Neighbour(
        address="192.168.1.1", mac="02:00:00:00:00:fe", state=NeighbourState.REACHABLE
    )
    return Gateway(
        address="192.168.1.1",
        neighbour=neighbour,
        echoes=echoes("192.168.1.1", 0.8, lost),
        answers=True,
        macs_seen=("02:00:00:00:00:fe",),
    )


def path(lost: int = 0) -> Path:
    hops = (
        _hop(1, "192.168.1.1", Place.HOME, 0.8),
        _hop(2, "203.0.113.1", Place.PROVIDER, 8.4),
        Hop(
            ttl=3,
            address=NO_ANSWER,
            scope=NO_ANSWER,
            place=Place.UNKNOWN,
            sent=3,
            received=0,
            rtt_median_ms=NO_ANSWER,
            rtt_min_ms=NO_ANSWER,
        ),
        _hop(4, "198.51.100.9", Place.BEYOND, 12.1),
    )
    return Path(
        target="198.51.100.9",
        family=4,
        hops=hops,
        reached=True,
        last_answering_ttl=4,
        edge="203.0.113.1",
        edge_ttl=2,
        edge_echoes=echoes("203.0.113.1", 8.4, lost),
        private_hops=1,
        shared_hops=0,
        looped=False,
    )


def _hop(ttl: int, address: str, place: Place, rtt_ms: float) -> Hop:
    return Hop(
        ttl=ttl,
        address=address,
        scope=AddressScope.GLOBAL,
        place=place,
        sent=3,
        received=3,
        rtt_median_ms=rtt_ms,
        rtt_min_ms=rtt_ms,
    )


def anchors(lost: int = 0) -> Anchors:
    return Anchors(
        ipv4=(echoes("198.51.100.9", 12.1, lost), echoes("198.51.100.77", 14.6, lost)),
        ipv6=(),
        tcp_reached=lost < 40,
    )


def names(site: str = "www.example.org") -> Names:
    good = QuerySet(
        sent=4, answered=4, succeeded=4, rtt_median_ms=9.0, rtt_max_ms=21.0, rcodes=("NOERROR",)
    )
    router = ResolverReading(
        address="192.168.1.1",
        role=ResolverRole.ROUTER,
        in_use=True,
        over="udp",
        cached=good,
        uncached=good,
        absent=good,
        absent_answers=(),
        host_reachable=True,
        loss_percent_to_host=0.0,
    )
    lookup = SystemLookup(name=site, addresses=("198.51.100.9",), took_ms=11.0, error=NONE)
    return Names(system=(lookup,), resolvers=(router,))


def web(end: FetchEnd = FetchEnd.ANSWERED) -> Web:
    answered = end is FetchEnd.ANSWERED
    fetch = Fetch(
        url="https://www.example.org/",
        family=4,
        address="198.51.100.9",
        end=end,
        status=200 if answered else NO_ANSWER,
        name_ms=9.0,
        connect_ms=13.0 if answered else NO_ANSWER,
        tls_ms=28.0 if answered else NO_ANSWER,
        first_byte_ms=61.0 if answered else NO_ANSWER,
        certificate_fault=NONE,
        certificate_issuer="Example CA" if answered else NO_ANSWER,
    )
    return Web(fetches=(fetch,), ipv4_expected=True, ipv6_expected=False)


def speed(rate_mbps: float) -> SpeedFigure:
    return SpeedFigure(
        server="https://speed.example.net/",
        where=Where.ISP,
        rate_bps=rate_mbps * 1e6,
        low_bps=rate_mbps * 0.94e6,
        high_bps=rate_mbps * 1.03e6,
        confidence=Confidence.HIGH,
        amount_bytes=7_000_000,
        duration_s=1.6,
        connections=4,
        stopped_by="converged",
        starved=False,
    )


def phase(rtt_ms: float) -> DelayPhase:
    return DelayPhase(sent=40, received=40, rtt_median_ms=rtt_ms, rtt_p90_ms=rtt_ms * 1.2)


def throughput(down: float = 94.1, up: float = 18.9, up_delay: float = 22.0) -> Throughput:
    places = ((PlaceKind.GATEWAY, 0.8, 0), (PlaceKind.EDGE, 8.4, 1), (PlaceKind.ANCHOR, 12.1, 1))
    delays = tuple(
        DelayAtPlace(
            place=place,
            address="203.0.113.1",
            idle=phase(rest),
            down=phase(rest + 9 * behind) if behind else Unmeasured(Reason.DISTURBED),
            up=phase(rest + up_delay * behind),
        )
        for place, rest, behind in places
    )
    return Throughput(
        down=(speed(down),),
        up=(speed(up),),
        delays=delays,
        down_failed=NONE,
        up_failed=NONE,
        cpu_busiest_core_percent=34.0,
    )


def watch(drops: tuple[Drop, ...] = ()) -> Watch:
    def place(kind: PlaceKind, lost: tuple[Drop, ...]) -> WatchedPlace:
        gone = int(sum(drop.duration_s for drop in lost) * 5)
        return WatchedPlace(
            place=kind, address="203.0.113.1", sent=90, received=90 - gone, drops=lost
        )

    places = (
        place(PlaceKind.GATEWAY, ()),
        place(PlaceKind.EDGE, drops),
        place(PlaceKind.ANCHOR, drops),
    )
    return Watch(duration_s=18.0, places=places, link_drops=0)


def measured(*readings: Reading) -> dict[str, Outcome]:
    return {reading.PROBE: Measured(reading=reading, took_s=0.5) for reading in readings}


def good_readings() -> dict[str, Outcome]:
    return measured(
        interfaces(), addressing(), dhcp(), gateway(), path(), anchors(), names(), web(),
        throughput(), watch(),
    )  # fmt: skip
