"""HTTP and HTTPS by threads: few clients, but a gigabit for each of them."""

from __future__ import annotations

import selectors
import socket
import ssl
import struct
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path

from tests.sim.servers.manners import Present
from tests.sim.servers.pages import Request, Response, respond, status_feed

_NOISE = Path("/dev/urandom").open("rb").read(1 << 20)  # noqa: SIM115 - one read at start
_IDLE_S = 30.0


class Site:
    """Serves connections that came in on the given listeners; port 443 speaks TLS."""

    def __init__(self, present: Present, certificate: Path) -> None:
        self._present = present
        self._certificate = certificate
        self._stamp_ns = 0
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def _context(self) -> ssl.SSLContext:
        """The certificate may change while the lab runs: the world's date is a setting."""
        stamp_ns = self._certificate.stat().st_mtime_ns
        if stamp_ns != self._stamp_ns:
            fresh = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            fresh.load_cert_chain(self._certificate)
            self._tls, self._stamp_ns = fresh, stamp_ns
        return self._tls

    def serve(self, listeners: list[socket.socket]) -> None:
        """Accept for ever; a thread for each connection."""
        with selectors.DefaultSelector() as ready:
            for listener in listeners:
                ready.register(listener, selectors.EVENT_READ, listener)
            while True:
                for key, _ in ready.select():
                    self._accept(key.fileobj)

    def _accept(self, listener: object) -> None:
        if not isinstance(listener, socket.socket):
            return
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(_IDLE_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if connection.getsockname()[1] == 443:
                if self._names_a_cut_site(connection):
                    linger = struct.pack("ii", 1, 0)  # closing then sends a reset
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    connection.close()
                    return
                connection = self._context().wrap_socket(connection, server_side=True)
            with connection:
                self._requests(connection)
        except (OSError, ValueError):
            connection.close()

    def _names_a_cut_site(self, connection: socket.socket) -> bool:
        """A filter on the way reads the name in TLS's first message (RFC 6066 section 3)."""
        cut = self._present.manners().sites_cut
        if not cut:
            return False
        hello = connection.recv(4096, socket.MSG_PEEK)
        return any(name.encode() in hello for name in cut)

    def _requests(self, connection: socket.socket) -> None:
        held = b""
        while True:
            while b"\r\n\r\n" not in held:
                more = connection.recv(65536)
                if not more or len(held) > 65536:
                    return
                held += more
            head, _, held = held.partition(b"\r\n\r\n")
            held = self._one(connection, head.decode("latin-1"), held)

    def _one(self, connection: socket.socket, head: str, held: bytes) -> bytes:
        line, *rows = head.split("\r\n")
        method, target, *_ = line.split(" ")
        fields = {k.strip().lower(): v.strip() for k, _, v in (row.partition(":") for row in rows)}
        if "100-continue" in fields.get("expect", ""):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in fields.get("transfer-encoding", ""):
            received, held = _skip_chunks(connection, held)
        else:
            received = int(fields.get("content-length", "0"))
            held = _skip(connection, held, received)
        host = fields.get("host", "").rsplit(":", 1)[0].lower()
        peer, local = str(connection.getpeername()[0]), str(connection.getsockname()[0])
        manners = self._present.manners()
        if host in manners.slow_sites:
            time.sleep(manners.slow_ms / 1000)
        response = respond(Request(method, target, host, peer, local, received))
        if (host, target) == ("selfcare.lab-isp.example", "/status"):
            now = datetime.now(UTC) + timedelta(seconds=manners.clock_offset_s)
            response = status_feed(manners.notice, now)
        _send(connection, response, method == "HEAD", manners.clock_offset_s)
        return held


def _skip(connection: socket.socket, held: bytes, count: int) -> bytes:
    """Read and forget `count` bytes; plain TCP lets the kernel throw them away (MSG_TRUNC)."""
    left = count - len(held)
    if left <= 0:
        return held[count:]
    buffer = bytearray(1 << 18)
    flags = 0 if isinstance(connection, ssl.SSLSocket) else socket.MSG_TRUNC
    while left > 0:
        got = connection.recv_into(buffer, min(left, len(buffer)), flags)
        if not got:
            raise ConnectionError("the body ended early")
        left -= got
    return b""


def _skip_chunks(connection: socket.socket, held: bytes) -> tuple[int, bytes]:
    total = 0
    while True:
        while b"\r\n" not in held:
            held += _more(connection)
        size, _, held = held.partition(b"\r\n")
        count = int(size.split(b";")[0], 16)
        while len(held) < 2 and not count:
            held += _more(connection)
        if not count:
            return total, held[2:]
        held = _skip(connection, held, count)
        while len(held) < 2:
            held += _more(connection)
        held, total = held[2:], total + count


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the body ended early")
    return data


def _send(connection: socket.socket, response: Response, bare: bool, offset_s: int) -> None:
    body = response.body.encode()
    length = response.stream_bytes or len(body)
    date = formatdate(time.time() + offset_s, usegmt=True)
    head = f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}\r\nDate: {date}\r\n"
    head += f"Server: lab\r\nContent-Type: {response.kind}\r\nCache-Control: no-store\r\n"
    if response.status != 204:
        head += f"Content-Length: {length}\r\n"
    if response.location:
        head += f"Location: {response.location}\r\n"
    connection.sendall(head.encode() + b"\r\n" + (b"" if bare else body))
    left = 0 if bare else response.stream_bytes
    noise = memoryview(_NOISE)
    while left > 0:
        connection.sendall(noise[: min(left, len(noise))])
        left -= len(noise)
