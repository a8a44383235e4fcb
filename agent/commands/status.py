"""`firsthop status`: what is kept, what waits, and where each ticket stands."""

from __future__ import annotations

import asyncio
import sys

from agent.commands.kept import history, outbox, tell_moved
from agent.exits import Exit
from agent.ipc.client import AgentError, connect
from agent.ipc.messages import (
    GetStatus,
    StatusIs,
    Ticket,
)
from agent.terminal.plain import plain
from agent.tickets import tickets
from diagnostics.words import Words


def show_status() -> Exit:
    sys.stdout.write(asyncio.run(_agent_line()))
    runs, box = history(), outbox()
    try:
        newest = runs.page(limit=1)
        sys.stdout.write(f"Checks kept: {runs.count()}\n")
        for one in newest:
            when = plain(Words(isolates=False).moment(one.started_at))
            sys.stdout.write(f"Newest: {when}: {plain(one.headline)}\n")
        for ticket in tickets(box):
            sys.stdout.write(_ticket_lines(ticket))
    finally:
        box.close()
        runs.close()
    return Exit.HEALTHY


async def _agent_line() -> str:
    agent = await connect()
    if agent is None:
        return "The agent does not run.\n"
    try:
        status = await agent.ask(GetStatus())
    except AgentError:
        return "The agent does not answer.\n"
    finally:
        await agent.close()
    if isinstance(status, StatusIs):
        for notice in status.notices:
            tell_moved(plain(notice))
    busy = "A check is under way.\n" if isinstance(status, StatusIs) and status.running else ""
    return f"The agent runs (process {agent.pid}).\n{busy}"


def _ticket_lines(ticket: Ticket) -> str:
    name = ticket.number or ticket.bundle_id[:8]
    lines = [f"Ticket {plain(name)}: {plain(ticket.sentence)}"]
    if not ticket.number:
        lines.append(f"  To say on the phone: {ticket.spoken_code}")
    if ticket.outage:
        lines.append(f"  Known outage: {plain(ticket.outage)}")
    for message in ticket.messages:
        who = plain(message.name) or ("Desk" if message.from_desk else "You")
        waits = "" if message.delivered else " (waits)"
        lines.append(f"  {who}{waits}: {plain(message.text)}")
    return "\n".join(lines) + "\n"
