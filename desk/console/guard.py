"""Who is asking: the session behind the cookie, and forms that came from our own pages."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import anyio.to_thread
import msgspec
from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy.exc import OperationalError

from desk import secret, sessions
from desk.office import Office, TheOffice
from desk.rate import source_of
from desk.sessions import Session

COOKIE = "firsthop_desk"
FORM_KEY = "form_key"
#: the longest form is a reply of 10 000 characters, percent-encoded
FORM_LIMIT_BYTES = 256 * 1024

PageRequest = Request[Any, Any, Any]


class NeedsLoginError(Exception):
    """Nobody is logged in; the browser is sent to the log-in page."""


class FormError(Exception):
    """A form that cannot be taken; the message is one sentence for a person."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class Form(msgspec.Struct, frozen=True):
    """The text fields of a posted form."""

    fields: dict[str, str]

    def text(self, name: str, most: int = 200) -> str:
        """Raise FormError when it is longer than `most` characters; empty when absent."""
        # PostgreSQL cannot store NUL
        value = self.fields.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()
        if len(value) > most:
            raise FormError(f"The text is too long; at most {most} characters are possible.", 422)
        return value


#: how a handler asks for who is logged in, and for the posted form with its key checked
TheSession = NamedDependency[Session]
TheForm = NamedDependency[Form]


def cookie_name(office: Office, name: str) -> str:
    """Over HTTPS with a prefix that no other host of the domain can set (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if office.settings.secure else name


def source(request: PageRequest) -> str:
    return source_of(request.client.host) if request.client else "unknown"


def is_fragment(request: PageRequest) -> bool:
    """htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def refreshes_itself(request: PageRequest) -> bool:
    """The page asks, not the person: that keeps no session alive."""
    return "live" in request.query_params


async def session_of(request: PageRequest, office: TheOffice) -> Session:
    """Dependency of every page behind the log-in. Raise NeedsLoginError."""
    token = request.cookies.get(cookie_name(office, COOKIE), "")
    counts = not refreshes_itself(request)
    session = await anyio.to_thread.run_sync(_session, office, token, counts) if token else None
    if session is None:
        raise NeedsLoginError
    return session


def _session(office: Office, token: str, counts: bool) -> Session | None:
    with office.database.read() as connection:
        session = sessions.find(connection, token)
    if session and counts and sessions.is_stale(session):
        # pages can still be read while the database takes nothing
        with suppress(OperationalError), office.database.write() as connection:
            sessions.seen(connection, token)
    return session


async def fields_of(request: PageRequest) -> Form:
    """Fields of the posted form, before any check of its key."""
    form = await request.form()
    return Form({str(k): v for k, v in form.multi_items() if isinstance(v, str)})


async def form_of(request: PageRequest, session: TheSession) -> Form:
    """Dependency of every posted form. Raise FormError unless it carries the session's key."""
    form = await fields_of(request)
    if not secret.same(form.fields.get(FORM_KEY, ""), session.form_key):
        raise FormError(
            "This form is too old or came from another place; load the page again.", 403
        )
    return form
