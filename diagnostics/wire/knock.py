"""Who refuses a TCP connection, and how far its question gets: the own machine, a router, beyond.

A question with a small hop limit expires on the way. A refusal that comes all the same was made
before that: with a limit of one on this computer, with two at the router. ICMP errors name who
sent them (Linux 5.8 and newer hand them to programs without rights).
"""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from typing import Literal

import msgspec

from diagnostics.wire import stamps
from diagnostics.wire.errors import FORBIDDEN, NotSupported, wire_error
from diagnostics.wire.source import family_of, sockaddr

End = Literal["connected", "refused", "prohibited", "unreachable", "silent"]

#: ICMP type 3 and ICMPv6 type 1 codes that say "administratively prohibited" (RFC 1812, RFC 4443)
_PROHIBITED = {(3, 9), (3, 10), (3, 13), (1, 1), (1, 5), (1, 6)}
_EXCEEDED4, _EXCEEDED6 = 11, 3  # time exceeded (RFC 792, RFC 4443)
_PENDING = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY}
_REFUSED = {errno.ECONNREFUSED, errno.ECONNRESET}


class Knock(msgspec.Struct, frozen=True):
    """`expired`: it did not get further than its hop limit. `by`: who sent an ICMP error."""

    end: End
    took_ms: float
    by: str = ""
    expired: bool = False


async def knock(address: str, port: int, timeout_s: float, hop_limit: int = 0) -> Knock:
    """Try to connect once. Raises NotSupported where no socket can be had."""
    sock = _socket(address)
    try:
        if hop_limit:
            _limit(sock, hop_limit)
        begun_s = time.perf_counter()
        code = _connect(sock, address, port)
        if code in _PENDING:
            code = await _settled(sock, timeout_s)
        took_ms = (time.perf_counter() - begun_s) * 1000
        found = _notice(sock)
    finally:
        sock.close()
    if found is None:
        return Knock(_end(code, (0, 0)), took_ms)
    kind = (found.icmp_type, found.icmp_code)
    expired = found.icmp_type == (_EXCEEDED6 if ":" in found.by else _EXCEEDED4)
    return Knock(_end(code, kind), took_ms, found.by, expired)


def _limit(sock: socket.socket, hops: int) -> None:
    six = sock.family == socket.AF_INET6
    level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
    sock.setsockopt(level, socket.IPV6_UNICAST_HOPS if six else socket.IP_TTL, hops)


def _socket(address: str) -> socket.socket:
    try:
        sock = socket.socket(family_of(address), socket.SOCK_STREAM)
    except OSError as error:
        raise NotSupported(wire_error(error, "connecting").detail) from None
    sock.setblocking(False)
    stamps.collect_errors(sock)
    return sock


def _connect(sock: socket.socket, address: str, port: int) -> int:
    """The error that connect() gives, or "in progress"."""
    try:
        return sock.connect_ex(sockaddr(address, port))
    except OSError as error:
        return error.errno or errno.EINVAL


async def _settled(sock: socket.socket, timeout_s: float) -> int:
    """0 when it connected, ETIMEDOUT when nothing came in time."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_writer(sock.fileno(), ready.set)
    try:
        async with asyncio.timeout(timeout_s):
            await ready.wait()
    except TimeoutError:
        return errno.ETIMEDOUT
    finally:
        loop.remove_writer(sock.fileno())
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def _notice(sock: socket.socket) -> stamps.Notice | None:
    if not stamps.MSG_ERRQUEUE:
        return None
    try:
        _, ancillary, _, _ = sock.recvmsg(256, stamps.ANCILLARY_SIZE, stamps.MSG_ERRQUEUE)
    except OSError:
        return None
    return stamps.notice(ancillary)


def _end(code: int, icmp: tuple[int, int]) -> End:
    if code == 0:
        return "connected"
    if code == errno.ETIMEDOUT:
        return "silent"
    if code in FORBIDDEN or icmp in _PROHIBITED:
        return "prohibited"
    return "refused" if code in _REFUSED else "unreachable"


def datagram_forbidden(address: str, port: int) -> bool:
    """This computer itself refuses to send a datagram there (one empty packet)."""
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        try:
            sock.sendto(b"", sockaddr(address, port))
        except OSError as error:
            return error.errno in FORBIDDEN
    return False
