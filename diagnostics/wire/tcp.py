"""TCP connections: how long one takes and how it fails."""

import asyncio
import socket
import time

import msgspec

from diagnostics.wire.errors import TimedOut, wire_error
from diagnostics.wire.source import ANY, Source, bind, family_of, sockaddr


class Connected(msgspec.Struct, frozen=True):
    """A connection that came about. `rtt_ms`: SYN to SYN-ACK."""

    address: str
    port: int
    rtt_ms: float
    local_address: str


async def connect_time(
    address: str, port: int, timeout_s: float = 3.0, source: Source = ANY
) -> Connected:
    """Connect to a literal address and close again.

    Raises TimedOut, Refused, Unreachable, Reset, NotPermitted, NotSupported.
    """
    begun = time.perf_counter()
    sock = await connect(address, port, timeout_s, source)
    rtt_ms = (time.perf_counter() - begun) * 1000
    with sock:
        return Connected(address, port, rtt_ms, str(sock.getsockname()[0]))


async def connect(
    address: str,
    port: int,
    timeout_s: float,
    source: Source = ANY,
    receive_buffer: int = 0,
) -> socket.socket:
    """A connected, non-blocking socket that the caller must close; raises as above."""
    doing = f"connecting to {address} port {port}"
    try:
        sock = socket.socket(family_of(address), socket.SOCK_STREAM)
    except OSError as error:
        raise wire_error(error, doing) from None
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        bind(sock, source)
        async with asyncio.timeout(timeout_s):
            await asyncio.get_running_loop().sock_connect(sock, sockaddr(address, port))
    except TimeoutError:
        if _stands(sock):
            return sock
        sock.close()
        raise TimedOut(f"{doing}: no answer in {timeout_s:g} s") from None
    except OSError as error:
        sock.close()
        raise wire_error(error, doing) from None
    except BaseException:
        sock.close()
        raise
    return sock


def _stands(sock: socket.socket) -> bool:
    """Whether it is connected after all: on a slow computer the answer came before its turn did."""
    try:
        sock.getpeername()
    except OSError:
        return False
    return True
