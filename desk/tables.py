"""The tables of the desk. Times are text (see `moment`), secrets are kept as SHA-256 only.

A change here needs a file in `migrations/versions`; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

STAFF = Table(
    "staff",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),  # lower case, what one logs in with
    Column("shown_name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),  # argon2; empty until chosen
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", String(27), nullable=False),
)

SETUP_LINKS = Table(
    "setup_links",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", String(27), nullable=False),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("form_key", String(64), nullable=False),
    Column("seen_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False),
)

#: failed log-ins by "name" and by "name source"
FAILURES = Table(
    "failures",
    METADATA,
    Column("key", String(200), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("failed_at", String(27), nullable=False),
)

OUTAGES = Table(
    "outages",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),  # what the subscriber reads
    Column("started_at", String(27), nullable=False),
    Column("ended_at", String(27), nullable=False),  # empty while it lasts
)

TICKETS = Table(
    "tickets",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("needs_answer", Boolean, nullable=False),  # the subscriber spoke last
    Column("created_at", String(27), nullable=False),
    Column("changed_at", String(27), nullable=False),
    Column("status", String(20), nullable=False),  # of the verdict
    Column("segment", String(20), nullable=False),  # empty when nothing is asserted
    Column("cause", String(80), nullable=False),
    Column("probability", Float, nullable=False),
    Column("headline", Text, nullable=False),
    Column("complaint", Text, nullable=False),
    Column("contact", Text, nullable=False),  # Contact as JSON
    Column("person", String(200), nullable=False),
    Column("search_text", Text, nullable=False),  # lower case
    Column("token_hash", String(64), nullable=False),
    Column("assignee_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("outage_id", Integer, ForeignKey("outages.id"), nullable=True),
)
Index(None, TICKETS.c.is_open, TICKETS.c.changed_at, TICKETS.c.id)
#: the number of tickets to answer is counted at every look at the list
Index(None, TICKETS.c.is_open, TICKETS.c.needs_answer, TICKETS.c.changed_at, TICKETS.c.id)
Index(None, TICKETS.c.state, TICKETS.c.changed_at, TICKETS.c.id)
Index(None, TICKETS.c.segment, TICKETS.c.changed_at, TICKETS.c.id)
Index(None, TICKETS.c.cause, TICKETS.c.changed_at, TICKETS.c.id)
Index(None, TICKETS.c.assignee_id, TICKETS.c.changed_at, TICKETS.c.id)
Index(None, TICKETS.c.changed_at, TICKETS.c.id)
Index(None, TICKETS.c.outage_id)

BUNDLES = Table(
    "bundles",
    METADATA,
    Column("id", String(32), primary_key=True),  # the idempotency key
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("claim_hash", String(64), nullable=False),
    Column("file_key", String(120), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("received_at", String(27), nullable=False),
)

#: the ticket's history: replies, notes and every change, never altered
ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("public_id", String(64), nullable=False),
    Column("author", String(20), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("name", String(200), nullable=False),
    Column("at", String(27), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(20), nullable=False),  # the new state of a move, else empty
    UniqueConstraint("ticket_id", "public_id"),
)
