"""Who refuses what failed: only asked where a page could not be connected to."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import urlsplit

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.refusals import Knocked, KnockEnd, Refusals
from diagnostics.readings.web import Fetch, FetchEnd, Web
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.knock import Knock, datagram_forbidden, knock

_FAILED = (
    FetchEnd.NO_ROUTE,
    FetchEnd.REFUSED,
    FetchEnd.RESET,
    FetchEnd.CONNECT_TIMED_OUT,
)
_MOST = 2
_DISTANCES = (1, 2, 3)
_TIMEOUT_S = 1.0
_DNS_PORT = 53
_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "this system does not hand out ICMP errors")
_NOBODY = Unmeasured(Reason.NO_ANSWER, "no message says who refused")


class RefusalsProbe(Probe[Refusals]):
    reading: ClassVar[type[Reading]] = Refusals
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing, Web)
    deadline_s: ClassVar[float] = 4.0

    async def measure(self, context: Context) -> Refusals:
        web = context.earlier.value(Web)
        if isinstance(web, Unmeasured):
            raise ProbeError(Reason.NEEDS_OTHER, "no page was tried")
        places = _places(web)
        if not places:
            raise ProbeError(Reason.NOT_APPLICABLE, "nothing was refused")
        knocks = await asyncio.gather(*(_one(address, port) for address, port in places))
        far = [
            a for a in context.profile.targets.anchors if family_of(a) == family_of(places[0][0])
        ]
        return Refusals(
            knocks=tuple(knocks),
            datagrams_forbidden=any(datagram_forbidden(a, _DNS_PORT) for a in far[:2]),
        )


def _places(web: Web) -> list[tuple[str, int]]:
    """Addresses and ports that failed, IPv4 first, one a site; not those of a sinkhole here."""
    failed = sorted((f for f in web.fetches if f.end in _FAILED), key=lambda f: f.family)
    found: dict[str, tuple[str, int]] = {}
    for fetch in failed:
        if isinstance(fetch.address, str) and not _is_here(fetch.address):
            found.setdefault(_host(fetch), (fetch.address, _port(fetch)))
    return list(found.values())[:_MOST]


def _is_here(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return parsed.is_unspecified or parsed.is_loopback


def _host(fetch: Fetch) -> str:
    return urlsplit(fetch.url).hostname or ""


def _port(fetch: Fetch) -> int:
    parts = urlsplit(fetch.url)
    return parts.port or (80 if parts.scheme == "http" else 443)


async def _one(address: str, port: int) -> Knocked:
    # Twice each: routers ration such messages, and one that is lost must not decide.
    limits = [one for one in _DISTANCES for _ in range(2)]
    found, *near = await asyncio.gather(
        knock(address, port, _TIMEOUT_S),
        *(knock(address, port, _TIMEOUT_S, limit) for limit in limits),
    )
    pairs = list(zip(limits, near, strict=True))
    return Knocked(
        address=address,
        port=port,
        end=KnockEnd(found.end),
        took_ms=round(found.took_ms, 3),
        said_by=found.by or _NOBODY,
        refused_at=_limits(limit for limit, one in pairs if _refused(one)),
        expired_at=_limits(limit for limit, one in pairs if one.expired)
        if KERNEL.recverr4 is not None
        else _NOT_TOLD,
    )


def _refused(one: Knock) -> bool:
    return one.end in {"refused", "prohibited"} and not one.expired


def _limits(limits: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(limits)))
