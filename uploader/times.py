"""Points in time as texts: RFC 3339 in UTC, so that they sort as they happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now_text() -> str:
    return text_of(datetime.now(UTC))


def text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def after_text(wait_s: float) -> str:
    """The moment `wait_s` seconds from now."""
    return text_of(datetime.now(UTC) + timedelta(seconds=wait_s))


def seconds_until(text: str) -> float:
    """Seconds from now until then; 0 when it is past or the text is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
