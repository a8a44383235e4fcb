"""A byte stream over one TCP connection, plain or TLS, with a deadline."""

import asyncio
import errno
import socket
import ssl

from diagnostics.wire import meter
from diagnostics.wire.errors import TimedOut, wire_error
from diagnostics.wire.tls import tls_failure

_PIECE = 65_536


class Channel:
    """Owns a connected, non-blocking socket; every call ends by `deadline_s` (loop's clock)."""

    def __init__(self, sock: socket.socket, host: str, deadline_s: float) -> None:
        self._sock = sock
        self._host = host
        self._deadline_s = deadline_s
        self._loop = asyncio.get_running_loop()
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.tls: ssl.SSLObject | None = None

    def grant(self, least_s: float) -> None:
        """From now on at least so long: what came before took a long way, and is no fault."""
        now_s = asyncio.get_running_loop().time()
        self._deadline_s = max(self._deadline_s, now_s + least_s)

    @property
    def local_address(self) -> str:
        return str(self._sock.getsockname()[0])

    async def secure(self, context: ssl.SSLContext, timeout_s: float | None = None) -> None:
        """TLS handshake. Raises TlsRejected, TlsFailed, TimedOut, Reset."""
        secured: ssl.SSLObject | None = None
        limit = self._deadline_s
        if timeout_s is not None:
            limit = min(limit, self._loop.time() + timeout_s)
        try:
            secured = context.wrap_bio(self._incoming, self._outgoing, server_hostname=self._host)
            async with asyncio.timeout_at(limit):
                await self._shake_hands(secured)
        except TimeoutError:
            raise TimedOut(f"TLS with {self._host}: no answer in time") from None
        except ssl.SSLError as error:
            # The alert tells the server why we leave.
            raise tls_failure(error, self._host, secured) from None
        except OSError as error:
            raise wire_error(error, f"TLS with {self._host}") from None
        self.tls = secured

    async def _shake_hands(self, secured: ssl.SSLObject) -> None:
        while True:
            try:
                secured.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    raise ConnectionResetError(
                        errno.ECONNRESET, "cut during the handshake"
                    ) from None
            else:
                await self._flush()
                return

    async def _flush(self) -> None:
        while data := self._outgoing.read(_PIECE):
            await self._loop.sock_sendall(self._sock, data)
            meter.current().sent(len(data))

    async def _fill(self) -> int:
        data = await self._loop.sock_recv(self._sock, _PIECE)
        meter.current().received(len(data))
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        return len(data)

    async def send(self, data: bytes) -> None:
        """Raises TimedOut, Reset."""
        try:
            async with asyncio.timeout_at(self._deadline_s):
                if self.tls is None:
                    await self._loop.sock_sendall(self._sock, data)
                    meter.current().sent(len(data))
                    return
                self.tls.write(data)
                await self._flush()
        except TimeoutError:
            raise TimedOut(f"sending to {self._host}: not taken in time") from None
        except OSError as error:
            raise wire_error(error, f"sending to {self._host}") from None

    async def receive(self) -> bytes:
        """The next piece, b"" at the end. Raises TimedOut, Reset."""
        try:
            async with asyncio.timeout_at(self._deadline_s):
                if self.tls is not None:
                    return await self._receive_secured(self.tls)
                data = await self._loop.sock_recv(self._sock, _PIECE)
        except TimeoutError:
            raise TimedOut(f"waiting for {self._host}: no answer in time") from None
        except OSError as error:
            raise wire_error(error, f"reading from {self._host}") from None
        meter.current().received(len(data))
        return data

    async def _receive_secured(self, secured: ssl.SSLObject) -> bytes:
        while True:
            try:
                return secured.read(_PIECE)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return b""
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def close(self) -> None:
        self._sock.close()
