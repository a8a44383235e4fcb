"""Whether full-size packets get through, by TCP: for where no echo can be sent or is answered.

The same long request goes out over connections of the full segment size and of a small one. Where
the small ones get through and the big ones are sent in vain again and again, size is what decides.
The segment size that we announce binds the other side too (RFC 9293, 3.7.1), so that big answers
are covered as well.
"""

import asyncio
import os
import socket
import ssl
from contextlib import suppress

import msgspec

from diagnostics.wire import meter
from diagnostics.wire.errors import NotSupported, wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.pmtu import PathMtu, State
from diagnostics.wire.source import family_of, sockaddr
from diagnostics.wire.tcp_info import TcpInfo, segment_info

#: Of TCP and IP without options (RFC 9293, 791, 8200).
_HEADERS = {socket.AF_INET: 40, socket.AF_INET6: 60}
_REQUEST_BYTES = 3000  # two full segments and a piece
_SMALL = 576
_LADDER = (1280, 1360, 1400, 1440, 1460, 1480, 1492)
_LIMIT_S, _LADDER_LIMIT_S = 2.6, 1.3
_POLL_S = 0.02
#: Longer than a lost segment takes to be sent again (RFC 6298: 1 s at the beginning).
_QUIET_S = 1.1
_LEAST_AGAIN = 3


class Place(msgspec.Struct, frozen=True):
    """A web server: literal address, port, and the name it goes by."""

    address: str
    port: int
    host: str
    secure: bool


class _Try(msgspec.Struct, frozen=True):
    """One connection: whether the request got through, what came back, segments of full size."""

    size: int
    arrived: bool
    received: int
    sent: int
    again: int
    path_mtu: int
    rtt_ms: float

    def through(self, expected: int) -> bool:
        """The answer may differ a little from one time to the next, not by half."""
        return self.arrived and self.received * 2 > expected


async def tcp_path_mtu(place: Place) -> PathMtu:
    """A few round trips where all is well, some 4 s where big packets vanish.

    Raises WireError when no connection comes about, NotSupported where the kernel does not count.
    """
    if KERNEL.tcp_info is None:
        raise NotSupported("measuring the path MTU by TCP: this system does not count segments")
    tries = await _attempts(place, (0, 0, _SMALL, _SMALL), _LIMIT_S)
    big, small = tries[:2], tries[2:]
    expected = min(one.received for one in small)
    if any(one.through(expected) and one.received for one in big):
        return _result(place, "full", min(one.path_mtu for one in big), big, small)
    stuck = all(one.arrived for one in big) or sum(one.again for one in big) >= _LEAST_AGAIN
    if not expected or not stuck or not all(one.arrived for one in small):
        return _result(place, "unclear", 0, big, small)
    rungs = tuple(size for size in _LADDER if size < max(one.path_mtu for one in big))
    climbed = await _attempts(place, rungs, _LADDER_LIMIT_S)
    passed = [one for one in climbed if one.through(expected)]
    largest = max((one.size for one in passed), default=_SMALL)
    return _result(place, "black_hole", largest, big, [*small, *passed])


async def _attempts(place: Place, sizes: tuple[int, ...], limit_s: float) -> list[_Try]:
    """Side by side; a connection that does not come about fails all."""
    tasks = [asyncio.create_task(_attempt(place, size, limit_s)) for size in sizes]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _attempt(place: Place, size: int, limit_s: float) -> _Try:
    """`size` of whole packets, 0 for as large as the link takes."""
    loop = asyncio.get_running_loop()
    doing = f"measuring the path MTU to {place.address}"
    family = family_of(place.address)
    request = _request(place)
    try:
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if size:
                mss = size - _HEADERS[family]
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, mss)
            async with asyncio.timeout(limit_s):
                await loop.sock_connect(sock, sockaddr(place.address, place.port))
            before = _info(sock)
            sock.send(request)
            meter.current().sent(len(request))
            heard = _Heard(sock, len(request))
            await heard.waited(loop.time() + limit_s)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, KERNEL.cut)
            return heard.judged(size, before)
    except TimeoutError as error:
        raise wire_error(error, doing) from None
    except OSError as error:
        raise wire_error(error, doing) from None


