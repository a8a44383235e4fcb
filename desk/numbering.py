"""Ticket numbers, short enough to be spoken: FH-100001."""

from __future__ import annotations

import re

PREFIX = "FH-"
FIRST = 100_000
#: PostgreSQL's integer ends here
LAST_ID = 2**31 - 1
_NUMBER = re.compile(r"(?:FH-?)?([0-9]{6,10})", re.IGNORECASE)


def number_of(ticket_id: int) -> str:
    return f"{PREFIX}{FIRST + ticket_id}"


def id_of(number: str) -> int | None:
    """None for a text that is no ticket number. Case, hyphen and prefix may be missing."""
    match = _NUMBER.fullmatch(number.strip())
    if match is None:
        return None
    ticket_id = int(match[1]) - FIRST
    return ticket_id if 0 < ticket_id <= LAST_ID else None
