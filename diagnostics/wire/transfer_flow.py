"""One connection of a throughput test, whatever its direction."""

import asyncio
import os
import socket
import ssl

from diagnostics.wire import http_message, meter
from diagnostics.wire.errors import BadAnswer, Declined, Reset, WireError, wire_error
from diagnostics.wire.http_message import Head
from diagnostics.wire.speed_server import Endpoint
from diagnostics.wire.tcp_info import TcpInfo, tcp_info

_HEAD_LIMIT = 32_768
SEGMENT = 1448


class Flow:
    """Counts by segments where the kernel tells, so that one lost segment that
    holds up the stream does not look like a pause of the line."""

    def __init__(self, sock: socket.socket, endpoint: Endpoint) -> None:
        self.sock: socket.socket = sock
        self.endpoint: Endpoint = endpoint
        self.failure: WireError | None = None
        self.finished: bool = False
        #: the server ends each connection after one answer
        self.closes: bool = False
        self.moved: int = 0
        self._loop = asyncio.get_running_loop()
        self._head = bytearray()
        self._last: float = 0.0
        self._info: TcpInfo | None = tcp_info(sock)
        self._registered = False

    @property
    def info(self) -> TcpInfo | None:
        """As of the last `amount`."""
        return self._info

    def start(self) -> None:
        raise NotImplementedError

    def only_one(self) -> None:
        """This connection serves one request."""

    def pump(self) -> None:
        """Move what can be moved now."""
        raise NotImplementedError

    def segments(self, info: TcpInfo) -> tuple[int, int, int]:
        """Segments counted, bytes that belong to them, and the full size of one."""
        raise NotImplementedError

    def loaded_rtt_ms(self) -> float:
        """Round trip under the present load, 0 when unknown."""
        raise NotImplementedError

    def amount(self) -> float:
        """Bytes that the line has carried for this connection, segments taken as full ones."""
        info = None if self.finished else tcp_info(self.sock, self.moved)
        if info is None:
            if self._info is None:
                self._last = max(self._last, float(self.confirmed()))
            return self._last
        self._info = info
        count, there, full = self.segments(info)
        self._last = max(self._last, float(count * full if info.segments else there))
        return self._last

    def confirmed(self) -> int:
        """Bytes known to have arrived where the kernel tells nothing."""
        return self.moved

    def grain(self) -> int:
        """Bytes by which the amount grows at once: a segment, or what is confirmed together."""
        return SEGMENT

    @property
    def answers(self) -> int:
        """Requests that were answered to the end."""
        return 0

    def in_order(self) -> int:
        """Bytes that are there without a gap: lags behind `amount`, but counts each byte."""
        return self.segments(self._info)[1] if self._info is not None else self.confirmed()

    def on_the_wire(self) -> float:
        """Payload that the own interface has carried for this connection."""
        return max(self._last, float(self.in_order()))

    def fail(self, error: WireError) -> None:
        if self.failure is None:
            self.failure = error
        self.close()

    def say(self, data: bytes) -> None:
        """A few bytes into a connection that is otherwise only read."""
        try:
            self.sock.send(data)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            self.fail(wire_error(error, f"asking {self.endpoint.target.host}"))
            return
        meter.current().sent(len(data))

    def take(self, size: int) -> bytes | None:
        """Read some bytes; None when there are none now. Ends the flow at the end."""
        try:
            data = self.sock.recv(size)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except OSError as error:
            self.fail(wire_error(error, f"reading from {self.endpoint.target.host}"))
            return None
        if not data:
            self.fail(Reset(f"{self.endpoint.target.host} closed the connection"))
            return None
        meter.current().received(len(data))
        return data

    def take_head(self) -> tuple[Head, bytes] | None:
        """The answer's head and what followed it, once it is there; interim ones are skipped."""
        data = self.take(4096)
        return None if data is None else self.head_in(data)

    def head_in(self, data: bytes) -> tuple[Head, bytes] | None:
        """The same of bytes that were read already."""
        self._head += data
        while True:
            found = self._head_held()
            if found is None or self.finished or found.status >= 200 or found.status == 101:
                break
        if found is None or self.finished:
            return None
        rest = bytes(self._head)
        self._head.clear()
        if found.status >= 300:
            self.fail(_declined(found))
            return None
        return found, rest

    def _head_held(self) -> Head | None:
        at = self._head.find(b"\r\n\r\n")
        if at < 0:
            if len(self._head) > _HEAD_LIMIT:
                self.fail(BadAnswer("the speed server's headers are too long"))
            return None
        try:
            head = http_message.parse_head(bytes(self._head[:at]))
        except WireError as error:
            self.fail(error)
            return None
        del self._head[: at + 4]
        return head

    def watch(self, *, writing: bool) -> None:
        if writing:
            self._loop.add_writer(self.sock.fileno(), self.pump)
        else:
            self._loop.add_reader(self.sock.fileno(), self.pump)
        self._registered = True

    def close(self) -> None:
        """Drop the connection at once; nothing queued goes out any more."""
        if self.finished:
            return
        self.amount()
        self.finished = True
        if self._registered:
            self._loop.remove_reader(self.sock.fileno())
            self._loop.remove_writer(self.sock.fileno())
        try:
            # Zero linger sends a reset (RFC 9293): the other side stops sending too.
            linger = b"\1\0\0\0\0\0\0\0" if os.name == "posix" else b"\1\0\0\0"
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        except OSError:
            pass  # gone already: nothing to cut
        self.sock.close()


def _declined(head: Head) -> Declined:
    """A speed server is asked nothing that it could not give: any other answer is a refusal."""
    text = f"the speed server answered with status {head.status}"
    if head.status < 400 and head.header("location"):
        text += ", another address: put that one into the profile"
    return Declined(text, head.status)
