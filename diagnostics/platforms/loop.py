"""Which event loop a check runs on.

The wire watches its own sockets (`add_reader`), which Windows' usual loop (Proactor) cannot do; the
one by select() can, but starts no programs there: `program_loop` gives those a loop in a thread.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import selectors
import sys
import threading
import time
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeVar

_T = TypeVar("_T")

#: ms between two looks of Windows at who has slept enough; 15.6 where nobody asks for less
_TICK_MS = 1


class SelectLoop(asyncio.SelectorEventLoop):
    """By select(), at most 512 sockets at once on Windows (Python's FD_SETSIZE); a full check
    was seen with 61.

    Python before 3.13 takes Windows' tick of 15.6 ms for the monotonic clock, in which no delay can
    be measured; its performance counter goes on from there.
    """

    def __init__(self) -> None:
        super().__init__(selectors.SelectSelector())
        self._ahead_s: float = time.monotonic() - time.perf_counter()
        self._clock_resolution: float = time.get_clock_info("perf_counter").resolution

    def time(self) -> float:
        return self._ahead_s + time.perf_counter()


def run_check(main: Coroutine[object, object, _T]) -> _T:
    """`asyncio.run` for whatever measures: on this system's loop that can."""
    factory = SelectLoop if sys.platform == "win32" else None
    with _short_ticks(), asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)


@contextmanager
def _short_ticks() -> Generator[None]:
    """Windows ends a sleep, and a select(), at its next tick: timeBeginPeriod makes them shorter
    for this program (since Windows 10 2004)."""
    if sys.platform != "win32":
        yield
        return
    import ctypes  # noqa: PLC0415 - only there

    library = ctypes.WinDLL("winmm")
    library.timeBeginPeriod(_TICK_MS)
    try:
        yield
    finally:
        library.timeEndPeriod(_TICK_MS)


def starts_programs() -> bool:
    """Whether the running loop can; the same answer on every system, so that tests see both."""
    return not isinstance(asyncio.get_running_loop(), SelectLoop)


class ProgramLoop:
    """The system's usual loop, in a thread."""

    def __init__(self) -> None:
        self._here = asyncio.get_running_loop()
        self._loop: concurrent.futures.Future[asyncio.AbstractEventLoop] = (
            concurrent.futures.Future()
        )
        self._ended: asyncio.Future[None] = self._here.create_future()
        self._thread = threading.Thread(target=self._work, name="programs", daemon=True)

    def _work(self) -> None:
        try:
            with asyncio.Runner() as runner:
                loop = runner.get_loop()
                loop.call_soon(self._loop.set_result, loop)
                loop.run_forever()
        except OSError as error:  # no more descriptors: the one who waits must hear it
            if not self._loop.done():
                self._loop.set_exception(error)
        finally:
            with suppress(RuntimeError):  # nobody waits any more: the other loop has closed
                self._here.call_soon_threadsafe(self._ended.set_result, None)

    async def start(self) -> None:
        self._thread.start()
        await asyncio.shield(asyncio.wrap_future(self._loop))

    async def do(self, work: Coroutine[object, object, _T]) -> _T:
        """Its result or exception; a cancel is passed on."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop.result())
        return await asyncio.wrap_future(future)

    async def end(self) -> None:
        """What is under way there is waited for: nothing is, but what was cancelled."""
        self._loop.add_done_callback(_stop)
        await asyncio.shield(self._ended)
        self._thread.join()


def _stop(started: concurrent.futures.Future[asyncio.AbstractEventLoop]) -> None:
    if started.exception() is not None:
        return
    loop = started.result()
    asyncio.run_coroutine_threadsafe(_last(), loop)


async def _last() -> None:
    me = asyncio.current_task()
    while others := asyncio.all_tasks() - {me}:
        await asyncio.wait(others)
    asyncio.get_running_loop().stop()


@asynccontextmanager
async def program_loop() -> AsyncGenerator[ProgramLoop]:
    """A loop that can start programs, beside the running one; gone when the block is left."""
    beside = ProgramLoop()
    try:
        await beside.start()
        yield beside
    finally:
        await beside.end()
