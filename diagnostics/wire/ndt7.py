"""M-Lab's ndt7 (ndt-server/spec/ndt7-protocol.md): binary messages over a WebSocket, either way.

The transfer is the engine's own, with several connections and an early stop: the protocol lets a
client leave at any time, and each connection is one ndt7 subtest to the server.
"""

import os
import socket

import msgspec

from diagnostics.wire import http_message, websocket
from diagnostics.wire.errors import BadAnswer, Reset
from diagnostics.wire.http_message import Head
from diagnostics.wire.speed_server import Endpoint
from diagnostics.wire.transfer_download import DownloadFlow
from diagnostics.wire.transfer_flow import Flow
from diagnostics.wire.transfer_upload import UploadFlow

_PROTOCOL = "net.measurementlab.ndt.v7"
_SMALLEST, _LARGEST = 1 << 13, 1 << 20
#: messages grow to this share of what was sent (the specification's appendix)
_SCALING = 16
_MOST_TEXT = 65_536


class _Counted(msgspec.Struct, frozen=True):
    NumBytes: int = 0


class _Seen(msgspec.Struct, frozen=True):
    BytesReceived: int = 0


class _Measurement(msgspec.Struct, frozen=True):
    """What the server tells of an upload, as far as it is used."""

    AppInfo: _Counted = _Counted()
    TCPInfo: _Seen = _Seen()


def confirmed(text: bytes) -> int:
    """Bytes that the server says it has received; 0 when it does not say."""
    try:
        found = msgspec.json.decode(text, type=_Measurement)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0
    return max(found.AppInfo.NumBytes, found.TCPInfo.BytesReceived, 0)


class _Handshake:
    """Asking for the upgrade, and whether it was granted."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._key = websocket.new_key()
        self._endpoint = endpoint

    def request(self) -> bytes:
        target = self._endpoint.target
        headers = (
            ("User-Agent", "firsthop"),
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", self._key),
            ("Sec-WebSocket-Protocol", _PROTOCOL),
        )
        return http_message.request("GET", target.path, target.authority, headers)

    def refused(self, head: Head) -> BadAnswer | None:
        if head.status != 101:
            return BadAnswer(f"the speed server does not upgrade to ndt7 (status {head.status})")
        if head.header("sec-websocket-accept") != websocket.accepted(self._key):
            return BadAnswer("the speed server's WebSocket answer is to another question")
        if head.header("sec-websocket-protocol") != _PROTOCOL:
            return BadAnswer("the speed server does not speak ndt7")
        return None


class _Incoming:
    """Takes frames apart; counts the payload of binary ones, keeps that of the others."""

    def __init__(self) -> None:
        self.left = 0
        self._frame = websocket.FrameHead(websocket.BINARY, 0, 0, final=True)
        self._message = websocket.BINARY
        self._held = bytearray()
        self._text, self._control = bytearray(), bytearray()

    @property
    def _opcode(self) -> int:
        """A continuation carries on with what its message began as."""
        return self._frame.opcode or self._message

    @property
    def in_payload(self) -> bool:
        """Nothing but payload of a binary message comes next."""
        return self.left > 0 and self._opcode == websocket.BINARY and not self._held

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Whole messages that are not binary, as opcode and payload. Raises BadAnswer."""
        self._held += data
        found: list[tuple[int, bytes]] = []
        while self.left or self._next_frame():
            size = min(self.left, len(self._held))
            if not size and self.left:
                break
            self._keep(size)
            del self._held[:size]
            self.left -= size
            if not self.left:
                found += self._ended()
        return found

    def _next_frame(self) -> bool:
        head = websocket.parse_head(self._held)
        if head is None:
            return False
        del self._held[: head.length]
        self._frame, self.left = head, head.size
        if 0 < head.opcode < websocket.CLOSE:
            self._message = head.opcode
        return True

    def _keep(self, size: int) -> None:
        if self._opcode == websocket.TEXT:
            self._text += self._held[:size]
        elif self._opcode >= websocket.CLOSE:
            self._control += self._held[:size]
        if len(self._text) > _MOST_TEXT:
            raise BadAnswer("the speed server's text message is too long")

    def _ended(self) -> list[tuple[int, bytes]]:
        if self._opcode == websocket.BINARY or not self._frame.final:
            return []
        kept = self._text if self._opcode == websocket.TEXT else self._control
        message = (self._opcode, bytes(kept))
        kept.clear()
        return [message]


