"""A page of Chromium, steered by the DevTools protocol over two pipes (no port, no library).

Messages are JSON, each ended by a zero byte (`--remote-debugging-pipe`).
"""

from __future__ import annotations

import os
import select
import time
from typing import Self

import msgspec

from bench.harness import BenchError

_Json = dict[str, object]


class _Wrong(msgspec.Struct, frozen=True):
    message: str = ""


class _Thrown(msgspec.Struct, frozen=True):
    """`exception` of JavaScript; its description has the message and where it was thrown."""

    text: str = ""
    exception: msgspec.Raw = msgspec.Raw(b"{}")


class Result(msgspec.Struct, frozen=True, rename="camel"):
    """As far as one of the calls below gives it."""

    target_id: str = ""
    session_id: str = ""
    result: msgspec.Raw = msgspec.Raw(b"{}")
    exception_details: _Thrown | None = None


class Message(msgspec.Struct, frozen=True):
    """An answer (it has the `id` of its call) or an event (it has a `method`)."""

    id: int = 0
    method: str = ""
    result: Result | None = None
    error: _Wrong | None = None


class _Value(msgspec.Struct, frozen=True):
    value: msgspec.Raw = msgspec.Raw(b"null")


class Pipe:
    """Whole messages over two descriptors; BenchError when the browser ends or is too late."""

    def __init__(self, reads: int, writes: int, patience_s: float) -> None:
        self._reads, self._writes = reads, writes
        self._until_s = time.monotonic() + patience_s
        self._held = b""

    def send(self, message: _Json) -> None:
        """Write all of it."""
        left = memoryview(msgspec.json.encode(message) + b"\0")
        while left:
            left = left[os.write(self._writes, left) :]

    def receive(self) -> Message:
        """The next one."""
        while b"\0" not in self._held:
            left_s = self._until_s - time.monotonic()
            if left_s <= 0 or not select.select([self._reads], [], [], left_s)[0]:
                raise BenchError("the page did not come to an end in time")
            more = os.read(self._reads, 1 << 16)
            if not more:
                raise BenchError("the browser ended before its page did")
            self._held += more
        text, _, self._held = self._held.partition(b"\0")
        return msgspec.json.decode(text, type=Message)


class Page:
    """One tab."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._session = ""
        self._calls = 0

    @classmethod
    def opened(cls, pipe: Pipe, address: str) -> Self:
        """A new one that has loaded `address`."""
        page = cls(pipe)
        target = page.call("Target.createTarget", {"url": "about:blank"})
        found = page.call("Target.attachToTarget", {"targetId": target.target_id, "flatten": True})
        page._session = found.session_id
        page.call("Page.enable")
        page.call("Page.navigate", {"url": address})
        while pipe.receive().method != "Page.loadEventFired":
            pass
        return page

    def call(self, method: str, params: _Json | None = None) -> Result:
        """Its result; events that come meanwhile are dropped."""
        self._calls += 1
        message: _Json = {"id": self._calls, "method": method, "params": params or {}}
        if self._session:
            message["sessionId"] = self._session
        self._pipe.send(message)
        while (answer := self._pipe.receive()).id != self._calls:
            pass
        if answer.error:
            raise BenchError(f"the browser refused {method}: {answer.error.message}")
        return answer.result or Result()

    def evaluate(self, script: str) -> bytes:
        """JSON of what the promise of this expression becomes; BenchError holds what it threw."""
        found = self.call(
            "Runtime.evaluate",
            {"expression": script, "awaitPromise": True, "returnByValue": True},
        )
        if found.exception_details:
            thrown = bytes(found.exception_details.exception).decode("utf-8", "replace")
            raise BenchError(f"the page failed: {found.exception_details.text} {thrown[:300]}")
        return bytes(msgspec.json.decode(found.result, type=_Value).value)
