"""Our side of the comparisons of ping, trace and sweep: `python -m bench.echo_once WHAT ...`.

ping TARGET COUNT INTERVAL_S   round-trip times in ms, one a line
trace TARGET                   address of each hop, "-" for a silent one
sweep NETWORK                  addresses found
dns SERVER NAME COUNT          times in ms

The last line of standard error is how long it took in seconds, without the start of Python.
"""

from __future__ import annotations

# ruff: noqa: PLC0415 - each side of a comparison loads what it needs, not what the others need
import asyncio
import sys
import time
from collections.abc import Iterable


async def _ping(target: str, count: str, interval_s: str) -> Iterable[str]:
    from diagnostics.wire.echo import EchoPlan
    from diagnostics.wire.icmp import ping

    series = await ping(target, EchoPlan(count=int(count), interval_s=float(interval_s)))
    return [f"{rtt_ms:.4f}" for rtt_ms in series.rtts_ms]


async def _trace(target: str) -> Iterable[str]:
    from diagnostics.wire.trace import Silent, trace

    found = await trace(target)
    return ["-" if isinstance(hop, Silent) else hop.address for hop in found.hops]


async def _sweep(network: str) -> Iterable[str]:
    from diagnostics.platforms import present_platform
    from diagnostics.wire.sweep import Neighbour, sweep

    platform = present_platform()

    async def table() -> tuple[Neighbour, ...]:
        rows = await platform.neighbours()
        return tuple(Neighbour(row.address, row.mac) for row in rows if row.mac)

    return [one.address for one in await sweep(network, table)]


async def _dns(server: str, name: str, count: str) -> Iterable[str]:
    from diagnostics.wire.dns import query

    return [f"{(await query(server, name)).rtt_ms:.4f}" for _ in range(int(count))]


def main(argv: list[str]) -> Iterable[str]:
    """The lines to print."""
    what, *rest = argv
    work = {"ping": _ping, "trace": _trace, "sweep": _sweep, "dns": _dns}[what]
    begun_s = time.monotonic()
    lines = asyncio.run(work(*rest))
    sys.stderr.write(f"{time.monotonic() - begun_s:.4f}\n")
    return lines


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(sys.argv[1:]))
