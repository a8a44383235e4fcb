"""Signs in this computer's addresses and routes."""

from __future__ import annotations

from ipaddress import ip_address, ip_interface, ip_network

from diagnostics.belief import SURE, UNSURE
from diagnostics.readings.addressing import (
    Addressing,
    AddressOrigin,
    AddressScope,
    DefaultRoute,
    Dhcp,
    InterfaceAddress,
    Lease,
)
from diagnostics.readings.home import LanHosts
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import NOTHING_SAYS, Scene
from diagnostics.signbook import Grade, certain, sign, unknown

#: that a home whose router answers by IPv6 would have shown somebody by IPv4, too (judgement)
_NOBODY = 0.9
#: all of such a subnet is swept (diagnostics.probes.lan_hosts)
_SWEPT_PREFIX = 24
_NO_LINK = "There is no network link, so addresses say nothing."


def _chosen(reading: Addressing) -> DefaultRoute | Unmeasured:
    """The IPv4 default route in use."""
    for route in reading.default_routes:
        if route.family == 4 and route.chosen:
            return route
    return Unmeasured(Reason.NOT_APPLICABLE, "no IPv4 default route")


def _own(scene: Scene, reading: Addressing) -> tuple[InterfaceAddress, ...]:
    """IPv4 addresses of the interface in use that can leave the link."""
    active = scene.active
    name = "" if isinstance(active, Unmeasured) else active.name
    return tuple(
        one
        for one in reading.addresses
        if one.family == 4
        and one.scope is not AddressScope.LINK_LOCAL
        and name in ("", one.interface)
    )


def _lease(scene: Scene) -> Lease | Unmeasured:
    """What DHCP offers on the interface in use."""
    dhcp, active = scene.evidence.value(Dhcp), scene.active
    if isinstance(dhcp, Unmeasured):
        return dhcp
    name = "" if isinstance(active, Unmeasured) else active.name
    for lease in dhcp.leases:
        if name in ("", lease.interface):
            return lease
    return NOTHING_SAYS


@sign("no-usable-address", "This computer got no usable address.", reads=Addressing, leak=0.0001)
def no_usable_address(scene: Scene) -> Grade:
    reading = scene.evidence.value(Addressing)
    if isinstance(reading, Unmeasured):
        return unknown("The addresses could not be read.")
    if scene.link_up is not True:
        return unknown(_NO_LINK)
    if any(one.scope is not AddressScope.LINK_LOCAL for one in reading.addresses):
        return certain(False, "This computer has a usable address.")
    return certain(True, "This computer has no address, or only one it gave itself.")


@sign("dhcp-silent", "Nobody on the network hands out addresses.", reads=Dhcp, leak=0.001)
def dhcp_silent(scene: Scene) -> Grade:
    dhcp = scene.evidence.value(Dhcp)
    if isinstance(dhcp, Unmeasured) or isinstance(dhcp.without_offer, Unmeasured):
        return unknown("It is not known whether an address was offered.")
    if scene.link_up is not True:
        return unknown(_NO_LINK)
    if not dhcp.without_offer:
        return certain(False, "This computer is not waiting for an address.")
    return certain(True, "This computer asked for an address and got no offer.")


@sign("no-default-route", "There is an address but no way out.", reads=Addressing, leak=0.0001)
def no_default_route(scene: Scene) -> Grade:
    reading = scene.evidence.value(Addressing)
    if isinstance(reading, Unmeasured) or scene.link_up is not True:
        return unknown("The routes could not be read, or there is no link.")
    if scene.addressed is not True:
        return unknown("There is no usable address, so a route cannot be expected.")
    if reading.default_routes:
        return certain(False, "This computer knows a way out of the home.")
    return certain(True, "This computer has an address but no default gateway.")


@sign("two-ways-out", "Two ways out compete.", reads=Addressing, leak=0.05)
def two_ways_out(scene: Scene) -> Grade:
    reading = scene.evidence.value(Addressing)
    if isinstance(reading, Unmeasured):
        return unknown("The routes could not be read.")
    ways = {
        (route.interface, route.gateway)
        for route in reading.default_routes
        if route.family == 4 and not route.through_tunnel
    }
    return certain(len(ways) >= 2, f"This computer knows {len(ways)} ways out.", float(len(ways)))


@sign("wrong-way-chosen", "Two ways out compete and the dead one is chosen.", reads=Addressing,
      leak=0.0005)  # fmt: skip
def wrong_way_chosen(scene: Scene) -> Grade:
    two = two_ways_out(scene)
    if two.belief < UNSURE or scene.internet_reached is True:
        return certain(False, "The way out that is chosen works, or there is only one.")
    if two.belief == UNSURE or isinstance(scene.gateway_alive, Unmeasured):
        return unknown("The ways out were not tried.")
    if scene.gateway_alive:
        return unknown("The gateway that is chosen answers.")
    return Grade(0.97, "Two ways out compete, and the gateway that is chosen is dead.")


