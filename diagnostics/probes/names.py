"""DNS: what the system says, and every resolver asked by itself."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

import msgspec

from diagnostics.platforms.base import Platform
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Dhcp
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.names import Names, QuerySet, ResolverReading, SystemLookup
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.echoes import LOST, Burst, burst
from diagnostics.sounding.resolvers import Resolver, resolvers_to_ask, site_names
from diagnostics.stopwatch import patient
from diagnostics.wire.dns import DnsAnswer, DnsPlan, Transport, query
from diagnostics.wire.errors import TimedOut, WireError
from diagnostics.wire.lookup import system_lookup

#: A resolver on a satellite line needs 600 ms for the way and as much again to ask others.
_TIMEOUT_S = 1.8
#: Only a resolver that is silent by UDP is asked by TCP, and not for long.
_TCP_TIMEOUT_S = 1.0
_PLAN = DnsPlan(timeout_s=_TIMEOUT_S, attempts=1, retry_tcp=False)
#: with eight of these, one that drops every fourth question shows it 97 times of a hundred
_CACHED_COUNT = 8
#: one lost question of eight says little, of twenty and more it says what share is lost
_MORE_COUNT, _MORE_APART = 16, 4
_SPACING_S = 0.02
_LOOKUP_S = 3.0
#: on a slow computer, which gets back what it cost
_AT_MOST_S = 7.0
_NO_FAULT = Unmeasured(Reason.NOT_APPLICABLE, "no failure")
_NOT_ASKED = Unmeasured(Reason.NOT_RUN, "its echoes were not asked for")
_NEXDOMAIN_ENDS = ("com", "org", "net")
_RESOLVED = {"NOERROR", "NXDOMAIN"}


class NamesProbe(Probe[Names]):
    reading: ClassVar[type[Reading]] = Names
    after: ClassVar[tuple[type[Reading], ...]] = (Dhcp,)
    deadline_s: ClassVar[float] = 8.0

    async def measure(self, context: Context) -> Names:
        names = site_names(context.profile.targets.sites)
        if not names:
            raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no sites")
        platform = context.platform
        resolvers = await resolvers_to_ask(context.profile, platform, context.earlier)
        system, readings, echoes = await asyncio.gather(
            asyncio.gather(*(_system(name, platform) for name in names[:3])),
            asyncio.gather(*(ask_resolver(resolver, names) for resolver in resolvers)),
            _echoes(resolvers, platform),
        )
        reached = {series.target: series for series in echoes}
        return Names(
            system=tuple(system),
            resolvers=tuple(_with_echoes(r, reached.get(r.address)) for r in readings),
        )


async def _system(name: str, platform: Platform) -> SystemLookup:
    try:
        async with patient(_LOOKUP_S):
            found = await system_lookup(name, _AT_MOST_S, platform.stream_command)
    except (WireError, TimeoutError) as fault:
        kind = fault.kind if isinstance(fault, WireError) else TimedOut.kind
        return SystemLookup(name=name, addresses=(), took_ms=LOST, error=kind)
    return SystemLookup(
        name=name, addresses=found.addresses, took_ms=found.duration_ms, error=_NO_FAULT
    )


async def _echoes(resolvers: Sequence[Resolver], platform: Platform) -> tuple[EchoSeries, ...]:
    """Whether the machines themselves can be reached; loopback stubs are not worth asking."""
    hosts = [r.address for r in resolvers if not r.address.startswith("127.")]
    return await burst(hosts, Burst(first_s=1.0, more_s=0, rate_hz=15.0), platform)


def _with_echoes(reading: ResolverReading, series: EchoSeries | None) -> ResolverReading:
    if series is None or series.sent == 0:
        return reading
    # Silence to ping is no proof of being unreachable: only DNS or an echo proves anything.
    proven = series.received > 0 or _any_answer(reading)
    return msgspec.structs.replace(
        reading,
        host_reachable=True if proven else LOST,
        loss_percent_to_host=series.loss_percent if series.received else LOST,
    )


def _any_answer(reading: ResolverReading) -> bool:
    return any(s.answered for s in (reading.cached, reading.uncached, reading.absent))


async def ask_resolver(
    resolver: Resolver, names: Sequence[str], plan: DnsPlan = _PLAN
) -> ResolverReading:
    """All kinds of names asked of one resolver, and more of them where some stay unanswered."""
    over: Transport = "udp"
    server = _Server(resolver.address, plan)
    cached, uncached, absent = await _all_kinds(server, names)
    if not any(isinstance(a, DnsAnswer) for a in (*cached, *uncached, *absent)):
        by_tcp = await _each([_one(server.by_tcp, name) for name in names[:1]])
        if any(isinstance(answer, DnsAnswer) for answer in by_tcp):
            over, cached = "tcp", by_tcp
    elif any(isinstance(answer, WireError) for answer in (*cached, *uncached, *absent)):
        cached = [*cached, *await _more(server, names[0])]
    return ResolverReading(
        address=resolver.address,
        role=resolver.role,
        in_use=resolver.in_use,
        over=over,
        cached=_set(cached, {"NOERROR"}, with_address=True),
        uncached=_set(uncached, _RESOLVED),
        absent=_set(absent, {"NXDOMAIN"}),
        absent_answers=_addresses(absent),
        host_reachable=_NOT_ASKED,
        loss_percent_to_host=_NOT_ASKED,
    )


Answers = list[DnsAnswer | WireError]


@dataclass(frozen=True)
class _Server:
    address: str
    plan: DnsPlan

    @property
    def by_tcp(self) -> _Server:
        plan = msgspec.structs.replace(self.plan, transport="tcp", timeout_s=_TCP_TIMEOUT_S)
        return _Server(self.address, plan)


async def _more(server: _Server, name: str) -> Answers:
    """Some of a handful came unanswered: over a longer while it shows whether that goes on."""
    jobs = [_one(server, name, i * _MORE_APART) for i in range(_MORE_COUNT)]
    return await _each(jobs)


async def _all_kinds(server: _Server, names: Sequence[str]) -> tuple[Answers, Answers, Answers]:
    """Uncached and absent names at once; cached ones after a question that fills the cache."""
    label = secrets.token_hex(6)
    fresh = [f"{label}.{_zone(name)}" for name in names[:2]]
    nowhere = [f"fh{label}{i}.{end}" for i, end in enumerate(_NEXDOMAIN_ENDS[:2])]
    cached, uncached, absent = await asyncio.gather(
        _cached(server, names[:2]),
        _each([_one(server, name, 1 + i) for i, name in enumerate(fresh)]),
        _each([_one(server, name, 3 + i) for i, name in enumerate(nowhere)]),
    )
    return cached, uncached, absent


async def _cached(server: _Server, names: Sequence[str]) -> Answers:
    warm = await _each([_one(server, name) for name in names])
    if not any(isinstance(answer, DnsAnswer) for answer in warm):
        return warm  # dead to both: to ask on would only cost time
    again = [names[i % len(names)] for i in range(_CACHED_COUNT)]
    return await _each([_one(server, name, i) for i, name in enumerate(again)])


async def _one(server: _Server, name: str, turn: int = 0) -> DnsAnswer | WireError:
    await asyncio.sleep(turn * _SPACING_S)
    try:
        return await query(server.address, name, "A", server.plan)
    except WireError as error:
        return error


async def _each(jobs: Sequence[Coroutine[None, None, DnsAnswer | WireError]]) -> Answers:
    return list(await asyncio.gather(*jobs))


def _zone(name: str) -> str:
    """The registrable part as far as it shows without a list: the last two labels or three."""
    labels = name.split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3  # co.uk, com.au
    return ".".join(labels[-3 if short else -2 :])


def _set(answers: Answers, good: set[str], *, with_address: bool = False) -> QuerySet:
    answered = [a for a in answers if isinstance(a, DnsAnswer)]
    rtts = [a.rtt_ms for a in answered]
    right = [a for a in answered if a.rcode in good and (a.addresses or not with_address)]
    failures = [a.kind for a in answers if isinstance(a, WireError)]
    return QuerySet(
        sent=len(answers),
        answered=len(answered),
        succeeded=len(right),
        rtt_median_ms=median(rtts) if rtts else LOST,
        rtt_max_ms=max(rtts) if rtts else LOST,
        rcodes=tuple(dict.fromkeys([*(a.rcode for a in answered), *failures])),
    )


def _addresses(answers: Answers) -> tuple[str, ...]:
    found = (x for a in answers if isinstance(a, DnsAnswer) for x in a.addresses)
    return tuple(dict.fromkeys(found))
