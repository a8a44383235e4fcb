"""A check by the agent that serves this network, followed from the terminal."""

from __future__ import annotations

import asyncio

from agent.exits import CommandError
from agent.ipc.client import AgentClient, AgentError, connect
from agent.ipc.messages import (
    CancelCheck,
    CheckAccepted,
    CheckEnded,
    CheckFailed,
    CheckStarted,
    GetProfile,
    ProbeMoved,
    ProfileIs,
    StartCheck,
    VerdictSoFar,
)
from agent.orders import CheckOrder, Tell
from diagnostics.run import Run

#: the agent's partial result is here within a second of a cancel
CANCEL_S = 2.0


async def check_by_agent(order: CheckOrder, tell: Tell) -> Run | None:
    """None when no agent answers or it follows another provider's profile."""
    agent = await connect()
    if agent is None:
        return None
    try:
        profile = await agent.ask(GetProfile())
        if not isinstance(profile, ProfileIs) or profile.profile != order.profile:
            return None
        accepted = await agent.ask(StartCheck(depth=order.depth, complaint=order.complaint))
        assert isinstance(accepted, CheckAccepted)  # noqa: S101 - the contract's only answer
        return await _to_its_end(agent, accepted.run_id, tell)
    except AgentError as error:
        raise CommandError(str(error)) from error
    finally:
        await agent.close()


async def _to_its_end(agent: AgentClient, run_id: str, tell: Tell) -> Run:
    following = asyncio.create_task(_followed(agent, run_id, tell))
    try:
        return await asyncio.shield(following)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        await agent.send(CancelCheck(run_id=run_id))
        async with asyncio.timeout(CANCEL_S):
            return await following
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _followed(agent: AgentClient, run_id: str, tell: Tell) -> Run:
    async for event in agent.events():
        if isinstance(event, CheckEnded) and event.run.id == run_id:
            return event.run
        if isinstance(event, CheckFailed) and event.run_id == run_id:
            raise AgentError(event.sentence)
        if isinstance(event, CheckStarted | ProbeMoved | VerdictSoFar) and event.run_id == run_id:
            tell(event)
    raise AgentError("The agent went away; call again.")
