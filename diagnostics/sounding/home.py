"""Where the home ends: gateway, own address and the physical link, drawn from earlier readings."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from diagnostics.evidence import Evidence
from diagnostics.readings.addressing import (
    Addressing,
    AddressScope,
    DefaultRoute,
    InterfaceAddress,
)
from diagnostics.readings.interfaces import Interface, InterfaceKind
from diagnostics.result import Unmeasured

_PHYSICAL = {
    InterfaceKind.ETHERNET,
    InterfaceKind.WIFI,
    InterfaceKind.MOBILE,
    InterfaceKind.BRIDGE,
    InterfaceKind.VIRTUAL,
    InterfaceKind.OTHER,
}


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """`gateway` "" and `interface` "" where there is none. All of one address family."""

    interface: str
    gateway: str
    own: InterfaceAddress | None
    behind_router: bool  # our own address is one that a home router hands out


def home_of(addressing: Addressing) -> Home | None:
    """The physical way out (IPv4 first): tunnels are on top of it. None without any route."""
    physical = [r for r in addressing.default_routes if not r.through_tunnel]
    ranked = sorted(physical, key=lambda r: (r.family, not r.chosen, _metric(r)))
    for route in ranked:
        if isinstance(route.gateway, str):
            return _home(addressing, route.interface, route.gateway)
    return None


def _home(addressing: Addressing, interface: str, gateway: str) -> Home:
    family = 6 if ":" in gateway else 4
    own = [a for a in addressing.addresses if a.interface == interface and a.family == family]
    usable = [a for a in own if a.scope is not AddressScope.LINK_LOCAL]
    first = next(iter(usable or own), None)
    # With IPv6 every host has a global address, so the gateway is the home's router.
    handed_out = first is not None and (family == 6 or first.scope is AddressScope.PRIVATE)
    zone = f"%{interface}" if gateway.lower().startswith("fe80:") else ""
    return Home(interface=interface, gateway=gateway + zone, own=first, behind_router=handed_out)


def _metric(route: DefaultRoute) -> int:
    return 0 if isinstance(route.metric, Unmeasured) else route.metric


def home_in(earlier: Evidence) -> Home | None:
    addressing = earlier.value(Addressing)
    return None if isinstance(addressing, Unmeasured) else home_of(addressing)


def has_way_out(addressing: Addressing, family: int) -> bool:
    """An address that reaches beyond the link, and a default route, of that family."""
    beyond = {AddressScope.GLOBAL, AddressScope.SHARED, AddressScope.PRIVATE}
    if family == 6:
        beyond = {AddressScope.GLOBAL}  # a ULA (RFC 4193) promises no internet
    address = any(a.family == family and a.scope in beyond for a in addressing.addresses)
    return address and any(r.family == family for r in addressing.default_routes)


def tunnel_route(addressing: Addressing) -> DefaultRoute | None:
    """The chosen default route when it goes through a tunnel."""
    chosen = [r for r in addressing.default_routes if r.chosen and r.through_tunnel]
    return next(iter(sorted(chosen, key=lambda r: r.family)), None)


def active_interface(
    interfaces: Sequence[Interface],
    routes: Sequence[DefaultRoute],
    addresses: Sequence[InterfaceAddress],
) -> str:
    """The physical interface that carries the default route, or would; "" when there is none."""
    names = {i.name: i for i in interfaces}
    ranked = sorted(
        (r for r in routes if r.interface in names and not r.through_tunnel),
        key=lambda r: (not r.chosen, r.family, _metric(r)),
    )
    if ranked:
        return ranked[0].interface
    with_address = {a.interface for a in addresses if a.scope is not AddressScope.LINK_LOCAL}
    physical = [i for i in interfaces if i.kind in _PHYSICAL]
    return min(physical, key=lambda i: _likely(i, with_address)).name if physical else ""


def _likely(interface: Interface, with_address: set[str]) -> tuple[bool, ...]:
    """Smaller is likelier: has an address, has a carrier, is on, is a real adapter."""
    return (
        interface.name not in with_address,
        interface.carrier is not True,
        not interface.admin_up,
        interface.kind not in {InterfaceKind.ETHERNET, InterfaceKind.WIFI},
        interface.kind is not InterfaceKind.ETHERNET,
    )
