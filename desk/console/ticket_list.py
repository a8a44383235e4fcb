"""The list of tickets."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

import anyio.to_thread
import msgspec
from litestar import Response, get
from litestar.response import Redirect

from desk import moment, search
from desk.console import words
from desk.console.guard import PageRequest, TheSession, is_fragment, refreshes_itself
from desk.console.rendering import page
from desk.numbering import id_of, number_of
from desk.office import Office, TheOffice
from desk.search import Counts, Order, Page, Show, Wish
from desk.sessions import Session
from diagnostics.verdict import Segment
from uploader.desk_messages import TicketState


class Choice(msgspec.Struct, frozen=True):
    """One tab or option of a filter."""

    value: str
    word: str
    url: str
    chosen: bool
    count: int = -1


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """What list.html shows. Addresses are empty where there is no such page."""

    page: Page
    wish: Wish
    tabs: tuple[Choice, ...]
    states: tuple[Choice, ...]
    segments: tuple[Choice, ...]
    causes: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    next_url: str
    previous_url: str
    first_url: str
    live_url: str
    mark: str
    filtered: bool


@get("/")
async def start() -> Redirect:
    return Redirect("/tickets", status_code=303)


@get("/tickets")
async def ticket_list(
    request: PageRequest, office: TheOffice, session: TheSession
) -> Response[str] | Response[None] | Redirect:
    wish = wish_of(request, session)
    ticket_id = id_of(wish.text)
    if ticket_id is not None and not is_fragment(request):
        return Redirect(f"/tickets/{number_of(ticket_id)}", status_code=303)
    view = await anyio.to_thread.run_sync(_view, office, wish)
    if refreshes_itself(request):
        if request.query_params.get("mark") == view.mark:
            return Response(None, status_code=204)
        return page(office, "list_part.html", session=session, view=view)
    return page(office, "list.html", session=session, view=view)


def wish_of(request: PageRequest, session: Session) -> Wish:
    """What the address asks for; what it asks in vain is left out."""
    asked = request.query_params
    segment = asked.get("segment", "")
    order = asked.get("order", "")
    after, before = search.key_of(asked.get("after", "")), search.key_of(asked.get("before", ""))
    return Wish(
        show=_show(asked.get("show", "")),
        segment=Segment(segment) if segment in set(Segment) else None,
        cause=asked.get("cause", "").replace("\0", "")[:80],
        text=asked.get("text", "").replace("\0", "").strip()[:100],
        order=Order(order) if order in set(Order) else Order.NEWEST,
        after=None if before else after,
        before=before,
        staff_id=session.staff_id,
    )


def _show(text: str) -> Show | TicketState:
    if text in set(TicketState):
        return TicketState(text)
    return Show(text) if text in set(Show) else Show.OPEN


def _url(wish: Wish, **changes: object) -> str:
    """The list with these wishes changed, from its first page on."""
    changed = msgspec.structs.replace(wish, **({"after": None, "before": None} | changes))
    parts = {
        "show": changed.show if changed.show is not Show.OPEN else "",
        "segment": changed.segment or "",
        "cause": changed.cause,
        "text": changed.text,
        "order": changed.order if changed.order is not Order.NEWEST else "",
        "after": changed.after or "",
        "before": changed.before or "",
    }
    query = urlencode({name: str(value) for name, value in parts.items() if value})
    return f"/tickets?{query}" if query else "/tickets"


def _view(office: Office, wish: Wish) -> ListView:
    with office.database.read() as connection:
        found = search.find(connection, wish)
        counts = search.counts(connection, wish.staff_id)
        causes = search.causes(connection)
    # the minute is in it because the rows say how long ago
    seen = msgspec.json.encode((found, counts, moment.now()[:16]))
    live = _url(wish, after=wish.after, before=wish.before)
    mark = hashlib.sha256(seen).hexdigest()[:16]
    joint = "&" if "?" in live else "?"
    return ListView(
        page=found,
        wish=wish,
        tabs=_tabs(wish, counts),
        states=_states(wish),
        segments=_segments(wish),
        causes=_causes(wish, causes),
        orders=_orders(wish),
        next_url=_url(wish, after=found.next) if found.next else "",
        previous_url=_url(wish, before=found.previous) if found.previous else "",
        first_url=_url(wish) if wish.after or wish.before else "",
        live_url=f"{live}{joint}live=1&mark={mark}",
        mark=mark,
        filtered=bool(wish.segment or wish.cause or wish.text),
    )


def _tabs(wish: Wish, counts: Counts) -> tuple[Choice, ...]:
    named = (
        (Show.OPEN, "Open", counts.open),
        (Show.ANSWER, "To answer", counts.answer),
        (Show.MINE, "Mine", counts.mine),
        (Show.ALL, "All", counts.all),
    )
    return tuple(
        Choice(show, word, _url(wish, show=show), wish.show == show, count)
        for show, word, count in named
    )


def _states(wish: Wish) -> tuple[Choice, ...]:
    return tuple(
        Choice(state, words.state_word(state), _url(wish, show=state), wish.show == state)
        for state in TicketState
    )


def _segments(wish: Wish) -> tuple[Choice, ...]:
    return tuple(Choice(s, words.segment_word(s), "", wish.segment is s) for s in Segment)


def _causes(wish: Wish, causes: list[str]) -> tuple[Choice, ...]:
    return tuple(Choice(c, words.cause_word(c), "", wish.cause == c) for c in causes)


def _orders(wish: Wish) -> tuple[Choice, ...]:
    named = ((Order.NEWEST, "Latest change first"), (Order.OLDEST, "Longest waiting first"))
    return tuple(Choice(order, word, "", wish.order is order) for order, word in named)
