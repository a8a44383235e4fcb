"""What a ticket looks like to a client of the agent; part of the contract in `messages`."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Delivery(StrEnum):
    """From saved to answered: always shown."""

    SAVED = "saved"  # on this computer, not yet consented
    WAITING = "waiting"  # consented, goes out as soon as the line allows
    SENDING = "sending"
    RECEIVED = "received"  # the desk has it and gave it a number
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"  # the desk wrote, or waits for the subscriber
    RESOLVED = "resolved"
    CLOSED = "closed"
    REFUSED = "refused"  # the desk will not take it: the sentence says why and what to do


class TicketMessage(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    from_desk: bool
    name: str
    at: str
    text: str
    delivered: bool


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    bundle_id: str
    run_id: str
    number: str  # the desk's; "" until received
    delivery: Delivery
    headline: str
    created_at: str
    changed_at: str
    next_try_at: str  # when waiting: RFC 3339, else ""
    tries: int
    sentence: str  # state in plain words
    spoken_code: str  # short code for the phone when the line is down
    messages: tuple[TicketMessage, ...] = ()
    outage: str = ""
