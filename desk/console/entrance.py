"""Log in, choose a password by a set-up link, log out."""

from __future__ import annotations

from contextlib import suppress

import anyio.to_thread
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.exc import IntegrityError

from desk import accounts, secret, sessions
from desk.accounts import AccountError
from desk.console.guard import (
    COOKIE,
    Form,
    PageRequest,
    TheForm,
    TheSession,
    cookie_name,
    fields_of,
    source,
)
from desk.console.rendering import page
from desk.office import Office, TheOffice

#: before anybody is logged in, the form's key comes back in a cookie of its own
FORM_COOKIE = "firsthop_desk_form"


def cookie(office: Office, name: str, value: str, lives_s: float) -> Cookie:
    return Cookie(
        key=cookie_name(office, name),
        value=value,
        max_age=int(lives_s),
        path="/",
        httponly=True,
        samesite="lax",
        secure=office.settings.secure,
    )


def inside(path: str) -> str:
    """A path of the desk to go on to, never another site."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() and len(path) < 500 else "/tickets"


def _entry(office: Office, template: str, status: int = 200, **values: str) -> Response[str]:
    """A page with a form for somebody who is not logged in."""
    key = secret.new()
    response = page(office, template, session=None, status=status, form_key=key, **values)
    response.set_cookie(cookie(office, FORM_COOKIE, key, 3600))
    return response


@get("/login")
async def login_page(request: PageRequest, office: TheOffice) -> Response[str]:
    goes_to = inside(request.query_params.get("next", "/tickets"))
    return _entry(office, "login.html", error="", name="", goes_to=goes_to)


def _form_fits(request: PageRequest, office: Office, form: Form) -> bool:
    key = request.cookies.get(cookie_name(office, FORM_COOKIE), "")
    return bool(key) and secret.same(key, form.fields.get("form_key", ""))


@post("/login")
async def login(request: PageRequest, office: TheOffice) -> Response[str] | Redirect:
    form = await fields_of(request)
    name, goes_to = form.text("name"), inside(form.text("next", 500))
    error = ""
    if not _form_fits(request, office, form):
        error = "The page was too old. Try again."
    elif wait_s := office.login_rate.wait_s(source(request)):
        error = f"Too many log-ins from here. Wait {wait_s} s and try again."
    if error:
        return _entry(office, "login.html", 400, error=error, name=name, goes_to=goes_to)
    password = form.fields.get("password", "")[: accounts.PASSWORD_MOST + 1]
    token, error = await anyio.to_thread.run_sync(_log_in, office, name, password, source(request))
    if not token:
        return _entry(office, "login.html", 401, error=error, name=name, goes_to=goes_to)
    return _welcomed(office, token, goes_to)


def _welcomed(office: Office, token: str, goes_to: str) -> Redirect:
    response = Redirect(goes_to, status_code=303)
    response.set_cookie(cookie(office, COOKIE, token, sessions.LIVES_S))
    return response


def _log_in(office: Office, name: str, password: str, where: str) -> tuple[str, str]:
    """A session's token, or the sentence why not. Blocking."""
    with office.database.read() as connection:
        wait_s = sessions.wait_s(connection, name, where)
        staff = accounts.find(connection, name)
    if wait_s:
        return "", f"Too many wrong passwords. Wait {wait_s} s and try again."
    if not accounts.password_fits(staff, password) or staff is None:
        with suppress(IntegrityError), office.database.write() as connection:
            sessions.failed(connection, name, where)
        return "", "The name or the password is wrong."
    with office.database.write() as connection:
        sessions.succeeded(connection, name, where)
        return sessions.begin(connection, staff), ""


@get("/setup/{token:str}")
async def setup_page(office: TheOffice, token: FromPath[str]) -> Response[str]:
    staff = await anyio.to_thread.run_sync(_invited, office, token)
    if staff is None:
        return page(office, "setup_over.html", status=404)
    return _entry(office, "setup.html", error="", name=staff.name, token=token)


def _invited(office: Office, token: str) -> accounts.Staff | None:
    with office.database.read() as connection:
        return accounts.by_setup_token(connection, token)


@post("/setup/{token:str}")
async def setup(
    request: PageRequest, office: TheOffice, token: FromPath[str]
) -> Response[str] | Redirect:
    staff = await anyio.to_thread.run_sync(_invited, office, token)
    if staff is None:
        return page(office, "setup_over.html", status=404)
    form = await fields_of(request)
    first, again = form.fields.get("password", ""), form.fields.get("again", "")
    error = "" if _form_fits(request, office, form) else "The page was too old. Try again."
    if not error and first != again:
        error = "The two passwords differ."
    session_token = ""
    if not error:
        session_token, error = await anyio.to_thread.run_sync(_set_up, office, token, first)
    if error:
        return _entry(office, "setup.html", 422, error=error, name=staff.name, token=token)
    return _welcomed(office, session_token, "/tickets")


def _set_up(office: Office, token: str, password: str) -> tuple[str, str]:
    with office.database.write() as connection:
        staff = accounts.by_setup_token(connection, token)
        if staff is None:
            return "", "This link was used before."
        try:
            accounts.set_password(connection, staff, password)
        except AccountError as error:
            return "", str(error)
        return sessions.begin(connection, staff), ""


@post("/logout")
async def logout(
    request: PageRequest, office: TheOffice, session: TheSession, form: TheForm
) -> Redirect:
    del session, form
    token = request.cookies.get(cookie_name(office, COOKIE), "")
    await anyio.to_thread.run_sync(_end, office, token)
    response = Redirect("/login", status_code=303)
    response.set_cookie(cookie(office, COOKIE, "", 0))
    return response


def _end(office: Office, token: str) -> None:
    with office.database.write() as connection:
        sessions.end(connection, token)
