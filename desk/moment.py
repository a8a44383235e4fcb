"""Times as the desk keeps them: RFC 3339 in UTC, fixed width, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def now() -> str:
    return datetime.now(UTC).strftime(FORM)


def later(seconds: float) -> str:
    """`seconds` from now; negative for the past."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime(FORM)


def parse(text: str) -> datetime | None:
    """In UTC. None when the text (which may come from outside) is no RFC 3339 time."""
    try:
        moment = datetime.fromisoformat(text)
        # an offset may lead out of the years that a datetime has
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def shown(text: str) -> str:
    """For a person: 22 Nov 2026, 01:56 UTC."""
    moment = parse(text)
    if moment is None:
        return "time unknown"
    return f"{moment.day} {moment.strftime('%b %Y, %H:%M')} UTC"


def ago(text: str) -> str:
    """For a list: how long ago, in the largest sensible unit."""
    moment = parse(text)
    if moment is None:
        return "time unknown"
    seconds = (datetime.now(UTC) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h ago"
    days = int(seconds // 86400)
    return f"{days} day{'s' if days > 1 else ''} ago"
