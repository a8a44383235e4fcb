"""`firsthop check`: measure, say the verdict, show the evidence and the first step."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from agent.commands.kept import known_before
from agent.complaint import told
from agent.exits import CommandError, Exit, UsageError, exit_of
from agent.orders import CheckOrder
from agent.settings import chosen_profile, profile_file
from agent.terminal.asking import ask_all, can_ask
from agent.terminal.detail import detailed
from agent.terminal.findings import findings
from agent.terminal.screen import Display, display, show, unwritable
from agent.whole_file import same_file, why_not, write_whole
from diagnostics.platforms.loop import run_check
from diagnostics.profile import Profile
from diagnostics.run import Depth, Run, encode_run
from diagnostics.verdict import Status

STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    quick: bool = False
    full: bool = False
    provider: Path | None = None
    complaint: str = ""
    json_file: str = ""
    report: Path | None = None
    detail: bool = False
    ask: bool = True

    @property
    def depth(self) -> Depth:
        if self.quick:
            return Depth.QUICK
        return Depth.FULL if self.full else Depth.NORMAL


def check_now(wish: Wish) -> Exit:
    """Exit status by the verdict; a check that was stopped keeps what it had."""
    _writable(wish)
    earlier, past = known_before()
    order = CheckOrder(
        run_id=uuid4().hex,
        profile=chosen_profile(wish.provider).profile,
        depth=wish.depth,
        complaint=told(wish.complaint),
        earlier=earlier,
        past=past,
    )
    screen = display(silent=wish.json_file == STANDARD_OUTPUT)
    try:
        run = run_check(_measured(order, screen))
    finally:
        screen.close()
    _write(run, wish, order.profile)
    if wish.ask and wish.json_file != STANDARD_OUTPUT and run.complete and can_ask():
        run = _asked(run, wish, order.profile)
    if not run.complete and run.verdict.status is Status.HEALTHY:
        return Exit.CANNOT_TELL  # well as far as it went: half a check proves no health
    return exit_of(run.verdict.status)


def _asked(run: Run, wish: Wish, profile: Profile) -> Run:
    """Questions that could change the verdict; when one did, the answer is told anew."""
    from agent.commands.answer import answered  # noqa: PLC0415

    now = run

    def answer(question: str, said: str) -> Run:
        nonlocal now
        now = answered(now, profile, question, said)
        return now

    after = ask_all(run, answer)
    if after is not run:
        _write(after, wish, profile)
    return after


def _writable(wish: Wish) -> None:
    """Say before the check, not after it, that a file cannot be written or would be lost."""
    named = [] if wish.json_file in {"", STANDARD_OUTPUT} else [Path(wish.json_file)]
    paths = [*named, *([wish.report] if wish.report else [])]
    profile = profile_file(wish.provider)
    for path in paths:
        if reason := why_not(path):
            raise UsageError(f"{path} cannot be written: {reason}.")
        if profile is not None and same_file(path, profile):
            raise UsageError(f"{path} is the provider file; name another file to write to.")
    if len(paths) > 1 and same_file(*paths):
        raise UsageError(f"{paths[0]} is named twice; give document and report a file each.")


async def _measured(order: CheckOrder, screen: Display) -> Run:
    """By the agent when it serves this network, else right here."""
    from agent.commands.agent_check import check_by_agent  # noqa: PLC0415
    from agent.commands.local_check import check_here  # noqa: PLC0415

    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - it always makes one
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
    run = await check_by_agent(order, screen.hear)
    return run or await check_here(order, screen.hear)


def _write(run: Run, wish: Wish, profile: Profile) -> None:
    """The answer first: a file that cannot be written must not cost the person the verdict."""
    if wish.json_file == STANDARD_OUTPUT:
        _print_document(run)
    else:
        show(detailed(run) if wish.detail else findings(run))
    faults: list[str] = []
    if wish.json_file not in {"", STANDARD_OUTPUT}:
        faults += _to_file(Path(wish.json_file), encode_run(run) + b"\n")
    if wish.report:
        from diagnostics.report.page import report_page  # noqa: PLC0415

        faults += _to_file(wish.report, report_page(run, profile).encode())
    if faults:
        raise CommandError(" ".join(faults))


def _print_document(run: Run) -> None:
    try:
        sys.stdout.buffer.write(encode_run(run) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from error


def _to_file(path: Path, data: bytes) -> list[str]:
    """What went wrong, as a sentence; what was there before is there still."""
    try:
        write_whole(path, data)
    except OSError as error:
        return [f"{path} could not be written: {error.strerror}."]
    return []
