"""`firsthop answer QUESTION yes|no|unknown`: a question answered, the verdict as it stands then."""

from __future__ import annotations

import asyncio

from agent.commands.kept import history, wanted_run
from agent.exits import CommandError, Exit, UsageError, exit_of
from agent.ipc.client import AgentError, connect
from agent.ipc.messages import (
    AnswerQuestion,
    RunIs,
)
from agent.orders import AnswerOrder
from agent.settings import chosen_profile
from agent.store.database import StoreError
from agent.terminal.findings import findings
from agent.terminal.screen import show
from diagnostics.profile import Profile
from diagnostics.run import Run


def answer_question(question: str, said: str, run_id: str) -> Exit:
    runs = history()
    try:
        run = wanted_run(runs, run_id)
    finally:
        runs.close()
    after = answered(run, chosen_profile(None).profile, question, said)
    show(findings(after))
    return exit_of(after.verdict.status)


def answered(run: Run, profile: Profile, question: str, said: str) -> Run:
    """By the agent when one runs, so that its window hears of it; else right here."""
    told = asyncio.run(_by_agent(run, question, said))
    return told or _here(run, profile, question, said)


async def _by_agent(run: Run, question: str, said: str) -> Run | None:
    agent = await connect()
    if agent is None:
        return None
    try:
        told = await agent.ask(AnswerQuestion(run_id=run.id, question=question, answer=said))
    except AgentError as error:
        raise CommandError(str(error)) from error
    finally:
        await agent.close()
    return told.run if isinstance(told, RunIs) else None


def _here(run: Run, profile: Profile, question: str, said: str) -> Run:
    from agent.checkup import OrderError, with_answer  # noqa: PLC0415 - loads every probe

    order = AnswerOrder(run=run, profile=profile, question=question, answer=said)
    try:
        after = with_answer(order)
    except OrderError as error:
        raise UsageError(str(error)) from error
    runs = history()
    try:
        runs.keep(after)
    except StoreError as error:
        raise CommandError(str(error)) from error
    finally:
        runs.close()
    return after
