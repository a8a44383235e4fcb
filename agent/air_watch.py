"""The air as somebody looks at it: a child process that looks, gone when nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec

from agent.child import AIR, ChildError, start_child
from agent.ipc.messages import AIR_UNSEEN_S, AirGone, AirSeen

#: no telling for so long: the child hangs (a whole scan takes five seconds)
_SILENCE_S = 20.0
AirTelling = AirSeen | AirGone
_DECODER: msgspec.json.Decoder[AirTelling] = msgspec.json.Decoder(AirTelling)


class AirWatch:
    """`seen` begins or goes on, `leave` ends at once. `tell` hears of both."""

    def __init__(
        self, tell: Callable[[AirTelling], None], *, unseen_s: float = AIR_UNSEEN_S
    ) -> None:
        self._tell = tell
        self._unseen_s = unseen_s
        self._watching: asyncio.Task[None] | None = None
        self._until_s = 0.0

    def seen(self) -> None:
        """Somebody looks now."""
        self._until_s = asyncio.get_running_loop().time() + self._unseen_s
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    async def leave(self) -> None:
        """Back when the child is gone."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None

    async def _watch(self) -> None:
        try:
            child = await start_child(AIR)
        except ChildError as error:
            self._tell(AirGone(sentence=str(error)))
            return
        reading = asyncio.create_task(self._read(child.lines()))
        try:
            while not reading.done():
                left_s = self._until_s - asyncio.get_running_loop().time()
                if left_s <= 0:
                    break
                await asyncio.wait({reading}, timeout=left_s)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await child.away()
        told = not reading.cancelled() and reading.exception() is None
        self._tell(reading.result() if told else AirGone())

    async def _read(self, lines: AsyncIterator[bytes]) -> AirGone:
        """Pass on what the child sees; how it ended."""
        while True:
            try:
                async with asyncio.timeout(_SILENCE_S):
                    line = await anext(lines, b"")
                telling = _DECODER.decode(line) if line else AirGone(sentence=_BROKE_OFF)
            except (TimeoutError, ValueError):  # silent, or no message
                return AirGone(sentence=_BROKE_OFF)
            if isinstance(telling, AirGone):
                return telling
            self._tell(telling)


_BROKE_OFF = "Looking at the air broke off. Open the page again."
