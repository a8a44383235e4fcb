"""Homes with nothing wrong, many of them nearly so: none of them may be blamed for anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from diagnostics.profile import Plan, Technology
from diagnostics.readings.addressing import (
    AddressOrigin,
    Proxy,
    ProxySource,
    ResolverRole,
    Settings,
    TunnelHealth,
)
from diagnostics.readings.home import Gateway, Neighbour, NeighbourState
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.readings.path import MtuFinding, PathMtu, Place
from diagnostics.readings.status import NoticeKind
from diagnostics.readings.web import Clock, FetchEnd, Portal, PortalCheck, PortalFinding
from tests.cases import home as h
from tests.cases.driver import DRIVER_SOUND
from tests.cases.home import Delay, HomeInFigures
from tests.cases.modem import MODEM_SOUND
from tests.cases.rogue import (
    helper_hands_out,
    offers,
    old_router_as_access_point,
    one_machine_two_networks,
    two_agree,
)
from tests.cases.told_faults import disk, notice

HOME = HomeInFigures()
WIFI = HomeInFigures(kind=InterfaceKind.WIFI, delay=Delay(gateway_ms=4.0))
LABEL_MS = {
    Technology.FTTH: (3.0, 8.0),
    Technology.FTTC: (11.0, 17.0),
    Technology.VDSL: (14.0, 20.0),
    Technology.ADSL: (32.0, 40.0),
    Technology.CABLE: (10.0, 16.0),
    Technology.FIXED_WIRELESS: (34.0, 42.0),
    Technology.MOBILE: (45.0, 55.0),
    Technology.LEO_SATELLITE: (42.0, 52.0),
    Technology.GEO_SATELLITE: (605.0, 615.0),
}


@dataclass(frozen=True)
class Sound:
    name: str
    home: Callable[[], HomeInFigures]


def _of(technology: Technology, down: float, up: float, spread_ms: float) -> HomeInFigures:
    """As sold, with the delay and wander that the technology has when well."""
    edge_ms, far_ms = LABEL_MS[technology]
    home = HomeInFigures(
        plan=Plan(down_mbps=down, up_mbps=up, technology=technology),
        delay=Delay(edge_ms=edge_ms, anchor_ms=far_ms),
        down_mbps=(down * 0.93,),
        up_mbps=(up * 0.94,),
    )
    edge = h.path(edge_ms, h.echoes(h.EDGE, edge_ms, spread_ms=spread_ms))
    far = tuple(h.echoes(text, far_ms, spread_ms=spread_ms) for text in h.ANCHORS)
    return home.having(edge, h.anchors(series=far))


def _ignores_ping() -> HomeInFigures:
    mac = "02:00:00:00:00:01"
    gateway = Gateway(
        address=h.ROUTER,
        neighbour=Neighbour(address=h.ROUTER, mac=mac, state=NeighbourState.REACHABLE),
        echoes=h.dead(h.ROUTER),
        answers=True,
        macs_seen=(mac,),
    )
    return HOME.having(gateway)


def _shy_router() -> HomeInFigures:
    """It answers ping late and one time in three, and forwards without fault."""
    gateway = h.gateway(series=h.echoes(h.ROUTER, 60.0, lost=h.every(3), spread_ms=90.0))
    return HOME.having(gateway)


def _lossy_hop() -> HomeInFigures:
    hops = tuple(
        h.hop(one.ttl, one.address, one.place, 9.0, loss=4 if one.ttl == 3 else 0)
        for one in h.hops()
    )
    return HOME.having(h.path(found=hops))


def _lossy_edge() -> HomeInFigures:
    """The provider's first hop rations its answers; what lies behind it is clean."""
    return HOME.having(h.path(series=h.echoes(h.EDGE, 9.0, lost=h.every(4), spread_ms=60.0)))


def _silent_edge() -> HomeInFigures:
    silent = h.hop(2, h.SILENT, Place.UNKNOWN, 9.0)
    hops = (h.hops()[0], silent, *h.hops()[2:])
    return HOME.having(h.path(found=hops, series=h.dead(h.EDGE)))


def _lossy_anchor() -> HomeInFigures:
    bad = h.echoes(h.ANCHORS[1], 90.0, lost=h.every(3), spread_ms=80.0)
    far = (h.echoes(h.ANCHORS[0], 14.0), bad, h.echoes(h.ANCHORS[2], 14.0))
    return HOME.having(h.anchors(series=far))


def _provider_numbers_from_ten() -> HomeInFigures:
    hops = (h.hops()[0], h.hop(2, "10.128.0.1", Place.PROVIDER, 9.0), *h.hops()[2:])
    return HOME.having(h.path(found=hops, private=2))


