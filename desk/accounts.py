"""The people of the desk: who may log in, with which password, and links to choose one."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from desk import moment, secret
from desk.database import every, one
from desk.tables import SESSIONS, SETUP_LINKS, STAFF

#: NIST SP 800-63B asks for at least 8 and no rules of composition; these guard personal data
PASSWORD_LEAST = 12
PASSWORD_MOST = 1000
LINK_LIVES_S = 24 * 3600.0
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,59}")


class Role(StrEnum):
    CSR = "csr"
    SUPERVISOR = "supervisor"


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the desk; `name` is what they log in with, `shown_name` what others read."""

    id: int
    name: str
    shown_name: str
    password_hash: str
    role: Role
    active: bool


class AccountError(ValueError):
    """The message is one sentence for a person."""


@cache
def _hasher() -> PasswordHasher:
    """argon2id with the library's parameters (RFC 9106, low-memory)."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secret.new())


def password_fits(staff: Staff | None, password: str) -> bool:
    """Takes as long for a name that does not exist."""
    known = staff.password_hash if staff and staff.active and staff.password_hash else ""
    try:
        fits = _hasher().verify(known or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and bool(known)


def add(connection: Connection, name: str, shown_name: str, role: Role) -> Staff:
    """A person without a password yet. Raise AccountError when the name cannot be used."""
    plain = name.strip().lower()
    if not NAME.fullmatch(plain):
        raise AccountError(
            "A user name has 1 to 60 letters a-z, digits, dots, hyphens, underscores or @."
        )
    if find(connection, plain):
        raise AccountError(f"There is a user {plain!r} already.")
    values = {
        "name": plain,
        "shown_name": shown_name.strip()[:120] or plain,
        "password_hash": "",
        "role": role.value,
        "active": True,
        "created_at": moment.now(),
    }
    connection.execute(insert(STAFF).values(values))
    added = find(connection, plain)
    if added is None:
        raise AccountError(f"The user {plain!r} could not be stored.")
    return added


def find(connection: Connection, name: str) -> Staff | None:
    return one(connection, select(STAFF).where(STAFF.c.name == name.strip().lower()), Staff)


def everybody(connection: Connection) -> list[Staff]:
    return every(connection, select(STAFF).order_by(STAFF.c.name), Staff)


def set_password(connection: Connection, staff: Staff, password: str) -> None:
    """Also ends the person's sessions and links. Raise AccountError for a weak one."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise AccountError(f"The password needs at least {PASSWORD_LEAST} characters.")
    if password.strip().lower() in {staff.name, staff.name * 2}:
        raise AccountError("The password must not be the user name.")
    hashed = _hasher().hash(password)
    connection.execute(update(STAFF).where(STAFF.c.id == staff.id).values(password_hash=hashed))
    _end(connection, staff)


def set_active(connection: Connection, staff: Staff, *, active: bool) -> None:
    connection.execute(update(STAFF).where(STAFF.c.id == staff.id).values(active=active))
    _end(connection, staff)


def _end(connection: Connection, staff: Staff) -> None:
    for table in (SESSIONS, SETUP_LINKS):
        connection.execute(delete(table).where(table.c.staff_id == staff.id))


def setup_token(connection: Connection, staff: Staff, lives_s: float = LINK_LIVES_S) -> str:
    """For a link by which the person chooses a password, once; earlier links end."""
    connection.execute(delete(SETUP_LINKS).where(SETUP_LINKS.c.staff_id == staff.id))
    token = secret.new()
    values = {
        "token_hash": secret.digest(token),
        "staff_id": staff.id,
        "expires_at": moment.later(lives_s),
    }
    connection.execute(insert(SETUP_LINKS).values(values))
    return token


def by_setup_token(connection: Connection, token: str) -> Staff | None:
    wanted = (
        select(STAFF)
        .join(SETUP_LINKS, SETUP_LINKS.c.staff_id == STAFF.c.id)
        .where(SETUP_LINKS.c.token_hash == secret.digest(token))
        .where(SETUP_LINKS.c.expires_at > moment.now(), STAFF.c.active)
    )
    return one(connection, wanted, Staff)
