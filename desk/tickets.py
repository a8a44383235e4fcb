"""Tickets as they stand in the database."""

from __future__ import annotations

import re
from datetime import UTC

import msgspec
from sqlalchemy import Connection, insert, select, update

from desk import moment
from desk.backend import NewTicket, NoSuchTicketError
from desk.database import one
from desk.numbering import id_of, number_of
from desk.states import OPEN
from desk.tables import OUTAGES, TICKETS
from diagnostics.explain.csr import desk_verdict
from diagnostics.verdict import Finding
from diagnostics.words import Words
from uploader.bundle import Contact
from uploader.desk_messages import TicketState

#: longer words than these are cut in the list and in the search text; the Run keeps them whole
SEARCH_CHARACTERS = 4000
CAUSE_ID = re.compile(r"[a-z0-9-]{1,80}")
UNKNOWN_CAUSE = "unknown-cause"
ENGLISH = Words("en", zone=UTC)


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `cause` and `segment` are empty when the verdict asserts nothing."""

    id: int
    state: TicketState
    is_open: bool
    needs_answer: bool
    created_at: str
    changed_at: str
    status: str
    segment: str
    cause: str
    probability: float
    headline: str
    complaint: str
    contact: str
    person: str
    token_hash: str
    assignee_id: int | None = None
    outage_id: int | None = None

    @property
    def number(self) -> str:
        return number_of(self.id)

    def who(self) -> Contact:
        return msgspec.json.decode(self.contact, type=Contact)


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """A known outage; `text` is what the subscriber reads, `ended_at` is empty while it lasts."""

    id: int
    title: str
    text: str
    started_at: str
    ended_at: str


def get(connection: Connection, number: str, *, to_change: bool = False) -> Ticket:
    """Raise NoSuchTicketError. `to_change` keeps other writers off until the transaction ends."""
    wanted = select(TICKETS).where(TICKETS.c.id == (id_of(number) or 0))
    ticket = one(connection, wanted.with_for_update() if to_change else wanted, Ticket)
    if ticket is None:
        raise NoSuchTicketError(f"There is no ticket {number[:20]}.")
    return ticket


def put(connection: Connection, new: NewTicket) -> int:
    """Add the row of a new ticket and give its id. The token's hash follows by `change`."""
    at = moment.now()
    leading = new.run.verdict.causes[0] if new.run.verdict.causes else None
    values = {
        "state": TicketState.ACKNOWLEDGED.value,
        "is_open": True,
        "needs_answer": True,
        "created_at": at,
        "changed_at": at,
        "token_hash": "",
        **_verdict_columns(new, leading),
        **_person_columns(new),
    }
    done = connection.execute(insert(TICKETS).values(values).returning(TICKETS.c.id))
    return int(done.scalar_one())


def _verdict_columns(new: NewTicket, leading: Finding | None) -> dict[str, str | float]:
    return {
        "status": new.run.verdict.status.value,
        "segment": leading.segment.value if leading else "",
        "cause": _cause_id(leading) if leading else "",
        "probability": leading.probability if leading else 0.0,
        "headline": clean(desk_verdict(new.run.verdict, ENGLISH))[:1000],
    }


def _cause_id(finding: Finding) -> str:
    """Ids stand in addresses and choices, so only what looks like one is taken."""
    return finding.id if CAUSE_ID.fullmatch(finding.id) else UNKNOWN_CAUSE


def _person_columns(new: NewTicket) -> dict[str, str]:
    contact = new.manifest.contact
    verdict = new.run.verdict
    words = (
        *(contact.name, contact.customer_number, contact.email, contact.phone),
        "".join(filter(str.isdigit, contact.phone)),
        *(new.manifest.id, verdict.id, verdict.headline, new.manifest.complaint),
        desk_verdict(verdict, ENGLISH),
    )
    return {
        "complaint": clean(new.manifest.complaint),
        "contact": clean(msgspec.json.encode(contact).decode()),
        "person": clean(contact.name or contact.customer_number),
        "search_text": clean(" ".join(words)).lower()[:SEARCH_CHARACTERS],
    }


def clean(text: str) -> str:
    """Without NUL, which PostgreSQL cannot store."""
    return text.replace("\0", "")


def change(
    connection: Connection,
    ticket: Ticket,
    *,
    state: TicketState | None = None,
    needs_answer: bool | None = None,
) -> None:
    """Set what is given and mark the ticket as changed now."""
    new_state = state or ticket.state
    waits = ticket.needs_answer if needs_answer is None else needs_answer
    values = {
        "state": new_state.value,
        "is_open": new_state in OPEN,
        "needs_answer": waits and new_state in OPEN,
        "changed_at": moment.now(),
    }
    connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(values))


def set_token(connection: Connection, ticket_id: int, token_hash: str) -> None:
    wanted = update(TICKETS).where(TICKETS.c.id == ticket_id)
    connection.execute(wanted.values(token_hash=token_hash))


def outage_text(connection: Connection, ticket: Ticket) -> str:
    """What the subscriber reads about the outage that the ticket is tied to; empty when over."""
    if ticket.outage_id is None:
        return ""
    outage = one(connection, select(OUTAGES).where(OUTAGES.c.id == ticket.outage_id), Outage)
    return outage.text if outage and not outage.ended_at else ""
