"""Receiving as fast as the line gives, with as little work as possible."""

import socket
import ssl

from diagnostics.wire import http_message, meter
from diagnostics.wire.errors import BadAnswer, Reset, WireError, wire_error
from diagnostics.wire.http_message import Head
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.speed_server import Endpoint
from diagnostics.wire.tcp_info import TcpInfo
from diagnostics.wire.transfer_body import Body
from diagnostics.wire.transfer_flow import Flow

_BUFFER = memoryview(bytearray(1 << 20))  # contents are never looked at: all flows share it
_WAKE_AT = 262_144
#: A whole answer of fewer bytes is a page (a portal's, an error's), not a file to measure with.
_LEAST_ANSWER = 100_000
_HEAD_OF_CHUNK = 32
_TURN = 8 << 20  # bytes a flow may take before others get their turn


class DownloadFlow(Flow):
    """GET after GET on one connection; a server that closes ends it."""

    def __init__(self, sock: socket.socket, endpoint: Endpoint) -> None:
        super().__init__(sock, endpoint)
        self._body: Body | None = None
        self._in_head = True
        plain = not isinstance(sock, ssl.SSLSocket)
        self._plain = plain
        # tcp(7), MSG_TRUNC: received bytes are dropped in the kernel, uncopied.
        self._flags: int = socket.MSG_TRUNC if plain and KERNEL.drops_received else 0

    def segments(self, info: TcpInfo) -> tuple[int, int, int]:
        return info.data_segs_in, info.bytes_received, info.rcv_mss

    def loaded_rtt_ms(self) -> float:
        return self.info.rcv_rtt_ms if self.info else 0.0

    def start(self) -> None:
        self._ask()
        if not self.finished:
            self.watch(writing=False)

    def request(self) -> bytes:
        """What is sent to be answered with data."""
        target = self.endpoint.target
        headers = (("User-Agent", "firsthop"), ("Accept", "*/*"), ("Accept-Encoding", "identity"))
        return http_message.request("GET", target.path, target.authority, headers)

    def begin_body(self, head: Head, rest: bytes) -> None:
        """The head is there, and with it the first bytes of what follows."""
        self._body = Body(head)
        self._look_at(rest)

    def wanted(self, most: int) -> int:
        """How much of what comes next is worth nothing to anybody; 0: look at it first."""
        return most if self._body is None else self._body.skippable(most)

    def counted(self, size: int) -> None:
        """So much was dropped."""
        self.moved += size
        if self._body is not None:
            self._body.passed(size)
            self._ask_again(self._body)

    def read_head_of_message(self) -> int:
        """Bytes read where a chunk begins."""
        data = self.take(_HEAD_OF_CHUNK)
        if data is None:
            return 0
        self._look_at(data)
        return len(data)

    def _look_at(self, data: bytes) -> None:
        body = self._body
        if body is None:
            return
        self.moved += len(data)
        try:
            body.feed(data)
        except BadAnswer as error:
            self.fail(error)
        else:
            self._ask_again(body)

    def _ask_again(self, body: Body) -> None:
        """When this answer is over."""
        if not body.ended or self.finished:
            return
        if body.size < _LEAST_ANSWER:
            self.fail(_too_short(body))
            return
        self._wake_at(1)
        self._ask()

    def _ask(self) -> None:
        self.say(self.request())
        self._in_head = True

    def pump(self) -> None:
        if self.finished:
            return
        if self._in_head:
            self._read_head()
        turn = 0
        while not self._in_head and not self.finished and turn < _TURN:
            wanted = self.wanted(len(_BUFFER))
            size = self._read_body(wanted) if wanted else self.read_head_of_message()
            if not size or (self._plain and size < wanted):
                return  # nothing more is there now (TLS gives a record at a time)
            turn += size

    def _read_head(self) -> None:
        found = self.take_head()
        if found is None:
            return
        self._in_head = False
        # Fewer wake-ups: only for so much, or when the window runs full (tcp(7)).
        self._wake_at(_WAKE_AT)
        self.begin_body(*found)

    def _wake_at(self, size: int) -> None:
        if KERNEL.drops_received:  # the kernels that have one have the other
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)

    def _read_body(self, wanted: int) -> int:
        try:
            if self._flags:
                size = self.sock.recv_into(_BUFFER, wanted, self._flags)
            else:
                size = self.sock.recv_into(_BUFFER, wanted)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0
        except OSError as error:
            self.fail(wire_error(error, f"reading from {self.endpoint.target.host}"))
            return 0
        if not size:
            self.fail(self._closed())
            return 0
        meter.current().received(size)
        self.counted(size)
        return size

    def _closed(self) -> WireError:
        """Where the end of the connection is the end of the answer, that was all of it."""
        body = self._body
        if body is not None and not body.told and body.size < _LEAST_ANSWER:
            return _too_short(body)
        return Reset(f"{self.endpoint.target.host} closed the connection")


def _too_short(body: Body) -> BadAnswer:
    return BadAnswer(
        f"the speed server answered with {body.size} bytes instead of a file to measure with"
    )
