"""DNS over UDP and TCP: public resolvers, and the provider's, which can misbehave (RFC 1035)."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import socket
import struct
from typing import cast

from tests.sim import atlas
from tests.sim.servers.manners import Manners, Present

_A, _PTR, _TXT, _AAAA, _OPT = 1, 12, 16, 28, 41
_NO_SUCH_NAME, _SERVER_FAILURE = 3, 2
_TTL_S = 60
# what a resolver needs to ask the world for a name that it does not hold, at a near exchange
_UNCACHED_S = 0.018
_WHO_ASKS = ("whoami.akamai.net", "o-o.myaddr.l.google.com")


def question(query: bytes) -> tuple[str, int, int]:
    """Name, type and end of the first question of a query."""
    labels: list[str] = []
    at = 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
        at += query[at] + 1
    (kind,) = struct.unpack("!H", query[at + 1 : at + 3])
    return ".".join(labels), int(kind), at + 5


def encoded(name: str) -> bytes:
    """A name in wire form."""
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def records(name: str, kind: int, asker: str) -> list[tuple[int, bytes]] | None:
    """Records of that type for the name; None when there is no such name."""
    if kind == _PTR:
        target = atlas.REVERSE.get(name)
        return [(_PTR, encoded(target))] if target else None
    if name in _WHO_ASKS:
        return [(_A, socket.inet_aton(asker))] if kind == _A and ":" not in asker else []
    site = atlas.SITES.get(name)
    if site is None:
        parent = any(known.endswith("." + name) for known in atlas.SITES)
        return [] if parent else None
    if kind == _A:
        return [(_A, socket.inet_aton(site.v4))]
    if kind == _AAAA and site.v6:
        return [(_AAAA, ipaddress.ip_address(site.v6).packed)]
    return []


def reply(query: bytes, found: list[tuple[int, bytes]] | None, code: int = 0) -> bytes:
    """The message that answers a query with these records."""
    _, _, end = question(query)
    code = _NO_SUCH_NAME if found is None else code
    rows = found or []
    flags = 0x8180 | code
    head = query[:2] + struct.pack("!HHHHH", flags, 1, len(rows), 0, 0)
    body = b"".join(
        b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, _TTL_S, len(data)) + data for kind, data in rows
    )
    return head + query[12:end] + body


class Resolver:
    """Answers queries after the time that a real one takes; the provider's follows its manners."""

    def __init__(self, present: Present, *, provider: bool) -> None:
        self._present = present
        self._provider = provider
        self._cached: set[tuple[str, int]] = set()

    def _wait_s(self, name: str, kind: int, manners: Manners) -> float:
        slow_s = manners.resolver_delay_ms / 1000 * random.uniform(0.8, 1.2)
        cold_s = 0.0 if (name, kind) in self._cached else _UNCACHED_S
        self._cached.add((name, kind))
        return cold_s + (slow_s if self._provider else 0.0)

    async def answer(self, query: bytes, asker: str) -> bytes | None:
        """The reply, or None for silence. Raises IndexError or struct.error on rubbish."""
        name, kind, _ = question(query)
        manners = self._present.manners()
        await asyncio.sleep(self._wait_s(name, kind, manners))
        found = records(name, kind, asker)
        if not self._provider:
            return reply(query, found)
        lost = random.random() * 100 < manners.resolver_loss_percent
        if manners.resolver == "silent" or lost:
            return None
        if manners.resolver == "fails":
            return reply(query, [], _SERVER_FAILURE)
        if name in manners.sites_withheld:
            return reply(query, None)
        if name in manners.sites_hidden:
            nowhere = [(_A, bytes(4))] if kind == _A else []
            return reply(query, nowhere)
        if manners.resolver == "rewrites" and found is None and kind == _A:
            found = [(_A, socket.inet_aton(atlas.ADVERTS))]
        return reply(query, found)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._transport: asyncio.DatagramTransport | None = None
        self._work: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11's own datagram transport does not derive from DatagramTransport
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = asyncio.ensure_future(self._one(data, addr))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _one(self, query: bytes, sender: tuple[str, int]) -> None:
        try:
            message = await self._resolver.answer(query, sender[0])
        except (IndexError, struct.error):
            return
        if message and self._transport:
            self._transport.sendto(message, sender)


async def serve_datagrams(sock: socket.socket, resolver: Resolver) -> None:
    """Answer on a bound UDP socket until the loop ends."""
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: _Datagrams(resolver), sock=sock)


async def serve_streams(sock: socket.socket, resolver: Resolver) -> None:
    """Answer on a bound TCP socket until the loop ends (RFC 7766: several queries a connection)."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readexactly(2):
                query = await reader.readexactly(int.from_bytes(head, "big"))
                message = await resolver.answer(query, str(writer.get_extra_info("peername")[0]))
                if message is None:
                    break
                writer.write(len(message).to_bytes(2, "big") + message)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, IndexError, struct.error):
            pass
        finally:
            writer.close()

    await asyncio.start_server(talk, sock=sock)
