"""The life of a ticket, in the words of TMF621, and who may move it where."""

from __future__ import annotations

from uploader.desk_messages import TicketState

OPEN = frozenset({TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS, TicketState.PENDING})

MOVES: dict[TicketState, tuple[TicketState, ...]] = {
    TicketState.ACKNOWLEDGED: (
        TicketState.IN_PROGRESS,
        TicketState.PENDING,
        TicketState.RESOLVED,
        TicketState.CLOSED,
    ),
    TicketState.IN_PROGRESS: (TicketState.PENDING, TicketState.RESOLVED, TicketState.CLOSED),
    TicketState.PENDING: (TicketState.IN_PROGRESS, TicketState.RESOLVED, TicketState.CLOSED),
    TicketState.RESOLVED: (TicketState.IN_PROGRESS, TicketState.CLOSED),
    TicketState.CLOSED: (),
}

WORDS: dict[TicketState, str] = {
    TicketState.ACKNOWLEDGED: "New",
    TicketState.IN_PROGRESS: "In progress",
    TicketState.PENDING: "Waiting for subscriber",
    TicketState.RESOLVED: "Resolved",
    TicketState.CLOSED: "Closed",
}


def may_move(old: TicketState, new: TicketState) -> bool:
    return new in MOVES[old]


def after_subscriber(old: TicketState) -> TicketState:
    """The state once the subscriber wrote: what waited or was thought solved is work again."""
    if old in {TicketState.PENDING, TicketState.RESOLVED}:
        return TicketState.IN_PROGRESS
    return old


def after_desk(old: TicketState) -> TicketState:
    """The state once the desk answered: a new ticket has been taken up."""
    return TicketState.IN_PROGRESS if old is TicketState.ACKNOWLEDGED else old
