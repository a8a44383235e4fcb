"""Called by alembic with the connection that `Database.upgrade` opened."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from desk.tables import METADATA


def run() -> None:
    connection: object = context.config.attributes["connection"]
    if not isinstance(connection, Connection):
        raise TypeError("the desk's migrations run through Database.upgrade only")
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    context.run_migrations()


run()