def _mtu_told() -> HomeInFigures:
    told = PathMtu(
        family=4,
        target=h.ANCHORS[0],
        finding=MtuFinding.REPORTED,
        path_mtu_bytes=1492,
        link_mtu_bytes=1500,
        small_sent=5,
        small_received=5,
        big_sent=5,
        big_received=0,
    )
    return HOME.having(told)


def _resolver_typed_in() -> HomeInFigures:
    typed = h.resolver("9.9.9.9", ResolverRole.PUBLIC, h.WELL, in_use=True)
    return HOME.having(
        h.names(extra=(typed,)), h.dhcp("9.9.9.9", ResolverRole.PUBLIC, by_hand=True)
    )


def _static_address() -> HomeInFigures:
    return HOME.having(h.addressing((h.address(h.OWN, AddressOrigin.STATIC),)), h.NO_LEASE)


def _proxy_works() -> HomeInFigures:
    proxy = Proxy(
        source=ProxySource.SYSTEM,
        scheme="http",
        host="proxy.office.test",
        port=3128,
        works=True,
        direct_works=True,
    )
    return HOME.having(Settings(proxies=(proxy,), proxy_url=h.NONE_HERE, hosts_overrides=()))


def _tunnel_works() -> HomeInFigures:
    tunnel = TunnelHealth(
        interface="tun0",
        inside_works=True,
        outside_works=True,
        inside_rtt_ms=35.0,
        outside_rtt_ms=15.0,
    )
    return HOME.having(h.addressing(routes=(h.route(h.NONE_HERE, tunnel=True),)), tunnel)


def _one_check_altered() -> HomeInFigures:
    checks = tuple(
        PortalCheck(
            url=f"http://check{n}.test/", finding=one, status=200, redirected_to=h.NONE_HERE
        )
        for n, one in enumerate((PortalFinding.ALTERED, PortalFinding.UNTOUCHED))
    )
    return HOME.having(Portal(checks=checks, api_url=h.NONE_HERE, api_says_captive=h.NONE_HERE))


def _virtual_router() -> HomeInFigures:
    mac = "00:00:5e:00:01:0a"
    gateway = Gateway(
        address=h.ROUTER,
        neighbour=Neighbour(address=h.ROUTER, mac=mac, state=NeighbourState.REACHABLE),
        echoes=h.echoes(h.ROUTER, 0.6),
        answers=True,
        macs_seen=(mac, "02:00:00:00:00:01"),
    )
    return HOME.having(gateway)


def _gigabit_plan_on_a_weak_computer() -> HomeInFigures:
    home = replace(
        HOME,
        plan=Plan(down_mbps=1000, up_mbps=1000, technology=Technology.FTTH),
        down_mbps=(640.0,),
        up_mbps=(520.0,),
    )
    return home.having(h.throughput(home, starved=True))


def _one_site_without_ipv6() -> HomeInFigures:
    fetches = tuple(
        one
        for site in h.SITES
        for one in (
            h.fetch(site),
            h.fetch(
                site,
                FetchEnd.CONNECT_TIMED_OUT if site == h.SITES[0] else FetchEnd.ANSWERED,
                6,
            ),
        )
    )
    return HOME.having(h.web(fetches, ipv6=True))


def _adverts_blocked() -> HomeInFigures:
    sinkhole = ("0.0" + ".0.0",)
    answering = h.Answering(rtt_ms=1.0, lies=sinkhole)
    return HOME.having(h.names(router=answering))


def _one_hiccup() -> HomeInFigures:
    lost = (17,)
    far = tuple(h.echoes(text, 14.0, lost=lost) for text in h.ANCHORS)
    edge = h.path(series=h.echoes(h.EDGE, 9.0))
    return HOME.having(edge, h.anchors(series=far))


def _busy_film() -> HomeInFigures:
    """Another room streams 8 Mbit/s: what is left is nearly all, and no queue stands."""
    return replace(HOME, down_mbps=(87.0,))


def _with_delay(**changes: object) -> HomeInFigures:
    return replace(HOME, delay=replace(HOME.delay, **changes))


