"""Known outages: told to every subscriber whose ticket is tied to one."""

from __future__ import annotations

import anyio.to_thread
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection, func, insert, select, update

from desk import moment
from desk.console.guard import FormError, TheForm, TheSession
from desk.console.rendering import page
from desk.database import every
from desk.numbering import LAST_ID
from desk.office import Office, TheOffice
from desk.sessions import Session
from desk.tables import OUTAGES, TICKETS
from desk.tickets import Outage


class Listed(msgspec.Struct, frozen=True):
    outage: Outage
    tickets: int


@get("/outages")
async def outage_list(office: TheOffice, session: TheSession) -> Response[str]:
    return await _page(office, session, "", 200)


async def _page(office: Office, session: Session, error: str, status: int) -> Response[str]:
    listed = await anyio.to_thread.run_sync(_listed, office)
    return page(office, "outages.html", session=session, status=status, listed=listed, error=error)


def _listed(office: Office) -> list[Listed]:
    with office.database.read() as connection:
        wanted = select(OUTAGES).order_by(OUTAGES.c.ended_at, OUTAGES.c.id.desc()).limit(200)
        found = every(connection, wanted, Outage)
        return [Listed(each, _how_many(connection, each.id)) for each in found]


def _how_many(connection: Connection, outage_id: int) -> int:
    wanted = select(func.count()).select_from(TICKETS).where(TICKETS.c.outage_id == outage_id)
    return int(connection.execute(wanted).scalar_one())


@post("/outages")
async def add_outage(
    office: TheOffice, session: TheSession, form: TheForm
) -> Response[str] | Redirect:
    try:
        title, text = form.text("title", 200), form.text("text", 2000)
    except FormError as error:
        return await _page(office, session, str(error), 422)
    if not title or not text:
        error = "An outage needs a title and the words for the subscriber."
        return await _page(office, session, error, 422)
    await anyio.to_thread.run_sync(_add, office, title, text)
    return Redirect("/outages", status_code=303)


def _add(office: Office, title: str, text: str) -> None:
    values = {"title": title, "text": text, "started_at": moment.now(), "ended_at": ""}
    with office.database.write() as connection:
        connection.execute(insert(OUTAGES).values(values))


@post("/outages/{outage_id:int}/end")
async def end_outage(
    office: TheOffice, session: TheSession, form: TheForm, outage_id: FromPath[int]
) -> Redirect:
    del session, form
    if outage_id <= LAST_ID:
        await anyio.to_thread.run_sync(_end, office, outage_id)
    return Redirect("/outages", status_code=303)


def _end(office: Office, outage_id: int) -> None:
    """Ending it changes what the subscribers of its tickets see, so those tickets changed too."""
    at = moment.now()
    running = (OUTAGES.c.id == outage_id, OUTAGES.c.ended_at == "")
    with office.database.write() as connection:
        done = connection.execute(update(OUTAGES).where(*running).values(ended_at=at))
        if done.rowcount:
            tied = update(TICKETS).where(TICKETS.c.outage_id == outage_id, TICKETS.c.is_open)
            connection.execute(tied.values(changed_at=at))
