"""All pages of the console, and what a browser sees when something cannot be shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from litestar import MediaType, Response, Router, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import ClientRedirect
from sqlalchemy.exc import OperationalError

from desk import api
from desk.backend import NoSuchTicketError
from desk.console import (
    attachments,
    brand,
    entrance,
    outage_pages,
    spoken_code,
    ticket_list,
    ticket_page,
    ticket_work,
)
from desk.console.guard import (
    FORM_LIMIT_BYTES,
    FormError,
    NeedsLoginError,
    PageRequest,
    form_of,
    is_fragment,
    session_of,
)
from desk.console.rendering import FOLDER, page
from desk.files import FilesError
from desk.office import Office
from uploader.bundle import BundleError
from uploader.desk_messages import API

LOG = logging.getLogger("firsthop.desk")
STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def routes(office: Office) -> Router:
    """`office` gives the brand's style sheet, made once."""
    sheet = brand.style_sheet(office.settings.profile.brand)

    @get("/static/brand.css")
    async def brand_sheet() -> Response[str]:
        return Response(sheet, media_type=MediaType.CSS, headers=_kept())

    return Router(
        path="/",
        route_handlers=[
            brand_sheet,
            static,
            ticket_list.start,
            ticket_list.ticket_list,
            ticket_page.show,
            ticket_page.live,
            ticket_page.technician,
            *(ticket_work.reply, ticket_work.note, ticket_work.change_state),
            *(ticket_work.assign, ticket_work.tie_outage),
            attachments.attachment,
            spoken_code.code_page,
            *(outage_pages.outage_list, outage_pages.add_outage, outage_pages.end_outage),
            *(entrance.login_page, entrance.login, entrance.logout),
            *(entrance.setup_page, entrance.setup),
        ],
        dependencies={"session": Provide(session_of), "form": Provide(form_of)},
        request_max_body_size=FORM_LIMIT_BYTES,
    )


def _kept() -> dict[str, str]:
    """Asked again each time, sent again only when the desk was renewed."""
    return {"Cache-Control": "private, max-age=300"}


@get("/static/{name:str}", sync_to_thread=True)
def static(name: FromPath[str]) -> Response[bytes]:
    if name not in STATIC:
        raise HTTPException(status_code=404)
    content = (FOLDER / "static" / name).read_bytes()
    return Response(content, media_type=STATIC[name], headers=_kept())


Answer = Response[Any]


def failures(office: Office) -> dict[int | type[Exception], Callable[..., Response[Any]]]:
    """Exception handlers for everything that is not the API."""

    def needs_login(request: PageRequest, error: NeedsLoginError) -> Answer:
        del error
        if is_fragment(request):
            return ClientRedirect("/login")
        goes_to = request.url.path if request.method == "GET" else "/tickets"
        return Redirect("/login", status_code=303, query_params={"next": goes_to})

    def no_ticket(request: PageRequest, error: NoSuchTicketError) -> Answer:
        del request
        return page(office, "problem.html", status=404, title="Not found", sentence=str(error))

    def bad_form(request: PageRequest, error: FormError) -> Answer:
        del request
        sentence = str(error)
        return page(office, "problem.html", status=error.status, title="Stop", sentence=sentence)

    def no_file(request: PageRequest, error: FilesError | BundleError) -> Answer:
        del request
        sentence = str(error)
        return page(office, "problem.html", status=503, title="Not there", sentence=sentence)

    def no_database(request: PageRequest, error: OperationalError) -> Answer:
        LOG.error("the database failed on %s", _shown_path(request), exc_info=error)
        sentence = "The desk's database does not answer or cannot store just now. Try again."
        return page(office, "problem.html", status=503, title="Not now", sentence=sentence)

    def failed(request: PageRequest, error: Exception) -> Response[Any]:
        if request.url.path.startswith(API):
            return api.failed(request, error)
        if status := _askers_fault(error):
            return _known_problem(office, status)
        LOG.error("the desk failed on %s", _shown_path(request), exc_info=error)
        sentence = "The desk made a mistake and wrote it to its log. Try again."
        return page(office, "problem.html", status=500, title="Something broke", sentence=sentence)

    return {
        NeedsLoginError: needs_login,
        NoSuchTicketError: no_ticket,
        FormError: bad_form,
        FilesError: no_file,
        BundleError: no_file,
        OperationalError: no_database,
        Exception: failed,
    }


def _askers_fault(error: Exception) -> int:
    """The HTTP status to answer, 0 when the fault is the desk's."""
    if api.is_gone(error):
        return 408
    if isinstance(error, HTTPException) and error.status_code < 500:
        return error.status_code
    return 0


def _shown_path(request: PageRequest) -> str:
    """For the log: a set-up link is a secret."""
    path = request.url.path
    return "/setup/…" if path.startswith("/setup/") else path


def _known_problem(office: Office, status: int) -> Response[str]:
    if status == 404:
        sentence = "There is no such page. The list of tickets is the place to start."
        return page(office, "problem.html", status=404, title="Not found", sentence=sentence)
    if status == 413:
        sentence = "The text is too long. Shorten it and send it again."
        return page(office, "problem.html", status=413, title="Too long", sentence=sentence)
    sentence = f"The desk could not understand this request ({status}). Go back and try again."
    return page(office, "problem.html", status=status, title="Not understood", sentence=sentence)
