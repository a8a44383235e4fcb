"""The load of a server's comparison: `python -m bench.server_load JSON` (a `Load`), prints JSON.

Not counted and not the limit: what is asked for is the server's own processor time. What comes is
dropped in the kernel, encrypted as it is; what is sent is the same piece again and again.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import struct
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import msgspec

_PIECE_BYTES = 1 << 20
#: at once, so that none of many has to wait; OpenSSL takes a record of 16 kB
_TURN_BYTES, _TURNS = 1 << 17, 8
_ANSWER = b"HTTP/1.1 "
_GOOD = (101, 200, 206)
#: read with the head of an answer and not counted: a record of TLS at most
_HEAD_BYTES = 20_000
_PATIENCE_S = 20.0
_STILL_S, _MOST_STILL = 0.05, 60
_CLOCK_OF_PROCESS = 2  # CPUCLOCK_SCHED, all threads: linux/posix-timers.h


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """So many connections; each sends `head`, then takes or, with `up`, sends `each_bytes`.

    `up` "zeros": one body, which the server has to answer; "frames": of a WebSocket, as ndt7 asks
    for. `pid`: whose processor time is told. `trusted`: with TLS, the authority's certificate.
    `seconds`: how long visitors go on coming (bench.server_visits).
    """

    host: str
    port: int
    head: str
    pid: int
    up: str = ""
    trusted: str = ""
    connections: int = 4
    each_bytes: int = 0
    seconds: float = 0.5


class Moved(msgspec.Struct, frozen=True):
    """All that was asked for; CPU-seconds of the server from the first request until it has rest
    again, handshakes left out."""

    moved_bytes: int
    wall_s: float
    cpu_s: float


def cpu_s(pid: int) -> float:
    """Processor time of a process with all its threads, in nanoseconds' steps.

    The clock's number is made as clock_getcpuclockid(3) does.
    """
    return time.clock_gettime((~pid << 3) | _CLOCK_OF_PROCESS)


def trusting(path: str) -> ssl.SSLContext | None:
    """For a server that this authority has signed, whatever its name; None without one."""
    if not path:
        return None
    context = ssl.create_default_context(cafile=path)
    context.check_hostname = False
    return context


def opened(load: Load, context: ssl.SSLContext | None) -> socket.socket:
    """A connection; over TLS a new session, with all that it costs."""
    sock = socket.socket()
    sock.settimeout(_PATIENCE_S)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.connect((load.host, load.port))
    return sock if context is None else context.wrap_socket(sock)


def answered(sock: socket.socket) -> int:
    """The status of the answer that begins here."""
    head = sock.recv(512)
    if not head.startswith(_ANSWER):
        raise ConnectionError(f"no answer but {head[:60]!r}")
    return int(head[len(_ANSWER) :][:3])


def _piece(up: str) -> bytes:
    """A megabyte of zeros, or a frame of them: binary, last, masked with zeros (RFC 6455, 5.2)."""
    data = bytes(_PIECE_BYTES)
    return struct.pack(">BBQI", 0x82, 0xFF, len(data), 0) + data if up == "frames" else data


class _Flow(ABC):
    """Connections that move what they have to, as fast as the server allows."""

    def __init__(self, sockets: Sequence[socket.socket], each_bytes: int, event: int) -> None:
        self._left = dict.fromkeys(sockets, each_bytes)
        self._waiting = selectors.DefaultSelector()
        for sock in sockets:
            sock.setblocking(False)
            self._waiting.register(sock, event)

    @abstractmethod
    def step(self, sock: socket.socket) -> None:
        """Move something; raises what a socket raises that would have to wait."""

    def done(self, sock: socket.socket) -> None:
        self._waiting.unregister(sock)
        del self._left[sock]
        sock.close()

    def run(self, until_s: float) -> None:
        """All is closed afterwards; ConnectionError when something is left."""
        try:
            while self._left and time.monotonic() < until_s:
                for key, _ in self._waiting.select(0.05):
                    assert isinstance(key.fileobj, socket.socket)  # noqa: S101 - as registered
                    with suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                        self.step(key.fileobj)
            if self._left:
                raise ConnectionError(f"{len(self._left)} connections have not ended in time")
        finally:
            for sock in self._left:
                sock.close()
            self._waiting.close()


class _Download(_Flow):
    """Below TLS, once the answer has begun: nobody has to read what is encrypted."""

    def __init__(self, sockets: Sequence[socket.socket], each_bytes: int) -> None:
        super().__init__(sockets, each_bytes, selectors.EVENT_READ)
        self._fresh = set(sockets)
        self._room = bytearray(_PIECE_BYTES)

    def step(self, sock: socket.socket) -> None:
        if sock in self._fresh:
            status = answered(sock)
            if status not in _GOOD:
                raise ConnectionError(f"the server answers {status}")
            self._fresh.remove(sock)
            if isinstance(sock, ssl.SSLSocket):
                left = self._left.pop(sock)
                self._waiting.unregister(sock)
                sock = socket.socket(fileno=sock.detach())
                self._left[sock] = left
                self._waiting.register(sock, selectors.EVENT_READ)
        taken = sock.recv_into(self._room, len(self._room), socket.MSG_TRUNC)
        if not taken:
            raise ConnectionError("the server has closed a connection")
        self._left[sock] -= taken
        if self._left[sock] <= _HEAD_BYTES:
            self.done(sock)


class _Upload(_Flow):
    def __init__(self, sockets: Sequence[socket.socket], each_bytes: int, up: str) -> None:
        super().__init__(sockets, each_bytes, selectors.EVENT_WRITE)
        self._answers = up != "frames"
        self._piece = memoryview(_piece(up))
        self._at = dict.fromkeys(sockets, 0)

    def step(self, sock: socket.socket) -> None:
        if not self._left[sock]:
            if (status := answered(sock)) not in _GOOD:
                raise ConnectionError(f"the server answers {status}")
            self.done(sock)
            return
        for _ in range(_TURNS):
            at = self._at[sock]
            size = min(_TURN_BYTES, self._left[sock])
            sent = sock.send(self._piece[at : at + size])
            self._at[sock] = (at + sent) % len(self._piece)
            self._left[sock] -= sent
            if not self._left[sock]:
                self._sent(sock)
                return

    def _sent(self, sock: socket.socket) -> None:
        if self._answers:
            self._waiting.modify(sock, selectors.EVENT_READ)
        else:
            self.done(sock)


def _at_rest(pid: int) -> float:
    """The server's processor time once it stands still, after three seconds at the latest."""
    before_s = -1.0
    for _ in range(_MOST_STILL):
        now_s = cpu_s(pid)
        if now_s - before_s < _STILL_S / 100:
            return now_s
        before_s = now_s
        time.sleep(_STILL_S)
    return before_s


def moved(load: Load) -> Moved:
    """Raises OSError when a connection fails or is refused."""
    context = trusting(load.trusted)
    sockets = [opened(load, context) for _ in range(load.connections)]
    before_s, begun_s = _at_rest(load.pid), time.monotonic()
    for sock in sockets:
        sock.sendall(load.head.encode())
    if load.up == "frames":
        for sock in sockets:
            answered(sock)
    make = partial(_Upload, up=load.up) if load.up else _Download
    make(sockets, load.each_bytes).run(begun_s + _PATIENCE_S)
    wall_s = time.monotonic() - begun_s
    amount = load.connections * load.each_bytes
    return Moved(amount, wall_s, _at_rest(load.pid) - before_s)


if __name__ == "__main__":
    try:
        found = moved(msgspec.json.decode(sys.argv[1], type=Load))
    except OSError as failed:
        sys.exit(str(failed))
    sys.stdout.buffer.write(msgspec.json.encode(found))
