"""The only place that starts other programs: with a deadline, in the C locale, bounded output."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from diagnostics.platforms.base import PlatformError
from diagnostics.result import Reason

#: No tool that we read prints more; the rest is cut, so that a runaway cannot fill the memory.
MOST_BYTES = 1_000_000


def _environment() -> dict[str, str]:
    # C.UTF-8 keeps messages English and names readable; PATH alone is passed on beside it.
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


#: Windows has no SIGKILL; there SIGTERM ends a process at once
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_END = getattr(os, "killpg", os.kill)
_PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")


@asynccontextmanager
async def _started(argv: Sequence[str]) -> AsyncGenerator[asyncio.subprocess.Process, None]:
    """A child that is dead when the block is left, however it is left."""
    try:
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,  # a group of its own; Windows takes no notice
        )
    except FileNotFoundError as error:
        raise PlatformError(Reason.NOT_SUPPORTED, f"{argv[0]} is not installed") from error
    except PermissionError as error:
        raise PlatformError(Reason.NOT_PERMITTED, f"{argv[0]} may not be started") from error
    try:
        yield child
    finally:
        if child.returncode is None:
            # child.kill() would look for the exit status itself and take it from the loop's watcher
            # what it started itself would hold the pipe open, and us with it: end the whole group
            with suppress(ProcessLookupError):
                _END(child.pid, _KILL)
        await asyncio.shield(child.wait())


async def output(argv: Sequence[str], deadline_s: float = 3.0) -> str:
    """What a program prints, bytes that are no UTF-8 replaced. Its exit status is not judged.

    Raises PlatformError: not_supported (not installed), not_permitted, timed_out.
    """
    return (await raw_output(argv, deadline_s)).decode("utf-8", errors="replace")


async def raw_output(argv: Sequence[str], deadline_s: float = 3.0) -> bytes:
    """The same before decoding, for tools that write in the computer's own code page."""
    try:
        async with asyncio.timeout(deadline_s), _started(argv) as child:
            assert child.stdout is not None  # noqa: S101 - we asked for the pipe
            text = await child.stdout.read(MOST_BYTES)
            while chunk := await child.stdout.read(65_536):
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
        async with _started(argv) as child:
            assert child.stdout is not None  # noqa: S101 - we asked for the pipe
            yield _lines(child.stdout)
    except PlatformError as error:
        # Callers outside this package know only the operating system's own errors.
        raise error.__cause__ if isinstance(error.__cause__, OSError) else OSError(str(error))  # noqa: B904


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    while line := await stream.readline():
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")
