"""NTP as a server of the second stratum speaks it (RFC 5905), at the world's time."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import cast

from tests.sim.servers.manners import Present

_SINCE_1900_S = 2208988800


def stamp(seconds: float) -> bytes:
    """A Unix time as NTP's 64 bit timestamp."""
    whole = int(seconds)
    return struct.pack("!II", whole + _SINCE_1900_S, int((seconds - whole) * 2**32))


class Clock(asyncio.DatagramProtocol):
    """Answers time requests with the computer's clock plus the world's offset."""

    def __init__(self, present: Present) -> None:
        self._present = present
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11's own datagram transport does not derive from DatagramTransport
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < 48 or self._transport is None:
            return
        now = stamp(time.time() + self._present.manners().clock_offset_s)
        head = struct.pack("!BBbb", 0x24, 2, 6, -20) + bytes(8) + b"GPS\0"
        self._transport.sendto(head + now + data[40:48] + now + now, addr)


async def serve(sock: socket.socket, present: Present) -> None:
    """Answer on a bound UDP socket until the loop ends."""
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Clock(present), sock=sock)
