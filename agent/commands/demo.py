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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from agent.display import why_no_window
from agent.exits import CommandError
from agent.settings import DESK_VARIABLE, PROVIDER_VARIABLE, chosen_profile, profile_file
from uploader.desk_messages import API

DESK_URL = "http://127.0.0.1:8787"
FIRSTHOP = (sys.executable, "-m", "agent.cli")
#: database migrations on a slow disk included
DESK_START_S = 30.0
DESK_STOP_S = 15.0
#: the loop keeps only weak references to its tasks
_KEPT: set[asyncio.Task[None]] = set()


def show_both(provider: Path | None) -> int:
    """Exit status of the app. UsageError, before anything is started, on a wrong profile."""
    chosen_profile(provider)
    environment = {**os.environ, DESK_VARIABLE: DESK_URL}
    if (named := profile_file(provider)) is not None:
        environment[PROVIDER_VARIABLE] = str(named)
    return asyncio.run(_both(environment))


async def _both(environment: dict[str, str]) -> int:
    desk = None if await _answers() else await _desk(environment)
    enough = asyncio.Event()
    try:
        # a running agent may follow another profile: the app starts a fresh one
        await _ended("agent", "stop", environment=environment, quiet=True)
        status = await _ended(environment=environment, on_stop=enough.set)
        if desk is not None and why_no_window():
            await kept(desk, enough)
        return status
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
        *FIRSTHOP, "desk", *_brand(environment), env=environment, stdin=DEVNULL, stdout=PIPE
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


def _brand(environment: dict[str, str]) -> list[str]:
    """The desk wears the brand of the app's profile."""
    named = environment.get(PROVIDER_VARIABLE, "")
    return ["--provider", named] if named else []


async def _pass_on(desk: Process) -> None:
    if desk.stdout is None:
        return
    async for line in desk.stdout:
        sys.stderr.write(line.decode("utf-8", "replace"))
        sys.stderr.flush()


async def kept(desk: Process, enough: asyncio.Event) -> None:
    """Keep the desk after the terminal's check, which is over before anybody has logged in.

    Until Ctrl-C (also one during the check, which has set `enough`), or until the desk ends by
    itself; not at all where nobody sits who could press it.
    """
    if enough.is_set() or sys.stdin is None or not sys.stdin.isatty():
        return
    sys.stderr.write(
        f"The desk goes on at {DESK_URL}/ (its log-in link stands above). Ctrl-C ends it.\n"
    )
    sys.stderr.flush()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    with suppress(NotImplementedError):  # on Windows Ctrl-C cancels this task
        for number in signals:
            loop.add_signal_handler(number, enough.set)
    ends = (asyncio.create_task(enough.wait()), asyncio.create_task(desk.wait()))
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in ends:
            one.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
        with suppress(NotImplementedError):
            for number in signals:
                loop.remove_signal_handler(number)


def _nothing() -> None:
    pass


async def _ended(
    *words: str,
    environment: dict[str, str],
    quiet: bool = False,
    on_stop: Callable[[], None] = _nothing,
) -> int:
    """Run `firsthop WORDS` to its end. Ctrl-C is the child's business, too: it ends in order."""
    output = DEVNULL if quiet else None
    child = await asyncio.create_subprocess_exec(
        *FIRSTHOP, *words, env=environment, stdout=output, stderr=output
    )
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows has no signal handlers in the loop
        loop.add_signal_handler(signal.SIGINT, on_stop)
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
