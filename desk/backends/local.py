"""The desk's own tickets, in its own database."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from desk import history, moment, secret, tickets
from desk.backend import Backend, Message, Move, NewTicket, NotNowError, Opened, OtherContentError
from desk.database import one
from desk.history import Entry, Kind
from desk.numbering import number_of
from desk.states import WORDS, after_desk, after_subscriber, may_move
from desk.tables import BUNDLES, TICKETS
from uploader.desk_messages import Author, TicketState, TicketView


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    ticket_id: int
    sha256: str
    claim_hash: str
    received_at: str
    state: TicketState

    def opened(self, *, fresh: bool = False) -> Opened:
        return Opened(
            number=number_of(self.ticket_id),
            state=self.state,
            received_at=self.received_at,
            fresh=fresh,
        )


class LocalBackend(Backend):
    NAME: ClassVar[str] = "local"

    def open(self, new: NewTicket) -> Opened:
        known = self._known(new.manifest.id)
        if known is None:
            try:
                with self.database.write() as connection:
                    return _insert(connection, new)
            except IntegrityError:
                # somebody was faster with the same id; what stands now decides
                known = self._known(new.manifest.id)
                if known is None:
                    raise
        if known.sha256 != new.sha256:
            raise OtherContentError("A bundle with this id and other content was received before.")
        if not secret.same(known.claim_hash, secret.digest(new.claim)):
            raise OtherContentError("This bundle was received before from another sender.")
        return known.opened()

    def find(self, bundle_id: str, claim: str) -> Opened | None:
        known = self._known(bundle_id)
        if known is None or not secret.same(known.claim_hash, secret.digest(claim)):
            return None
        return known.opened()

    def _known(self, bundle_id: str) -> _Known | None:
        wanted = (
            select(BUNDLES, TICKETS.c.state)
            .join(TICKETS, TICKETS.c.id == BUNDLES.c.ticket_id)
            .where(BUNDLES.c.id == bundle_id)
        )
        with self.database.read() as connection:
            return one(connection, wanted, _Known)

    def view(self, number: str) -> TicketView:
        with self.database.read() as connection:
            return _view(connection, number)

    def reply(self, number: str, message: Message) -> TicketView:
        with self.database.write() as connection:
            ticket = tickets.get(connection, number, to_change=True)
            if history.find(connection, ticket.id, message.id) is None:
                _add_reply(connection, ticket, message)
            return _view(connection, number)

    def move(self, number: str, move: Move) -> TicketView:
        with self.database.write() as connection:
            ticket = tickets.get(connection, number, to_change=True)
            if ticket.state is not move.seen:
                raise NotNowError(f"Meanwhile somebody set the ticket to “{WORDS[ticket.state]}”.")
            if not may_move(ticket.state, move.to):
                raise NotNowError(
                    f"A ticket cannot go from “{WORDS[ticket.state]}” to “{WORDS[move.to]}”."
                )
            tickets.change(connection, ticket, state=move.to)
            _add_move(connection, ticket.id, move.to, (move.name, move.staff_id))
            return _view(connection, number)


def _insert(connection: Connection, new: NewTicket) -> Opened:
    ticket_id = tickets.put(connection, new)
    number = number_of(ticket_id)
    received_at = moment.now()
    row = {
        "id": new.manifest.id,
        "ticket_id": ticket_id,
        "sha256": new.sha256,
        "claim_hash": secret.digest(new.claim),
        "file_key": new.file_key,
        "size_bytes": new.size_bytes,
        "received_at": received_at,
    }
    connection.execute(insert(BUNDLES).values(row))
    token_hash = secret.digest(secret.ticket_token(new.claim, number))
    tickets.set_token(connection, ticket_id, token_hash)
    entry = Entry(kind=Kind.RECEIVED, author=Author.SUBSCRIBER, name="", at=received_at)
    history.add(connection, ticket_id, entry)
    state = TicketState.ACKNOWLEDGED
    return Opened(number=number, state=state, received_at=received_at, fresh=True)


def _add_reply(connection: Connection, ticket: tickets.Ticket, message: Message) -> None:
    if ticket.state is TicketState.CLOSED:
        raise NotNowError("This ticket is closed; start a new check to open another one.")
    from_desk = message.author is Author.DESK
    state = after_desk(ticket.state) if from_desk else after_subscriber(ticket.state)
    history.add(
        connection,
        ticket.id,
        Entry(
            kind=Kind.REPLY,
            author=message.author,
            name=message.name,
            at=moment.now(),
            text=tickets.clean(message.text),
            staff_id=message.staff_id or None,
            public_id=message.id,
        ),
    )
    tickets.change(connection, ticket, state=state, needs_answer=not from_desk)
    if state is not ticket.state:
        _add_move(connection, ticket.id, state, (message.name, message.staff_id))


def _add_move(
    connection: Connection, ticket_id: int, state: TicketState, by: tuple[str, int]
) -> None:
    name, staff_id = by
    author = Author.DESK if staff_id else Author.SUBSCRIBER
    history.add(
        connection,
        ticket_id,
        Entry(
            kind=Kind.STATE,
            author=author,
            name=name,
            at=moment.now(),
            state=state.value,
            staff_id=staff_id or None,
        ),
    )


def _view(connection: Connection, number: str) -> TicketView:
    ticket = tickets.get(connection, number)
    return TicketView(
        ticket=ticket.number,
        state=ticket.state,
        changed_at=ticket.changed_at,
        replies=history.replies(connection, ticket.id),
        outage=tickets.outage_text(connection, ticket),
    )
