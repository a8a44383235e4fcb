"""`firsthop send`: show what would leave, ask, send it or keep it until the line is back."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import click

from agent.commands.kept import history, outbox, wanted_run
from agent.commands.resident import started
from agent.complaint import told
from agent.desk_orders import ConsentOrder, PreviewOrder, RoundOrder
from agent.deskwork import carry, consent, preview
from agent.exits import CommandError, Exit
from agent.ipc.client import AgentError, connect
from agent.ipc.messages import (
    PreviewBundle,
    PreviewIs,
    RefreshTickets,
)
from agent.settings import chosen_profile
from agent.store.database import StoreError
from agent.store.postbox import BusyError
from agent.terminal.plain import plain, plain_lines, printable
from diagnostics.profile import Profile
from uploader.bundle import BundleError
from uploader.outbox import OPEN, Outbox, OutboxError, Parcel, Stage


def send_run(run_id: str, provider: Path | None, complaint: str, *, agreed: bool) -> Exit:
    """0 when the desk has it, 3 when it waits, 4 when it cannot go."""
    complaint = told(complaint)
    profile = chosen_profile(provider).profile
    if not profile.desk.url:
        raise CommandError("The provider's profile names no desk to send to; see --provider.")
    runs = history()
    box = outbox()
    try:
        run = wanted_run(runs, run_id)
        wanted = PreviewBundle(run_id=run.id, complaint=complaint)
        shown = preview(PreviewOrder(wanted=wanted, profile=profile), runs, box)
        if not (agreed or _agreed(shown)):
            box.discard(shown.bundle_id)
            sys.stdout.write("Nothing was sent.\n")
            return Exit.CANNOT_TELL
        parcel = _sent(shown, profile, box)
    except (BundleError, OutboxError, StoreError) as error:
        raise CommandError(str(error)) from error
    finally:
        box.close()
        runs.close()
    return _told(parcel, provider)


def _agreed(shown: PreviewIs) -> bool:
    """Asked on a terminal only: without one nobody can have agreed."""
    for file in shown.files:
        sys.stdout.write(f"{file.name} ({file.size_bytes} bytes): {file.explains}\n")
        if file.media_type == "text/plain":
            sys.stdout.write("".join(f"  {line}\n" for line in plain_lines(file.text)))
    for sentence in shown.left_out:
        sys.stdout.write(f"Not sent: {sentence}\n")
    if not sys.stdin.isatty():
        raise CommandError("Nobody is here to agree; call it in a terminal, or with --yes.")
    while True:
        sys.stdout.write(f"{shown.consent_text} [y/N, s shows it all] ")
        sys.stdout.flush()
        said = sys.stdin.readline().strip().lower()
        if said not in {"s", "show"}:
            return said in {"y", "yes"}
        _show_whole(shown)


def _show_whole(shown: PreviewIs) -> None:
    """Every file letter by letter, with the person's own pager where there is one."""
    text = "".join(
        f"===== {file.name} ({file.size_bytes} bytes) =====\n{printable(file.text)}\n"
        for file in shown.files
    )
    click.echo_via_pager(text, color=False)


def _sent(shown: PreviewIs, profile: Profile, box: Outbox) -> Parcel:
    order = ConsentOrder(
        bundle_id=shown.bundle_id,
        digest=shown.digest,
        consent_text=shown.consent_text,
        profile=profile,
    )
    consent(order, box)
    with suppress(BusyError):  # the agent's courier takes it along
        carry(RoundOrder(profile=profile, now=True), box, lambda _bundle_id: None)
    parcel = box.parcel(shown.bundle_id)
    assert parcel is not None  # noqa: S101 - it was put there a moment ago
    return parcel


def _told(parcel: Parcel, provider: Path | None) -> Exit:
    sys.stdout.write(f"{plain(parcel.sentence)}\n")
    if parcel.stage in OPEN:
        return Exit.HEALTHY
    sys.stdout.write(f"To say on the phone meanwhile: {parcel.spoken_code}\n")
    if parcel.stage is Stage.REFUSED:
        return Exit.COULD_NOT_RUN
    if asyncio.run(_agent_knows(provider)):
        sys.stdout.write("The agent sends it when the line is back.\n")
    return Exit.CANNOT_TELL


async def _agent_knows(provider: Path | None) -> bool:
    """The agent sleeps while nothing waits in the outbox: wake it."""
    if not await started(provider):
        return False
    agent = await connect()
    if agent is None:
        return False
    try:
        await agent.ask(RefreshTickets())
    except AgentError:
        return False
    finally:
        await agent.close()
    return True
