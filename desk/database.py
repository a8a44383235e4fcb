"""The desk's database, SQLite or PostgreSQL, through SQLAlchemy Core; upgraded at start."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    RowMapping,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from desk.settings import SettingsError

T = TypeVar("T")
MIGRATIONS = Path(__file__).parent / "migrations"
#: a writer waits this long for another writer of the same SQLite file
BUSY_S = 10
#: any constant: the processes of one desk that start together upgrade one after the other
UPGRADE_LOCK = 6_847_302


class Database:
    """Connections for reading and for writing. Used from worker threads, never from the loop."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            message = "The database URL cannot be read; give sqlite:///FILE or postgresql://…"
            raise SettingsError(message) from error
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._writer = self.engine.execution_options(desk_writes=True)

    @contextmanager
    def read(self) -> Generator[Connection, None, None]:
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Generator[Connection, None, None]:
        """One transaction: all of it or nothing. On SQLite it is alone from the start."""
        with self._writer.begin() as connection:
            yield connection

    def upgrade(self) -> None:
        """Bring the schema up to date. Raise SettingsError when the database cannot be reached."""
        try:
            with self._writer.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})"))
                config = Config()
                config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            shown = self.url.render_as_string(hide_password=True)
            reason = str(error.__cause__ or error).strip().split("\n", 1)[0]
            raise SettingsError(f"The database {shown} cannot be used: {reason}.") from error

    def close(self) -> None:
        self.engine.dispose()


# `hide_parameters`: an error that reaches the log must not quote names and phone numbers
def _sqlite_engine(url: str) -> Engine:
    file = make_url(url).database
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not file.startswith("file:"):
                _keep_private(Path(file))
        except OSError as error:
            raise SettingsError(f"The database {file} cannot be made: {error.strerror}.") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_S}, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begins)
    return engine


def _keep_private(file: Path) -> None:
    """Names and phones: for this user alone, whatever the folder. A new journal takes its mode."""
    file.touch(mode=0o600)
    for ending in ("", "-wal", "-shm"):
        # absent, or another user's who has let us in on purpose
        with suppress(FileNotFoundError, PermissionError):
            file.with_name(file.name + ending).chmod(0o600)


def _sqlite_connected(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """The driver's own transactions begin too late; `_sqlite_begins` begins them instead."""
    del entry
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
    cursor = connection.cursor()
    _turn_on_wal(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _turn_on_wal(cursor: DBAPICursor) -> None:
    """Desks that start at once collide here: SQLite's own wait does not cover the journal."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _sqlite_begins(connection: Connection) -> None:
    """A writer takes the lock at once: a reader that turns writer would fail half-way."""
    writes = bool(connection.get_execution_options().get("desk_writes"))
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        url, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True
    )


def one(connection: Connection, statement: Executable, kind: type[T]) -> T | None:
    """The first row as a Struct with the columns' names, or None."""
    row = connection.execute(statement).mappings().first()
    return None if row is None else msgspec.convert(_plain(row), kind)


def every(connection: Connection, statement: Executable, kind: type[T]) -> list[T]:
    rows = [_plain(row) for row in connection.execute(statement).mappings()]
    return msgspec.convert(rows, list[kind])


def _plain(row: RowMapping) -> dict[str, object]:
    """Column names are a subclass of str, which msgspec does not take for field names."""
    return {str(name): value for name, value in row.items()}
