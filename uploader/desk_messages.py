"""What the app and the provider's desk say to each other over HTTPS: JSON, these types.

POST /api/v1/bundles                  body: the bundle (application/zip), or sealed to the
                                      desk's key (application/vnd.firsthop.bundle+hpke)
     Idempotency-Key: <bundle id>     the same id never opens a second ticket
     201 Receipt (200 when the desk had it already), 4xx/5xx Refusal
GET  /api/v1/bundles/<bundle id>      200 Receipt, 404 Refusal: ask this before a retry
     (Authorization: Bearer <claim>, the secret that the app made and sent with the bundle)
GET  /api/v1/tickets/<number>         200 TicketView (Authorization: Bearer <token>)
POST /api/v1/tickets/<number>/replies body NewReply, 201 TicketView, same authorization;
     NewReply.id makes a repeat harmless
GET  /api/v1/health                   200 Health
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

API = "/api/v1"
#: header with the secret that lets the sender ask for its receipt again (random, 32 bytes hex)
CLAIM_HEADER = "X-Firsthop-Claim"


class TicketState(StrEnum):
    """State of a ticket at the desk, in the words of TMF621 where it has them."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"  # waits for the subscriber
    RESOLVED = "resolved"
    CLOSED = "closed"


class Author(StrEnum):
    SUBSCRIBER = "subscriber"
    DESK = "desk"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    author: Author
    name: str
    at: str  # RFC 3339, UTC
    text: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that the desk has it: the ticket's number and the token to follow it with."""

    bundle_id: str
    ticket: str
    token: str
    state: TicketState
    received_at: str


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """What the subscriber may see of the ticket (never internal notes)."""

    ticket: str
    state: TicketState
    changed_at: str
    replies: tuple[Reply, ...] = ()
    outage: str = ""  # text of a known outage that explains the fault


class NewReply(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[str, Meta(min_length=8, max_length=64)]
    text: Annotated[str, Meta(min_length=1, max_length=10_000)]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence that says what is wrong and what to do; `again` tells whether to retry."""

    error: str
    sentence: str
    again: bool


class Health(msgspec.Struct, frozen=True, kw_only=True):
    ok: bool
    version: str
