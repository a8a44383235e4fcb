"""The only place that starts other programs: with a deadline, in the C locale, bounded output."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.loop import program_loop, starts_programs
from diagnostics.result import Reason

#: No tool that we read prints more; the rest is cut, so that a runaway cannot fill the memory.
MOST_BYTES = 1_000_000
_LONGEST_LINE = 65_536


def _environment() -> dict[str, str]:
    # C.UTF-8 keeps messages English and names readable; PATH alone is passed on beside it.
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


_PASSED_ON = (
    *("PATH", "HOME", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"),
    # without these Windows' own programs find neither their libraries nor a place for files
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "USERPROFILE"),
)
#: of Windows: no black window flashes up beside an app that has none
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
#: Windows' errors for what only an administrator, or nobody, may start (winerror.h)
_FORBIDDEN = {740, 1260}


class _Child:
    """A started program, and how to be rid of it."""

    def __init__(
        self,
        transport: asyncio.SubprocessTransport,
        protocol: asyncio.subprocess.SubprocessStreamProtocol,
    ) -> None:
        self._transport = transport
        self._process = asyncio.subprocess.Process(transport, protocol, asyncio.get_running_loop())
        assert self._process.stdout is not None  # noqa: S101 - we asked for the pipe
        self.printed: asyncio.StreamReader = self._process.stdout

    async def away(self) -> None:
        """Dead and reaped, with what it started itself as long as that holds the pipe open."""
        if self._process.returncode is None or not self.printed.at_eof():
            self._end()
        # unread output would keep the wait from ending, and so would whoever else holds the pipe
        if (pipe := self._transport.get_pipe_transport(1)) is not None:
            pipe.close()
        try:
            await asyncio.shield(self._process.wait())
        finally:
            self._transport.close()

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                # child.kill() would look for the exit status itself and take it from the loop's
                # watcher
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()


async def _start(argv: Sequence[str]) -> _Child:
    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: asyncio.subprocess.SubprocessStreamProtocol(_LONGEST_LINE, loop),
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,  # a group of its own; Windows takes no notice
            creationflags=_NO_WINDOW,
        )
    except OSError as error:
        raise _refusal(argv[0], error) from error
    return _Child(transport, protocol)


@asynccontextmanager
async def _started(argv: Sequence[str]) -> AsyncGenerator[asyncio.StreamReader, None]:
    """A child's output; the child is dead when the block is left, however it is left."""
    starting = asyncio.create_task(_start(argv))
    try:
        child = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # a start that is cut in the middle waits for ever for pipes that it never connected
        with suppress(PlatformError):
            await (await starting).away()
        raise
    try:
        yield child.printed
    finally:
        await child.away()


def _refusal(name: str, error: OSError) -> PlatformError:
    if isinstance(error, FileNotFoundError):
        return PlatformError(Reason.NOT_SUPPORTED, f"{name} is not installed")
    if isinstance(error, PermissionError) or getattr(error, "winerror", 0) in _FORBIDDEN:
        return PlatformError(Reason.NOT_PERMITTED, f"{name} may not be started")
    return PlatformError(Reason.NOT_SUPPORTED, f"{name} cannot be started: {error.strerror}")


async def output(argv: Sequence[str], deadline_s: float = 3.0) -> str:
    """What a program prints, bytes that are no UTF-8 replaced. Its exit status is not judged.

    Raises PlatformError: not_supported (not installed), not_permitted, timed_out.
    """
    return (await raw_output(argv, deadline_s)).decode("utf-8", errors="replace")


async def raw_output(argv: Sequence[str], deadline_s: float = 3.0) -> bytes:
    """The same before decoding, for tools that write in the computer's own code page."""
    if starts_programs():
        return await _whole(argv, deadline_s)
    async with program_loop() as beside:
        return await beside.do(_whole(argv, deadline_s))


async def _whole(argv: Sequence[str], deadline_s: float) -> bytes:
    try:
        async with asyncio.timeout(deadline_s), _started(argv) as printed:
            text = await printed.read(MOST_BYTES)
            while chunk := await printed.read(65_536):
                if len(text) < MOST_BYTES:
                    text += chunk
    except TimeoutError as error:
        detail = f"{argv[0]} did not end within {deadline_s:g} s"
        raise PlatformError(Reason.TIMED_OUT, detail) from error
    return text


@asynccontextmanager
async def stream_command(argv: Sequence[str]) -> AsyncGenerator[AsyncIterator[str], None]:
    """Lines of a running program; it is ended when the block is left. OSError: cannot start."""
    try:
        if starts_programs():
            async with _started(argv) as printed:
                yield _lines(printed.readline)
        else:
            async with _beside(argv) as readline:
                yield _lines(readline)
    except PlatformError as error:
        # Callers outside this package know only the operating system's own errors.
        raise error.__cause__ if isinstance(error.__cause__, OSError) else OSError(str(error))  # noqa: B904


@asynccontextmanager
async def _beside(argv: Sequence[str]) -> AsyncGenerator[Callable[[], Awaitable[bytes]], None]:
    """The next line of a child that another loop looks after; it is read when it is asked for."""
    async with program_loop() as beside:
        child = _started(argv)
        printed = await beside.do(child.__aenter__())
        try:
            yield lambda: beside.do(printed.readline())
        finally:
            await beside.do(child.__aexit__(None, None, None))


async def _lines(readline: Callable[[], Awaitable[bytes]]) -> AsyncIterator[str]:
    while True:
        try:
            line = await readline()
        except ValueError:
            continue  # longer than any that we read: passed over
        if not line:
            return
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")
