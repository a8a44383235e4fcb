"""Asks modem and router what they openly tell of the signal on the line; most tell nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import ClassVar

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing, AddressScope
from diagnostics.readings.modem import ModemSignal
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of, same_network, scope_of
from diagnostics.sounding.home import home_in
from diagnostics.sounding.modem_pages import MODEMS, pages_for, pages_tell, tr064_tells
from diagnostics.wire.errors import WireError
from diagnostics.wire.modem.told import Told

#: a box that is slow at its pages is not waited for
_LONGEST_S = 4.0


class ModemSignalProbe(Probe[ModemSignal]):
    reading: ClassVar[type[Reading]] = ModemSignal
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 6.0

    async def measure(self, context: Context) -> ModemSignal:
        hosts = _hosts(context)
        if not hosts:
            raise ProbeError(Reason.NOT_APPLICABLE, "there is no router or modem to be asked")
        paths = pages_for(context.profile.plan.technology)
        found = await asyncio.gather(*(_told(host, paths, host == hosts[0]) for host in hosts))
        for host, told in zip(hosts, found, strict=True):
            if told.anything:
                return ModemSignal(
                    told_by=host, channels=told.channels, dsl=told.dsl, optics=told.optics
                )
        raise ProbeError(Reason.NOT_SUPPORTED, "neither router nor modem tells without a log-in")


def _hosts(context: Context) -> tuple[str, ...]:
    """The gateway, and where modems stand behind it; never another machine of the own network."""
    addressing, home = context.earlier.value(Addressing), home_in(context.earlier)
    if isinstance(addressing, Unmeasured) or home is None or family_of(home.gateway) != 4:
        return ()
    gateway = (home.gateway,) if scope_of(home.gateway) is AddressScope.PRIVATE else ()
    if not gateway or any(r.chosen and r.through_tunnel for r in addressing.default_routes):
        return gateway  # the way to any other address leads into the tunnel
    own = [a for a in addressing.addresses if a.family == 4]
    behind = (
        host
        for host in MODEMS
        if not any(same_network(host, a.address, a.prefix_length) for a in own)
    )
    return (*gateway, *behind)


async def _told(host: str, paths: tuple[str, ...], is_gateway: bool) -> Told:
    with suppress(TimeoutError, WireError, ValueError):
        async with asyncio.timeout(_LONGEST_S):
            told = await pages_tell(host, paths)
            if told.anything or not is_gateway:
                return told
            return Told(dsl=await tr064_tells(host))
    return Told()
