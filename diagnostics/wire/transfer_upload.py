"""Sending as fast as the line takes it; what counts is what was acknowledged."""

import os
import socket
import ssl

from diagnostics.wire import http_message, meter
from diagnostics.wire.errors import wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.speed_server import Endpoint
from diagnostics.wire.tcp_info import TcpInfo
from diagnostics.wire.transfer_flow import Flow

# Random, so that nothing on the way can make it smaller; 1 MiB is sent over and over.
_NOISE = memoryview(os.urandom(1 << 20))
_PIECE = 262_144
_UNSENT = 131_072


class UploadFlow(Flow):
    """POST after POST on one connection."""

    def __init__(self, sock: socket.socket, endpoint: Endpoint) -> None:
        super().__init__(sock, endpoint)
        self._pending = memoryview(b"")
        self._left = 0
        self._awaiting_answer = False
        # Full segments only, and no more in the queue than keeps the kernel busy.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        if KERNEL.notsent_lowat is not None:
            sock.setsockopt(socket.IPPROTO_TCP, KERNEL.notsent_lowat, _UNSENT)

    def segments(self, info: TcpInfo) -> tuple[int, int, int]:
        return info.delivered, info.bytes_acked, info.snd_mss

    def loaded_rtt_ms(self) -> float:
        return self.info.rtt_ms if self.info else 0.0

    def start(self) -> None:
        self._ask()
        self.watch(writing=True)
        self.watch(writing=False)

    def _ask(self) -> None:
        target = self.endpoint.target
        headers = (
            ("User-Agent", "firsthop"),
            ("Content-Type", "application/octet-stream"),
            ("Content-Length", str(self.endpoint.size)),
        )
        request = http_message.request("POST", target.path, target.authority, headers)
        self._pending = memoryview(request)
        self._left = self.endpoint.size

    def pump(self) -> None:
        if self.finished:
            return
        self._read_answer()
        while not self.finished and not self._awaiting_answer and self._write():
            pass

    def _read_answer(self) -> None:
        """An answer before the end means that the server takes no more."""
        found = self.take_head()
        if found is None or self.finished:
            return
        if self._awaiting_answer:
            self._awaiting_answer = False
            self._ask()
            self.watch(writing=True)

    def _write(self) -> bool:
        if not self._pending:
            if not self._left:
                self._awaiting_answer = True
                self._loop.remove_writer(self.sock.fileno())
                return False
            at = self.moved % (len(_NOISE) - _PIECE)
            self._pending = _NOISE[at : at + min(_PIECE, self._left)]
            self._left -= len(self._pending)
        try:
            size = self.sock.send(self._pending)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError as error:
            self.fail(wire_error(error, f"sending to {self.endpoint.target.host}"))
            return False
        meter.current().sent(size)
        self.moved += size
        self._pending = self._pending[size:]
        return True
