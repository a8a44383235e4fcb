"""New connections at a server: `python -m bench.server_visits JSON` (a `Load`), prints JSON.

Each visit is a connection and one small request; over TLS with a whole handshake.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import time

import msgspec

from bench.server_load import Load, cpu_s, trusting


class Visits(msgspec.Struct, frozen=True):
    """How many were answered with 200 or 206, and the CPU-seconds of the server for them."""

    count: int
    wall_s: float
    cpu_s: float


async def _visit(load: Load, context: ssl.SSLContext | None) -> None:
    reader, writer = await asyncio.open_connection(load.host, load.port, ssl=context)
    try:
        writer.write(load.head.encode())
        head = await reader.readline()
        if head[9:12] not in (b"200", b"206"):
            raise ConnectionError(f"a small request is answered {head[:60]!r}")
        await reader.read()
    finally:
        writer.transport.abort()


async def visits(load: Load, most: int = 4000) -> Visits:
    """`load.connections` at a time, for so many seconds, `most` at most."""
    context = trusting(load.trusted)
    count = 0
    begun_s, before_s = time.monotonic(), cpu_s(load.pid)

    async def come_and_go() -> None:
        nonlocal count
        while time.monotonic() < begun_s + load.seconds and count < most:
            count += 1
            await _visit(load, context)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(load.connections):
            tasks.create_task(come_and_go())
    return Visits(count, time.monotonic() - begun_s, cpu_s(load.pid) - before_s)


if __name__ == "__main__":
    try:
        found = asyncio.run(visits(msgspec.json.decode(sys.argv[1], type=Load)))
    except* OSError as failed:
        sys.exit(str(failed.exceptions[0]))
    sys.stdout.buffer.write(msgspec.json.encode(found))
