"""httpx's receive path for so many seconds: `python -m bench.receive_httpx SERVER SECONDS`."""

from __future__ import annotations

import asyncio
import ssl
import sys
import time

import httpx

_CONNECTIONS = 4
_LEAST_BYTES = 1000


async def _drain(client: httpx.AsyncClient, url: str, seconds: float) -> None:
    """Read on one connection until the time is over; 0: hardly anything."""
    until_s, moved = time.monotonic() + seconds, 0
    while moved < _LEAST_BYTES or time.monotonic() < until_s:
        async with client.stream("GET", url) as answer:
            async for piece in answer.aiter_raw():
                moved += len(piece)
                if moved >= _LEAST_BYTES and time.monotonic() >= until_s:
                    return


async def received(place: str, seconds: float) -> None:
    """As many connections as ours has, each with a client of its own."""
    trusted = ssl.create_default_context()
    clients = [httpx.AsyncClient(verify=trusted, timeout=10) for _ in range(_CONNECTIONS)]
    try:
        await asyncio.gather(*(_drain(one, f"{place}/download", seconds) for one in clients))
    finally:
        for one in clients:
            await one.aclose()


if __name__ == "__main__":
    asyncio.run(received(sys.argv[1], float(sys.argv[2])))
