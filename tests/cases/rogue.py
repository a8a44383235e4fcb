"""Written cases of a second machine that hands out addresses, and of honest ones that may."""

from __future__ import annotations

from diagnostics.readings.addressing import ConfiguredResolver, Dhcp, Lease, ResolverRole
from diagnostics.readings.home import LanHosts, Neighbour, NeighbourState
from diagnostics.readings.offers import DhcpOffer, DhcpOffers
from diagnostics.readings.web import FetchEnd
from diagnostics.result import Reason, Unmeasured
from tests.cases import home as h
from tests.cases.fault import Fault, nothing_reached
from tests.cases.home import HomeInFigures

HOME = HomeInFigures()
ROUTER_MAC, SECOND, SECOND_MAC = "02:00:00:00:00:01", "192.168.1.120", "02:00:00:00:01:20"
NO_RIGHT = Unmeasured(Reason.NOT_PERMITTED, "asking needs a right")


def offer(server: str = h.ROUTER, mac: str = ROUTER_MAC, gateway: str = h.ROUTER) -> DhcpOffer:
    return DhcpOffer(
        server=server, mac=mac, address="192.168.1.23", gateway=gateway, resolvers=(gateway,)
    )


def offers(
    *heard: DhcpOffer,
    former: tuple[DhcpOffer, ...] = (),
    asked: bool = True,
    server_mac: str = ROUTER_MAC,
    six: str | Unmeasured = ROUTER_MAC,
) -> DhcpOffers:
    return DhcpOffers(
        offers=(heard or (offer(),)) if asked else NO_RIGHT,
        former=former,
        server_mac=server_mac,
        gateway_mac=server_mac,
        ipv6_router_mac=six,
        ipv6_router_reaches=isinstance(six, str),
    )


def _leased(server: str, gateway: str) -> Dhcp:
    lease = Lease(
        interface="eth0",
        server=server,
        address=h.OWN,
        gateway=gateway,
        resolvers=(server,),
        lease_s=3600.0,
        captive_portal_uri=h.NONE_HERE,
    )
    used = ConfiguredResolver(address=server, role=ResolverRole.LOCAL, by_hand=False)
    return Dhcp(leases=(lease,), resolvers=(used,), without_offer=False)


def _hosts(*reaching: str) -> LanHosts:
    rows = tuple(
        Neighbour(address=one, mac=ROUTER_MAC, state=NeighbourState.REACHABLE) for one in reaching
    )
    return LanHosts(
        neighbours=rows,
        echoes=(),
        other_routers=reaching,
        own_address_taken=False,
        reaching=reaching,
    )


_ROUTE = h.addressing(routes=(h.route(SECOND),))


def _misled(*readings: h.Reading) -> HomeInFigures:
    """The second box won: it names itself as the way out, answers, and leads nowhere."""
    lost = nothing_reached(HOME).having(h.DEAD_PATH, _leased(SECOND, SECOND), _ROUTE)
    return lost.having(*readings)


def _rival() -> HomeInFigures:
    """The router won this time, and all is well here; other devices are less lucky."""
    return HOME.having(offers(offer(), offer("192.168.8.1", SECOND_MAC, "192.168.8.1")))


def _won_in_another_network() -> HomeInFigures:
    heard = (offer("192.168.8.1", SECOND_MAC, "192.168.8.1"), offer())
    lost = _misled(offers(*heard, server_mac=SECOND_MAC, six=h.NONE_HERE), h.NOBODY)
    route = h.addressing(routes=(h.route("192.168.8.1"),))
    return lost.having(_leased("192.168.8.1", "192.168.8.1"), route)


def _won_unasked() -> HomeInFigures:
    """Without the right to ask: another machine has just been on the internet."""
    return _misled(offers(asked=False, server_mac=SECOND_MAC, six=h.NONE_HERE), _hosts(h.ROUTER))


def _remembered() -> HomeInFigures:
    heard = offers(asked=False, server_mac=SECOND_MAC, former=(offer(),), six=h.NONE_HERE)
    return _misled(heard, h.NOBODY)


def _ipv6_goes_elsewhere() -> HomeInFigures:
    """IPv6 works by the router, IPv4 leads into the second box: not the provider's fault."""
    ends = {4: FetchEnd.CONNECT_TIMED_OUT, 6: FetchEnd.ANSWERED}
    fetches = tuple(h.fetch(site, end, six) for site in h.SITES for six, end in ends.items())
    half = HOME.having(h.web(fetches, ipv6=True), h.DEAD_ANCHORS, _leased(SECOND, SECOND), _ROUTE)
    return half.having(offers(asked=False, server_mac=SECOND_MAC)).without(
        h.Throughput, reason=Reason.NEEDS_OTHER
    )


def _line_down_with_helper() -> HomeInFigures:
    """A dead line, and a resolver that answers from what it kept: no second way out is proven."""
    kept = LanHosts(
        neighbours=(), echoes=(), other_routers=("192.168.1.50",), own_address_taken=False
    )
    return nothing_reached(HOME).having(h.DEAD_PATH, kept, offers())


ROGUE_FAULTS = (
    Fault("rogue-dhcp", _rival),
    Fault("rogue-dhcp", _won_in_another_network),
    Fault("rogue-dhcp", _won_unasked),
    Fault("rogue-dhcp", _remembered),
    Fault("rogue-dhcp", _ipv6_goes_elsewhere),
    Fault("line-down", _line_down_with_helper),
)


def helper_hands_out() -> HomeInFigures:
    """A small computer filters adverts and serves DHCP; it names the real router."""
    honest = offers(offer("192.168.1.50", SECOND_MAC), server_mac=SECOND_MAC)
    return HOME.having(honest, _leased("192.168.1.50", h.ROUTER))


def two_agree() -> HomeInFigures:
    """Router and helper both hand out addresses and name the same way out."""
    return HOME.having(offers(offer(), offer("192.168.1.50", SECOND_MAC)))


def one_machine_two_networks() -> HomeInFigures:
    return HOME.having(offers(offer(), offer("192.168.20.1", ROUTER_MAC, "192.168.20.1")))


def old_router_as_access_point() -> HomeInFigures:
    """The router of before is still here at its old address, and all works with the new one."""
    old = offer("192.168.0.1", SECOND_MAC, "192.168.0.1")
    return HOME.having(offers(asked=False, former=(old,)))
