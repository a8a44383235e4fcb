"""A SQLite file of the agent: opened for this user alone, kept current, moved aside when damaged.

History and outbox are two files, so that damage to one leaves the other whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.folders import FolderError, private_folder
from uploader.times import now_text

#: a second process (terminal beside agent) waits this long for the other's write
BUSY_S = 5.0
#: reading a whole file to look for damage takes about 1 s per 500 MB; beyond, damage shows in use
CHECKED_BYTES = 256 * 1024 * 1024
_BESIDE = ("-wal", "-shm")


class StoreError(Exception):
    """Storage that cannot be used now; the message is one sentence for a person."""


@dataclass(frozen=True)
class Database:
    """An open file; `moved_aside` is a sentence when a damaged one had to make room."""

    connection: sqlite3.Connection
    path: Path
    moved_aside: str = ""

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction: all of it or nothing. StoreError when the disk is full or the like."""
        return writing(self.connection, self.path)

    def close(self) -> None:
        self.connection.close()


def open_database(path: Path, migrations: Sequence[str]) -> Database:
    """Open or make it, and bring its schema up to `len(migrations)`.

    Raises StoreError when the folder cannot be used or a newer version has written the file.
    """
    moved = ""
    try:
        private_folder(path.parent)
        connection = _connect(path)
        try:
            _check(connection, path)
        except sqlite3.DatabaseError as error:
            connection.close()
            if _is_passing(error):
                raise
            moved = _move_aside(path)
            connection = _connect(path)
        try:
            _migrate(connection, migrations, path)
        except BaseException:
            connection.close()
            raise
    except FolderError as error:
        raise StoreError(str(error)) from error
    except (OSError, sqlite3.Error) as error:
        raise StoreError(_sentence(error, path)) from error
    return Database(connection, path, moved)


@contextmanager
def writing(connection: sqlite3.Connection, path: Path) -> Generator[sqlite3.Connection]:
    """One transaction: all of it or nothing. StoreError when the disk is full or the like."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has ended it already
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise StoreError(_sentence(error, path)) from error


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        path.touch(mode=0o600)
    return sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # resident memory: the default page cache grows to 2 MB a file; half a MB serves us
    connection.execute("PRAGMA cache_size = -512")
    connection.execute("PRAGMA journal_mode = WAL")
    # a ticket must survive a power cut, not only a crash
    connection.execute("PRAGMA synchronous = FULL")
    if path.stat().st_size > CHECKED_BYTES:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return
    row = connection.execute("PRAGMA quick_check(1)").fetchone()
    if row is None or row[0] != "ok":
        raise sqlite3.DatabaseError("the quick check found damage")


def _is_passing(error: sqlite3.DatabaseError) -> bool:
    """Locked, full or read-only is no damage: the file stays where it is."""
    return isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error)


def _move_aside(path: Path) -> str:
    stamp = now_text().replace(":", "").replace(".", "")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    path.rename(aside)
    for ending in _BESIDE:
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    return f"The file {path.name} was damaged; it was moved to {aside.name} and a new one begun."


def _migrate(connection: sqlite3.Connection, migrations: Sequence[str], path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, len(migrations), path)
        for number, script in enumerate(migrations[version:], start=version + 1):
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number:d}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, known: int, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > known:
        raise StoreError(
            f"{path} was written by a newer version of Firsthop; update Firsthop to use it."
        )
    return version


def _sentence(error: Exception, path: Path) -> str:
    text = str(error)
    if "full" in text or getattr(error, "errno", None) == 28:
        return f"The disk is full: nothing can be kept in {path.parent}. Free some space."
    if "locked" in text:
        return f"Another program holds {path}; try again in a moment."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else text
    return f"{path} cannot be used: {reason}."
