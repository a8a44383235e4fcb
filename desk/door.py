"""The outermost layer: which host names are answered, which origins may post, which headers go out.

Browsers obey the headers; they are the second wall behind escaping, not the first.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPResponseStartEvent,
    Message,
    Receive,
    Scope,
    Send,
)

from desk.settings import Settings
from uploader.bundle import LIMIT_BYTES

#: as much as a bundle may have, once more, and not for long
DRAIN_LIMIT_BYTES = 2 * LIMIT_BYTES
DRAIN_LIMIT_S = 10.0
#: `reception` notices a silent sender first, and can still say so
GRACE_S = 5.0
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # with no-referrer browsers would post Origin: null
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class Door:
    """Wraps the desk's application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._settings.limits.body_idle_s + GRACE_S)
        sentence = self._objection(Headers.from_scope(scope), scope["method"])
        if sentence:
            await body.drain()
            await _refuse(send, sentence)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, secure=self._settings.secure)
                if message["status"] >= 400:
                    await body.drain()
            await send(message)

        await self._app(scope, body.receive, with_headers)

    def _objection(self, headers: Headers, method: str) -> str:
        """Why the request is not let in; empty when it is."""
        host = _host(f"//{headers.get('Host', '')}")
        if self._settings.own_hosts and host not in self._settings.own_hosts:
            return "The desk is not known by this host name (see --public-url)."
        if method in SAFE_METHODS or self._same_origin(headers):
            return ""
        return "The form came from another site and was not taken."

    def _same_origin(self, headers: Headers) -> bool:
        """Programs send neither header; browsers send Origin with every post."""
        origin = headers.get("Origin")
        if headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return False
        if origin is None:
            return True
        own = {headers.get("Host", ""), urlsplit(self._settings.public_url).netloc}
        return _netloc(origin) in own - {""}


def _host(url: str) -> str:
    """Empty for what is no host, too."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


class _Body:
    """The request's body. A refusal is sent only when the body is out of the way.

    Otherwise the connection is reset while the sender still sends, and the sentence is lost.
    """

    def __init__(self, receive: Receive, idle_s: float) -> None:
        self._receive = receive
        self._idle_s = idle_s
        self._over = False

    async def receive(self) -> HTTPReceiveMessage:
        """Whoever stops in the middle of a form counts as gone."""
        try:
            async with asyncio.timeout(None if self._over else self._idle_s):
                message = await self._receive()
        except TimeoutError:
            self._over = True
            return {"type": "http.disconnect"}
        self._over = message["type"] != "http.request" or not message.get("more_body", False)
        return message  # pyright: ignore[reportReturnType] - a websocket never comes here

    async def drain(self) -> None:
        """Throw away what is left, within limits."""
        left = DRAIN_LIMIT_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_LIMIT_S):
                while not self._over and left > 0:
                    message = await self.receive()
                    left -= len(message.get("body", b"")) or 1


def _add_headers(message: HTTPResponseStartEvent, *, secure: bool) -> None:
    """A page's own header stands; the report has a stricter policy than the rest."""
    present = {name.lower() for name, _ in message["headers"]}
    wanted = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})
    added = [
        (name.lower().encode(), value.encode())
        for name, value in wanted.items()
        if name.lower().encode() not in present
    ]
    message["headers"] = [*message["headers"], *added]


async def _refuse(send: Send, sentence: str) -> None:
    body = sentence.encode()
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
