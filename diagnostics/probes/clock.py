"""This computer's clock against web servers' Date and time servers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median
from typing import ClassVar
from urllib.parse import urlsplit

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.web import Clock
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.lookup import find
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.wire.errors import WireError
from diagnostics.wire.http import HttpPlan, get
from diagnostics.wire.ntp import clock_offset

_MOST_SOURCES = 3
_PLAN = HttpPlan(timeout_s=3.5, connect_timeout_s=2.0, max_body=2_000, method="HEAD")
_SILENT = Unmeasured(Reason.NO_ANSWER, "no source of the time answered")


class ClockProbe(Probe[Clock]):
    reading: ClassVar[type[Reading]] = Clock
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 6.0

    async def measure(self, context: Context) -> Clock:
        asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
        resolvers = [resolver.address for resolver in asked]
        # Plain HTTP: with a wrong clock no certificate is valid, and then no page tells the date.
        pages = [portal.url for portal in context.profile.targets.portal]
        pages += [s.replace("https:", "http:", 1) for s in context.profile.targets.sites]
        dated, ntp = await asyncio.gather(
            asyncio.gather(*(_by_date(p, resolvers, context) for p in pages[:_MOST_SOURCES])),
            _by_ntp(context.profile.targets.ntp, resolvers, context),
        )
        offsets = [offset for offset in dated if offset is not None]
        if not offsets and isinstance(ntp, Unmeasured):
            raise ProbeError(Reason.NO_ANSWER, "no source of the time answered")
        return Clock(
            http_date_offset_s=median(offsets) if offsets else _SILENT,
            http_sources=len(offsets),
            ntp_offset_s=ntp,
        )


async def _address(host: str, resolvers: Sequence[str], context: Context) -> str:
    found = (await find(host, resolvers, context.platform)).addresses
    return next(iter(sorted(found, key=lambda a: ":" in a)), "")


async def _by_date(page: str, resolvers: Sequence[str], context: Context) -> float | None:
    """Our clock minus the server's, seconds; the Date header is cut to whole seconds."""
    address = await _address(urlsplit(page).hostname or "", resolvers, context)
    if not address:
        return None
    plan = HttpPlan(
        address=address,
        timeout_s=_PLAN.timeout_s,
        connect_timeout_s=_PLAN.connect_timeout_s,
        max_body=_PLAN.max_body,
        method=_PLAN.method,
    )
    try:
        answer = await get(page, plan)
    except WireError:
        return None
    return None if answer.date is None else answer.received_at - answer.date - 0.5


async def _by_ntp(
    servers: Sequence[str], resolvers: Sequence[str], context: Context
) -> float | Unmeasured:
    for server in servers[:1]:
        address = await _address(server, resolvers, context)
        if not address:
            break
        try:
            found = await clock_offset(address)
        except WireError as error:
            return Unmeasured(Reason.NO_ANSWER, error.detail)
        return -found.offset_s  # theirs minus ours; ours is wanted
    return _SILENT
