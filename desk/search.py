"""Finds tickets for the list: filtered, ordered, paged by key so that page 1000 costs as page 1."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from desk.database import every
from desk.numbering import LAST_ID, id_of, number_of
from desk.tables import BUNDLES, STAFF, TICKETS
from diagnostics.verdict import Segment
from uploader.desk_messages import TicketState

PAGE = 50


class Show(StrEnum):
    """Which tickets; besides these the states themselves."""

    OPEN = "open"
    ANSWER = "answer"  # the subscriber waits for us
    MINE = "mine"
    ALL = "all"


class Order(StrEnum):
    NEWEST = "newest"  # last change first
    OLDEST = "oldest"  # longest unchanged first


class Key(msgspec.Struct, frozen=True):
    """Where a page begins or ends: the order's own columns of one row."""

    changed_at: str
    id: int

    def __str__(self) -> str:
        return f"{self.changed_at}~{self.id}"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the list should show. At most one of `after` and `before` is set."""

    show: Show | TicketState = Show.OPEN
    segment: Segment | None = None
    cause: str = ""
    text: str = ""
    order: Order = Order.NEWEST
    after: Key | None = None
    before: Key | None = None
    staff_id: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

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
    person: str
    assignee: str | None = None

    @property
    def number(self) -> str:
        return number_of(self.id)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`next` and `previous` are None where there is nothing more."""

    rows: tuple[Row, ...]
    next: Key | None
    previous: Key | None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many tickets there are behind each choice of `Show`."""

    open: int
    answer: int
    mine: int
    all: int


def key_of(text: str) -> Key | None:
    changed_at, _, ticket_id = text.partition("~")
    if len(changed_at) != 27 or not text.isascii() or not text.isprintable():
        return None
    if not ticket_id.isdecimal() or len(ticket_id) > 10 or int(ticket_id) > LAST_ID:
        return None
    return Key(changed_at, int(ticket_id))


def find(connection: Connection, wish: Wish) -> Page:
    backwards = wish.before is not None
    edge = wish.before or wish.after
    down = (wish.order is Order.NEWEST) is not backwards
    wanted = _columns().where(*_conditions(wish))
    if edge is not None:
        wanted = wanted.where(_beyond(edge, down=down))
    keys = (TICKETS.c.changed_at, TICKETS.c.id)
    wanted = wanted.order_by(*(key.desc() if down else key.asc() for key in keys))
    rows = every(connection, wanted.limit(PAGE + 1), Row)
    more = len(rows) > PAGE
    shown = tuple(rows[:PAGE][::-1] if backwards else rows[:PAGE])
    if not shown:
        return Page(rows=(), next=None, previous=None)
    first, last = (Key(row.changed_at, row.id) for row in (shown[0], shown[-1]))
    return Page(
        rows=shown,
        next=last if more or backwards else None,
        previous=first if (more if backwards else edge is not None) else None,
    )


def _columns() -> Select[*tuple[Any, ...]]:
    names = [
        *("id", "state", "is_open", "needs_answer", "created_at", "changed_at", "status"),
        *("segment", "cause", "probability", "headline", "complaint", "person"),
    ]
    columns = [TICKETS.c[name] for name in names]
    return (
        select(*columns, STAFF.c.shown_name.label("assignee"))
        .select_from(TICKETS)
        .outerjoin(STAFF, STAFF.c.id == TICKETS.c.assignee_id)
    )


def _beyond(edge: Key, *, down: bool) -> ColumnElement[bool]:
    """Written with a plain bound first, which the index can use in both databases."""
    at, ident = TICKETS.c.changed_at, TICKETS.c.id
    if down:
        return and_(at <= edge.changed_at, or_(at < edge.changed_at, ident < edge.id))
    return and_(at >= edge.changed_at, or_(at > edge.changed_at, ident > edge.id))


def _conditions(wish: Wish) -> list[ColumnElement[bool]]:
    found = _shown(wish)
    if wish.segment:
        found.append(TICKETS.c.segment == wish.segment.value)
    if wish.cause:
        found.append(TICKETS.c.cause == wish.cause)
    ticket_id = id_of(wish.text)
    if ticket_id is not None:
        return [or_(TICKETS.c.id == ticket_id, _says(wish.text))]
    found += [_says(word) for word in wish.text.split()[:8]]
    return found


def _says(word: str) -> ColumnElement[bool]:
    return TICKETS.c.search_text.contains(word.lower(), autoescape=True)


def _shown(wish: Wish) -> list[ColumnElement[bool]]:
    if isinstance(wish.show, TicketState):
        return [TICKETS.c.state == wish.show.value]
    if wish.show is Show.OPEN:
        return [TICKETS.c.is_open.is_(True)]
    if wish.show is Show.ANSWER:
        return [TICKETS.c.is_open.is_(True), TICKETS.c.needs_answer.is_(True)]
    if wish.show is Show.MINE:
        return [TICKETS.c.is_open.is_(True), TICKETS.c.assignee_id == wish.staff_id]
    return []


def counts(connection: Connection, staff_id: int) -> Counts:
    def how_many(show: Show) -> int:
        conditions = _shown(Wish(show=show, staff_id=staff_id))
        wanted = select(func.count()).select_from(TICKETS).where(*conditions)
        return int(connection.execute(wanted).scalar_one())

    return Counts(
        open=how_many(Show.OPEN),
        answer=how_many(Show.ANSWER),
        mine=how_many(Show.MINE),
        all=how_many(Show.ALL),
    )


def causes(connection: Connection) -> list[str]:
    """All causes that tickets name, in order of their ids."""
    wanted = select(TICKETS.c.cause).distinct().order_by(TICKETS.c.cause)
    return [str(cause) for cause in connection.execute(wanted).scalars() if cause]


class FileKey(msgspec.Struct, frozen=True):
    """Where a ticket's bundle is kept."""

    id: str
    file_key: str


def bundle_of(ticket_id: int) -> Select[str, str]:
    return select(BUNDLES.c.id, BUNDLES.c.file_key).where(BUNDLES.c.ticket_id == ticket_id)
