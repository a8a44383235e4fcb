"""A STAMP reflector that counts (RFC 8762, 4.3, stateful), as a provider runs one."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import cast

from tests.sim.servers.clock import stamp

_BASE_SIZE = 44
_MOST_SESSIONS = 1000


class Reflector(asyncio.DatagramProtocol):
    """Sends each packet back, as long as it came, with its own number and both its times.

    `counts` false makes it stateless: it repeats the sender's numbers.
    """

    def __init__(self, *, counts: bool = True, clock_offset_s: float = 0.0) -> None:
        self._counts = counts
        self._offset_s = clock_offset_s
        self._numbers: dict[tuple[object, ...], int] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def _number(self, sender: tuple[object, ...], theirs: int) -> int:
        if not self._counts:
            return theirs
        if len(self._numbers) > _MOST_SESSIONS:
            self._numbers.clear()
        number = self._numbers.get(sender, 0)
        self._numbers[sender] = number + 1
        return number

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        received = stamp(time.time() + self._offset_s)
        if len(data) < _BASE_SIZE or self._transport is None:
            return
        (theirs,) = struct.unpack_from("!I", data)
        head = struct.pack("!I", self._number(addr, theirs))
        sent = stamp(time.time() + self._offset_s)
        base = head + sent + b"\x18\x01" + data[14:16] + received + data[:14] + bytes(2) + b"\x40"
        self._transport.sendto(base.ljust(_BASE_SIZE, b"\0") + data[_BASE_SIZE:], addr)


async def serve(sock: socket.socket) -> None:
    """Answer on a bound UDP socket until the loop ends."""
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Reflector, sock=sock)
