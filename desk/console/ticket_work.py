"""What a CSR does with a ticket: answer, note, change of state, assignment, known outage."""

from __future__ import annotations

import anyio.to_thread
from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import select, update

from desk import history, moment, tickets
from desk.accounts import Staff
from desk.backend import Message, Move, NotNowError
from desk.console.guard import Form, FormError, TheForm, TheSession
from desk.console.ticket_page import Draft, ticket_page
from desk.database import one
from desk.history import Entry, Kind
from desk.office import Office, TheOffice
from desk.secret import BUNDLE_ID
from desk.sessions import Session
from desk.states import may_move
from desk.tables import OUTAGES, STAFF, TICKETS
from desk.tickets import Outage
from uploader.desk_messages import Author, TicketState

LONGEST_TEXT = 10_000  # NewReply has the same bound
Answer = Response[str] | Redirect


def _back(number: str, done: str) -> Redirect:
    return Redirect(f"/tickets/{number}?done={done}", status_code=303)


@post("/tickets/{number:str}/reply")
async def reply(
    office: TheOffice, session: TheSession, form: TheForm, number: FromPath[str]
) -> Answer:
    draft = Draft(reply=form.fields.get("text", "")[: 2 * LONGEST_TEXT])
    try:
        await anyio.to_thread.run_sync(_reply, office, session, form, number)
    except (FormError, NotNowError) as error:
        draft = Draft(error=str(error), reply=draft.reply)
        return await ticket_page(office, session, number, draft, 422)
    return _back(number, "reply")


def _reply(office: Office, session: Session, form: Form, number: str) -> None:
    text, reply_id = form.text("text", LONGEST_TEXT), form.text("reply_id")
    if not text:
        raise FormError("Write an answer first.", 422)
    if not BUNDLE_ID.fullmatch(reply_id):
        raise FormError("The form is damaged; load the page again.", 422)
    message = Message(
        id=reply_id,
        author=Author.DESK,
        name=session.shown_name,
        text=text,
        staff_id=session.staff_id,
    )
    view = office.backend.reply(number, message)
    then = form.text("then")
    if then in set(TicketState) and may_move(view.state, TicketState(then)):
        _move(office, session, number, view.state, TicketState(then))


def _move(
    office: Office, session: Session, number: str, seen: TicketState, to: TicketState
) -> None:
    move = Move(seen=seen, to=to, name=session.shown_name, staff_id=session.staff_id)
    office.backend.move(number, move)


@post("/tickets/{number:str}/state")
async def change_state(
    office: TheOffice, session: TheSession, form: TheForm, number: FromPath[str]
) -> Answer:
    try:
        seen, to = TicketState(form.text("seen")), TicketState(form.text("to"))
    except ValueError:
        draft = Draft(error="Choose a state first.")
        return await ticket_page(office, session, number, draft, 422)
    try:
        await anyio.to_thread.run_sync(_move, office, session, number, seen, to)
    except NotNowError as error:
        return await ticket_page(office, session, number, Draft(error=str(error)), 409)
    return _back(number, "state")


@post("/tickets/{number:str}/note")
async def note(
    office: TheOffice, session: TheSession, form: TheForm, number: FromPath[str]
) -> Answer:
    try:
        text = form.text("text", LONGEST_TEXT)
    except FormError as error:
        draft = Draft(error=str(error), note=form.fields["text"][: 2 * LONGEST_TEXT])
        return await ticket_page(office, session, number, draft, 422)
    if not text:
        draft = Draft(error="Write a note first.")
        return await ticket_page(office, session, number, draft, 422)
    await anyio.to_thread.run_sync(_note, office, session, number, text)
    return _back(number, "note")


def _entry(session: Session, kind: Kind, text: str) -> Entry:
    return Entry(
        kind=kind,
        author=Author.DESK,
        name=session.shown_name,
        at=moment.now(),
        text=tickets.clean(text),
        staff_id=session.staff_id,
    )


def _note(office: Office, session: Session, number: str, text: str) -> None:
    with office.database.write() as connection:
        ticket = tickets.get(connection, number, to_change=True)
        history.add(connection, ticket.id, _entry(session, Kind.NOTE, text))
        tickets.change(connection, ticket)


@post("/tickets/{number:str}/assign")
async def assign(
    office: TheOffice, session: TheSession, form: TheForm, number: FromPath[str]
) -> Answer:
    await anyio.to_thread.run_sync(_assign, office, session, number, form.text("to"))
    return _back(number, "assign")


def _assign(office: Office, session: Session, number: str, to: str) -> None:
    """To a person by id; to nobody for an empty or unknown one."""
    with office.database.write() as connection:
        ticket = tickets.get(connection, number, to_change=True)
        wanted = select(STAFF).where(STAFF.c.id == (int(to) if _is_id(to) else 0), STAFF.c.active)
        staff = one(connection, wanted, Staff)
        if (staff.id if staff else None) == ticket.assignee_id:
            return
        values = {"assignee_id": staff.id if staff else None}
        connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(values))
        text = f"Assigned to {staff.shown_name}" if staff else "Assigned to nobody"
        history.add(connection, ticket.id, _entry(session, Kind.ASSIGNED, text))
        tickets.change(connection, ticket)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


@post("/tickets/{number:str}/outage")
async def tie_outage(
    office: TheOffice, session: TheSession, form: TheForm, number: FromPath[str]
) -> Answer:
    await anyio.to_thread.run_sync(_tie, office, session, number, form.text("to"))
    return _back(number, "outage")


def _tie(office: Office, session: Session, number: str, to: str) -> None:
    with office.database.write() as connection:
        ticket = tickets.get(connection, number, to_change=True)
        wanted = select(OUTAGES).where(OUTAGES.c.id == (int(to) if _is_id(to) else 0))
        outage = one(connection, wanted, Outage)
        values = {"outage_id": outage.id if outage else None}
        connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(values))
        text = f"Tied to the outage “{outage.title}”" if outage else "Tied to no outage"
        history.add(connection, ticket.id, _entry(session, Kind.OUTAGE, text))
        tickets.change(connection, ticket)
