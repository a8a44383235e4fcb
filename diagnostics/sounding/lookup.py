"""Addresses of a name by whatever answers: a dead resolver must not hide the state of the web."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence

import msgspec

from diagnostics.platforms.base import Platform
from diagnostics.sounding.address import family_of
from diagnostics.sounding.ending import end
from diagnostics.wire.dns import DnsPlan, query
from diagnostics.wire.errors import WireError
from diagnostics.wire.lookup import system_lookup

#: The system's resolver has this head start; then the others are asked as well (RFC 8305's spirit).
_HEAD_START_S = 0.4
_TIMEOUT_S = 2.5


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """`addresses` of both families, in the answer's order; empty when nobody gave any.

    `by_system`: they are what every program of this computer gets. `took_ms` until the answer.
    """

    addresses: tuple[str, ...]
    by_system: bool
    took_ms: float

    def of(self, family: int) -> tuple[str, ...]:
        return tuple(a for a in self.addresses if family_of(a) == family)


async def find(name: str, resolvers: Sequence[str], platform: Platform) -> Found:
    """The system's own answer when it comes in time, else the first other one with an address."""
    begun_s = asyncio.get_running_loop().time()
    system = asyncio.create_task(_by_system(name, platform))
    others: asyncio.Task[tuple[str, ...]] | None = None
    try:
        await asyncio.wait({system}, timeout=_HEAD_START_S)
        if not system.done() or not system.result():
            others = asyncio.create_task(find_by_resolvers(name, resolvers))
            await asyncio.wait({system, others}, return_when=asyncio.FIRST_COMPLETED)
        addresses, by_system = await _best(system, others)
    finally:
        await end(*(task for task in (system, others) if task is not None))
    took_ms = (asyncio.get_running_loop().time() - begun_s) * 1000
    return Found(addresses=addresses, by_system=by_system, took_ms=took_ms)


async def _best(
    system: asyncio.Task[tuple[str, ...]], others: asyncio.Task[tuple[str, ...]] | None
) -> tuple[tuple[str, ...], bool]:
    if system.done() and system.result():
        return system.result(), True
    if others is None:
        return (), True
    if others.done() and others.result():
        return others.result(), False
    found = await system
    return (found, True) if found else (await others, False)


async def _by_system(name: str, platform: Platform) -> tuple[str, ...]:
    try:
        return (await system_lookup(name, _TIMEOUT_S, platform.stream_command)).addresses
    except WireError:
        return ()


async def find_by_resolvers(name: str, resolvers: Sequence[str]) -> tuple[str, ...]:
    """The first resolver that gives an address; IPv4 and IPv6 of that one resolver together."""
    return await first_nonempty([_ask(resolver, name) for resolver in resolvers])


async def _ask(resolver: str, name: str) -> tuple[str, ...]:
    plan = DnsPlan(timeout_s=1.2, attempts=2)
    answers = await asyncio.gather(
        *(query(resolver, name, kind, plan) for kind in ("A", "AAAA")), return_exceptions=True
    )
    found: list[str] = []
    for answer in answers:
        if isinstance(answer, BaseException):
            if not isinstance(answer, WireError):
                raise answer
        else:
            found += answer.addresses
    return tuple(found)


async def first_nonempty(
    jobs: Sequence[Coroutine[None, None, tuple[str, ...]]],
) -> tuple[str, ...]:
    """Result of the first job that gives something; () when none does. The rest is cancelled."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        for finished in asyncio.as_completed(tasks):
            if result := await finished:
                return result
        return ()
    finally:
        await end(*tasks)
