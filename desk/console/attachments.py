"""The files of a ticket's bundle: to save, or the report to read inside a sandbox."""

from __future__ import annotations

import anyio.to_thread
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from desk import search, tickets
from desk.console.guard import PageRequest, TheSession
from desk.database import one
from desk.intake import stored_bundle
from desk.office import Office, TheOffice
from desk.search import FileKey
from uploader.bundle import REPORT

#: the report carries its own style and pictures, and must be able to do nothing else
SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


def _file(office: Office, number: str, name: str) -> tuple[str, bytes]:
    """The ticket's own number and the content. NotFoundException when the manifest lacks it."""
    with office.database.read() as connection:
        ticket = tickets.get(connection, number)
        stored = one(connection, search.bundle_of(ticket.id), FileKey)
    bundle = stored_bundle(office, stored)
    content = bundle.files.get(name)
    if content is None:
        raise NotFoundException
    return ticket.number, content


@get("/tickets/{number:str}/files/{name:str}")
async def attachment(
    request: PageRequest,
    office: TheOffice,
    session: TheSession,
    number: FromPath[str],
    name: FromPath[str],
) -> Response[bytes]:
    """Everything is a download of inert bytes; only the report can be looked at, sandboxed."""
    del session
    own_number, content = await anyio.to_thread.run_sync(_file, office, number, name)
    looks = name == REPORT and "look" in request.query_params
    headers = {"Content-Security-Policy": SANDBOX}
    if looks:
        headers["X-Frame-Options"] = "SAMEORIGIN"
    else:
        safe = "".join(c for c in name if c.isascii() and (c.isalnum() or c in "._-"))
        headers["Content-Disposition"] = f'attachment; filename="{own_number}-{safe}"'
    media_type = "text/html; charset=utf-8" if looks else "application/octet-stream"
    return Response(content, media_type=media_type, headers=headers)
