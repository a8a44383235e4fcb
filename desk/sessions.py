"""Log-in sessions, and the waiting that failed log-ins cost."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from desk import moment, secret
from desk.accounts import Role, Staff
from desk.database import one
from desk.tables import FAILURES, SESSIONS, STAFF

#: a shift; after that one logs in again
LIVES_S = 12 * 3600.0
#: without a click; the page's own refreshing does not count
IDLE_S = 2 * 3600.0
#: seen_at is not written more often
SEEN_EVERY_S = 60.0
FREE_TRIES = 5
#: tries for one name from anywhere, before all of its log-ins are slowed down
FREE_TRIES_ANYWHERE = 50
LONGEST_WAIT_S = 900.0
FAILURES_LIVE_S = 24 * 3600.0


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is logged in; `form_key` must come back with every form (CSRF)."""

    staff_id: int
    name: str
    shown_name: str
    role: Role
    form_key: str
    seen_at: str


def begin(connection: Connection, staff: Staff) -> str:
    """A new session's token, for the cookie."""
    token = secret.new()
    values = {
        "token_hash": secret.digest(token),
        "staff_id": staff.id,
        "form_key": secret.new(),
        "seen_at": moment.now(),
        "expires_at": moment.later(LIVES_S),
    }
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < moment.now()))
    connection.execute(insert(SESSIONS).values(values))
    return token


def find(connection: Connection, token: str) -> Session | None:
    """None when it never was, has ended, or nobody used it for long."""
    wanted = (
        select(SESSIONS, STAFF.c.name, STAFF.c.shown_name, STAFF.c.role)
        .join(STAFF, STAFF.c.id == SESSIONS.c.staff_id)
        .where(SESSIONS.c.token_hash == secret.digest(token), STAFF.c.active)
        .where(SESSIONS.c.expires_at > moment.now(), SESSIONS.c.seen_at > moment.later(-IDLE_S))
    )
    return one(connection, wanted, Session)


def is_stale(session: Session) -> bool:
    return session.seen_at < moment.later(-SEEN_EVERY_S)


def seen(connection: Connection, token: str) -> None:
    wanted = update(SESSIONS).where(SESSIONS.c.token_hash == secret.digest(token))
    connection.execute(wanted.values(seen_at=moment.now()))


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == secret.digest(token)))


class _Failures(msgspec.Struct, frozen=True):
    count: int
    failed_at: str


def wait_s(connection: Connection, name: str, source: str) -> int:
    """Seconds before this name may try again from there; 0 when it may now."""
    waits = [
        _wait(connection, key, free)
        for key, free in ((_key(name, source), FREE_TRIES), (_key(name), FREE_TRIES_ANYWHERE))
    ]
    return round(max(waits))


def _wait(connection: Connection, key: str, free: int) -> float:
    failures = one(connection, select(FAILURES).where(FAILURES.c.key == key), _Failures)
    last = moment.parse(failures.failed_at) if failures else None
    if failures is None or last is None or failures.count < free:
        return 0.0
    wait = min(LONGEST_WAIT_S, 15.0 * 2 ** min(failures.count - free, 10))
    return max(0.0, wait - (datetime.now(UTC) - last).total_seconds())


def failed(connection: Connection, name: str, source: str) -> None:
    old = FAILURES.c.failed_at < moment.later(-FAILURES_LIVE_S)
    connection.execute(delete(FAILURES).where(old))
    for key in (_key(name, source), _key(name)):
        known = one(connection, select(FAILURES).where(FAILURES.c.key == key), _Failures)
        values = {"count": known.count + 1 if known else 1, "failed_at": moment.now()}
        if known:
            connection.execute(update(FAILURES).where(FAILURES.c.key == key).values(values))
        else:
            connection.execute(insert(FAILURES).values(values | {"key": key}))


def succeeded(connection: Connection, name: str, source: str) -> None:
    keys = [_key(name, source), _key(name)]
    connection.execute(delete(FAILURES).where(FAILURES.c.key.in_(keys)))


def _key(name: str, source: str = "") -> str:
    return f"{name.strip().lower()[:60]} {source}".strip()[:200]