def _obey(flow: Flow, message: tuple[int, bytes]) -> None:
    """Answer a ping, leave at a close; texts are dealt with elsewhere."""
    opcode, payload = message
    if opcode == websocket.CLOSE:
        flow.fail(Reset(f"{flow.endpoint.target.host} ended the test"))
    elif opcode == websocket.PING:
        flow.say(websocket.control_frame(websocket.PONG, payload))


class NdtDownloadFlow(DownloadFlow):
    """One download subtest."""

    def __init__(self, sock: socket.socket, endpoint: Endpoint) -> None:
        super().__init__(sock, endpoint)
        self._handshake = _Handshake(endpoint)
        self._frames = _Incoming()

    def request(self) -> bytes:
        return self._handshake.request()

    def begin_body(self, head: Head, rest: bytes) -> None:
        if refused := self._handshake.refused(head):
            self.fail(refused)
            return
        self._take(rest)

    def wanted(self, most: int) -> int:
        """Payload of the present message is dropped by the kernel; heads are looked at."""
        return min(most, self._frames.left) if self._frames.in_payload else 0

    def counted(self, size: int) -> None:
        self.moved += size
        self._frames.left -= size

    def read_head_of_message(self) -> int:
        data = self.take(10)  # a server's longest head
        if data is None:
            return 0
        self._take(data)
        return len(data)

    def _take(self, data: bytes) -> None:
        self.moved += len(data)
        try:
            messages = self._frames.feed(data)
        except BadAnswer as error:
            self.fail(error)
            return
        for message in messages:
            _obey(self, message)


class NdtUploadFlow(UploadFlow):
    """One upload subtest: noise that counts as masked already, whatever the mask."""

    def __init__(self, sock: socket.socket, endpoint: Endpoint) -> None:
        super().__init__(sock, endpoint)
        self._handshake = _Handshake(endpoint)
        self._frames = _Incoming()
        self._open = False
        self._owed = b""
        self._ahead = False  # its messages follow one another, and the server tells by itself
        self._step = 0

    def grain(self) -> int:
        return super().grain() if self.info else max(self._step, super().grain())

    def say(self, data: bytes) -> None:
        """Only between two messages."""
        self._owed += data

    def first_words(self) -> bytes:
        return self._handshake.request()

    def more(self) -> int:
        """Size of the next message's payload; its head is put before it."""
        if not self._open:
            return 0
        size = _SMALLEST
        while size < _LARGEST and size * _SCALING <= self.moved:
            size *= 2
        head = websocket.frame_head(websocket.BINARY, size, os.urandom(4))
        self.pending, self._owed = memoryview(self._owed + head), b""
        return size

    def read_answer(self) -> bool:
        if not self._open:
            before = len(self._head)
            found = self.take_head()
            if found is None or self.finished:
                return len(self._head) > before and not self.finished
            head, rest = found
            if refused := self._handshake.refused(head):
                self.fail(refused)
                return False
            self._open = True
            self.go_on()
        else:
            data = self.take(16_384)
            if data is None:
                return False
            rest = data
        try:
            messages = self._frames.feed(rest)
        except BadAnswer as error:
            self.fail(error)
            return False
        for message in messages:
            if message[0] == websocket.TEXT:
                there = max(self.answered, confirmed(message[1]))
                self._step, self.answered = there - self.answered or self._step, there
            _obey(self, message)
        return True
