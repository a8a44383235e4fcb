"""The default gateway: link layer, echoes, and any other proof of life when it ignores ping."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import ClassVar

import msgspec

from diagnostics.platforms.base import Platform, PlatformError
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.home import Gateway, Neighbour, NeighbourState
from diagnostics.readings.interfaces import Interfaces
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.arp import claimants
from diagnostics.sounding.echoes import Burst, burst
from diagnostics.sounding.ending import end
from diagnostics.sounding.home import Home, home_in
from diagnostics.sounding.watched import with_watched
from diagnostics.wire.dns import DnsPlan, query
from diagnostics.wire.errors import Refused, WireError
from diagnostics.wire.tcp import connect_time

#: A home router answers in milliseconds, over bad WiFi in some hundred: 1 s is generous.
_BURST = Burst(timeout_s=1.0)
_PORTS = (53, 80, 443)
_LOOK_S = 0.25
#: a check of a dead home ends shortly before the system knows
_SETTLES_S = 2.2
_UNKNOWN_MAC = Unmeasured(Reason.NO_ANSWER, "nobody answered for this address")


class GatewayProbe(Probe[Gateway]):
    reading: ClassVar[type[Reading]] = Gateway
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces, Addressing)
    deadline_s: ClassVar[float] = 9.0

    async def measure(self, context: Context) -> Gateway:
        home = home_in(context.earlier)
        if home is None:
            raise ProbeError(Reason.NOT_APPLICABLE, "there is no gateway: no default route")
        seen: set[str] = set()
        watching = asyncio.create_task(_watch_macs(home.gateway, context.platform, seen))
        claiming = asyncio.create_task(_claimants(home, context, seen))
        alive = asyncio.create_task(_answers_otherwise(home.gateway))
        try:
            (echoes,) = await burst(
                (home.gateway,), _BURST, context.platform, context.phases.begun_s
            )
            answers = echoes.received > 0 or await alive
            neighbour = await neighbour_of(home.gateway, context.platform)
        finally:
            await end(watching, claiming, alive)
        if isinstance(neighbour.mac, str):
            seen.add(neighbour.mac)
        return Gateway(
            address=home.gateway,
            neighbour=neighbour,
            echoes=_honest(echoes),
            answers=answers,
            macs_seen=tuple(sorted(seen)),
        )

    async def conclude(self, context: Context, reading: Gateway) -> Gateway:
        if not isinstance(reading.echoes, Unmeasured):
            echoes = with_watched(reading.echoes, context.earlier)
            reading = msgspec.structs.replace(reading, echoes=echoes)
        now = await (_settled if reading.answers is False else neighbour_of)(
            reading.address, context.platform
        )
        reading = msgspec.structs.replace(reading, neighbour=now)
        if not isinstance(now.mac, str):
            return reading
        seen = tuple(sorted({*reading.macs_seen, now.mac}))
        return msgspec.structs.replace(reading, macs_seen=seen)


def _honest(echoes: EchoSeries) -> EchoSeries | Unmeasured:
    """A series of which not one echo left this computer measures nothing."""
    if echoes.sent == 0:
        return Unmeasured(Reason.NOT_PERMITTED, echoes.error)
    return echoes


async def neighbour_of(address: str, platform: Platform) -> Neighbour:
    """Row of the neighbour table; state none where there is no row."""
    bare = address.partition("%")[0]
    rows = [row for row in await platform.neighbours() if row.address == bare]
    known = [row for row in rows if row.mac]
    row = next(iter(known or rows), None)
    return Neighbour(
        address=address,
        mac=row.mac if row is not None and row.mac else _UNKNOWN_MAC,
        state=row.state if row is not None else NeighbourState.NONE,
    )


async def _settled(address: str, platform: Platform) -> Neighbour:
    """Of a router that answers nothing: once the system has asked it anew by ARP, if it soon does.

    It begins five seconds after the first unanswered packet and asks three times (RFC 4861, 10);
    it needs packets for that, so that a glance waits as well, while the watch still sends.
    """
    until_s = asyncio.get_running_loop().time() + _SETTLES_S
    while True:
        now = await neighbour_of(address, platform)
        left_s = until_s - asyncio.get_running_loop().time()
        if now.state is not NeighbourState.STALE or left_s <= 0:
            return now
        await asyncio.sleep(min(_LOOK_S, left_s))


async def _watch_macs(address: str, platform: Platform, seen: set[str]) -> None:
    """Two machines that claim one address take turns in the neighbour table."""
    while True:
        with suppress(PlatformError):
            neighbour = await neighbour_of(address, platform)
            if isinstance(neighbour.mac, str):
                seen.add(neighbour.mac)
        await asyncio.sleep(_LOOK_S)


async def _claimants(home: Home, context: Context, seen: set[str]) -> None:
    """Everybody who answers for the gateway's address, where the system lets us see that."""
    interfaces = context.earlier.value(Interfaces)
    known = () if isinstance(interfaces, Unmeasured) else interfaces.interfaces
    mac = next((i.mac for i in known if i.name == home.interface), "")
    if not isinstance(mac, str) or not mac or ":" in home.gateway:
        return
    with suppress(PlatformError, OSError):
        seen |= await claimants(home.interface, home.gateway, mac)


async def _answers_otherwise(address: str) -> bool:
    """Any answer to DNS or TCP, a refusal too."""
    return any(await asyncio.gather(_dns(address), *(_tcp(address, port) for port in _PORTS)))


async def _dns(address: str) -> bool:
    try:
        await query(address, ".", "NS", DnsPlan(timeout_s=1.0, attempts=2))
    except Refused:
        return True
    except WireError:
        return False
    return True


async def _tcp(address: str, port: int) -> bool:
    try:
        await connect_time(address, port, timeout_s=2.0)
    except Refused:
        return True
    except WireError:
        return False
    return True
