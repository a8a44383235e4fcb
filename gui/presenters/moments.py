"""Points in time as people say them. Input is RFC 3339; what cannot be read is shown as it came."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import format_date, format_datetime, format_time

from gui.locale import _, figure, ngettext, words

MINUTE_S, HOUR_S = 60, 3600


def parse(moment: str) -> datetime | None:
    """None for text that is no RFC 3339 time with a zone."""
    try:
        made = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return made if made.tzinfo is not None else None


def ago(moment: str, now: str) -> str:
    """ "just now", "5 minutes ago", "today at 14:05", else the date."""
    then, present = parse(moment), parse(now)
    if then is None or present is None:
        return moment
    passed_s = (present - then).total_seconds()
    if passed_s < 2 * MINUTE_S:
        return _("just now")
    if passed_s < HOUR_S:
        minutes = int(passed_s // MINUTE_S)
        return ngettext("{count} minute ago", "{count} minutes ago", minutes)
    return day_and_time(moment, now)


def day_and_time(moment: str, now: str) -> str:
    then, present = parse(moment), parse(now)
    if then is None or present is None:
        return moment
    local = then.astimezone()
    clock = figure(format_time(local, "short", locale=_locale()))
    days = (present.astimezone().date() - local.date()).days
    if days == 0:
        return _("today at {time}").format(time=clock)
    if days == 1:
        return _("yesterday at {time}").format(time=clock)
    day = format_date(local, "medium", locale=_locale())
    return _("{day} at {time}").format(day=figure(day), time=clock)


def full(moment: str) -> str:
    then = parse(moment)
    if then is None:
        return moment
    return figure(format_datetime(then.astimezone(), "medium", locale=_locale()))


def now() -> str:
    return datetime.now(UTC).isoformat()


def _locale() -> str:
    return words().tag.replace("-", "_")


def ahead(moment: str, now: str) -> str:
    """A time to come: "in less than a minute", "in 5 minutes", else date and time."""
    then, present = parse(moment), parse(now)
    if then is None or present is None:
        return moment
    left_s = (then - present).total_seconds()
    if left_s < MINUTE_S:
        return _("in less than a minute")
    if left_s < HOUR_S:
        return ngettext("in {count} minute", "in {count} minutes", round(left_s / MINUTE_S))
    return day_and_time(moment, now)
