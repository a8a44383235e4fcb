"""Puts the desk together: API, console, and the sweeping that runs beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread
from litestar import Litestar
from litestar.di import Provide
from litestar.types import ASGIApp
from sqlalchemy.exc import SQLAlchemyError

from desk import api
from desk.console import pages
from desk.door import Door
from desk.files import FilesError
from desk.intake import sweep
from desk.office import Office
from desk.readiness import prepare_types

LOG = logging.getLogger("firsthop.desk")
SWEEP_EVERY_S = 3600.0


def make_app(office: Office) -> ASGIApp:
    """The ASGI application; closes `office` when it ends."""

    prepare_types()

    def the_office() -> Office:
        return office

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None, None]:
        del app
        sweeping = asyncio.create_task(_sweep_now_and_then(office))
        try:
            yield
        finally:
            sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await sweeping
            office.close()

    app = Litestar(
        route_handlers=[api.routes(), pages.routes(office)],
        dependencies={"office": Provide(the_office, sync_to_thread=False)},
        exception_handlers=pages.failures(office),
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )
    return Door(app, office.settings)


async def _sweep_now_and_then(office: Office) -> None:
    while True:
        try:
            age_s = office.settings.limits.orphan_age_s
            removed = await anyio.to_thread.run_sync(sweep, office.database, office.files, age_s)
            if removed:
                LOG.warning("removed %d files of bundles that were never completed", removed)
        except (FilesError, SQLAlchemyError):
            LOG.exception("sweeping failed; it is tried again later")
        await asyncio.sleep(SWEEP_EVERY_S)