SOUND = (
    Sound("cable", lambda: HOME),
    Sound("wifi", lambda: WIFI),
    Sound("ftth", lambda: _of(Technology.FTTH, 300, 300, 2.0)),
    Sound("fttc", lambda: _of(Technology.FTTC, 67, 17, 4.0)),
    Sound("vdsl", lambda: _of(Technology.VDSL, 50, 10, 5.0)),
    Sound("adsl", lambda: _of(Technology.ADSL, 16, 1, 8.0)),
    Sound("cable-wandering", lambda: _of(Technology.CABLE, 100, 20, 14.0)),
    Sound("fixed-wireless", lambda: _of(Technology.FIXED_WIRELESS, 50, 10, 25.0)),
    Sound("mobile", lambda: _of(Technology.MOBILE, 40, 10, 50.0)),
    Sound("low-orbit", lambda: _of(Technology.LEO_SATELLITE, 150, 15, 35.0)),
    Sound("geostationary", lambda: _of(Technology.GEO_SATELLITE, 50, 5, 60.0)),
    Sound("slow-plan-as-sold", lambda: _of(Technology.ADSL, 6, 0.6, 8.0)),
    Sound("plan-unknown", lambda: replace(HOME, plan=Plan(), down_mbps=(12.0,), up_mbps=(2.0,))),
    Sound(
        "plan-unknown-satellite",
        lambda: replace(_of(Technology.GEO_SATELLITE, 50, 5, 60.0), plan=Plan()),
    ),
    Sound("nearly-as-sold", lambda: replace(HOME, down_mbps=(84.0,), up_mbps=(16.5,))),
    Sound("router-ignores-ping", _ignores_ping),
    Sound("router-shy-of-ping", _shy_router),
    Sound("lossy-hop-with-clean-successors", _lossy_hop),
    Sound("lossy-first-hop-with-clean-successors", _lossy_edge),
    Sound("silent-first-hop", _silent_edge),
    Sound("one-lossy-anchor", _lossy_anchor),
    Sound("provider-numbers-from-10", _provider_numbers_from_ten),
    Sound("mtu-told", _mtu_told),
    Sound("resolver-typed-in-works", _resolver_typed_in),
    Sound("static-address-works", _static_address),
    Sound("proxy-works", _proxy_works),
    Sound("tunnel-works", _tunnel_works),
    Sound("one-portal-check-altered", _one_check_altered),
    Sound("virtual-router", _virtual_router),
    Sound("one-server-of-addresses", lambda: HOME.having(offers())),
    Sound("helper-hands-out-addresses", helper_hands_out),
    Sound("two-servers-agree", two_agree),
    Sound("one-machine-two-networks", one_machine_two_networks),
    Sound("old-router-as-access-point", old_router_as_access_point),
    Sound("gigabit-plan-weak-computer", _gigabit_plan_on_a_weak_computer),
    Sound("one-site-without-ipv6", _one_site_without_ipv6),
    Sound("adverts-blocked", _adverts_blocked),
    Sound("one-lost-packet", _one_hiccup),
    Sound("film-elsewhere", _busy_film),
    Sound("shared-address-unnoticed", lambda: HOME.having(h.path(shared=2))),
    Sound(
        "fast-ethernet-enough",
        lambda: replace(
            HOME,
            plan=Plan(down_mbps=50, up_mbps=10, technology=Technology.VDSL),
            speed_mbps=100.0,
            down_mbps=(46.0,),
            up_mbps=(9.4,),
        ),
    ),
    Sound("one-damaged-frame", lambda: HOME.having(h.interfaces(errors=1, drops=12))),
    Sound(
        "clock-three-minutes-off",
        lambda: HOME.having(Clock(http_date_offset_s=181.0, http_sources=3, ntp_offset_s=180.0)),
    ),
    Sound("short-queue-up", lambda: _with_delay(line_adds=(25.0, 48.0))),
    Sound("background-chatter", lambda: HOME.having(h.cross_traffic(2.0, 0.8))),
    Sound(
        "slowish-provider-resolver",
        lambda: HOME.having(
            h.names(provider=h.Answering(rtt_ms=90.0), router=h.Answering(rtt_ms=95.0))
        ),
    ),
    Sound("one-query-lost", lambda: HOME.having(h.names(provider=h.Answering(answered=4)))),
    Sound(
        "wifi-single-losses",
        lambda: WIFI.having(h.gateway(series=h.echoes(h.ROUTER, 4.0, lost=(31,), spread_ms=20.0))),
    ),
    Sound(
        "wifi-delay-under-load",
        lambda: replace(WIFI, delay=replace(WIFI.delay, gateway_adds=(28.0, 30.0))),
    ),
    Sound("disk-off-and-not-missed", lambda: HOME.having(disk(answers=False))),
    Sound("disk-answers", lambda: HOME.having(disk(answers=True))),
    Sound("outage-announced-and-not-felt", lambda: HOME.having(notice(NoticeKind.OUTAGE))),
    Sound("no-other-devices", lambda: HOME.having(h.NOBODY)),
    Sound("second-server-faster-both-fine", lambda: replace(HOME, down_mbps=(96.0, 85.0))),
    *(Sound(name, home) for name, home in (MODEM_SOUND | DRIVER_SOUND).items()),
)
