"""When the agent sends its courier out: at once, when a try is due, or when the line is back.

Resident, so it holds no HTTP client: a bare connect to the desk's port tells that the line is
back, and a short-lived process does the talking.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from agent.child import DESK, ChildError, start_child
from agent.desk_orders import Changed, DeskOrder, DeskTelling, RoundOrder
from agent.ipc.messages import (
    Failed,
)
from diagnostics.profile import Profile
from uploader.outbox import Outbox
from uploader.times import seconds_until

#: between two looks at whether the desk's port can be reached; one packet each
KNOCK_S = 3.0
KNOCK_LATER_S = 20.0
KNOCK_EAGERLY_FOR_S = 600.0
CONNECT_S = 3.0
#: an open ticket is asked about this often at first, and ever more rarely while nothing happens
LOOK_FIRST_S, LOOK_LONGEST_S, LOOK_GROWTH = 10.0, 900.0, 1.4
#: another process (`firsthop send`) may put something into the outbox and die before it says so
OUTBOX_LOOK_S = 30.0
#: nothing that the desk process does takes longer
CHILD_S = 180.0
_DECODER: msgspec.json.Decoder[DeskTelling] = msgspec.json.Decoder(DeskTelling)


class DeskLink:
    """`changed` hears the id of each bundle that moved. Run `watch` as a task."""

    def __init__(
        self, outbox: Outbox, profile: Callable[[], Profile], changed: Callable[[str], None]
    ) -> None:
        self._outbox = outbox
        self._profile = profile
        self._changed = changed
        self._woken = asyncio.Event()
        self._in_a_hurry = False
        self._one_at_a_time = asyncio.Lock()
        self._look_s = LOOK_FIRST_S
        self._looked = 0.0
        self._waiting_since = 0.0

    def hurry(self) -> None:
        """Something new waits: do not wait for the next try."""
        self._in_a_hurry = True
        self._woken.set()

    def wake(self) -> None:
        """The outbox may have changed: reckon anew when to look at it."""
        self._woken.set()

    async def ask(self, order: DeskOrder) -> DeskTelling:
        """Have the order done by a process of its own; its last telling."""
        try:
            child = await start_child(DESK)
        except ChildError as error:
            return Failed(code="child", sentence=str(error))
        last: DeskTelling = Failed(code="child", sentence="That broke off; try again.")
        try:
            async with asyncio.timeout(CHILD_S):
                await child.send(msgspec.json.encode(order) + b"\n")
                async for line in child.lines():
                    last = _DECODER.decode(line)
                    if isinstance(last, Changed):
                        self._moved(last.bundle_id)
        except (TimeoutError, ValueError):  # hangs, or told what is no telling
            pass
        finally:
            await child.away()
        return last

    async def round(self, *, now: bool = False) -> None:
        """No process is started for nothing."""
        box = self._outbox
        if not (box.on_the_way() or box.open_tickets() or box.waiting_notes()):
            return
        async with self._one_at_a_time:
            self._looked = time.monotonic()
            await self.ask(RoundOrder(profile=self._profile(), now=now))

    async def watch(self) -> None:
        while True:
            wait_s = self._wait_s()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()
            self._woken.clear()
            if self._in_a_hurry:
                self._in_a_hurry = False
                await self.round(now=True)
            elif self._is_due():
                await self.round()
            elif self._outbox.on_the_way() and await self._knock():
                await self.round(now=True)
            elif self._must_look():
                self._look_s = min(LOOK_LONGEST_S, self._look_s * LOOK_GROWTH)
                await self.round()

    def _moved(self, bundle_id: str) -> None:
        self._look_s = LOOK_FIRST_S
        self._changed(bundle_id)

    def _wait_s(self) -> float:
        """Until there is anything to do, or until a look at what others put into the outbox."""
        waits: list[float] = []
        if on_the_way := self._outbox.on_the_way():
            self._waiting_since = self._waiting_since or time.monotonic()
            eager = time.monotonic() - self._waiting_since < KNOCK_EAGERLY_FOR_S
            waits.append(KNOCK_S if eager else KNOCK_LATER_S)
            waits += [max(0.1, seconds_until(one.next_try_at)) for one in on_the_way]
        else:
            self._waiting_since = 0.0
        if self._outbox.open_tickets():
            waits.append(max(0.1, self._looked + self._look_s - time.monotonic()))
        waits += [max(0.5, seconds_until(n.next_try_at)) for n in self._outbox.waiting_notes()]
        return min(waits, default=OUTBOX_LOOK_S)

    def _is_due(self) -> bool:
        tries = [one.next_try_at for one in self._outbox.on_the_way()]
        tries += [note.next_try_at for note in self._outbox.waiting_notes()]
        return any(seconds_until(text) <= 0 for text in tries)

    def _must_look(self) -> bool:
        due = time.monotonic() - self._looked >= self._look_s
        return due and bool(self._outbox.open_tickets())

    async def _knock(self) -> bool:
        """Whether the desk's port answers now, after a try that failed."""
        places = {_place(one.desk_url) for one in self._outbox.on_the_way() if one.tries}
        return any([await _answers(host, port) for host, port in places if host])


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


async def _answers(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
