"""The ticket's history: one list of replies, notes and changes, only ever added to."""

from __future__ import annotations

import secrets
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, insert, select

from desk.database import every, one
from desk.tables import ENTRIES
from uploader.desk_messages import Author, Reply


class Kind(StrEnum):
    RECEIVED = "received"
    REPLY = "reply"
    NOTE = "note"  # never leaves the desk
    STATE = "state"
    ASSIGNED = "assigned"
    OUTAGE = "outage"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the history; `state` is the new state of a move, else empty."""

    kind: Kind
    author: Author
    name: str
    at: str
    text: str = ""
    state: str = ""
    staff_id: int | None = None
    public_id: str = ""


def add(connection: Connection, ticket_id: int, entry: Entry) -> None:
    values = msgspec.structs.asdict(entry) | {
        "ticket_id": ticket_id,
        "kind": entry.kind.value,
        "author": entry.author.value,
        "public_id": entry.public_id or secrets.token_hex(16),
    }
    connection.execute(insert(ENTRIES).values(values))


def entries(connection: Connection, ticket_id: int) -> list[Entry]:
    """Oldest first."""
    wanted = select(ENTRIES).where(ENTRIES.c.ticket_id == ticket_id).order_by(ENTRIES.c.id)
    return every(connection, wanted, Entry)


def find(connection: Connection, ticket_id: int, public_id: str) -> Entry | None:
    wanted = select(ENTRIES).where(
        ENTRIES.c.ticket_id == ticket_id, ENTRIES.c.public_id == public_id
    )
    return one(connection, wanted, Entry)


def replies(connection: Connection, ticket_id: int) -> tuple[Reply, ...]:
    """What was said between desk and subscriber, without notes."""
    return tuple(
        Reply(id=each.public_id, author=each.author, name=each.name, at=each.at, text=each.text)
        for each in entries(connection, ticket_id)
        if each.kind is Kind.REPLY
    )
