"""The way towards an anchor, where the home ends on it, and echoes to the provider's edge."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from statistics import median
from typing import ClassVar

import msgspec

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing, AddressScope
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.path import Hop, Path, Place
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.series import answered
from diagnostics.sounding.address import family_of, scope_of
from diagnostics.sounding.echoes import LOST, Burst, burst
from diagnostics.sounding.home import Home, has_way_out, home_in
from diagnostics.sounding.outer_names import outer_names, says_unreachable
from diagnostics.sounding.watched import with_watched
from diagnostics.wire import trace as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.trace import TracePlan, trace

#: Routers answer "time exceeded" as they please (Linux: six at once, then one a second), so these
#: are few and slow; their losses say nothing.
_BY_TTL = Burst(first_s=1.5, more_s=0, rate_hz=4.0)
_TRACE = TracePlan(max_hops=24, rounds=3, retries=0, timeout_s=0.9)
#: A provider's resolver stands in its own network: few hops; asked only when all else is silent.
_NEAR_TRACE = TracePlan(max_hops=8, rounds=1, retries=0, timeout_s=0.9)
_SILENT = Unmeasured(Reason.NO_ANSWER, "this hop does not answer")
_OUTSIDE = (Place.PROVIDER, Place.BEYOND)


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """First hop beyond the home; `address` "" when it is silent."""

    ttl: int
    address: str


class PathProbe(Probe[Path]):
    reading: ClassVar[type[Reading]] = Path
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 11.0

    async def measure(self, context: Context) -> Path:
        target = _target(context)
        home = home_in(context.earlier)
        found = await trace(target, _TRACE)
        hops = await _looked(target, found, home, context)
        edge = edge_of(hops, home)
        context.progress(0.5, "hops")
        echoes = await _edge_echoes(edge, target, context)
        if not (found.reached or answered(echoes)) and _outside(hops):
            # The line may have died since: an answer counts while it still comes.
            again = await _looked(target, await trace(target, _NEAR_TRACE), home, context)
            hops = hops if _outside(again) else again
        return Path(
            target=target,
            family=family_of(target),
            hops=hops,
            reached=found.reached,
            last_answering_ttl=max((h.ttl for h in hops if isinstance(h.address, str)), default=0),
            edge=edge.address or _SILENT if edge else _SILENT,
            edge_ttl=edge.ttl if edge else _SILENT,
            edge_echoes=echoes,
            private_hops=_leading_private(hops),
            shared_hops=sum(h.scope is AddressScope.SHARED for h in hops),
            looped=_looped(hops),
        )

    async def conclude(self, context: Context, reading: Path) -> Path:
        if isinstance(reading.edge_echoes, Unmeasured):
            return reading
        echoes = with_watched(reading.edge_echoes, context.earlier)
        return msgspec.structs.replace(reading, edge_echoes=echoes)


def _target(context: Context) -> str:
    """The first anchor of the family that has a way out, IPv4 first."""
    addressing = context.earlier.value(Addressing)
    four = isinstance(addressing, Unmeasured) or has_way_out(addressing, 4)
    anchors = context.profile.targets.anchors
    ranked = sorted(anchors, key=lambda a: (family_of(a) == 4) != four)
    if not ranked:
        raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no anchors")
    return ranked[0]


async def _looked(
    target: str, found: wire.Trace, home: Home | None, context: Context
) -> tuple[Hop, ...]:
    hops = await _hops(found, home)
    return hops if _outside(hops) else await _towards_provider(hops, home, context)


def _outside(hops: Sequence[Hop]) -> bool:
    """Some hop beyond the home answered."""
    return any(hop.place in _OUTSIDE for hop in hops)


async def _towards_provider(
    hops: tuple[Hop, ...], home: Home | None, context: Context
) -> tuple[Hop, ...]:
    """Hops to the provider's resolver where any of them answers, else those there are.

    A router without a way on drops a packet before it counts its hops: towards a far place the
    provider's first hop is silent then, though the line and the hop itself are alive.
    """
    for resolver in context.profile.targets.provider_resolvers[:1]:
        if scope_of(resolver) is AddressScope.PRIVATE:
            continue
        with suppress(WireError):
            found = await _hops(await trace(resolver, _NEAR_TRACE), home)
            own = [_of_provider(h) if h.place is Place.BEYOND else h for h in found]
            if _outside(own):
                return tuple(own)
    return hops


def _of_provider(hop: Hop) -> Hop:
    return msgspec.structs.replace(hop, place=Place.PROVIDER)


async def _hops(found: wire.Trace, home: Home | None) -> tuple[Hop, ...]:
    known = {home.gateway} if home is not None else set[str]()
    if home is not None and home.own is not None:
        known.add(home.own.address)
    known |= await outer_names(found, known)
    hops: list[Hop] = []
    for hop in found.hops:
        hops.append(_hop(hop, home, known))
        if isinstance(hop, wire.Hop):
            known.add(hop.address)
    return tuple(hops)


def _hop(hop: wire.Hop | wire.Silent, home: Home | None, known: set[str]) -> Hop:
    if isinstance(hop, wire.Silent) or _refusal(hop, known):
        # Distance 1 behind a home router is that router, whether it answers or not.
        inside = hop.ttl == 1 and home is not None and home.behind_router
        place = Place.HOME if inside else Place.UNKNOWN
        return Hop(
            ttl=hop.ttl, address=_SILENT, scope=_SILENT, place=place,
            sent=hop.probes_sent, received=0, rtt_median_ms=LOST, rtt_min_ms=LOST,
        )  # fmt: skip
    scope = scope_of(hop.address)
    return Hop(
        ttl=hop.ttl,
        address=hop.address,
        scope=scope,
        place=_place(hop, scope, home),
        sent=hop.probes_sent,
        received=len(hop.rtts_ms),
        rtt_median_ms=median(hop.rtts_ms) if hop.rtts_ms else LOST,
        rtt_min_ms=min(hop.rtts_ms) if hop.rtts_ms else LOST,
    )


def _refusal(hop: wire.Hop, known: set[str]) -> bool:
    """A router before this distance says that it cannot pass the packet on: nobody stands here.

    One with a public address that is none of the home's stands here itself: it looks for a way on
    before it counts hops.
    """
    if not says_unreachable(hop):
        return False
    outside = scope_of(hop.address) in {AddressScope.GLOBAL, AddressScope.SHARED}
    return hop.ttl == 1 or not outside or hop.address in known


def _place(hop: wire.Hop, scope: AddressScope, home: Home | None) -> Place:
    if hop.is_target:
        return Place.BEYOND
    if hop.ttl == 1 and home is not None and home.behind_router:
        return Place.HOME
    if scope in {AddressScope.PRIVATE, AddressScope.LINK_LOCAL}:
        # A second router of the home, or a provider that numbers its own network so.
        return Place.HOME if hop.ttl == 1 else Place.UNKNOWN
    # Which later hops are still the provider's cannot be told without a registry.
    return Place.PROVIDER if scope is AddressScope.SHARED or hop.ttl <= 2 else Place.UNKNOWN


def edge_of(hops: Sequence[Hop], home: Home | None) -> Edge | None:
    """First answering hop outside the home; else the silent place right behind the gateway.

    RFC 1918 hops are passed over while a hop with another address follows; a path that ends in
    them has its edge at the first of them that is not the gateway.
    """
    beyond = [h for h in hops if h.place is not Place.HOME]
    answering = [h for h in beyond if isinstance(h.address, str)]
    outside = [h for h in answering if h.scope is not AddressScope.PRIVATE]
    first = next(iter(outside or answering), None)
    if first is not None and isinstance(first.address, str):
        return Edge(ttl=first.ttl, address=first.address)
    behind_router = home is not None and home.behind_router
    return Edge(ttl=2 if behind_router else 1, address="") if home is not None else None


async def _edge_echoes(edge: Edge | None, target: str, context: Context) -> EchoSeries | Unmeasured:
    """Direct echoes where the edge answers them; else its "time exceeded" towards `target`."""
    platform, epoch_s = context.platform, context.phases.begun_s
    if edge is None:
        return Unmeasured(Reason.NOT_APPLICABLE, "there is no way out")
    if edge.address:
        (asked,) = await burst((edge.address,), Burst(first_s=0.4, more_s=0), platform)
        if asked.received:
            context.phases.tell_edge(edge.address)
            (direct,) = await burst((edge.address,), Burst(first_s=1.2), platform, epoch_s)
            return direct
    # Without any answer from there so far, a short look is enough.
    plan = msgspec.structs.replace(_BY_TTL, ttl=edge.ttl)
    if not edge.address:
        plan = msgspec.structs.replace(plan, first_s=0.5, timeout_s=1.0)
    (by_ttl,) = await burst((target,), plan, platform, epoch_s)
    return by_ttl if by_ttl.sent else Unmeasured(Reason.NOT_PERMITTED, by_ttl.error)


def _leading_private(hops: Sequence[Hop]) -> int:
    """RFC 1918 hops before the first hop with another address; silent ones are passed over."""
    count = 0
    for hop in hops:
        if hop.scope is AddressScope.PRIVATE:
            count += 1
        elif isinstance(hop.address, str):
            break
    return count


def _looped(hops: Sequence[Hop]) -> bool:
    """One address at two distances that do not follow each other: packets go round."""
    places: dict[str, list[int]] = {}
    for hop in hops:
        if isinstance(hop.address, str) and hop.place is not Place.BEYOND:
            places.setdefault(hop.address, []).append(hop.ttl)
    return any(max(ttls) - min(ttls) > 1 for ttls in places.values() if len(ttls) > 1)
