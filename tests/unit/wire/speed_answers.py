"""Speed servers of our own making, that answer as they are told to."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from diagnostics.wire.throughput import Direction, SpeedServer, Throughput, TransferPlan
from diagnostics.wire.transfer import measure

Answer = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]
RATE_BPS = 16e6
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PLAN = TransferPlan(deadline_s=6.0, min_duration_s=0.8)


@asynccontextmanager
async def serving(
    answer: Answer, tls: ssl.SSLContext | None = None, buffer_bytes: int = 1 << 20
) -> AsyncGenerator[str]:
    """A server that calls `answer` with each request's head until that says False.

    `buffer_bytes`: what is taken in at once; the system has room of its own beyond a megabyte.
    """
    # with TCP's number, else asyncio lets Nagle hold back what is small
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    if buffer_bytes < 1 << 20:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    at_work: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        at_work.add(task)
        try:
            while await answer(await reader.readuntil(b"\r\n\r\n"), reader, writer):
                await writer.drain()
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            at_work.discard(task)
            writer.close()

    running = await asyncio.start_server(serve, sock=listening, limit=buffer_bytes, ssl=tls)
    try:
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{running.sockets[0].getsockname()[1]}"
    finally:
        running.close()
        await running.wait_closed()
        for task in (left := tuple(at_work)):
            task.cancel()
        await asyncio.gather(*left)


class Pace:
    """What all connections together are given, as behind one line."""

    def __init__(self) -> None:
        self._free_s = 0.0

    async def carry(self, size: int) -> None:
        loop = asyncio.get_running_loop()
        self._free_s = max(self._free_s, loop.time() - 0.1) + size * 8 / RATE_BPS
        await asyncio.sleep(self._free_s - loop.time())


def measured(
    direction: Direction, answer: Answer, plan: TransferPlan = PLAN, buffer_bytes: int = 1 << 20
) -> Throughput:
    async def run() -> Throughput:
        async with serving(answer, buffer_bytes=buffer_bytes) as place:
            server = SpeedServer("http", download_url=f"{place}/d", upload_url=f"{place}/u")
            return await measure(direction, server, plan)

    return asyncio.run(run())


def length_of(head: bytes) -> int:
    found = re.search(rb"Content-Length: (\d+)", head)
    return int(found[1]) if found else 0


async def swallow(size: int, reader: asyncio.StreamReader, pace: Pace | None = None) -> None:
    """A request's body, as fast as `pace` carries it."""
    while size:
        data = await reader.read(min(size, 20_000 if pace else 1 << 20))
        if not data:
            raise ConnectionResetError
        size -= len(data)
        if pace:
            await pace.carry(len(data))
