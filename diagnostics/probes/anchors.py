"""Well-known far places: echoes, and TCP as proof where ICMP is not answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.path import Anchors
from diagnostics.result import NOT_RUN, Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of
from diagnostics.sounding.echoes import Burst, burst
from diagnostics.sounding.ending import end
from diagnostics.sounding.home import has_way_out
from diagnostics.sounding.watched import with_watched
from diagnostics.wire.errors import WireError
from diagnostics.wire.tcp import connect_time

_MOST4, _MOST6 = 3, 2
_PORTS = (443, 53)
#: On most lines an echo is back by then; only where none is, TCP is tried beside it.
_QUIET_S = 0.8


class AnchorsProbe(Probe[Anchors]):
    reading: ClassVar[type[Reading]] = Anchors
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 10.0

    async def measure(self, context: Context) -> Anchors:
        targets = context.profile.targets.anchors
        if not targets:
            raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no anchors")
        addressing = context.earlier.value(Addressing)
        six_open = isinstance(addressing, Unmeasured) or has_way_out(addressing, 6)
        ipv4 = [t for t in targets if family_of(t) == 4][:_MOST4]
        ipv6 = [t for t in targets if family_of(t) == 6][:_MOST6] if six_open else []
        proof = asyncio.create_task(_tcp_proof([*ipv4, *ipv6]))
        try:
            series = await burst((*ipv4, *ipv6), Burst(), context.platform, context.phases.begun_s)
            silent = not any(s.received for s in series)
            tcp_reached = await proof if silent else NOT_RUN
        finally:
            await end(proof)
        return Anchors(ipv4=_of(series, 4), ipv6=_of(series, 6), tcp_reached=tcp_reached)

    async def conclude(self, context: Context, reading: Anchors) -> Anchors:
        return msgspec.structs.replace(
            reading,
            ipv4=tuple(with_watched(s, context.earlier) for s in reading.ipv4),
            ipv6=tuple(with_watched(s, context.earlier) for s in reading.ipv6),
        )


def _of(series: Sequence[EchoSeries], family: int) -> tuple[EchoSeries, ...]:
    return tuple(s for s in series if family_of(s.target) == family)


async def _tcp_proof(targets: Sequence[str]) -> bool:
    """Whether any anchor takes a TCP connection (a refusal may come from a firewall on the way)."""
    await asyncio.sleep(_QUIET_S)
    return any(await asyncio.gather(*(_answers(t, port) for t in targets for port in _PORTS)))


async def _answers(target: str, port: int) -> bool:
    try:
        await connect_time(target, port, timeout_s=2.0)
    except WireError:
        return False
    return True
