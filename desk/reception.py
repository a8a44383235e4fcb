"""Takes in the body of a request, bounded in size, in time and in number at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager

from desk import refusal
from desk.settings import Limits
from uploader.bundle import LIMIT_BYTES


class Reception:
    """Counts the bodies under way; lives on the event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._sources: Counter[str] = Counter()

    @contextmanager
    def place(self, source: str) -> Generator[None, None, None]:
        """A place among the bodies held at once. Raise RefusedError(503) when all are taken."""
        if (
            self._sources.total() >= self._limits.bodies_at_once
            or self._sources[source] >= self._limits.bodies_at_once_per_source
        ):
            raise refusal.busy("The desk is receiving too many bundles just now; try again.")
        self._sources[source] += 1
        try:
            yield
        finally:
            self._sources[source] -= 1
            if not self._sources[source]:
                del self._sources[source]

    async def body(
        self, stream: AsyncIterator[bytes], declared: str | None, limit_bytes: int = LIMIT_BYTES
    ) -> bytes:
        """All bytes. Raise RefusedError for one that is too large or too slow."""
        if declared is not None and declared.isdecimal() and int(declared) > limit_bytes:
            raise refusal.too_large(limit_bytes)
        data = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_s):
                while chunk := await self._next(stream):
                    data += chunk
                    if len(data) > limit_bytes:
                        raise refusal.too_large(limit_bytes)
        except TimeoutError as error:
            raise refusal.too_slow() from error
        return bytes(data)

    async def _next(self, stream: AsyncIterator[bytes]) -> bytes:
        """The next bytes; empty at the end."""
        async with asyncio.timeout(self._limits.body_idle_s):
            async for chunk in stream:
                if chunk:
                    return chunk
        return b""