class _Heard:
    """What came back on one connection so far."""

    def __init__(self, sock: socket.socket, request_bytes: int) -> None:
        self._sock = sock
        self._request_bytes = request_bytes
        self._loop = asyncio.get_running_loop()
        self._last_s = self._loop.time()
        self._ended = False
        self._info = _info(sock)

    async def waited(self, until_s: float) -> None:
        """Until nothing more is to be expected, at most so long."""
        # The kernel's counters tell nobody when they change: they have to be looked at.
        while self._loop.time() < until_s and not self._whole():  # noqa: ASYNC110
            await asyncio.sleep(_POLL_S)

    def _whole(self) -> bool:
        self._read()
        self._info = _info(self._sock)
        return self._ended or (self._arrived() and self._answered())

    def _read(self) -> None:
        try:
            while data := self._sock.recv(65_536):
                meter.current().received(len(data))
                self._last_s = self._loop.time()
            self._ended = True
        except BlockingIOError:
            return
        except OSError:
            self._ended = True  # cut by the other side: it had the request

    def _arrived(self) -> bool:
        # Linux counts the SYN among the acknowledged bytes.
        return self._info.bytes_acked >= self._request_bytes or (
            self._ended and self._info.bytes_received > 0
        )

    def _answered(self) -> bool:
        """A server that leaves the connection open has said all when it falls silent."""
        quiet = self._loop.time() - self._last_s > _QUIET_S
        return self._info.bytes_received > 0 and quiet

    def judged(self, size: int, before: TcpInfo) -> _Try:
        info = self._info
        again = info.total_retrans - before.total_retrans
        return _Try(
            size=size or before.pmtu,
            arrived=self._arrived(),
            received=self._info.bytes_received,
            sent=self._request_bytes // max(1, info.snd_mss) + again,
            again=again,
            path_mtu=info.pmtu,
            rtt_ms=before.min_rtt_ms or before.rtt_ms,
        )


def _info(sock: socket.socket) -> TcpInfo:
    info = segment_info(sock)
    if info is None:
        raise NotSupported("measuring the path MTU by TCP: this system does not count segments")
    return info


def _request(place: Place) -> bytes:
    """A request of `_REQUEST_BYTES` that any server of its kind understands."""
    if place.secure:
        return _client_hello(place.host)
    head = f"GET / HTTP/1.0\r\nHost: {place.host}\r\nConnection: close\r\nX-Padding: "
    return (head + "x" * (_REQUEST_BYTES - len(head) - 4) + "\r\n\r\n").encode("ascii", "replace")


def _client_hello(host: str) -> bytes:
    """TLS's first message, long by protocols that nobody speaks (RFC 7301); nothing is verified
    because the connection is cut before anything is said.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tag = os.urandom(2).hex()
    context.set_alpn_protocols(["http/1.1", *(f"{tag}{n:02d}".ljust(250, "x") for n in range(11))])
    outgoing = ssl.MemoryBIO()
    session = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=host)
    with suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()


def _result(
    place: Place, state: State, largest: int, big: list[_Try], small: list[_Try]
) -> PathMtu:
    """Counts segments; those of big connections that got stuck were all sent in vain."""
    through = state == "full"
    small_sent = sum(one.sent for one in small)
    return PathMtu(
        target=place.address,
        state=state,
        largest=largest,
        interface_mtu=max(one.path_mtu for one in big),
        reported_mtu=None,
        reported_by="",
        small_sent=small_sent,
        small_lost=small_sent - sum(one.sent - one.again for one in small if one.arrived),
        big_sent=sum(one.sent for one in big),
        big_lost=sum(one.again if through else one.sent for one in big),
        rtt_ms=min((one.rtt_ms for one in (*big, *small)), default=None),
    )
