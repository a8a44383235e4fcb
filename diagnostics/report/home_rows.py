"""Rows of the readings inside the home: adapters, addresses, router, other devices."""

from __future__ import annotations

from diagnostics.readings.addressing import Addressing, Dhcp, Lease, Proxy, Settings, TunnelHealth
from diagnostics.readings.driver import DriverLog
from diagnostics.readings.home import Gateway, LanHosts
from diagnostics.readings.interfaces import Interface, Interfaces
from diagnostics.readings.offers import DhcpOffers
from diagnostics.report.sheet import NONE, Sheet, fill
from diagnostics.result import Unmeasured
from diagnostics.words import mark


@fill.register
def fill_interfaces(reading: Interfaces, sheet: Sheet) -> None:
    sheet.figure(mark("Adapter in use"), reading.active)
    for interface in reading.interfaces:
        _interface(interface, sheet)
    sheet.figure(mark("Errors during the check"), reading.errors_during_check)
    sheet.figure(mark("Drops during the check"), reading.drops_during_check)


def _interface(interface: Interface, sheet: Sheet) -> None:
    name = sheet.words.name(interface.name)
    sheet.say(
        mark("{name}: kind"), KINDS.get(interface.kind.value, interface.kind.value), name=name
    )
    sheet.fact(mark("{name}: switched on"), interface.admin_up, name=name)
    sheet.fact(mark("{name}: signal on the link"), interface.carrier, name=name)
    sheet.figure(mark("{name}: link speed"), interface.speed_mbps, "Mbit/s", name=name)
    if not isinstance(interface.duplex, Unmeasured):
        sheet.say(mark("{name}: duplex"), DUPLEX[interface.duplex.value], name=name)


KINDS = {
    "ethernet": mark("cable"),
    "wifi": mark("WiFi"),
    "tunnel": mark("tunnel"),
    "mobile": mark("mobile"),
    "bridge": mark("bridge"),
    "virtual": mark("virtual"),
    "loopback": mark("loopback"),
    "other": mark("other"),
}
DUPLEX = {"full": mark("full"), "half": mark("half")}


@fill.register
def fill_driver_log(reading: DriverLog, sheet: Sheet) -> None:
    count = sheet.words.number
    sheet.text(mark("Resets of the adapter"), count(reading.mishaps.resets))
    sheet.text(mark("Crashes of the adapter"), count(reading.mishaps.crashes))


@fill.register
def fill_addressing(reading: Addressing, sheet: Sheet) -> None:
    for each in reading.addresses:
        name = sheet.words.name(each.interface)
        shown = f"{each.address}/{each.prefix_length}"
        sheet.figure(mark("{name}: address"), shown, name=name)
    for route in reading.default_routes:
        name = sheet.words.name(route.interface)
        sheet.figure(mark("{name}: way out by"), route.gateway, name=name)
    if not reading.default_routes:
        sheet.say(mark("Way out"), NONE)
    sheet.fact(mark("Router's address outside the own network"), reading.gateway_off_link)


@fill.register
def fill_settings(reading: Settings, sheet: Sheet) -> None:
    for proxy in reading.proxies:
        _proxy(proxy, sheet)
    if not reading.proxies:
        sheet.say(mark("Proxy"), NONE)
    sheet.names(mark("Sites set in the hosts file"), tuple(h.name for h in reading.hosts_overrides))
    sheet.names(mark("Tunnel programs"), reading.vpn_programs)


def _proxy(proxy: Proxy, sheet: Sheet) -> None:
    sheet.figure(mark("Proxy"), proxy.host)
    sheet.fact(mark("A page through the proxy opens"), proxy.works)
    sheet.fact(mark("The same page without it opens"), proxy.direct_works)


@fill.register
def fill_tunnel(reading: TunnelHealth, sheet: Sheet) -> None:
    sheet.figure(mark("Tunnel"), reading.interface)
    sheet.fact(mark("The way through the tunnel works"), reading.inside_works)
    sheet.fact(mark("The way beside it works"), reading.outside_works)
    sheet.figure(mark("Delay through the tunnel"), reading.inside_rtt_ms, "ms")
    sheet.figure(mark("Delay beside it"), reading.outside_rtt_ms, "ms")


@fill.register
def fill_dhcp(reading: Dhcp, sheet: Sheet) -> None:
    for lease in reading.leases:
        _lease(lease, sheet)
    if not reading.leases:
        sheet.say(mark("Address given out by the router"), NONE)
    for resolver in reading.resolvers:
        address = sheet.words.name(resolver.address)
        sheet.fact(mark("Resolver {address}: typed in by hand"), resolver.by_hand, address=address)
    sheet.fact(mark("Waiting for an address"), reading.without_offer)


def _lease(lease: Lease, sheet: Sheet) -> None:
    sheet.figure(mark("Address given out by the router"), lease.address)
    sheet.figure(mark("Given out by"), lease.server)
    sheet.figure(mark("Way out, as offered"), lease.gateway)
    sheet.names(mark("Resolvers, as offered"), lease.resolvers)
    sheet.figure(mark("Valid for"), lease.lease_s, "s")


@fill.register
def fill_dhcp_offers(reading: DhcpOffers, sheet: Sheet) -> None:
    if isinstance(reading.offers, Unmeasured):
        sheet.figure(mark("Addresses are handed out by"), reading.offers)
    for offer in () if isinstance(reading.offers, Unmeasured) else reading.offers:
        sheet.figure(mark("Addresses are handed out by"), offer.server)
        sheet.figure(mark("Its hardware address"), offer.mac)
        sheet.figure(mark("Way out, as offered"), offer.gateway)
    sheet.names(mark("Gave an address before"), tuple(one.server for one in reading.former))


@fill.register
def fill_gateway(reading: Gateway, sheet: Sheet) -> None:
    sheet.figure(mark("Address of the router"), reading.address)
    sheet.say(mark("Entry in the neighbour table"), reading.neighbour.state.value)
    sheet.fact(mark("The router answers"), reading.answers)
    sheet.echoes(sheet.words.say(mark("Router")), reading.echoes)
    sheet.names(mark("Hardware addresses seen"), reading.macs_seen)


@fill.register
def fill_lan_hosts(reading: LanHosts, sheet: Sheet) -> None:
    sheet.text(mark("Other devices seen"), sheet.words.number(len(reading.neighbours)))
    if not isinstance(reading.neighbours6, Unmeasured):
        seen = {one.mac if isinstance(one.mac, str) else one.address for one in reading.neighbours6}
        sheet.text(mark("Devices that answer by IPv6"), sheet.words.number(len(seen)))
    for series in reading.echoes:
        sheet.echoes(sheet.words.name(series.target), series)
    sheet.names(mark("Other routers"), reading.other_routers)
    sheet.fact(mark("Own address used by another device"), reading.own_address_taken)
