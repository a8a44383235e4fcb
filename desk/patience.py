"""How long a connection may take to say what it wants.

uvicorn waits for ever for the rest of a request's head: a thousand silent connections would use
up the process's file descriptors. Bodies have their own limits (`reception`, `door`).
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

#: from the connection, or the first byte of another request, to the head's last byte
HEAD_S = 20.0


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on whoever does not finish the head of a request."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            self._forget()
        else:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        # uvicorn's type says otherwise, and it is None until the first request
        return bool(self.cycle) and not self.cycle.response_complete

    def _expect_head(self) -> None:
        if self._head is None:
            self._head = self.loop.call_later(HEAD_S, self._hang_up)

    def _hang_up(self) -> None:
        self._head = None
        if not self._is_answering():
            self.transport.close()

    def _forget(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None
