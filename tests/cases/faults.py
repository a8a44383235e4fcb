"""One written case of each cause: the figures that a check of such a home gives."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from diagnostics.profile import Plan, Technology
from diagnostics.readings.addressing import (
    AddressOrigin,
    AddressScope,
    HostsOverride,
    Proxy,
    ProxySource,
    ResolverRole,
    Settings,
    TunnelHealth,
)
from diagnostics.readings.home import Neighbour, NeighbourState
from diagnostics.readings.interfaces import InterfaceKind, Interfaces
from diagnostics.readings.path import MtuFinding, PathMtu, Place
from diagnostics.readings.web import (
    CertificateFault,
    Clock,
    FetchEnd,
    PortalFinding,
)
from diagnostics.result import Reason, Unmeasured
from tests.cases import home as h
from tests.cases.driver import DRIVER_FAULTS
from tests.cases.fault import Fault, nothing_reached
from tests.cases.home import HomeInFigures
from tests.cases.modem import MODEM_FAULTS
from tests.cases.past import PAST_FAULTS
from tests.cases.rogue import ROGUE_FAULTS
from tests.cases.told_faults import TOLD_FAULTS

HOME = HomeInFigures()
WIFI = HomeInFigures(kind=InterfaceKind.WIFI)


def _line_down() -> HomeInFigures:
    return nothing_reached(HOME).having(h.DEAD_PATH)


def _isp_outage() -> HomeInFigures:
    return nothing_reached(HOME).having(h.EDGE_ONLY)


def _no_link(interfaces: Interfaces) -> HomeInFigures:
    gone = nothing_reached(HOME).without(h.Gateway, h.LanHosts, h.Path, h.Anchors, h.Watch)
    empty = h.addressing((h.address("fe80::1", scope=AddressScope.LINK_LOCAL),), ())
    return gone.having(interfaces, empty, h.NO_LEASE)


def _adapter_off() -> HomeInFigures:
    one = h.interface(InterfaceKind.ETHERNET, 1000, carrier=False)
    off = replace_interface(one, admin_up=False)
    nothing = Unmeasured(Reason.NOT_APPLICABLE)
    return _no_link(
        Interfaces(
            interfaces=(off,),
            active=nothing,
            errors_during_check=nothing,
            drops_during_check=nothing,
        )
    )


def replace_interface(one: h.Interface, *, admin_up: bool) -> h.Interface:
    return h.Interface(
        name=one.name,
        kind=one.kind,
        admin_up=admin_up,
        carrier=one.carrier,
        speed_mbps=one.speed_mbps,
        supported_mbps=one.supported_mbps,
        duplex=one.duplex,
        mtu_bytes=one.mtu_bytes,
        mac=one.mac,
        counters=one.counters,
        carrier_changes=one.carrier_changes,
    )


def _vpn_dead() -> HomeInFigures:
    away = nothing_reached(HOME)
    tunnel = TunnelHealth(
        interface="tun0",
        inside_works=False,
        outside_works=True,
        inside_rtt_ms=h.SILENT,
        outside_rtt_ms=15.0,
    )
    return away.having(h.addressing(routes=(h.route(h.NONE_HERE, tunnel=True),)), tunnel)


def _vpn_slow() -> HomeInFigures:
    tunnel = TunnelHealth(
        interface="tun0",
        inside_works=True,
        outside_works=True,
        inside_rtt_ms=420.0,
        outside_rtt_ms=15.0,
    )
    slow = replace(HOME, down_mbps=(14.0, 12.0), up_mbps=(6.0, 6.0))
    routes = (h.route(h.NONE_HERE, tunnel=True),)
    return slow.having(h.addressing(routes=routes), tunnel, h.anchors(420.0), h.path(400.0))


def _proxy_broken() -> HomeInFigures:
    proxy = Proxy(
        source=ProxySource.SYSTEM,
        scheme="http",
        host="proxy.office.test",
        port=3128,
        works=False,
        direct_works=True,
    )
    return HOME.having(Settings(proxies=(proxy,), proxy_url=h.NONE_HERE, hosts_overrides=()))


def _dns_by_hand() -> HomeInFigures:
    typed = h.resolver("10.9.8.7", ResolverRole.OTHER, h.GONE, in_use=True)
    dhcp = h.dhcp("10.9.8.7", ResolverRole.OTHER, by_hand=True)
    return HOME.having(h.names(extra=(typed,)), dhcp)


def _hosts_override() -> HomeInFigures:
    entry = HostsOverride(
        name=h.SITES[0],
        address="203.0.113.9",
        resolvers_say=("185.15.58.224",),
        system_follows=True,
    )
    return HOME.having(Settings(proxies=(), proxy_url=h.NONE_HERE, hosts_overrides=(entry,)))


def _clock_wrong() -> HomeInFigures:
    bad = tuple(_bad_certificate(site, CertificateFault.NOT_YET_VALID) for site in h.SITES)
    clock = Clock(http_date_offset_s=-9.1e7, http_sources=3, ntp_offset_s=-9.1e7)
    return HOME.having(h.web(bad), clock)


def _bad_certificate(site: str, fault: CertificateFault, issuer: str = "An issuer") -> h.Fetch:
    good = h.fetch(site)
    return h.Fetch(
        url=good.url,
        family=4,
        address=good.address,
        end=FetchEnd.CERTIFICATE_BAD,
        status=h.SILENT,
        name_ms=12.0,
        connect_ms=14.0,
        tls_ms=h.SILENT,
        first_byte_ms=h.SILENT,
        certificate_fault=fault,
        certificate_issuer=issuer,
    )


def _no_route() -> HomeInFigures:
    away = nothing_reached(HOME).having(h.addressing(routes=()))
    return away.without(h.Gateway, h.Path, reason=Reason.NOT_APPLICABLE)


def _address_wrong() -> HomeInFigures:
    static = h.address("10.20.30.40", AddressOrigin.STATIC)
    away = nothing_reached(HOME).having(h.silent_gateway("10.20.30.1"), h.DEAD_PATH_SILENT)
    away = away.having(h.addressing((static,), (h.route("10.20.30.1"),)), h.NO_LEASE)
    return away.having(h.lan_hosts((), routers=(h.ROUTER,)))


def _address_of_elsewhere(*hosts: Neighbour) -> HomeInFigures:
    """Nobody in the subnet that was typed in; these answer echoes by IPv6."""
    answering = tuple(one.address for one in hosts)
    by_ipv6 = msgspec.structs.replace(h.NOBODY, neighbours6=hosts, answering6=answering)
    static = h.address("10.20.30.40", AddressOrigin.STATIC)
    routes = (h.route("10.20.30.1"), msgspec.structs.replace(h.route(ROUTER6.address), family=6))
    return _address_wrong().having(h.addressing((static,), routes), by_ipv6)


def _neighbour6(last: int) -> Neighbour:
    return Neighbour(
        address=f"fe80::{last}", mac=f"02:00:00:00:00:{last:02}", state=NeighbourState.STALE
    )


ROUTER6, TELEPHONE6 = _neighbour6(1), _neighbour6(50)


def _gateway_wrong() -> HomeInFigures:
    static = h.address(h.OWN, AddressOrigin.STATIC)
    away = nothing_reached(HOME).having(h.silent_gateway("192.168.1.254"), h.DEAD_PATH_SILENT)
    away = away.having(h.addressing((static,), (h.route("192.168.1.254"),)), h.NO_LEASE)
    return away.having(h.lan_hosts(routers=(h.ROUTER,)))


def _busy(kind: str) -> HomeInFigures:
    up = kind == "up"
    slow = replace(
        HOME,
        delay=replace(HOME.delay, edge_ms=130.0, anchor_ms=136.0),
        down_mbps=(40.0, 36.0) if up else (38.0, 30.0),
        up_mbps=(9.0, 8.0) if up else (19.0,),
    )
    traffic = h.cross_traffic(0.5, 19.0) if up else h.cross_traffic(95.0, 1.5)
    wander = h.echoes(h.EDGE, 120.0, spread_ms=60.0)
    anchors = tuple(h.echoes(text, 126.0, spread_ms=60.0) for text in h.ANCHORS)
    return slow.having(traffic, h.path(130.0, wander), h.anchors(series=anchors))


def _others_upload() -> HomeInFigures:
    """A queue stands already; of the upload less is left, and our own makes the queue grow."""
    slow = replace(
        HOME,
        delay=replace(HOME.delay, edge_ms=150.0, anchor_ms=156.0, line_adds=(8.0, 60.0)),
        down_mbps=(65.0, 60.0),
        up_mbps=(10.0, 9.0),
    )
    wander = h.echoes(h.EDGE, 140.0, spread_ms=70.0, swell=True)
    anchors = tuple(h.echoes(text, 146.0, spread_ms=70.0, swell=True) for text in h.ANCHORS)
    return slow.having(h.path(150.0, wander), h.anchors(series=anchors))


def _others_download() -> HomeInFigures:
    home = _others_upload()
    home = replace(home, delay=replace(home.delay, line_adds=(60.0, 8.0)))
    return replace(home, down_mbps=(18.0, 15.0), up_mbps=(18.5,))


def _intercepted() -> HomeInFigures:
    issuer = "A filter of the house"
    bad = tuple(_bad_certificate(site, CertificateFault.UNKNOWN_ISSUER, issuer) for site in h.SITES)
    return HOME.having(h.web(bad))


def _starved() -> HomeInFigures:
    slow = replace(HOME, down_mbps=(31.0,), up_mbps=(12.0,))
    return slow.having(h.throughput(slow, starved=True))


def _hop_loses(home: HomeInFigures, hosts: h.LanHosts) -> HomeInFigures:
    """Loss on the way to the router, and so to everything behind it."""
    lost = h.every(10)
    gateway = h.gateway(series=h.echoes(h.ROUTER, 4.0, lost=lost, spread_ms=12.0))
    edge = h.path(series=h.echoes(h.EDGE, 13.0, lost=lost))
    far = h.anchors(series=tuple(h.echoes(text, 18.0, lost=lost) for text in h.ANCHORS))
    delay = replace(home.delay, line_adds=(3.0, 3.0))
    slow = replace(home, delay=delay, down_mbps=(22.0, 20.0), up_mbps=(8.0, 7.0))
    return slow.having(gateway, edge, far, hosts)


def _wifi_unreliable() -> HomeInFigures:
    return _hop_loses(WIFI, h.NOBODY)


def _wifi_slow_under_load() -> HomeInFigures:
    delay = replace(WIFI.delay, gateway_ms=6.0, gateway_adds=(240.0, 260.0), line_adds=(5.0, 5.0))
    return replace(WIFI, delay=delay, down_mbps=(18.0, 17.0), up_mbps=(9.0, 9.0))


def _wifi_dropouts() -> HomeInFigures:
    gone = ((3.0, 2.5), (8.0, 1.5))
    return WIFI.having(h.watch(gone, gone, gone, link_drops=2))


def _lan_unreliable() -> HomeInFigures:
    host = h.echoes("192.168.1.50", 1.0, lost=h.every(9))
    return _hop_loses(HOME, h.lan_hosts((host,)))


def _ethernet_errors() -> HomeInFigures:
    return _lan_unreliable().having(h.interfaces(errors=140))


def _powerline() -> HomeInFigures:
    delay = replace(HOME.delay, gateway_ms=14.0, gateway_adds=(160.0, 120.0), line_adds=(3.0, 3.0))
    slow = replace(HOME, delay=delay, down_mbps=(24.0, 23.0), up_mbps=(11.0, 11.0))
    gateway = h.gateway(series=h.echoes(h.ROUTER, 14.0, spread_ms=60.0))
    edge = h.path(series=h.echoes(h.EDGE, 24.0, spread_ms=60.0))
    far = h.anchors(series=tuple(h.echoes(text, 30.0, spread_ms=60.0) for text in h.ANCHORS))
    host = h.echoes("192.168.1.50", 15.0, spread_ms=60.0)
    return slow.having(gateway, edge, far, h.lan_hosts((host,)))


def _router_overloaded() -> HomeInFigures:
    return _hop_loses(HOME, h.lan_hosts((h.echoes("192.168.1.50", 0.6, sent=90),)))


def _router_dns_dead() -> HomeInFigures:
    return HOME.having(h.names(router=h.MUTE))


def _isp_dns_dead() -> HomeInFigures:
    return HOME.having(h.names(router=h.MUTE, provider=h.GONE))


def _isp_dns_slow() -> HomeInFigures:
    return HOME.having(h.names(router=h.Answering(rtt_ms=880), provider=h.Answering(rtt_ms=900)))


def _isp_dns_flaky() -> HomeInFigures:
    return HOME.having(h.names(provider=h.Answering(answered=2)))


def _isp_dns_rewrites() -> HomeInFigures:
    lies = h.Answering(lies=("198.51.100.7",))
    return HOME.having(h.names(router=lies, provider=lies))


def _offers_wrong() -> HomeInFigures:
    offered = h.resolver("192.168.1.77", ResolverRole.LOCAL, h.GONE, in_use=True)
    dhcp = h.dhcp("192.168.1.77", ResolverRole.LOCAL, offered="192.168.1.77")
    return HOME.having(h.names(extra=(offered,)), dhcp)


def _line_slow() -> HomeInFigures:
    return replace(HOME, down_mbps=(31.0, 30.0), up_mbps=(18.5,))


def _profile_low() -> HomeInFigures:
    delay = replace(HOME.delay, line_adds=(4.0, 20.0))
    slow = replace(HOME, delay=delay, down_mbps=(49.0, 48.5))
    return slow.having(h.throughput(slow, flat=True))


def _line_loss() -> HomeInFigures:
    lost = h.every(20)
    edge = h.path(series=h.echoes(h.EDGE, 9.0, lost=lost))
    far = h.anchors(series=tuple(h.echoes(text, 14.0, lost=lost) for text in h.ANCHORS))
    return replace(HOME, down_mbps=(24.0, 22.0)).having(edge, far)


def _line_latency() -> HomeInFigures:
    delay = replace(HOME.delay, edge_ms=95.0, anchor_ms=100.0)
    far = tuple(h.echoes(text, 100.0) for text in h.ANCHORS)
    return replace(HOME, delay=delay).having(
        h.path(95.0, h.echoes(h.EDGE, 95.0)), h.anchors(series=far)
    )


def _line_jitter() -> HomeInFigures:
    far = tuple(h.echoes(text, 14.0, spread_ms=90.0) for text in h.ANCHORS)
    return HOME.having(h.path(series=h.echoes(h.EDGE, 9.0, spread_ms=90.0)), h.anchors(series=far))


def _line_reordering() -> HomeInFigures:
    far = tuple(h.echoes(text, 14.0, reordered=9, duplicates=3) for text in h.ANCHORS)
    return HOME.having(h.anchors(series=far))


def _line_intermittent() -> HomeInFigures:
    gone = ((2.0, 1.4), (7.5, 1.6))
    return HOME.having(h.watch((), gone, gone))


def _bloat(way: str) -> HomeInFigures:
    adds = (22.0, 640.0) if way == "up" else (310.0, 25.0)
    return replace(HOME, delay=replace(HOME.delay, line_adds=adds))


def _family_broken(broken: int) -> HomeInFigures:
    four = FetchEnd.CONNECT_TIMED_OUT if broken == 4 else FetchEnd.ANSWERED
    six = FetchEnd.CONNECT_TIMED_OUT if broken == 6 else FetchEnd.ANSWERED
    fetches = tuple(one for site in h.SITES for one in (h.fetch(site, four), h.fetch(site, six, 6)))
    home = HOME.having(h.web(fetches, ipv6=True))
    if broken == 6:
        return home
    return home.having(h.DEAD_ANCHORS).without(h.Throughput, reason=Reason.NEEDS_OTHER)


def _mtu() -> HomeInFigures:
    vanishing = PathMtu(
        family=4,
        target=h.ANCHORS[0],
        finding=MtuFinding.VANISHES,
        path_mtu_bytes=1400,
        link_mtu_bytes=1500,
        small_sent=5,
        small_received=5,
        big_sent=5,
        big_received=0,
    )
    stalled = tuple(h.fetch(site, FetchEnd.STALLED) for site in h.SITES)
    return HOME.having(vanishing, h.web(stalled))


def _portal(words: tuple[str, ...] = ()) -> HomeInFigures:
    home = HOME if words else WIFI
    away = nothing_reached(home)
    return away.having(h.portal(PortalFinding.ALTERED, words))


def _trouble_from(ttl: int) -> HomeInFigures:
    """Loss and a queue begin at this hop and stay to the end; the first hop is clean."""
    hops = tuple(
        h.hop(
            one.ttl,
            one.address,
            one.place,
            9.0 + one.ttl,
            loss=1 if one.ttl >= ttl else 0,
            queue=30.0 if one.ttl >= ttl else 0.0,
        )
        for one in h.hops()
    )
    lost = h.every(12)
    far = tuple(h.echoes(text, 14.0, lost=lost, spread_ms=70.0) for text in h.ANCHORS)
    return HOME.having(h.path(found=hops), h.anchors(series=far))


def _double_nat() -> HomeInFigures:
    second = h.hop(2, "192.168.0.1", Place.HOME, 0.9)
    hops = (h.hops()[0], second, *(_later(one) for one in h.hops()[1:]))
    return HOME.having(h.path(found=hops, private=2))


def _later(one: h.Hop) -> h.Hop:
    place = one.place
    rtt_ms = one.rtt_min_ms if isinstance(one.rtt_min_ms, float) else 0.0
    return h.hop(one.ttl + 1, one.address, place, rtt_ms)


def _site(end: FetchEnd) -> HomeInFigures:
    return HOME.having(h.web((h.fetch(h.SITES[0], end), *(h.fetch(s) for s in h.SITES[1:]))))


def _site_slow() -> HomeInFigures:
    slow = h.fetch(h.SITES[0], first_byte_ms=9000.0)
    return HOME.having(h.web((slow, *(h.fetch(site) for site in h.SITES[1:]))))


def _certificate() -> HomeInFigures:
    bad = _bad_certificate(h.SITES[0], CertificateFault.EXPIRED)
    return HOME.having(h.web((bad, *(h.fetch(site) for site in h.SITES[1:]))))


def _twins() -> HomeInFigures:
    return HOME.having(h.lan_hosts(taken=True))


def _loop() -> HomeInFigures:
    noisy = h.echoes(h.ROUTER, 3.0, duplicates=40, spread_ms=4.0)
    return HOME.having(h.gateway(series=noisy))


def _no_dhcp() -> HomeInFigures:
    alone = h.address("169.254.7.8", AddressOrigin.LINK_LOCAL, AddressScope.LINK_LOCAL)
    away = nothing_reached(HOME).having(h.addressing((alone,), ()), h.NO_OFFER, h.NOBODY)
    return away.without(h.Gateway, h.Path, reason=Reason.NOT_APPLICABLE)


def _router_gone() -> HomeInFigures:
    return nothing_reached(HOME).having(h.silent_gateway(), h.DEAD_PATH_SILENT)


def _slow_link() -> HomeInFigures:
    slow = HomeInFigures(
        plan=Plan(down_mbps=500, up_mbps=100, technology=Technology.FTTH),
        speed_mbps=100.0,
        down_mbps=(94.0, 94.0),
        up_mbps=(94.0,),
    )
    return replace(slow, delay=replace(slow.delay, gateway_adds=(18.0, 20.0), line_adds=(2.0, 2.0)))


def _readings_of(home: HomeInFigures) -> tuple[h.Reading, ...]:
    return tuple(one.reading for one in home.readings.values() if not isinstance(one, Unmeasured))


def _pair(one: HomeInFigures, other: HomeInFigures) -> HomeInFigures:
    """The first home with the spoilt readings of the second."""
    return one.having(*_readings_of(other))


FAULTS = (
    Fault("device-adapter-off", _adapter_off),
    Fault("device-link-down", lambda: _no_link(h.interfaces(carrier=False))),
    Fault("device-too-slow", _starved),
    Fault("device-vpn-dead", _vpn_dead),
    Fault("device-vpn-slow", _vpn_slow),
    Fault("device-proxy-broken", _proxy_broken),
    Fault("device-dns-setting-wrong", _dns_by_hand),
    Fault("device-hosts-override", _hosts_override),
    Fault("device-clock-wrong", _clock_wrong),
    Fault("device-route-wrong", _no_route),
    Fault("device-address-wrong", _address_wrong),
    Fault("device-address-wrong", lambda: _address_of_elsewhere(ROUTER6, TELEPHONE6)),
    Fault("device-gateway-wrong", _gateway_wrong),
    Fault("router-unreachable", lambda: _address_of_elsewhere(ROUTER6)),
    Fault("device-upload-busy", lambda: _busy("up")),
    Fault("device-download-busy", lambda: _busy("down")),
    Fault("device-tls-intercepted", _intercepted),
    Fault("wifi-unreliable", _wifi_unreliable),
    Fault("wifi-unreliable", _wifi_slow_under_load),
    Fault("wifi-dropouts", _wifi_dropouts),
    Fault("captive-portal", _portal),
    Fault("ethernet-slow-link", _slow_link),
    Fault("ethernet-errors", _ethernet_errors),
    Fault("powerline-bottleneck", _powerline),
    Fault("lan-unreliable", _lan_unreliable),
    Fault("lan-loop", _loop),
    Fault("duplicate-address", _twins),
    Fault("double-nat", _double_nat),
    Fault("lan-upload-busy", _others_upload),
    Fault("lan-download-busy", _others_download),
    Fault("router-unreachable", _router_gone),
    Fault("router-no-dhcp", _no_dhcp),
    Fault("router-offers-wrong", _offers_wrong),
    Fault("router-dns-dead", _router_dns_dead),
    Fault("router-overloaded", _router_overloaded),
    Fault("line-down", _line_down),
    Fault("line-slow", _line_slow),
    Fault("line-loss", _line_loss),
    Fault("line-loss", lambda: _line_loss().having(h.voice(27)), "Video calls break up"),
    Fault("line-latency-high", _line_latency),
    Fault("line-jitter", _line_jitter),
    Fault("line-reordering", _line_reordering),
    Fault("line-intermittent", _line_intermittent),
    Fault("bufferbloat-up", lambda: _bloat("up")),
    Fault("bufferbloat-down", lambda: _bloat("down")),
    Fault("isp-outage", _isp_outage),
    Fault("isp-congestion", lambda: _trouble_from(3), "It is slow every evening"),
    Fault("isp-profile-low", _profile_low),
    Fault("isp-dns-dead", _isp_dns_dead),
    Fault("isp-dns-slow", _isp_dns_slow),
    Fault("isp-dns-flaky", _isp_dns_flaky),
    Fault("isp-dns-rewrites", _isp_dns_rewrites),
    Fault("ipv6-broken", lambda: _family_broken(6)),
    Fault("ipv4-broken", lambda: _family_broken(4)),
    Fault(
        "cgnat-limits",
        lambda: HOME.having(h.path(shared=1)),
        "My camera cannot be reached from outside",
    ),
    Fault("mtu-black-hole", _mtu),
    Fault("account-suspended", lambda: _portal(("suspended",))),
    Fault("order-not-active", lambda: _portal(("activate",))),
    Fault("peering-congestion", lambda: _trouble_from(4)),
    Fault("test-server-limited", lambda: replace(HOME, down_mbps=(21.0, 96.0))),
    Fault("service-down", lambda: _site(FetchEnd.CONNECT_TIMED_OUT)),
    Fault("service-slow", _site_slow),
    Fault("service-certificate", _certificate),
    *TOLD_FAULTS,
    *ROGUE_FAULTS,
    *PAST_FAULTS,
    *MODEM_FAULTS,
    *DRIVER_FAULTS,
)

PAIRS = (
    Fault("line-loss", lambda: _pair(_line_loss(), _isp_dns_slow()), also=("isp-dns-slow",)),
    Fault("bufferbloat-up", lambda: _pair(_bloat("up"), _family_broken(6)), also=("ipv6-broken",)),
    Fault(
        "isp-dns-dead",
        lambda: _pair(_bloat("down"), _isp_dns_dead()),
        also=("bufferbloat-down",),
    ),
    Fault("line-slow", lambda: _pair(_line_slow(), _mtu()), also=("mtu-black-hole",)),
    Fault("double-nat", lambda: _pair(_double_nat(), _isp_dns_dead()), also=("isp-dns-dead",)),
    Fault(
        "line-intermittent",
        lambda: _pair(_bloat("up"), _line_intermittent()),
        also=("bufferbloat-up",),
    ),
)
