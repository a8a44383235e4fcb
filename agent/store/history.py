"""The checks that were made: a slim index to page through, each Run document beside it."""

from __future__ import annotations

import sqlite3
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from agent.folders import data_folder
from agent.ipc.messages import (
    RunSummary,
)
from agent.store.database import Database, StoreError, open_database
from diagnostics.past import LONGEST_DAYS, PastCheck, remembered
from diagnostics.run import Run, RunError, decode_run
from diagnostics.verdict import Status
from uploader.times import text_of

MIGRATIONS = (
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        started_at TEXT NOT NULL,
        status TEXT NOT NULL,
        verdict_id TEXT NOT NULL,
        headline TEXT NOT NULL,
        complete INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX runs_newest ON runs (started_at DESC, id DESC);
    CREATE TABLE documents (
        run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
        document BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE earlier (
        run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
        past BLOB NOT NULL
    ) WITHOUT ROWID
    """,
)
_COLUMNS = "id, started_at, status, verdict_id, headline, complete"
PAGE = 500
#: so many checks are looked through for those of the connection of now, whatever is stored
PAST = 120
#: Runs kept by a version that did not remember: so many are read anew at a time, 15 ms each
_CATCH_UP = 20
_NOTHING = b""


class History:
    """The Runs of this user, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connection

    @property
    def moved_aside(self) -> str:
        return self._database.moved_aside

    def close(self) -> None:
        self._database.close()

    def keep(self, run: Run) -> None:
        """Store a new Run, or the same one as it stands now (a step tried, an answer)."""
        document = zlib.compress(msgspec.json.encode(run), 6)
        verdict = run.verdict
        row = (run.id, run.started_at, verdict.status, verdict.id, verdict.headline, run.complete)
        with self._database.writing() as connection:
            connection.execute(
                f"INSERT INTO runs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
                " ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
                " verdict_id = excluded.verdict_id, headline = excluded.headline,"
                " complete = excluded.complete",
                row,
            )
            connection.execute(
                "INSERT INTO documents (run_id, document) VALUES (?, ?)"
                " ON CONFLICT (run_id) DO UPDATE SET document = excluded.document",
                (run.id, document),
            )
            _remember(connection, run)

    def run(self, run_id: str) -> Run | None:
        """None when there is no such Run; StoreError when its document is damaged."""
        row = self._connection.execute(
            "SELECT document FROM documents WHERE run_id = ?", (run_id,)
        ).fetchone()
        if row is None:
            return None
        try:
            return decode_run(zlib.decompress(row[0]))
        except (zlib.error, RunError) as error:
            raise StoreError(
                f"The check {run_id} is kept in a form that cannot be read."
            ) from error

    def newest(self) -> Run | None:
        page = self.page(limit=1)
        return self.run(page[0].id) if page else None

    def page(self, limit: int = 50, before: str = "") -> tuple[RunSummary, ...]:
        """Newest first; `before` is the started_at of the last one seen."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM runs WHERE started_at < ?"  # noqa: S608
            " ORDER BY started_at DESC, id DESC LIMIT ?",
            (before or "~", max(1, min(limit, PAGE))),
        ).fetchall()
        return tuple(
            RunSummary(
                id=run_id,
                started_at=started_at,
                status=Status(status),
                verdict_id=verdict_id,
                headline=headline,
                complete=bool(complete),
            )
            for run_id, started_at, status, verdict_id, headline, complete in rows
        )

    def past(self, now: datetime | None = None) -> tuple[PastCheck, ...]:
        """What is remembered of the newest checks, newest first. A few ms, whatever is stored.

        StoreError when the file cannot be read.
        """
        since = text_of((now or datetime.now(UTC)) - timedelta(days=LONGEST_DAYS))
        try:
            rows = self._connection.execute(
                "SELECT runs.id, earlier.past FROM runs LEFT JOIN earlier"
                " ON earlier.run_id = runs.id WHERE runs.started_at >= ? AND runs.complete"
                " ORDER BY runs.started_at DESC, runs.id DESC LIMIT ?",
                (since, PAST),
            ).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"The earlier checks cannot be read: {error}.") from error
        unread = [run_id for run_id, known in rows if known is None][:_CATCH_UP]
        read = {run_id: self._catch_up(run_id) for run_id in unread}
        blobs = (read.get(run_id) if known is None else known for run_id, known in rows)
        return tuple(one for blob in blobs if blob and (one := _past_check(blob)) is not None)

    def _catch_up(self, run_id: str) -> bytes:
        """Remember a Run that an older version kept."""
        try:
            run = self.run(run_id)
        except StoreError:
            return _NOTHING
        if run is None:
            return _NOTHING
        with self._database.writing() as connection:
            return _remember(connection, run)

    def count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM runs").fetchone()[0])

    def retire(self, keep_runs: int, keep_days: int, wanted: frozenset[str]) -> int:
        """Forget what is older or more than that, but never a Run in `wanted`; returns how many."""
        oldest = text_of(datetime.now(UTC) - timedelta(days=keep_days))
        rows = self._connection.execute(
            "SELECT id FROM runs WHERE started_at < ?"
            " UNION SELECT id FROM (SELECT id FROM runs ORDER BY started_at DESC, id DESC"
            " LIMIT -1 OFFSET ?)",
            (oldest, keep_runs),
        ).fetchall()
        doomed = [(run_id,) for (run_id,) in rows if run_id not in wanted]
        if doomed:
            with self._database.writing() as connection:
                connection.executemany("DELETE FROM runs WHERE id = ?", doomed)
        return len(doomed)


def _remember(connection: sqlite3.Connection, run: Run) -> bytes:
    """Keep what later checks want to know of this one; nothing of one that was cut short."""
    past = remembered(run)
    blob = _NOTHING if past is None else msgspec.json.encode(past)
    connection.execute(
        "INSERT INTO earlier (run_id, past) VALUES (?, ?)"
        " ON CONFLICT (run_id) DO UPDATE SET past = excluded.past",
        (run.id, blob),
    )
    return blob


def _past_check(blob: bytes) -> PastCheck | None:
    """None for one that cannot be read: it is as if that check had not been."""
    try:
        return msgspec.json.decode(blob, type=PastCheck)
    except msgspec.MsgspecError:
        return None


def open_history(folder: Path | None = None) -> History:
    """StoreError, in one sentence, when it cannot be used."""
    place = (folder or data_folder()) / "history.db"
    return History(open_database(place, MIGRATIONS))
