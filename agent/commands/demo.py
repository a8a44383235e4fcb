"""`firsthop demo`: the provider's desk on this computer, and the app connected to it.

This is what `./dev run` starts: both ends of the product on one machine, nothing sent elsewhere
but what a check measures. A desk that already runs here is used and left running.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

import httpx

from agent.exits import CommandError
from agent.settings import DESK_VARIABLE, PROVIDER_VARIABLE
from uploader.desk_messages import API

DESK_URL = "http://127.0.0.1:8787"
FIRSTHOP = (sys.executable, "-m", "agent.cli")
#: database migrations on a slow disk included
DESK_START_S = 30.0
DESK_STOP_S = 15.0
#: the loop keeps only weak references to its tasks
_KEPT: set[asyncio.Task[None]] = set()


def show_both(provider: Path | None) -> int:
    """Exit status of the app."""
    environment = {**os.environ, DESK_VARIABLE: DESK_URL}
    if provider is not None:
        environment[PROVIDER_VARIABLE] = str(provider.absolute())
    return asyncio.run(_both(environment))


async def _both(environment: dict[str, str]) -> int:
    desk = None if await _answers() else await _desk(environment)
    try:
        # a running agent may follow another profile: the app starts a fresh one
        await _ended("agent", "stop", environment=environment, quiet=True)
        return await _ended(environment=environment)
    finally:
        await _ended("agent", "stop", environment=environment, quiet=True)
        if desk is not None:
            await _stop(desk)


async def _answers() -> bool:
    try:
        async with httpx.AsyncClient(timeout=1.0, trust_env=False) as client:
            return (await client.get(f"{DESK_URL}{API}/health")).is_success
    except httpx.HTTPError:
        return False


async def _desk(environment: dict[str, str]) -> Process:
    """Started and answering; its own lines (address, first log-in) are passed on."""
    desk = await asyncio.create_subprocess_exec(
        *FIRSTHOP, "desk", env=environment, stdin=DEVNULL, stdout=PIPE
    )
    lines = asyncio.create_task(_pass_on(desk), name="desk's lines")
    _KEPT.add(lines)
    lines.add_done_callback(_KEPT.discard)
    try:
        async with asyncio.timeout(DESK_START_S):
            while not await _answers():
                if desk.returncode is not None:
                    raise CommandError("The desk did not start; its own message stands above.")
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        await _stop(desk)
        raise CommandError("The desk did not answer in time; please try again.") from error
    return desk


async def _pass_on(desk: Process) -> None:
    if desk.stdout is None:
        return
    async for line in desk.stdout:
        sys.stderr.write(line.decode("utf-8", "replace"))
        sys.stderr.flush()


async def _ended(*words: str, environment: dict[str, str], quiet: bool = False) -> int:
    """Run `firsthop WORDS` to its end. Ctrl-C is the child's business, too: it ends in order."""
    output = DEVNULL if quiet else None
    child = await asyncio.create_subprocess_exec(
        *FIRSTHOP, *words, env=environment, stdout=output, stderr=output
    )
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows has no signal handlers in the loop
        loop.add_signal_handler(signal.SIGINT, lambda: None)
    try:
        return await child.wait()
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)
        if child.returncode is None:
            child.terminate()
            await child.wait()


async def _stop(desk: Process) -> None:
    if desk.returncode is None:
        desk.terminate()
    try:
        await asyncio.wait_for(desk.wait(), DESK_STOP_S)
    except TimeoutError:
        desk.kill()
        await desk.wait()
