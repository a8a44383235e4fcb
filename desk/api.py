"""The HTTP API for the app, `/api/v1`: see `uploader.desk_messages`."""

from __future__ import annotations

import logging
from typing import Any

import anyio.to_thread
import msgspec
from litestar import MediaType, Request, Response, Router, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from desk import intake, refusal, secret
from desk.backend import Message, NoSuchTicketError, NotNowError
from desk.database import one
from desk.numbering import id_of
from desk.office import Office, TheOffice
from desk.rate import Rate, source_of
from desk.refusal import RefusedError
from desk.tables import TICKETS
from diagnostics.version import VERSION
from uploader.desk_messages import (
    API,
    CLAIM_HEADER,
    Author,
    Health,
    NewReply,
    Receipt,
    Refusal,
    TicketView,
)

LOG = logging.getLogger("firsthop.desk")
#: a reply's text has at most 10 000 characters (NewReply); JSON may write one in 12 bytes
REPLY_LIMIT_BYTES = 128 * 1024

# Litestar's request is generic over user, auth and state, none of which the desk uses
AppRequest = Request[Any, Any, Any]


class _TokenHash(msgspec.Struct, frozen=True):
    token_hash: str


def source(request: AppRequest) -> str:
    return source_of(request.client.host) if request.client else "unknown"


def _grant(rate: Rate, request: AppRequest) -> None:
    wait_s = rate.wait_s(source(request))
    if wait_s:
        raise refusal.too_often(wait_s)


def _claim(text_: str) -> str:
    if not secret.CLAIM.fullmatch(text_):
        raise refusal.unauthorised("The claim is missing; it has 64 hexadecimal digits.")
    return text_


def _bearer(request: AppRequest) -> str:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not value:
        raise refusal.unauthorised("The request has no Authorization: Bearer header.")
    return value.strip()


def _bundle_id(text_: str) -> str:
    if not secret.BUNDLE_ID.fullmatch(text_):
        raise refusal.bad_request("A bundle's id has 32 hexadecimal digits.")
    return text_


@post("/bundles", request_max_body_size=None)
async def receive_bundle(request: AppRequest, office: TheOffice) -> Response[Receipt]:
    _grant(office.bundle_rate, request)
    key = _bundle_id(request.headers.get("Idempotency-Key", ""))
    claim = _claim(request.headers.get(CLAIM_HEADER, ""))
    kind = intake.kind_of(request.headers.get("Content-Type", ""))
    limit = intake.LIMITS_BYTES[kind]
    with office.reception.place(source(request)):
        declared = request.headers.get("Content-Length")
        data = await office.reception.body(request.stream(), declared, limit)
        opened = await anyio.to_thread.run_sync(intake.take_in, office, key, claim, data, kind)
    status = 201 if opened.fresh else 200
    return Response(intake.receipt(key, claim, opened), status_code=status)


@get("/bundles/{bundle_id:str}")
async def find_receipt(request: AppRequest, office: TheOffice, bundle_id: FromPath[str]) -> Receipt:
    _grant(office.call_rate, request)
    key, claim = _bundle_id(bundle_id), _claim(_bearer(request))
    opened = await anyio.to_thread.run_sync(office.backend.find, key, claim)
    if opened is None:
        raise refusal.not_found("The desk has no such bundle from this sender.")
    return intake.receipt(key, claim, opened)


def _authorise(office: Office, request: AppRequest, number: str) -> None:
    """The same answer for an absent ticket and a wrong token."""
    token_hash = secret.digest(_bearer(request))
    wanted = select(TICKETS.c.token_hash).where(TICKETS.c.id == (id_of(number) or 0))
    with office.database.read() as connection:
        found = one(connection, wanted, _TokenHash)
    if not secret.same(found.token_hash if found else "", token_hash):
        raise refusal.unauthorised("There is no such ticket, or the token is not its own.")


@get("/tickets/{number:str}")
async def show_ticket(request: AppRequest, office: TheOffice, number: FromPath[str]) -> TicketView:
    _grant(office.call_rate, request)
    await anyio.to_thread.run_sync(_authorise, office, request, number)
    return await anyio.to_thread.run_sync(office.backend.view, number)


@post("/tickets/{number:str}/replies", request_max_body_size=None)
async def add_reply(
    request: AppRequest, office: TheOffice, number: FromPath[str]
) -> Response[TicketView]:
    _grant(office.call_rate, request)
    await anyio.to_thread.run_sync(_authorise, office, request, number)
    declared = request.headers.get("Content-Length")
    with office.reception.place(source(request)):
        data = await office.reception.body(request.stream(), declared, REPLY_LIMIT_BYTES)
    message = _message(data)
    try:
        view = await anyio.to_thread.run_sync(office.backend.reply, number, message)
    except NotNowError as error:
        raise refusal.conflict(str(error)) from error
    except NoSuchTicketError as error:
        raise refusal.not_found(str(error)) from error
    return Response(view, status_code=201)


def _message(data: bytes) -> Message:
    try:
        reply = msgspec.json.decode(data, type=NewReply)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refusal.bad_request(f"The reply cannot be read: {error}.") from error
    if not reply.text.strip():
        raise refusal.bad_request("The reply is empty.")
    return Message(id=reply.id, author=Author.SUBSCRIBER, name="", text=reply.text)


@get("/health", sync_to_thread=True)
def health(office: TheOffice) -> Health:
    with office.database.read() as connection:
        connection.execute(text("SELECT 1"))
    return Health(ok=True, version=VERSION)


def refused(request: AppRequest, error: RefusedError) -> Response[Refusal]:
    del request
    headers = {"Retry-After": str(error.wait_s)} if error.wait_s else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        error.refusal, status_code=error.status, headers=headers, media_type=MediaType.JSON
    )


def failed(request: AppRequest, error: Exception) -> Response[Refusal]:
    """Litestar's own refusals, and our mistakes, in the same form."""
    if isinstance(error, HTTPException) and error.status_code < 500:
        kind = "not_found" if error.status_code == 404 else "bad_request"
        sentence = f"The desk does not understand this request ({error.status_code})."
        return refused(request, RefusedError(error.status_code, kind, sentence))
    if is_gone(error):
        return refused(request, refusal.too_slow())
    LOG.error("the desk failed on %s", request.url.path, exc_info=error)
    if isinstance(error, OperationalError):
        return refused(request, refusal.busy("The desk can store nothing just now; try again."))
    return refused(request, refusal.own_fault())


def is_gone(error: Exception) -> bool:
    """The sender hung up, or stopped, in the middle of its body: nothing for the desk's log."""
    return isinstance(error, HTTPException) and error.detail == "client disconnected prematurely"


def routes() -> Router:
    return Router(
        path=API,
        route_handlers=[receive_bundle, find_receipt, show_ticket, add_reply, health],
        exception_handlers={
            RefusedError: refused,
            OperationalError: failed,
            Exception: failed,
        },
    )
