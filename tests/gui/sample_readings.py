"""Readings of homes that look like real ones, for pages and pictures."""

from __future__ import annotations

from diagnostics.evidence import Evidence, Outcome
from diagnostics.readings.addressing import ResolverRole
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
from diagnostics.readings.names import Names, QuerySet, ResolverReading
from diagnostics.readings.path import Anchors, Path
from diagnostics.result import Measured, Reason, Unmeasured

NO_ANSWER = Unmeasured(Reason.NO_ANSWER)
HIDDEN = Unmeasured(Reason.HIDDEN)
ROUTER, EDGE = "192.168.1.1", "100.64.0.1"


def series(target: str, rtt_ms: float, lost: int = 0, sent: int = 50) -> EchoSeries:
    answered = sent > lost
    rtt = rtt_ms if answered else NO_ANSWER
    return EchoSeries(
        target=target,
        method=EchoMethod.ICMP_KERNEL,
        sent=sent,
        received=sent - lost,
        duplicates=0,
        reordered=0,
        loss_percent=100 * lost / sent,
        rtt_min_ms=rtt,
        rtt_median_ms=rtt,
        rtt_p90_ms=rtt,
        rtt_max_ms=rtt,
        jitter_ms=0.6 if answered else NO_ANSWER,
        longest_gap_s=0.0,
    )


def interfaces(kind: InterfaceKind = InterfaceKind.WIFI, speed_mbps: float = 0) -> Interfaces:
    wired = Interface(
        name="wlan0" if kind is InterfaceKind.WIFI else "eth0",
        kind=kind,
        admin_up=True,
        carrier=True,
        speed_mbps=speed_mbps or Unmeasured(Reason.NOT_APPLICABLE),
        supported_mbps=1000.0 if speed_mbps else HIDDEN,
        duplex=Duplex.FULL,
        mtu_bytes=1500,
        mac="02:00:00:00:00:01",
        counters=HIDDEN,
        carrier_changes=0,
    )
    return Interfaces(
        interfaces=(wired,), active=wired.name, errors_during_check=0, drops_during_check=0
    )


def gateway(rtt_ms: float = 4.2, lost: int = 0) -> Gateway:
    neighbour = Neighbour(address=ROUTER, mac="02:00:00:00:00:02", state=NeighbourState.REACHABLE)
    return Gateway(
        address=ROUTER,
        neighbour=neighbour,
        echoes=series(ROUTER, rtt_ms, lost),
        answers=True,
        macs_seen=("02:00:00:00:00:02",),
    )


def path(rtt_ms: float = 11.4, lost: int = 0) -> Path:
    return Path(
        target="1.1.1.1",
        family=4,
        hops=(),
        reached=lost < 50,
        last_answering_ttl=2,
        edge=EDGE,
        edge_ttl=2,
        edge_echoes=series(EDGE, rtt_ms, lost),
        private_hops=1,
        shared_hops=1,
        looped=False,
    )


def anchors(rtt_ms: float = 18.0, lost: int = 0) -> Anchors:
    return Anchors(
        ipv4=(series("1.1.1.1", rtt_ms, lost), series("9.9.9.9", rtt_ms + 3, lost)),
        ipv6=(),
        tcp_reached=lost < 50,
    )


def speed(rate_bps: float) -> SpeedFigure:
    return SpeedFigure(
        server="http://speed.provider.example/down",
        where=Where.ISP,
        rate_bps=rate_bps,
        low_bps=rate_bps * 0.98,
        high_bps=rate_bps * 1.02,
        confidence=Confidence.HIGH,
        amount_bytes=7_000_000,
        duration_s=1.4,
        connections=4,
        stopped_by="converged",
        starved=False,
    )


def phase(rtt_ms: float) -> DelayPhase:
    return DelayPhase(sent=20, received=20, rtt_median_ms=rtt_ms, rtt_p90_ms=rtt_ms * 1.2)


def throughput(down_mbps: float, up_mbps: float, loaded_ms: float = 24.0) -> Throughput:
    places = ((PlaceKind.GATEWAY, ROUTER, 4.2, 5.0), (PlaceKind.EDGE, EDGE, 11.4, loaded_ms))
    delays = [
        DelayAtPlace(
            place=place, address=address, idle=phase(idle), down=phase(busy), up=phase(busy)
        )
        for place, address, idle, busy in (
            *places,
            (PlaceKind.ANCHOR, "1.1.1.1", 18.0, loaded_ms + 7),
        )
    ]
    return Throughput(
        down=(speed(down_mbps * 1e6),),
        up=(speed(up_mbps * 1e6),),
        delays=tuple(delays),
        down_failed=Unmeasured(Reason.NOT_APPLICABLE),
        up_failed=Unmeasured(Reason.NOT_APPLICABLE),
        cpu_busiest_core_percent=22.0,
    )


def queries(answered: bool = True) -> QuerySet:
    return QuerySet(
        sent=4,
        answered=4 if answered else 0,
        succeeded=4 if answered else 0,
        rtt_median_ms=9.0 if answered else NO_ANSWER,
        rtt_max_ms=14.0 if answered else NO_ANSWER,
        rcodes=("NOERROR",) if answered else (),
    )


def resolver(address: str, role: ResolverRole, answers: bool = True) -> ResolverReading:
    return ResolverReading(
        address=address,
        role=role,
        in_use=True,
        over="udp",
        cached=queries(answers),
        uncached=queries(answers),
        absent=queries(answers),
        absent_answers=(),
        host_reachable=answers,
        loss_percent_to_host=0.0,
    )


def names(router_answers: bool = True) -> Names:
    return Names(
        system=(),
        resolvers=(
            resolver(ROUTER, ResolverRole.ROUTER, router_answers),
            resolver("9.9.9.9", ResolverRole.PUBLIC),
        ),
    )


def evidence(*readings: object) -> Evidence:
    """Evidence of these readings, each under its own probe."""
    from diagnostics.result import Reading  # noqa: PLC0415

    found: dict[str, Outcome] = {}
    for reading in readings:
        assert isinstance(reading, Reading)
        found[reading.PROBE] = Measured(reading=reading, took_s=0.4)
    return Evidence(found)
