"""`firsthop agent run|start|stop|status`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from agent.exits import CommandError, Exit
from agent.ipc.client import AgentClient, connect
from agent.settings import chosen_profile

START_S = 10.0
STOP_S = 5.0


def run_agent(provider: Path | None) -> Exit:
    """Become the agent: this process is replaced, so that it carries no command line along."""
    from agent.child import RESIDENT, command_line, search_path  # noqa: PLC0415 - the others do without

    if not hasattr(os, "getuid"):
        raise CommandError(
            "The resident agent does not run on Windows yet; `firsthop check` works without it."
        )
    chosen_profile(provider)  # a wrong profile ends here, with the command's own exit status
    named = [str(provider)] if provider else []
    line = [*command_line(RESIDENT), *named]
    os.environ["PYTHONPATH"] = search_path()
    os.execv(line[0], line)  # noqa: S606 - this very program


def start_agent(provider: Path | None) -> Exit:
    chosen_profile(provider)  # a wrong profile is said here, not in a process nobody sees
    if asyncio.run(started(provider)):
        sys.stdout.write("The agent runs.\n")
        return Exit.HEALTHY
    raise CommandError("The agent did not start. `firsthop agent run` shows why.")


async def started(provider: Path | None) -> bool:
    """Start it unless one answers already; False when none answers in time."""
    from agent.child import start_detached  # noqa: PLC0415 - only where one is started

    agent = await connect()
    if agent is None:
        named = ["--provider", str(provider)] if provider else []
        await start_detached(["agent", "run", *named])
        agent = await _answering(START_S)
    if agent is None:
        return False
    await agent.close()
    return True


def stop_agent() -> Exit:
    return asyncio.run(_stopped())


async def _stopped() -> Exit:
    agent = await connect()
    if agent is None:
        sys.stdout.write("The agent does not run.\n")
        return Exit.HEALTHY
    pid = agent.pid
    await agent.close()
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = asyncio.get_running_loop().time() + STOP_S
    while asyncio.get_running_loop().time() < deadline:
        left = await connect()
        if left is None:
            sys.stdout.write("The agent was stopped.\n")
            return Exit.HEALTHY
        await left.close()
        await asyncio.sleep(0.1)
    raise CommandError("The agent does not stop.")


def show_agent() -> Exit:
    return asyncio.run(_shown())


async def _shown() -> Exit:
    agent = await connect()
    if agent is None:
        sys.stdout.write("The agent does not run. Start it with: firsthop agent start\n")
        return Exit.COULD_NOT_RUN
    sys.stdout.write(f"The agent runs (process {agent.pid}).\n")
    await agent.close()
    return Exit.HEALTHY


async def _answering(within_s: float) -> AgentClient | None:
    deadline = asyncio.get_running_loop().time() + within_s
    while asyncio.get_running_loop().time() < deadline:
        agent = await connect()
        if agent is not None:
            return agent
        await asyncio.sleep(0.1)
    return None
