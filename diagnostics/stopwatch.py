"""Deadlines that a slow computer does not shorten: what waits for the processor is given back.

A probe's deadline is meant for the network. On a computer that is itself the slow part, answers
have long arrived when their turn comes, and a deadline by the wall clock would call them missing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

_TICK_S = 0.2
#: a turn of the event loop later than that was waited for (a healthy one is a few ms late)
_USUAL_LATE_S = 0.02
#: at more than that share of a core (of the time before a turn was late), which others may use
#: too, everything waits for this process
_BUSY_SHARE = 0.5
#: a deadline is never longer than so many times what was meant: nobody waits for ever
_AT_MOST_TIMES = 4.0


class Stopwatch:
    """Counts the seconds that this computer, not the network, cost; runs between start and stop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._last_s = self._loop.time()
        self._cpu_s = time.process_time()
        self._lost_s = 0.0

    @property
    def lost_s(self) -> float:
        """Seconds lost since the beginning, those of the running moment included."""
        return self._lost_s + self._since_tick_s()

    def _since_tick_s(self) -> float:
        return lost_s(self._loop.time() - self._last_s, time.process_time() - self._cpu_s)

    def start(self) -> None:
        _RUNNING.set(self)
        self._resume()

    def _resume(self) -> None:
        self._last_s, self._cpu_s = self._loop.time(), time.process_time()
        self._handle = self._loop.call_later(_TICK_S, self._tick)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _tick(self) -> None:
        self._lost_s += self._since_tick_s()
        self._resume()

    @contextmanager
    def stretching(self, limit: asyncio.Timeout, deadline_s: float) -> Generator[None]:
        """Inside, `limit` (set to `deadline_s` from now) moves on by what is lost meanwhile."""
        begun_s, before_s = self._loop.time(), self.lost_s
        handle: asyncio.TimerHandle | None = None

        def look() -> None:
            nonlocal handle
            wanted_s = deadline_s + (self.lost_s - before_s)
            when_s = begun_s + min(wanted_s, _AT_MOST_TIMES * deadline_s)
            if when_s > (limit.when() or 0.0):
                limit.reschedule(when_s)
            if not limit.expired() and when_s > self._loop.time() + _TICK_S / 2:
                handle = self._loop.call_at(when_s - _TICK_S / 2, look)

        handle = self._loop.call_later(max(deadline_s - _TICK_S / 2, 0.0), look)
        try:
            yield
        finally:
            handle.cancel()


_RUNNING: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


@asynccontextmanager
async def patient(timeout_s: float) -> AsyncGenerator[None]:
    """`asyncio.timeout` that a slow computer does not shorten, where a check's stopwatch runs."""
    stopwatch = _RUNNING.get()
    async with asyncio.timeout(timeout_s) as limit:
        if stopwatch is None:
            yield
        else:
            with stopwatch.stretching(limit, timeout_s):
                yield


def lost_s(wall_s: float, cpu_s: float) -> float:
    """Of the `wall_s` between two ticks, what the computer cost; `cpu_s` is this process's own."""
    late_s = max(wall_s - _TICK_S - _USUAL_LATE_S, 0.0)
    punctual_s = wall_s - late_s
    busy_s = min(cpu_s, punctual_s) if cpu_s > _BUSY_SHARE * punctual_s else 0.0
    return late_s + busy_s
