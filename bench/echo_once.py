"""Our side of the comparisons of ping, trace, sweep and DNS: `python -m bench.echo_once WHAT ...`.

ping TARGET COUNT INTERVAL_S   round-trip times in ms, one a line
pings TARGETS COUNT INTERVAL_S echoes that came back, a place a line; all places at once
trace TARGET                   address of each hop, "-" for a silent one
sweep NETWORK [AGAIN_AT_S]     addresses found, with a second look at the neighbour table
sweep6 INTERFACE LEAST_S [NETWORK]   addresses found by IPv6 (after a sweep by IPv4)
dns SERVER NAME COUNT          times in ms
names SERVERS NAMES            all that a check asks each resolver: address, how many questions
                               were sent and how many answered, median time in ms

The last line of standard error is how long it took in seconds, without the start of Python and
without loading its modules.
"""

from __future__ import annotations

# ruff: noqa: PLC0415 - each side of a comparison loads what it needs, not what the others need
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Iterable

Work = Callable[[], Coroutine[None, None, Iterable[str]]]


def _ping(target: str, count: str, interval_s: str) -> Work:
    from diagnostics.wire.echo import EchoPlan
    from diagnostics.wire.icmp import ping

    async def work() -> Iterable[str]:
        series = await ping(target, EchoPlan(count=int(count), interval_s=float(interval_s)))
        return [f"{rtt_ms:.4f}" for rtt_ms in series.rtts_ms]

    return work


def _pings(targets: str, count: str, interval_s: str) -> Work:
    from diagnostics.wire.pinger import Pinger

    async def work() -> Iterable[str]:
        async with Pinger(tuple(targets.split(",")), 1 / float(interval_s)) as pinger:
            await asyncio.sleep(int(count) * float(interval_s))
            ends_s = pinger.now_s()
            await asyncio.sleep(1.0)
            found = pinger.series(0.0, ends_s)
        return [f"{len(series.rtts_ms)}" for series in found]

    return work


def _trace(target: str) -> Work:
    from diagnostics.wire.trace import Silent, trace

    async def work() -> Iterable[str]:
        found = await trace(target)
        return ["-" if isinstance(hop, Silent) else hop.address for hop in found.hops]

    return work


def _sweep(network: str, again_at_s: str = "") -> Work:
    from diagnostics.platforms import present_platform
    from diagnostics.wire.sweep import Neighbour, sweep

    platform = present_platform()

    async def table() -> tuple[Neighbour, ...]:
        rows = await platform.neighbours()
        return tuple(Neighbour(row.address, row.mac) for row in rows if row.mac)

    async def work() -> Iterable[str]:
        begun_s = time.monotonic()
        found = [one.address for one in await sweep(network, table)]
        if again_at_s:
            await asyncio.sleep(begun_s + float(again_at_s) - time.monotonic())
            found += [one.address for one in await table()]
        return list(dict.fromkeys(found))

    return work


def _sweep6(interface: str, least_s: str, network: str = "") -> Work:
    """As the probe `lan_hosts` does: by IPv4 first, for the hardware addresses of the others."""
    from diagnostics.platforms import present_platform
    from diagnostics.wire.sweep import Neighbour, sweep
    from diagnostics.wire.sweep6 import Link6, sweep6

    platform = present_platform()

    async def table() -> tuple[Neighbour, ...]:
        rows = await platform.neighbours()
        return tuple(
            Neighbour(row.address, row.mac)
            for row in rows
            if row.mac and row.interface == interface
        )

    async def work() -> Iterable[str]:
        seen = await sweep(network, table) if network else ()
        every = await platform.addresses()
        own = [a.address for a in every if a.interface == interface and a.family == 6]
        link = Link6(
            interface=interface,
            own=tuple(own),
            known=tuple(one.address for one in await table() if ":" in one.address),
            macs=tuple(one.mac for one in seen),
        )
        return [one.address for one in await sweep6(link, table, float(least_s))]

    return work


def _dns(server: str, name: str, count: str) -> Work:
    from diagnostics.wire.dns import query

    async def work() -> Iterable[str]:
        return [f"{(await query(server, name)).rtt_ms:.4f}" for _ in range(int(count))]

    return work


def _names(servers: str, names: str) -> Work:
    from diagnostics.probes.names import ask_resolver
    from diagnostics.readings.addressing import ResolverRole
    from diagnostics.readings.names import ResolverReading
    from diagnostics.sounding.resolvers import Resolver

    def line(told: ResolverReading) -> str:
        sets = (told.cached, told.uncached, told.absent)
        sent, answered = sum(s.sent for s in sets), sum(s.answered for s in sets)
        median_ms = told.cached.rtt_median_ms
        shown = f"{median_ms:.4f}" if isinstance(median_ms, float) else "-"
        return f"{told.address} {sent} {answered} {shown}"

    async def work() -> Iterable[str]:
        asked = [
            Resolver(address=address, role=ResolverRole.OTHER, in_use=True)
            for address in servers.split(",")
        ]
        every = names.split(",")
        return map(line, await asyncio.gather(*(ask_resolver(one, every) for one in asked)))

    return work


_WORKS: dict[str, Callable[..., Work]] = {
    "ping": _ping,
    "pings": _pings,
    "trace": _trace,
    "sweep": _sweep,
    "sweep6": _sweep6,
    "dns": _dns,
    "names": _names,
}


def main(what: str, *rest: str) -> Iterable[str]:
    """The lines to print."""
    work = _WORKS[what](*rest)
    begun_s = time.monotonic()
    lines = asyncio.run(work())
    sys.stderr.write(f"{time.monotonic() - begun_s:.4f}\n")
    return lines


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(*sys.argv[1:]))
