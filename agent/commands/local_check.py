"""A check in the terminal's own process, without an agent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from agent.checkup import check
from agent.commands.kept import tell_moved
from agent.folders import private_folder
from agent.ipc.address import socket_path
from agent.ipc.peer import AnotherAgentError, SingleLock
from agent.orders import CheckOrder, Tell
from agent.store.database import StoreError
from agent.store.history import open_history
from diagnostics.run import Run

#: a full check and some more
WAIT_MOST_S = 90.0


@asynccontextmanager
async def alone() -> AsyncGenerator[None]:
    """One check at a time: two that load the line together would each blame the other's load.

    Where no lock can be had (no folder, Windows) the check goes on without one.
    """
    lock = await _lock()
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


async def _lock() -> SingleLock | None:
    until = asyncio.get_running_loop().time() + WAIT_MOST_S
    said = False
    while asyncio.get_running_loop().time() < until:
        try:
            private_folder(socket_path().parent)
            return SingleLock(socket_path().with_suffix(".check"))
        except AnotherAgentError:
            if not said:
                sys.stderr.write("Another check runs on this computer; this one waits for it.\n")
            said = True
            await asyncio.sleep(0.2)
        except (OSError, ImportError):
            return None
    return None


async def check_here(order: CheckOrder, tell: Tell) -> Run:
    """Measure, and keep the Run if there is a place for it; the check itself needs none."""
    async with alone():
        run = await check(order, tell)
    task = asyncio.current_task()
    while task is not None and task.cancelling():  # Ctrl-C gave us the partial Run: go on with it
        task.uncancel()
    try:
        history = open_history()
    except StoreError as error:
        sys.stderr.write(f"The result is not kept: {error}\n")
        return run
    tell_moved(history.moved_aside)
    try:
        history.keep(run)
    except StoreError as error:
        sys.stderr.write(f"The result is not kept: {error}\n")
    finally:
        history.close()
    return run
