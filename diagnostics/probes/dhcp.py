"""What DHCP offered, and the resolvers in force beside it."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from diagnostics.platforms.base import ResolverSetting
from diagnostics.probe import Context, Probe
from diagnostics.readings.addressing import (
    Addressing,
    AddressScope,
    ConfiguredResolver,
    Dhcp,
    InterfaceAddress,
    Lease,
)
from diagnostics.readings.interfaces import Interface, Interfaces
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.home import has_way_out, home_in
from diagnostics.sounding.resolvers import role_of

_UNKNOWN = Unmeasured(Reason.NOT_SUPPORTED, "what was offered is not known")


class DhcpProbe(Probe[Dhcp]):
    reading: ClassVar[type[Reading]] = Dhcp
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces, Addressing)
    deadline_s: ClassVar[float] = 8.0  # a busy computer needs seconds to load its tools

    async def measure(self, context: Context) -> Dhcp:
        addressing = context.earlier.value(Addressing)
        addresses = () if isinstance(addressing, Unmeasured) else addressing.addresses
        kept, settings = await asyncio.gather(
            context.platform.leases(), context.platform.resolvers()
        )
        held = {(a.interface, a.address) for a in addresses}
        # A lease of a network that was left long ago lies about too: only one that is held counts.
        leases = tuple(x for x in kept if (x.interface, x.address) in held)
        offered = [address for lease in leases for address in lease.resolvers]
        home = home_in(context.earlier)
        gateways = [home.gateway] if home is not None else []
        return Dhcp(
            leases=leases,
            resolvers=tuple(
                ConfiguredResolver(
                    address=s.address,
                    role=role_of(s.address, gateways, context.profile, offered),
                    by_hand=_by_hand(s, leases, addresses),
                )
                for s in settings
            ),
            without_offer=_without_offer(context, addresses),
        )


def _by_hand(
    setting: ResolverSetting, leases: tuple[Lease, ...], addresses: tuple[InterfaceAddress, ...]
) -> bool | Unmeasured:
    """As the system says; else by comparing with the lease. Static goes with static."""
    if isinstance(setting.by_hand, bool):
        return setting.by_hand
    offered = {address for lease in leases for address in lease.resolvers}
    if setting.address in offered:
        return False
    if ":" in setting.address:
        return _UNKNOWN  # a router advertisement may have brought it (RFC 8106)
    if offered:
        return True
    usable = [a for a in addresses if a.family == 4 and a.scope is not AddressScope.LINK_LOCAL]
    static = usable and all(a.origin == "static" for a in usable)
    return True if static else _UNKNOWN


def _without_offer(context: Context, addresses: tuple[InterfaceAddress, ...]) -> bool | Unmeasured:
    """Only an adapter with a carrier can get an offer; IPv6 alone may be all there is to get."""
    active = _active(context)
    if active is None or active.carrier is not True:
        return Unmeasured(Reason.NOT_APPLICABLE, "no link that could carry an offer")
    own = [a for a in addresses if a.interface == active.name and a.family == 4]
    if any(a.scope is not AddressScope.LINK_LOCAL for a in own):
        return False
    addressing = context.earlier.value(Addressing)
    six = not isinstance(addressing, Unmeasured) and has_way_out(addressing, 6)
    if six and not own:
        return Unmeasured(Reason.NOT_APPLICABLE, "this network may well be IPv6 only")
    return True


def _active(context: Context) -> Interface | None:
    interfaces = context.earlier.value(Interfaces)
    if isinstance(interfaces, Unmeasured):
        return None
    return next((i for i in interfaces.interfaces if i.name == interfaces.active), None)
