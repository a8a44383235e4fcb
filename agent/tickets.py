"""Tickets as the window sees them: parcels of the outbox in the words of the contract."""

from __future__ import annotations

import secrets

from agent.ipc.messages import (
    Delivery,
    Ticket,
    TicketMessage,
)
from uploader.outbox import Note, Outbox, Parcel
from uploader.times import now_text

REPLY_LETTERS = 10_000


def ticket_of(parcel: Parcel, notes: tuple[Note, ...]) -> Ticket:
    return Ticket(
        bundle_id=parcel.bundle_id,
        run_id=parcel.run_id,
        number=parcel.number,
        delivery=Delivery(parcel.stage.value),
        headline=parcel.headline,
        created_at=parcel.created_at,
        changed_at=parcel.changed_at,
        next_try_at=parcel.next_try_at,
        tries=parcel.tries,
        sentence=parcel.sentence,
        spoken_code=parcel.spoken_code,
        messages=tuple(map(_message, notes)),
        outage=parcel.outage,
    )


def ticket(outbox: Outbox, bundle_id: str) -> Ticket | None:
    parcel = outbox.parcel(bundle_id)
    return ticket_of(parcel, outbox.notes(bundle_id)) if parcel else None


def tickets(outbox: Outbox) -> tuple[Ticket, ...]:
    """Newest first."""
    return tuple(ticket_of(one, outbox.notes(one.bundle_id)) for one in outbox.newest())


def write_reply(outbox: Outbox, bundle_id: str, text: str) -> None:
    """Kept at once, delivered when the line allows. OutboxError when the ticket takes none."""
    outbox.add_note(
        Note(
            id=secrets.token_hex(16),
            bundle_id=bundle_id,
            from_desk=False,
            name="",
            at=now_text(),
            text=text,
            delivered=False,
        )
    )


def _message(note: Note) -> TicketMessage:
    return TicketMessage(
        id=note.id,
        from_desk=note.from_desk,
        name=note.name,
        at=note.at,
        text=note.text,
        delivered=note.delivered,
    )
