"""Addresses and default routes, with the one that the system really takes."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from diagnostics.probe import Context, Probe
from diagnostics.readings.addressing import Addressing, DefaultRoute, InterfaceAddress
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of, same_network


class AddressingProbe(Probe[Addressing]):
    reading: ClassVar[type[Reading]] = Addressing
    deadline_s: ClassVar[float] = 8.0  # a busy computer needs seconds to load its tools

    async def measure(self, context: Context) -> Addressing:
        anchors = context.profile.targets.anchors
        addresses, routes = await asyncio.gather(
            context.platform.addresses(), context.platform.default_routes(anchors)
        )
        return Addressing(
            addresses=addresses,
            default_routes=routes,
            gateway_off_link=_off_link(addresses, routes),
        )


def _off_link(
    addresses: tuple[InterfaceAddress, ...], routes: tuple[DefaultRoute, ...]
) -> bool | Unmeasured:
    """Of the IPv4 route in force: an IPv6 gateway is link-local and always on link."""
    for route in sorted(routes, key=lambda r: not r.chosen):
        if route.family != 4 or route.through_tunnel or isinstance(route.gateway, Unmeasured):
            continue
        gateway = route.gateway
        own = [a for a in addresses if a.interface == route.interface]
        on_link = [same_network(gateway, a.address, a.prefix_length) for a in own]
        return not any(on_link) if family_of(gateway) == 4 else False
    return Unmeasured(Reason.NOT_APPLICABLE, "there is no IPv4 gateway")
