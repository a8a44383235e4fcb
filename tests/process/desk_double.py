"""A small real HTTP server on loopback that keeps the desk's contract and can be made to fail."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import msgspec

from uploader.bundle_read import read_bundle
from uploader.desk_messages import (
    Author,
    NewReply,
    Receipt,
    Refusal,
    Reply,
    TicketState,
    TicketView,
)

AT = "2026-03-01T10:10:00.000Z"


@dataclass
class Desk:
    """What it has, and what goes wrong next: each post takes one of `faults` ("" for none).

    cut: everything is taken, the connection ends before the answer. Others: an HTTP status.
    """

    faults: list[str] = field(default_factory=list[str])
    bundles: dict[str, bytes] = field(default_factory=dict[str, bytes])
    claims: dict[str, str] = field(default_factory=dict[str, str])
    replies: list[Reply] = field(default_factory=list[Reply])
    posts: int = 0
    asked: int = 0
    state: TicketState = TicketState.ACKNOWLEDGED
    url: str = ""

    @property
    def tickets(self) -> int:
        return len(self.bundles)

    def receipt(self, bundle_id: str) -> Receipt:
        number = f"T-{sorted(self.bundles).index(bundle_id) + 1}"
        return Receipt(
            bundle_id=bundle_id, ticket=number, token="t" * 32, state=self.state, received_at=AT
        )

    def view(self) -> TicketView:
        return TicketView(
            ticket="T-1", state=self.state, changed_at=AT, replies=tuple(self.replies)
        )

    def write(self, text: str) -> None:
        number = len(self.replies)
        self.replies.append(
            Reply(id=f"desk-{number}", author=Author.DESK, name="Kim", at=AT, text=text)
        )


class Handler(BaseHTTPRequestHandler):
    desk: ClassVar[Desk]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/api/v1/bundles":
            self._bundle(body)
        else:
            self._reply(body)

    def do_GET(self) -> None:
        desk = self.desk
        secret = self.headers.get("Authorization", "").removeprefix("Bearer ")
        name = self.path.rpartition("/")[2]
        if self.path.startswith("/api/v1/tickets/"):
            self._answer(200 if secret == "t" * 32 else 401, desk.view())
            return
        desk.asked += 1
        if name in desk.bundles and desk.claims[name] == secret:
            self._answer(200, desk.receipt(name))
        else:
            refusal = Refusal(error="unknown", sentence="There is no such bundle.", again=False)
            self._answer(404, refusal)

    def _bundle(self, body: bytes) -> None:
        desk = self.desk
        desk.posts += 1
        fault = desk.faults.pop(0) if desk.faults else ""
        bundle_id = self.headers["Idempotency-Key"]
        if fault.isdigit():
            again = int(fault) >= 500
            sentence = "Not now." if again else "This app is too old; update it."
            self._answer(int(fault), Refusal(error="no", sentence=sentence, again=again))
            return
        if fault == "portal":
            self._raw(200, b"<html>Please log in</html>")
            return
        assert read_bundle(body).manifest.id == bundle_id
        known = bundle_id in desk.bundles
        desk.bundles[bundle_id] = body
        desk.claims[bundle_id] = self.headers["X-Firsthop-Claim"]
        if fault == "cut":
            self.close_connection = True
            self.connection.close()
            return
        self._answer(200 if known else 201, desk.receipt(bundle_id))

    def _reply(self, body: bytes) -> None:
        new = msgspec.json.decode(body, type=NewReply)
        if new.id not in {reply.id for reply in self.desk.replies}:
            self.desk.replies.append(
                Reply(id=new.id, author=Author.SUBSCRIBER, name="", at=AT, text=new.text)
            )
        self._answer(201, self.desk.view())

    def _answer(self, status: int, body: msgspec.Struct) -> None:
        self._raw(status, msgspec.json.encode(body))

    def _raw(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class QuietServer(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that was cut on purpose is no news."""


@contextmanager
def running_desk(desk: Desk, port: int = 0) -> Generator[Desk]:
    handler = type("DeskHandler", (Handler,), {"desk": desk})
    server = QuietServer(("127.0.0.1", port), handler)
    desk.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
