"""The largest packet that gets to an anchor, and whether the path says so when one is too big."""

from __future__ import annotations

import asyncio
from typing import ClassVar
from urllib.parse import urlsplit

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.path import MtuFinding, PathMtu
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of
from diagnostics.sounding.home import has_way_out
from diagnostics.sounding.lookup import find
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.wire import pmtu as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.pmtu import PmtuPlan, path_mtu
from diagnostics.wire.pmtu_tcp import Place, tcp_path_mtu

_PLAN = PmtuPlan(timeout_s=1.0, repeats=4)
_MOST_SITES = 2
_FINDINGS = {
    "full": MtuFinding.CLEAR,
    "reported": MtuFinding.REPORTED,
    "black_hole": MtuFinding.VANISHES,
}


class PathMtuProbe(Probe[PathMtu]):
    reading: ClassVar[type[Reading]] = PathMtu
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 9.0

    async def measure(self, context: Context) -> PathMtu:
        addressing = context.earlier.value(Addressing)
        open_families = [
            family
            for family in (4, 6)
            if isinstance(addressing, Unmeasured) or has_way_out(addressing, family)
        ]
        targets = [t for t in context.profile.targets.anchors if family_of(t) in open_families]
        if not targets:
            raise ProbeError(Reason.NOT_APPLICABLE, "there is no way out to measure")
        # Two at once: an anchor may ignore echoes. Each family is looked at, as each can be broken.
        asked = [t for f in open_families for t in [x for x in targets if family_of(x) == f][:2]]
        found = await asyncio.gather(*(_one(target) for target in asked))
        clear = [f for f in found if f is not None and f.state != "unclear"]
        clear = clear or await _by_web(open_families, context)
        if not clear:
            raise ProbeError(Reason.NO_ANSWER, "neither anchors nor sites answer well enough")
        of_families = ([f for f in clear if family_of(f.target) == n] for n in (4, 6))
        return _reading(min((max(some, key=_rank) for some in of_families if some), key=_rank))


def _rank(found: wire.PathMtu) -> int:
    """The worst first. Of two anchors of one family the better counts: the line is on both ways."""
    return ("black_hole", "reported", "full").index(found.state)


async def _one(target: str) -> wire.PathMtu | None:
    try:
        return await path_mtu(target, _PLAN)
    except WireError:
        return None


async def _by_web(families: list[int], context: Context) -> list[wire.PathMtu]:
    """By TCP to sites, for where echoes cannot be sent or nobody answers them."""
    asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
    resolvers = [resolver.address for resolver in asked]
    sites = context.profile.targets.sites[:_MOST_SITES]
    places = await asyncio.gather(*(_places(s, families, resolvers, context) for s in sites))
    found = await asyncio.gather(*(_by_tcp(place) for some in places for place in some))
    return [f for f in found if f is not None and f.state != "unclear"]


async def _places(
    site: str, families: list[int], resolvers: list[str], context: Context
) -> list[Place]:
    parts = urlsplit(site)
    host, secure = parts.hostname or "", parts.scheme == "https"
    found = await find(host, resolvers, context.platform)
    port = parts.port or (443 if secure else 80)
    return [
        Place(address=found.of(family)[0], port=port, host=host, secure=secure)
        for family in families
        if found.of(family)
    ]


async def _by_tcp(place: Place) -> wire.PathMtu | None:
    try:
        return await tcp_path_mtu(place)
    except WireError:
        return None


def _reading(found: wire.PathMtu) -> PathMtu:
    return PathMtu(
        family=family_of(found.target),
        target=found.target,
        finding=_FINDINGS[found.state],
        path_mtu_bytes=found.largest or Unmeasured(Reason.NO_ANSWER, "no size passed"),
        link_mtu_bytes=found.interface_mtu,
        small_sent=found.small_sent,
        small_received=found.small_sent - found.small_lost,
        big_sent=found.big_sent,
        big_received=found.big_sent - found.big_lost,
    )
