"""Opens a handful of connections at once beside one that is kept: does the router still take new?

Some forty small connections, spread over the anchors, are what one page of a newspaper opens.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.sessions import Sessions
from diagnostics.result import Reading, Reason
from diagnostics.sounding.address import family_of
from diagnostics.wire import meter
from diagnostics.wire.dns_message import question
from diagnostics.wire.errors import WireError
from diagnostics.wire.tcp import connect

_NEW = 40
_PORTS = (443, 53)
#: one repeated SYN (RFC 6298: after 1 s) is waited for, so that a lost packet is no failure
_CONNECT_S = 1.8
#: just before the repeated SYN could be answered
_LATE_S = 0.95
_ASK_S = 1.5
_DNS_PORT = 53


class SessionsProbe(Probe[Sessions]):
    reading: ClassVar[type[Reading]] = Sessions
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 8.0

    async def measure(self, context: Context) -> Sessions:
        targets = context.profile.targets
        anchors = [a for a in targets.anchors if family_of(a) == 4]
        servers = [a for a in (*targets.resolvers, *anchors) if family_of(a) == 4]
        if not anchors or not servers:
            raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no place to connect to")
        kept = await _kept(servers[:2])
        if kept is None:
            raise ProbeError(Reason.NO_ANSWER, "no connection that could be kept came about")
        places = [(a, port) for port in _PORTS for a in anchors]
        wanted = [places[i % len(places)] for i in range(_NEW)]
        new: list[_Opened] = []
        try:
            await asyncio.gather(*(_open(place, new) for place in wanted))
            alive = await _answers(kept)
        finally:
            for sock in (kept, *(one.sock for one in new)):
                sock.close()
        return _counted(wanted, new, alive=alive)


_Where = tuple[str, int]


@dataclass(frozen=True)
class _Opened:
    place: _Where
    sock: socket.socket
    waited_s: float


async def _open(place: _Where, new: list[_Opened]) -> None:
    begun_s = time.monotonic()
    with suppress(WireError):
        sock = await connect(*place, _CONNECT_S)
        new.append(_Opened(place, sock, time.monotonic() - begun_s))


def _counted(wanted: Sequence[_Where], new: Sequence[_Opened], *, alive: bool) -> Sessions:
    """A place that never answers may be barred or down: it says nothing of a table's room."""
    known = {one.place for one in new} or set(wanted)
    return Sessions(
        tried=sum(place in known for place in wanted),
        opened=len(new),
        late=sum(one.waited_s > _LATE_S for one in new),
        kept_alive=alive,
    )


async def _kept(servers: list[str]) -> socket.socket | None:
    """An open connection to a resolver that has answered on it once."""
    for server in servers:
        with suppress(WireError):
            sock = await connect(server, _DNS_PORT, _CONNECT_S)
            try:
                if await _answers(sock):
                    return sock
            except BaseException:
                sock.close()
                raise
            sock.close()
    return None


async def _answers(sock: socket.socket) -> bool:
    """Ask for the root's servers, whose answer every resolver holds (RFC 7766: two bytes first)."""
    loop = asyncio.get_running_loop()
    message = question(".", "NS").message()
    try:
        async with asyncio.timeout(_ASK_S):
            await loop.sock_sendall(sock, len(message).to_bytes(2, "big") + message)
            meter.current().sent(len(message) + 2)
            received = await loop.sock_recv(sock, 4096)
    except (OSError, TimeoutError):
        return False
    meter.current().received(len(received))
    return bool(received)