@sign("gateway-off-link", "The gateway lies outside the own subnet.", reads=Addressing, leak=0.002)
def gateway_off_link(scene: Scene) -> Grade:
    reading = scene.evidence.value(Addressing)
    if isinstance(reading, Unmeasured) or isinstance(reading.gateway_off_link, Unmeasured):
        return unknown("Gateway and subnet could not be compared.")
    if not reading.gateway_off_link or scene.internet_reached is True:
        # some providers' routers sit off link by design (a /32 with an on-link route): it works
        return certain(False, "The gateway can be reached from this computer's subnet.")
    return certain(True, "The gateway's address lies outside this computer's subnet.")


@sign("address-by-hand", "The address was typed in by hand.", reads=Addressing, leak=0.05)
def address_by_hand(scene: Scene) -> Grade:
    reading = scene.evidence.value(Addressing)
    if isinstance(reading, Unmeasured):
        return unknown("The addresses could not be read.")
    origins = {one.origin for one in _own(scene, reading) if not isinstance(one.origin, Unmeasured)}
    if not origins:
        return unknown("The system does not tell where the address comes from.")
    by_hand = origins == {AddressOrigin.STATIC}
    return certain(by_hand, f"The address was {'typed in by hand' if by_hand else 'handed out'}.")


@sign("address-outside-home", "The address does not fit the home's subnet.", reads=Addressing,
      leak=0.0003)  # fmt: skip
def address_outside_home(scene: Scene) -> Grade:
    reading = scene.evidence.value(Addressing)
    if isinstance(reading, Unmeasured):
        return unknown("The addresses could not be read.")
    if scene.internet_reached is True:
        return certain(False, "This computer's address works.")
    known = _home_addresses(scene)
    own = _own(scene, reading)
    if own and not known and _lives_elsewhere(scene, reading, own[0]):
        text = "The home's router and others answer here by IPv6, and nobody in the subnet of "
        return Grade(_NOBODY, text + f"{own[0].address}/{own[0].prefix_length}.", own[0].address)
    if not known or not own:
        return unknown("Nothing on the network shows which subnet the home uses.")
    nets = [ip_interface(f"{one.address}/{one.prefix_length}").network for one in own]
    fits = any(ip_address(text) in net for net in nets for text in known)
    word = "lies in" if fits else "lies outside"
    return Grade(
        1 - SURE if fits else SURE,
        f"The address {own[0].address}/{own[0].prefix_length} {word} the home's subnet.",
        own[0].address,
    )


def routers6(reading: Addressing) -> set[str]:
    """Default routers by IPv6, tunnels left out."""
    routers = {r.gateway for r in reading.default_routes if r.family == 6 and not r.through_tunnel}
    return {text.partition("%")[0].lower() for text in routers if isinstance(text, str)}


def _lives_elsewhere(scene: Scene, reading: Addressing, own: InterfaceAddress) -> bool:
    """Nobody was found in the subnet of an address typed in, while the default router by IPv6 and
    another machine answered echoes. The router alone might have lost its IPv4 side."""
    hosts = scene.evidence.value(LanHosts)
    typed = own.origin is AddressOrigin.STATIC and own.prefix_length >= _SWEPT_PREFIX
    if isinstance(hosts, Unmeasured) or not typed or scene.gateway_alive is not False:
        return False
    if isinstance(hosts.answering6, Unmeasured) or isinstance(hosts.neighbours6, Unmeasured):
        return False
    macs = {one.address: one.mac for one in hosts.neighbours6 if isinstance(one.mac, str)}
    heard = {text: macs[text] for text in hosts.answering6 if text in macs}
    living = {mac for text, mac in heard.items() if text in routers6(reading)}
    return bool(living) and bool(set(heard.values()) - living)


def _home_addresses(scene: Scene) -> tuple[str, ...]:
    """IPv4 addresses that surely belong to the home: the router's offer, hosts that are heard."""
    found: list[str] = []
    lease, hosts = _lease(scene), scene.evidence.value(LanHosts)
    if not isinstance(lease, Unmeasured):
        found.append(lease.address)
        if not isinstance(lease.gateway, Unmeasured):
            found.append(lease.gateway)
    if not isinstance(hosts, Unmeasured):
        found += hosts.other_routers
        found += [one.address for one in hosts.neighbours if not isinstance(one.mac, Unmeasured)]
    return tuple(text for text in found if ":" not in text and ip_network(text).is_private)


@sign("gateway-by-hand", "The gateway is not the one that was offered.", reads=Addressing,
      leak=0.02)  # fmt: skip
def gateway_by_hand(scene: Scene) -> Grade:
    reading = scene.evidence.value(Addressing)
    if isinstance(reading, Unmeasured):
        return unknown("The routes could not be read.")
    route, lease = _chosen(reading), _lease(scene)
    if isinstance(route, Unmeasured) or isinstance(route.gateway, Unmeasured):
        return unknown("No gateway is set.")
    if isinstance(lease, Unmeasured) or isinstance(lease.gateway, Unmeasured):
        return address_by_hand(scene)
    differs = lease.gateway != route.gateway
    word = "differs from" if differs else "is"
    return certain(differs, f"The gateway in use {word} the one the router offers.", route.gateway)
