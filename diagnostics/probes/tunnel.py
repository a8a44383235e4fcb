"""Whether the way through a tunnel works, and the way beside it, bound to the physical link."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from diagnostics.platforms.base import Platform
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing, TunnelHealth
from diagnostics.readings.interfaces import Interfaces
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of
from diagnostics.sounding.echoes import LOST, Burst, burst
from diagnostics.sounding.home import home_of, tunnel_route
from diagnostics.wire.errors import NotPermitted, NotSupported, WireError
from diagnostics.wire.source import ANY, Source
from diagnostics.wire.tcp import connect_time

_MOST = 2
_PORTS = (443, 53)
_TIMEOUT_S = 2.0


class Way(msgspec.Struct, frozen=True, kw_only=True):
    works: bool | Unmeasured
    rtt_ms: float | Unmeasured


class TunnelProbe(Probe[TunnelHealth]):
    reading: ClassVar[type[Reading]] = TunnelHealth
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces, Addressing)
    deadline_s: ClassVar[float] = 6.0

    async def measure(self, context: Context) -> TunnelHealth:
        addressing = context.earlier.value(Addressing)
        if isinstance(addressing, Unmeasured):
            raise ProbeError(Reason.NEEDS_OTHER, "the routes are not known")
        route = tunnel_route(addressing)
        if route is None:
            raise ProbeError(Reason.NOT_APPLICABLE, "nothing goes through a tunnel")
        anchors = [a for a in context.profile.targets.anchors if family_of(a) == route.family]
        home = home_of(addressing)
        outside_source = Source(interface=home.interface) if home is not None else None
        inside, outside = await asyncio.gather(
            _way(anchors[:_MOST], ANY, context.platform),
            _outside(anchors[:_MOST], outside_source, context.platform),
        )
        return TunnelHealth(
            interface=route.interface,
            inside_works=inside.works,
            outside_works=outside.works,
            inside_rtt_ms=inside.rtt_ms,
            outside_rtt_ms=outside.rtt_ms,
        )


async def _outside(targets: Sequence[str], source: Source | None, platform: Platform) -> Way:
    if source is None:
        none = Unmeasured(Reason.NOT_APPLICABLE, "there is no way beside the tunnel")
        return Way(works=none, rtt_ms=none)
    return await _way(targets, source, platform)


async def _way(targets: Sequence[str], source: Source, platform: Platform) -> Way:
    """Echoes and TCP at once; either proves that the way works."""
    plan = Burst(first_s=0.6, more_s=0, source=source)
    series, connected = await asyncio.gather(
        burst(targets, plan, platform),
        asyncio.gather(*(_connects(t, port, source) for t in targets for port in _PORTS)),
    )
    refused = [answer for answer in connected if isinstance(answer, Unmeasured)]
    rtts = [s.rtt_median_ms for s in series if isinstance(s.rtt_median_ms, float)]
    if rtts or any(answer is True for answer in connected):
        return Way(works=True, rtt_ms=min(rtts) if rtts else LOST)
    if refused and len(refused) == len(connected):
        return Way(works=refused[0], rtt_ms=refused[0])
    return Way(works=False, rtt_ms=LOST)


async def _connects(target: str, port: int, source: Source) -> bool | Unmeasured:
    try:
        await connect_time(target, port, _TIMEOUT_S, source)
    except (NotPermitted, NotSupported) as error:
        return Unmeasured(Reason.NOT_PERMITTED, error.detail)
    except WireError:
        return False
    return True
