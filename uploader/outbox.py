"""The outbox: every bundle from saved to answered, kept so that no crash loses or doubles one.

The order of writes is the promise: what is about to leave is written down as "may have arrived"
before the first byte goes out, so whoever comes back after a crash asks before sending again.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

import msgspec

from uploader.times import now_text

MIGRATIONS = (
    """
    CREATE TABLE parcels (
        bundle_id TEXT PRIMARY KEY,
        run_id TEXT NOT NULL,
        headline TEXT NOT NULL,
        created_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        stage TEXT NOT NULL,
        sentence TEXT NOT NULL,
        spoken_code TEXT NOT NULL,
        digest TEXT NOT NULL,
        claim TEXT NOT NULL,
        desk_url TEXT NOT NULL DEFAULT '',
        tries INTEGER NOT NULL DEFAULT 0,
        may_have_arrived INTEGER NOT NULL DEFAULT 0,
        next_try_at TEXT NOT NULL DEFAULT '',
        number TEXT NOT NULL DEFAULT '',
        token TEXT NOT NULL DEFAULT '',
        outage TEXT NOT NULL DEFAULT '',
        looked_at TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;
    CREATE INDEX parcels_newest ON parcels (created_at DESC);
    CREATE INDEX parcels_stage ON parcels (stage, next_try_at);
    CREATE INDEX parcels_run ON parcels (run_id);
    CREATE TABLE contents (
        bundle_id TEXT PRIMARY KEY REFERENCES parcels (bundle_id) ON DELETE CASCADE,
        data BLOB NOT NULL
    );
    CREATE TABLE notes (
        id TEXT NOT NULL,
        bundle_id TEXT NOT NULL REFERENCES parcels (bundle_id) ON DELETE CASCADE,
        from_desk INTEGER NOT NULL,
        name TEXT NOT NULL,
        at TEXT NOT NULL,
        text TEXT NOT NULL,
        delivered INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        next_try_at TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (bundle_id, id)
    ) WITHOUT ROWID;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID
    """,
)


class Stage(StrEnum):
    """The words are those of `agent.ipc.messages.Delivery`."""

    SAVED = "saved"
    WAITING = "waiting"
    SENDING = "sending"
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REFUSED = "refused"


#: consented, and not yet at the desk
ON_THE_WAY = (Stage.WAITING, Stage.SENDING)
#: at the desk, and still moving
OPEN = (Stage.RECEIVED, Stage.IN_PROGRESS, Stage.ANSWERED, Stage.RESOLVED)


class OutboxError(Exception):
    """What was asked cannot be done; the message is one sentence for a person."""


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One bundle and its ticket. Times are RFC 3339; `claim` and `token` are secrets."""

    bundle_id: str
    run_id: str
    headline: str
    created_at: str
    changed_at: str
    stage: Stage
    sentence: str
    spoken_code: str
    digest: str
    claim: str
    desk_url: str = ""
    tries: int = 0
    may_have_arrived: bool = False
    next_try_at: str = ""
    number: str = ""
    token: str = ""
    outage: str = ""
    looked_at: str = ""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a ticket; `delivered` is false until the desk has it."""

    id: str
    bundle_id: str
    from_desk: bool
    name: str
    at: str
    text: str
    delivered: bool
    tries: int = 0
    next_try_at: str = ""


class Drawer(Protocol):
    """An open SQLite file, as whoever keeps files hands it out."""

    @property
    def connection(self) -> sqlite3.Connection: ...

    @property
    def moved_aside(self) -> str: ...

    def writing(self) -> AbstractContextManager[sqlite3.Connection]: ...

    def close(self) -> None: ...


_PARCEL = msgspec.structs.fields(Parcel)
_NOTE = msgspec.structs.fields(Note)
_PARCEL_COLUMNS = ", ".join(field.name for field in _PARCEL)
_NOTE_COLUMNS = ", ".join(field.name for field in _NOTE)


class Outbox:
    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer
        self._connection = drawer.connection

    @property
    def moved_aside(self) -> str:
        """A sentence when a damaged file had to make room for this one."""
        return self._drawer.moved_aside

    def close(self) -> None:
        self._drawer.close()

    # -- parcels --------------------------------------------------------------------------------

    def put(self, parcel: Parcel, data: bytes) -> None:
        """A new draft; an older draft of the same Run gives way."""
        marks = ", ".join("?" for _ in _PARCEL)
        with self._drawer.writing() as connection:
            connection.execute(
                "DELETE FROM parcels WHERE run_id = ? AND stage = ?", (parcel.run_id, Stage.SAVED)
            )
            connection.execute(
                f"INSERT INTO parcels ({_PARCEL_COLUMNS}) VALUES ({marks})",  # noqa: S608
                msgspec.structs.astuple(parcel),
            )
            connection.execute("INSERT INTO contents VALUES (?, ?)", (parcel.bundle_id, data))

    def parcel(self, bundle_id: str) -> Parcel | None:
        rows = self._parcels("WHERE bundle_id = ?", (bundle_id,))
        return rows[0] if rows else None

    def content(self, bundle_id: str) -> bytes:
        row = self._connection.execute(
            "SELECT data FROM contents WHERE bundle_id = ?", (bundle_id,)
        ).fetchone()
        if row is None:
            raise OutboxError("This bundle is not kept here any more.")
        return bytes(row[0])

    def newest(self, limit: int = 200) -> tuple[Parcel, ...]:
        """All that were consented to, newest first; drafts are not tickets."""
        return self._parcels(
            "WHERE stage <> ? ORDER BY created_at DESC LIMIT ?", (Stage.SAVED, limit)
        )

    def on_the_way(self) -> tuple[Parcel, ...]:
        return self._parcels("WHERE stage IN (?, ?) ORDER BY created_at", ON_THE_WAY)

    def open_tickets(self) -> tuple[Parcel, ...]:
        return self._parcels("WHERE stage IN (?, ?, ?, ?) ORDER BY created_at", OPEN)

    def kept_runs(self) -> frozenset[str]:
        """Runs that belong to a bundle: history may not forget them."""
        rows = self._connection.execute("SELECT DISTINCT run_id FROM parcels").fetchall()
        return frozenset(str(run_id) for (run_id,) in rows)

    def seal_up(self, bundle_id: str, data: bytes, desk_url: str) -> Parcel:
        """Consent was given: from now on it goes out as it is. Harmless when done twice."""
        parcel = self._wanted(bundle_id)
        if parcel.stage is not Stage.SAVED:
            return parcel
        waiting = msgspec.structs.replace(
            parcel,
            stage=Stage.WAITING,
            desk_url=desk_url,
            next_try_at=now_text(),
            sentence="Saved; it goes out as soon as the line allows.",
        )
        with self._drawer.writing() as connection:
            connection.execute(
                "UPDATE contents SET data = ? WHERE bundle_id = ?", (data, bundle_id)
            )
            return self._save(connection, waiting)

    def update(self, parcel: Parcel) -> Parcel:
        with self._drawer.writing() as connection:
            return self._save(connection, parcel)

    def forget_content(self, bundle_id: str) -> None:
        """The desk has it: the copy here has served."""
        with self._drawer.writing() as connection:
            connection.execute("DELETE FROM contents WHERE bundle_id = ?", (bundle_id,))

    def discard(self, bundle_id: str) -> None:
        """Only before it may have left this computer."""
        parcel = self._wanted(bundle_id)
        if parcel.may_have_arrived or parcel.stage not in {Stage.SAVED, Stage.WAITING}:
            raise OutboxError("It was sent already and cannot be taken back; ask the desk.")
        with self._drawer.writing() as connection:
            connection.execute("DELETE FROM parcels WHERE bundle_id = ?", (bundle_id,))

    def recover(self) -> None:
        """After a crash: what was being sent waits again, and may have arrived."""
        with self._drawer.writing() as connection:
            connection.execute(
                "UPDATE parcels SET stage = ?, may_have_arrived = 1 WHERE stage = ?",
                (Stage.WAITING, Stage.SENDING),
            )

    def _wanted(self, bundle_id: str) -> Parcel:
        parcel = self.parcel(bundle_id)
        if parcel is None:
            raise OutboxError("There is no such bundle on this computer.")
        return parcel

    def _save(self, connection: sqlite3.Connection, parcel: Parcel) -> Parcel:
        changed = msgspec.structs.replace(parcel, changed_at=now_text())
        names = [field.name for field in _PARCEL if field.name != "bundle_id"]
        settings = ", ".join(f"{name} = ?" for name in names)
        connection.execute(
            f"UPDATE parcels SET {settings} WHERE bundle_id = ?",  # noqa: S608
            (*(getattr(changed, name) for name in names), changed.bundle_id),
        )
        return changed

    def _parcels(self, where: str, values: tuple[str | int, ...]) -> tuple[Parcel, ...]:
        rows = self._connection.execute(
            f"SELECT {_PARCEL_COLUMNS} FROM parcels {where}",  # noqa: S608
            values,
        ).fetchall()
        names = [field.name for field in _PARCEL]
        return tuple(
            msgspec.convert(dict(zip(names, row, strict=True)), type=Parcel, strict=False)
            for row in rows
        )

    # -- messages of a ticket -------------------------------------------------------------------

    def add_note(self, note: Note) -> None:
        """A reply of the subscriber, to be delivered."""
        parcel = self._wanted(note.bundle_id)
        if parcel.stage not in {*ON_THE_WAY, *OPEN}:
            raise OutboxError("This ticket is closed; make a new check to report it again.")
        self._put_notes((note,))

    def replace_notes(self, notes: tuple[Note, ...]) -> bool:
        """What the desk shows stands; own replies that it lacks stay waiting. True when changed."""
        before = {(note.bundle_id, note.id): note for note in self._stored(notes)}
        fresh = tuple(one for one in notes if not _same(before.get((one.bundle_id, one.id)), one))
        if fresh:
            self._put_notes(fresh)
        return bool(fresh)

    def notes(self, bundle_id: str) -> tuple[Note, ...]:
        """Oldest first."""
        return self._notes("WHERE bundle_id = ? ORDER BY at, id", (bundle_id,))

    def waiting_notes(self) -> tuple[Note, ...]:
        return self._notes("WHERE delivered = 0 AND from_desk = 0 ORDER BY at, id", ())

    def update_note(self, note: Note) -> None:
        self._put_notes((note,))

    def _stored(self, notes: tuple[Note, ...]) -> tuple[Note, ...]:
        return self.notes(notes[0].bundle_id) if notes else ()

    def _put_notes(self, notes: tuple[Note, ...]) -> None:
        marks = ", ".join("?" for _ in _NOTE)
        with self._drawer.writing() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO notes ({_NOTE_COLUMNS}) VALUES ({marks})",  # noqa: S608
                [msgspec.structs.astuple(note) for note in notes],
            )

    def _notes(self, where: str, values: tuple[str, ...]) -> tuple[Note, ...]:
        rows = self._connection.execute(
            f"SELECT {_NOTE_COLUMNS} FROM notes {where}",  # noqa: S608
            values,
        ).fetchall()
        names = [field.name for field in _NOTE]
        return tuple(
            msgspec.convert(dict(zip(names, row, strict=True)), type=Note, strict=False)
            for row in rows
        )

    # -- secrets of this installation -----------------------------------------------------------

    def secret(self, name: str, fresh: bytes) -> bytes:
        """The value kept under this name; `fresh` is kept when there was none."""
        with self._drawer.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, fresh))
            row = connection.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
        return bytes(row[0])


def _same(old: Note | None, new: Note) -> bool:
    if old is None:
        return False
    return (old.text, old.name, old.at, old.delivered) == (
        new.text,
        new.name,
        new.at,
        new.delivered,
    )
