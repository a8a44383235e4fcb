"""Asks who hands out addresses here; without the right to ask, the system's memory is used."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing, Dhcp, Lease
from diagnostics.readings.interfaces import Interfaces
from diagnostics.readings.offers import DhcpOffer, DhcpOffers
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of
from diagnostics.sounding.home import home_of
from diagnostics.sounding.off_link import touch
from diagnostics.sounding.offers import ask_everybody
from diagnostics.sounding.resolvers import knows_of_nothing, site_names
from diagnostics.wire.errors import WireError

_NOT_SEEN = Unmeasured(Reason.NO_ANSWER, "its hardware address is not known")
_NONE_SET = Unmeasured(Reason.NOT_APPLICABLE, "there is none")
_MOST_FORMER = 4


class _Link(msgspec.Struct, frozen=True, kw_only=True):
    """`lease` is in force on it; the gateways are "" where there are none."""

    interface: str
    mac: str
    lease: Lease
    gateway: str
    ipv6_router: str


class DhcpOffersProbe(Probe[DhcpOffers]):
    reading: ClassVar[type[Reading]] = DhcpOffers
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces, Addressing, Dhcp)
    deadline_s: ClassVar[float] = 7.0

    async def measure(self, context: Context) -> DhcpOffers:
        link = _link(context)
        offers, former, reaches = await asyncio.gather(
            _offers(link), _former(link, context), _six_reaches(link, context)
        )
        known = await _macs(link.interface, context)
        server = link.lease.server
        return DhcpOffers(
            offers=offers,
            former=former,
            server_mac=_mac_of(server if isinstance(server, str) else "", known),
            gateway_mac=_mac_of(link.gateway, known),
            ipv6_router_mac=_mac_of(link.ipv6_router, known),
            ipv6_router_reaches=reaches,
        )


def _link(context: Context) -> _Link:
    interfaces, addressing = context.earlier.value(Interfaces), context.earlier.value(Addressing)
    dhcp = context.earlier.value(Dhcp)
    if isinstance(interfaces, Unmeasured) or isinstance(addressing, Unmeasured):
        raise ProbeError(Reason.NEEDS_OTHER, "interfaces or addresses are not known")
    active = next((i for i in interfaces.interfaces if i.name == interfaces.active), None)
    if active is None or active.carrier is False or not active.admin_up:
        raise ProbeError(Reason.NOT_APPLICABLE, "there is no link on which anybody could offer")
    leases = () if isinstance(dhcp, Unmeasured) else dhcp.leases
    lease = next((one for one in leases if one.interface == active.name), None)
    if lease is None:
        raise ProbeError(Reason.NOT_APPLICABLE, "the address was not handed out, as far as is told")
    home = home_of(addressing)
    four = home is not None and home.interface == active.name and family_of(home.gateway) == 4
    routes = [r for r in addressing.default_routes if r.interface == active.name and r.family == 6]
    sixes = [r.gateway for r in routes if isinstance(r.gateway, str) and not r.through_tunnel]
    return _Link(
        interface=active.name,
        mac=active.mac if isinstance(active.mac, str) else "",
        lease=lease,
        gateway=home.gateway if home is not None and four else "",
        ipv6_router=next(iter(sixes), ""),
    )


async def _offers(link: _Link) -> tuple[DhcpOffer, ...] | Unmeasured:
    if not link.mac:
        return Unmeasured(Reason.NOT_SUPPORTED, "the adapter's own hardware address is not known")
    try:
        heard = await ask_everybody(link.interface, link.mac)
    except PlatformError as error:
        return Unmeasured(error.reason, error.detail)
    return tuple(_offer(one.offer.lease(link.interface), one.mac) for one in heard)


def _offer(lease: Lease, mac: str) -> DhcpOffer:
    return DhcpOffer(
        server=lease.server if isinstance(lease.server, str) else "",
        mac=mac or _NOT_SEEN,
        address=lease.address,
        gateway=lease.gateway,
        resolvers=lease.resolvers,
    )


async def _former(link: _Link, context: Context) -> tuple[DhcpOffer, ...]:
    """Kept leases of other servers that answer for their address on the link by now."""
    kept: tuple[Lease, ...] = ()
    with suppress(PlatformError):
        kept = await context.platform.former_leases()
    others = {
        one.server: one
        for one in kept
        if one.interface == link.interface
        and isinstance(one.server, str)
        and one.server != link.lease.server
    }
    wanted = list(others.items())[-_MOST_FORMER:]
    if not wanted:
        return ()
    await touch([str(server) for server, _ in wanted], link.interface)
    known = await _macs(link.interface, context)
    return tuple(_offer(one, known[str(server)]) for server, one in wanted if str(server) in known)


async def _six_reaches(link: _Link, context: Context) -> bool | Unmeasured:
    if not link.ipv6_router:
        return _NONE_SET
    zone = f"%{link.interface}" if link.ipv6_router.lower().startswith("fe80:") else ""
    name = next(iter(site_names(context.profile.targets.sites)), "example.com")
    try:
        return await knows_of_nothing(link.ipv6_router + zone, name)
    except WireError as error:
        return Unmeasured(Reason.NO_ANSWER, str(error))


async def _macs(interface: str, context: Context) -> Mapping[str, str]:
    rows = await context.platform.neighbours()
    return {r.address: r.mac for r in rows if r.mac and r.interface == interface}


def _mac_of(address: str, known: Mapping[str, str]) -> str | Unmeasured:
    if not address:
        return _NONE_SET
    return known.get(address) or _NOT_SEEN
