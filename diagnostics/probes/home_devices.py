"""Disks and printers of the home that this computer is set up to use: are they there?"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from typing import ClassVar

from diagnostics.platforms.base import HomeService
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing, AddressScope
from diagnostics.readings.home import HomeDevice, HomeDevices, NeighbourState
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import same_network, scope_of
from diagnostics.sounding.home import Home, home_in
from diagnostics.sounding.lookup import find
from diagnostics.wire.errors import Refused, WireError
from diagnostics.wire.tcp import connect_time

_MOST = 6
#: a disk that sleeps wakes its network part at once; 1 s of ARP and one repeated SYN
_CONNECT_S = 2.2
_UNKNOWN_NAME = Unmeasured(Reason.NO_ANSWER, "nobody knows the name")
_NOT_HERE = Unmeasured(Reason.NOT_APPLICABLE, "it is no device of this home")
_STANDS = (NeighbourState.REACHABLE, NeighbourState.PERMANENT)


class HomeDevicesProbe(Probe[HomeDevices]):
    reading: ClassVar[type[Reading]] = HomeDevices
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 7.0

    async def measure(self, context: Context) -> HomeDevices:
        services = (await context.platform.home_services())[:_MOST]
        if not services:
            raise ProbeError(Reason.NOT_APPLICABLE, "no disk or printer of the home is set up")
        home = home_in(context.earlier)
        if home is None or home.own is None:
            raise ProbeError(Reason.NEEDS_OTHER, "the own network is not known")
        devices = await asyncio.gather(*(_device(one, home, context) for one in services))
        return HomeDevices(devices=tuple(devices))


async def _device(service: HomeService, home: Home, context: Context) -> HomeDevice:
    address = await _address(service.host, context)
    on_link = (
        isinstance(address, str)
        and home.own is not None
        and scope_of(address) is AddressScope.PRIVATE
        and same_network(address, home.own.address, home.own.prefix_length)
    )
    answers: bool | Unmeasured = _NOT_HERE
    if on_link and isinstance(address, str):
        answers = await _answers(address, (service.port, 80), context)
    return HomeDevice(
        kind=service.kind, host=service.host, address=address, on_link=on_link, answers=answers
    )


async def _address(host: str, context: Context) -> str | Unmeasured:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        found = (await find(host, (), context.platform)).of(4)
    return next(iter(found), _UNKNOWN_NAME)


async def _answers(address: str, ports: Sequence[int], context: Context) -> bool:
    """A connection, a refusal, or its hardware address right after the questions."""
    if any(await asyncio.gather(*(_connects(address, port) for port in ports))):
        return True
    rows = await context.platform.neighbours()
    return any(row.address == address and row.mac and row.state in _STANDS for row in rows)


async def _connects(address: str, port: int) -> bool:
    try:
        await connect_time(address, port, _CONNECT_S)
    except Refused:
        return True
    except WireError:
        return False
    return True
