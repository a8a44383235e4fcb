"""Short-lived processes of the agent: heavy libraries live and die there.

Parent and child speak JSON lines: one order in, tellings out. This is the agent's only place
that starts processes.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from agent.ipc.messages import (
    LINE_LIMIT_BYTES,
)

#: what may be asked for after --child, and as `python -m`
CHECK = "agent.checkprocess"
DESK = "agent.deskprocess"
AIR = "agent.airprocess"
RESIDENT = "agent.resident"
SERVERS = "diagnostics.wire.ookla"
CHILDREN = (CHECK, DESK, AIR, RESIDENT, SERVERS)


class ChildError(Exception):
    """The process could not be started; the message is one sentence for a person."""


def child_main(name: str) -> Callable[[], int]:
    """The main function of a child, for a frozen app that starts itself again."""
    if name not in CHILDREN:
        raise ChildError(f"There is no child called {name!r}.")
    main: Callable[[], int] = importlib.import_module(name).main
    return main


def command_line(name: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", name]
    return [sys.executable, "-m", name]


def program(arguments: Sequence[str]) -> list[str]:
    """This very program with other arguments."""
    first = (
        [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "agent.cli"]
    )
    return [*first, *arguments]


class Child:
    """A started child. `lines` ends when the child does; `kill` leaves nothing behind."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def send(self, line: bytes) -> None:
        """A child that is gone already is no error here: `lines` ends."""
        assert self._process.stdin is not None  # noqa: S101 - we asked for the pipe
        with suppress(ConnectionError):
            self._process.stdin.write(line)
            await self._process.stdin.drain()

    async def lines(self) -> AsyncIterator[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - we asked for the pipe
        while line := await self._process.stdout.readline():
            yield line

    async def ended(self) -> int:
        return await self._process.wait()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def away(self) -> None:
        """Killed if need be, reaped, and its pipes closed."""
        if self._process.returncode is None:
            self.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await asyncio.shield(self._process.wait())


async def start_child(name: str) -> Child:
    try:
        process = await asyncio.create_subprocess_exec(
            *command_line(name),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LINE_LIMIT_BYTES,
            env=_environment(),
        )
    except OSError as error:
        raise ChildError(f"The check could not be started: {error.strerror}.") from error
    return Child(process)


async def start_detached(arguments: Sequence[str]) -> int:
    """This program in a session of its own, so that it outlives its starter; returns its pid."""
    process = await asyncio.create_subprocess_exec(
        *program(arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        env=_environment(),
    )
    return process.pid


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": search_path()}


def search_path() -> str:
    """PYTHONPATH with our packages in front, wherever we were started."""
    inherited = os.environ.get("PYTHONPATH", "")
    if getattr(sys, "frozen", False):
        return inherited
    here = str(Path(__file__).parent.parent)
    others = [one for one in inherited.split(os.pathsep) if one and one != here]
    return os.pathsep.join([here, *others])
