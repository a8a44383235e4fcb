"""What probes conclude from raw answers, where a wrong conclusion would blame somebody."""

from __future__ import annotations

from diagnostics.probes.path import edge_of
from diagnostics.probes.watch import drops
from diagnostics.profile import Profile, Targets
from diagnostics.readings.addressing import (
    Addressing,
    AddressOrigin,
    AddressScope,
    DefaultRoute,
    InterfaceAddress,
    ResolverRole,
)
from diagnostics.readings.path import Hop, Place
from diagnostics.result import Reason, Unmeasured
from diagnostics.sounding.address import scope_of
from diagnostics.sounding.arp import claimed_by, probe
from diagnostics.sounding.echoes import figures, joined
from diagnostics.sounding.home import Home, home_of
from diagnostics.sounding.resolvers import role_of
from diagnostics.wire.echo import Complaint, Echo, EchoSeries, Lost, Probe

_NO_ANSWER = Unmeasured(Reason.NO_ANSWER)
_HOME = Home(interface="eth0", gateway="192.168.1.1", own=None, behind_router=True)


def _hop(ttl: int, address: str, place: Place = Place.UNKNOWN) -> Hop:
    return Hop(
        ttl=ttl,
        address=address or _NO_ANSWER,
        scope=scope_of(address) if address else _NO_ANSWER,
        place=place,
        sent=3,
        received=3 if address else 0,
        rtt_median_ms=1.0 if address else _NO_ANSWER,
        rtt_min_ms=1.0 if address else _NO_ANSWER,
    )


def test_edge_is_the_first_answering_hop_outside() -> None:
    hops = [_hop(1, "192.168.1.1", Place.HOME), _hop(2, ""), _hop(3, "81.2.69.1")]
    edge = edge_of(hops, _HOME)
    assert edge is not None
    assert (edge.ttl, edge.address) == (3, "81.2.69.1")


def test_edge_passes_over_a_second_home_router() -> None:
    hops = [
        _hop(1, "192.168.1.1", Place.HOME),
        _hop(2, "192.168.0.1"),
        _hop(3, "100.64.0.1", Place.PROVIDER),
    ]
    edge = edge_of(hops, _HOME)
    assert edge is not None
    assert edge.address == "100.64.0.1"


def test_edge_of_a_dead_line_is_the_silent_place_behind_the_gateway() -> None:
    edge = edge_of([_hop(1, "192.168.1.1", Place.HOME), _hop(2, "")], _HOME)
    assert edge is not None
    assert (edge.ttl, edge.address) == (2, "")


def test_no_edge_without_any_way_out() -> None:
    assert edge_of([], None) is None


def _series(probes: list[Probe], interval_s: float = 0.1) -> EchoSeries:
    return EchoSeries("1.1.1.1", "icmp", 56, interval_s, tuple(probes), 0, 0)


def _echo(seq: int, at_s: float) -> Echo:
    return Echo(seq, at_s, 20.0, 60, kernel_stamped=True)


def test_a_drop_is_a_run_of_lost_echoes() -> None:
    probes: list[Probe] = [_echo(i, i / 10) for i in range(10)]
    probes += [Lost(i, i / 10) for i in range(10, 22)]
    probes += [_echo(i, i / 10) for i in range(22, 30)]
    (drop,) = drops(_series(probes), 0.0)
    assert (drop.start_s, drop.duration_s) == (1.0, 1.2)


def test_a_pause_of_our_own_is_no_drop() -> None:
    probes: list[Probe] = [_echo(0, 0.0), _echo(1, 0.1), Lost(2, 0.2), _echo(3, 3.0)]
    assert drops(_series(probes), 0.0) == ()


def test_a_place_that_never_answered_has_no_drop() -> None:
    assert drops(_series([Lost(i, i / 10) for i in range(50)]), 0.0) == ()


def test_time_exceeded_counts_as_answer_only_when_the_hop_is_asked() -> None:
    said = Complaint(0, 0.0, "10.0.0.1", "ttl_exceeded", 11, 0, 5.0)
    series = _series([said, Lost(1, 0.1)])
    assert figures(series, 0.0).received == 0
    by_ttl = figures(series, 0.0, by_ttl=True)
    assert (by_ttl.received, by_ttl.loss_percent, by_ttl.rtt_median_ms) == (1, 50.0, 5.0)


def test_nothing_answered_has_no_delay_and_all_lost() -> None:
    found = figures(_series([Lost(0, 0.0), Lost(1, 0.1)]), 0.0)
    assert isinstance(found.rtt_median_ms, Unmeasured)
    assert found.loss_percent == 100.0
    assert found.longest_gap_s == 0.1


def test_joined_series_count_both_on_one_clock() -> None:
    one = figures(_series([_echo(0, 10.0), Lost(1, 10.1), _echo(2, 10.2)]), 10.0)
    more = figures(_series([_echo(0, 10.05), _echo(1, 10.15)]), 10.0)
    both = joined(one, more)
    assert (both.sent, both.received) == (5, 4)
    assert both.longest_gap_s == 0.05
    assert [e.sent_s for e in both.echoes] == sorted(e.sent_s for e in both.echoes)


def test_arp_probe_claims_nothing_and_reply_is_read() -> None:
    frame = probe("192.168.1.9", "02:00:00:00:00:01")
    assert claimed_by(frame, "192.168.1.9") == ""  # sender address 0.0.0.0: RFC 5227
    reply = bytearray(frame)
    reply[22:28] = bytes.fromhex("0200000000aa")
    reply[28:32] = bytes([192, 168, 1, 9])
    assert claimed_by(bytes(reply), "192.168.1.9") == "02:00:00:00:00:aa"
    assert claimed_by(b"short", "192.168.1.9") == ""


def test_whose_a_resolver_is() -> None:
    profile = Profile(targets=Targets(provider_resolvers=("81.2.64.53",)))
    roles = {
        address: role_of(address, ["192.168.1.1"], profile, offered=("84.1.1.1",))
        for address in ("192.168.1.1", "81.2.64.53", "9.9.9.9", "127.0.0.53", "84.1.1.1", "5.5.5.5")
    }
    assert list(roles.values()) == [
        ResolverRole.ROUTER,
        ResolverRole.PROVIDER,
        ResolverRole.PUBLIC,
        ResolverRole.LOCAL,
        ResolverRole.PROVIDER,
        ResolverRole.OTHER,
    ]


def _route(interface: str, gateway: str, *, tunnel: bool) -> DefaultRoute:
    return DefaultRoute(
        interface=interface,
        family=4,
        gateway=gateway or Unmeasured(Reason.NOT_APPLICABLE),
        metric=0,
        through_tunnel=tunnel,
        chosen=tunnel,
    )


def test_home_is_below_a_tunnel() -> None:
    own = InterfaceAddress(
        interface="eth0",
        address="192.168.1.7",
        prefix_length=24,
        family=4,
        scope=AddressScope.PRIVATE,
        origin=AddressOrigin.DHCP,
    )
    routes = (_route("tun0", "", tunnel=True), _route("eth0", "192.168.1.1", tunnel=False))
    home = home_of(Addressing(addresses=(own,), default_routes=routes, gateway_off_link=False))
    assert home is not None
    assert (home.interface, home.gateway, home.behind_router) == ("eth0", "192.168.1.1", True)


def test_documentation_addresses_are_not_private_here() -> None:
    scopes = [
        scope_of(a) for a in ("192.0.2.1", "100.64.0.1", "10.0.0.1", "169.254.1.1", "fe80::1%eth0")
    ]
    assert scopes == ["global", "shared", "private", "link-local", "link-local"]
