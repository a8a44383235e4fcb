"""The page of one ticket, its refreshing part, and the technician's page."""

from __future__ import annotations

import logging
import secrets

import anyio.to_thread
import msgspec
from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import select

from desk import history, search, tickets
from desk.accounts import Staff, everybody
from desk.console.dossier import Dossier, dossier
from desk.console.guard import PageRequest, TheSession
from desk.console.rendering import page
from desk.database import every, one
from desk.files import FilesError
from desk.history import Entry
from desk.intake import stored_bundle
from desk.office import Office, TheOffice
from desk.search import FileKey
from desk.sessions import Session
from desk.states import MOVES
from desk.tables import OUTAGES
from desk.tickets import Outage, Ticket
from uploader.bundle import BundleError, BundleFile, Contact
from uploader.desk_messages import TicketState

LOG = logging.getLogger("firsthop.desk")
DONE = {
    "reply": "The answer is in the subscriber's app now.",
    "note": "The note is saved.",
    "state": "The state is set.",
    "assign": "The assignment is saved.",
    "outage": "The tie to the outage is saved.",
}


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody was writing when the desk had to say no; nothing typed is lost."""

    error: str = ""
    done: str = ""  # what has just been done
    reply: str = ""
    note: str = ""


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """What ticket.html shows. `dossier` is None when the bundle's file cannot be read."""

    ticket: Ticket
    contact: Contact
    entries: tuple[Entry, ...]
    moves: tuple[TicketState, ...]
    staff: tuple[Staff, ...]
    assignee: str
    outages: tuple[Outage, ...]
    outage: Outage | None
    dossier: Dossier | None
    missing: str  # why there is no dossier
    files: tuple[BundleFile, ...]
    app_version: str
    bundle_id: str
    reply_id: str


def view_of(office: Office, number: str) -> TicketView:
    """Raise NoSuchTicketError. Blocking."""
    with office.database.read() as connection:
        ticket = tickets.get(connection, number)
        entries = tuple(history.entries(connection, ticket.id))
        stored = one(connection, search.bundle_of(ticket.id), FileKey)
        staff = tuple(each for each in everybody(connection) if each.active)
        known = every(connection, select(OUTAGES).order_by(OUTAGES.c.id.desc()).limit(100), Outage)
    told, files, version, missing = None, (), "", ""
    try:
        bundle = stored_bundle(office, stored)
        files, version = bundle.manifest.files, bundle.manifest.app_version
        told = dossier(bundle.run)
    except (FilesError, BundleError) as error:
        missing = str(error)
    except (ArithmeticError, ValueError):
        LOG.exception("the run of %s cannot be shown", ticket.number)
        missing = "The check's figures cannot be shown; the files below hold them."
    return TicketView(
        ticket=ticket,
        contact=ticket.who(),
        entries=entries,
        moves=MOVES[ticket.state],
        staff=staff,
        assignee=next((s.shown_name for s in staff if s.id == ticket.assignee_id), ""),
        outages=tuple(each for each in known if not each.ended_at or each.id == ticket.outage_id),
        outage=next((each for each in known if each.id == ticket.outage_id), None),
        dossier=told,
        missing=missing,
        files=files,
        app_version=version,
        bundle_id=stored.id if stored else "",
        reply_id=secrets.token_hex(16),
    )


async def ticket_page(
    office: Office, session: Session, number: str, draft: Draft | None = None, status: int = 200
) -> Response[str]:
    view = await anyio.to_thread.run_sync(view_of, office, number)
    told = draft or Draft()
    return page(office, "ticket.html", session=session, status=status, view=view, draft=told)


@get("/tickets/{number:str}")
async def show(
    request: PageRequest, office: TheOffice, session: TheSession, number: FromPath[str]
) -> Response[str]:
    done = DONE.get(request.query_params.get("done", ""), "")
    return await ticket_page(office, session, number, Draft(done=done))


@get("/tickets/{number:str}/live")
async def live(
    request: PageRequest, office: TheOffice, session: TheSession, number: FromPath[str]
) -> Response[str] | Response[None]:
    """The history and state anew when anything changed since `seen`."""
    ticket, entries = await anyio.to_thread.run_sync(_history, office, number)
    if request.query_params.get("seen") == ticket.changed_at:
        return Response(None, status_code=204)
    return page(
        office, "history_part.html", session=session, ticket=ticket, entries=entries, alone=True
    )


def _history(office: Office, number: str) -> tuple[Ticket, list[Entry]]:
    with office.database.read() as connection:
        ticket = tickets.get(connection, number)
        return ticket, history.entries(connection, ticket.id)


@get("/tickets/{number:str}/technician")
async def technician(
    office: TheOffice, session: TheSession, number: FromPath[str]
) -> Response[str]:
    view = await anyio.to_thread.run_sync(view_of, office, number)
    return page(office, "technician.html", session=session, view=view)
