"""The store: keeps, pages, forgets, and makes room when a file is damaged or the disk is full."""

from __future__ import annotations

import sqlite3
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from agent.store.database import StoreError, open_database
from agent.store.history import MIGRATIONS, PAST, History, open_history
from agent.store.postbox import open_outbox
from diagnostics.run import Run, StepOutcome
from diagnostics.verdict import Status, Verdict
from tests.unit.uploader.samples import run_of
from uploader.outbox import OutboxError, Parcel, Stage
from uploader.times import text_of

TODAY = datetime.now(UTC)


def numbered(number: int) -> Run:
    at = f"2026-03-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00.000Z"
    return msgspec.structs.replace(run_of(run_id=f"{number:032x}"), started_at=at)


def parcel(bundle_id: str = "b" * 32, run_id: str = "a" * 32) -> Parcel:
    return Parcel(
        bundle_id=bundle_id,
        run_id=run_id,
        headline="x",
        created_at="2026-03-01T10:00:00Z",
        changed_at="2026-03-01T10:00:00Z",
        stage=Stage.SAVED,
        sentence="Saved.",
        spoken_code="X",
        digest="d",
        claim="c",
    )


def keep_many(history: History) -> None:
    for number in range(200):
        history.keep(numbered(number))


def test_keeps_pages_and_forgets(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    for number in range(7):
        history.keep(numbered(number))
    first = history.page(limit=3)
    assert [one.id for one in first] == [f"{n:032x}" for n in (6, 5, 4)]
    second = history.page(limit=3, before=first[-1].started_at)
    assert [one.id for one in second] == [f"{n:032x}" for n in (3, 2, 1)]
    assert history.run(f"{2:032x}") == numbered(2)
    assert history.run("absent") is None
    kept = frozenset({f"{0:032x}"})
    assert history.retire(keep_runs=2, keep_days=100_000, wanted=kept) == 4
    assert history.count() == 3
    assert history.run(f"{1:032x}") is None
    history.close()


def test_the_same_run_is_kept_once_as_it_stands_now(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    history.keep(run_of())
    history.keep(msgspec.structs.replace(run_of(), complete=False))
    assert history.count() == 1
    run = history.newest()
    assert run is not None
    assert not run.complete
    history.close()


def test_pages_a_thousand_times_the_usual_history_at_once(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    rows = [
        (f"{n:032x}", f"{2000 + n // 500}-01-01T{n % 500:09}Z", "problem", "x", "y", 1)
        for n in range(200_000)
    ]
    database = sqlite3.connect(tmp_path / "history.db")
    with database:
        database.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.close()
    began = time.perf_counter()
    page = history.page(limit=50, before="2200-01-01")
    assert time.perf_counter() - began < 0.25  # a few ms on an idle machine
    assert len(page) == 50
    history.close()


def recent(number: int) -> Run:
    """A complete check of a known router, so many hours ago."""
    run = msgspec.structs.replace(run_of(run_id=f"{number:032x}"), complete=True)
    return msgspec.structs.replace(run, started_at=text_of(TODAY - timedelta(hours=number + 1)))


def test_remembers_the_newest_checks_as_they_stand_now(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    for number in range(5):
        history.keep(recent(number))
    cut = msgspec.structs.replace(recent(7), complete=False)
    history.keep(cut)
    history.keep(msgspec.structs.replace(numbered(8), complete=True))
    past = history.past()
    assert [one.check.at for one in past] == [recent(n).started_at for n in range(5)]
    assert {one.check.verdict for one in past} == {"device-upload-busy"}
    helped = StepOutcome.HELPED
    mended = msgspec.structs.replace(
        recent(2),
        verdict=Verdict(status=Status.HEALTHY, id="normal-for-plan", headline="x"),
        steps=tuple(msgspec.structs.replace(one, outcome=helped) for one in run_of().steps),
    )
    history.keep(mended)
    assert [one.check.repaired for one in history.past()] == [False, False, True, False, False]
    assert history.retire(keep_runs=2, keep_days=100_000, wanted=frozenset()) == 5
    assert len(history.past()) == 2
    history.close()


def test_remembers_what_an_older_version_kept(tmp_path: Path) -> None:
    old = open_database(tmp_path / "history.db", MIGRATIONS[:1])
    for number in range(3):
        run = recent(number)
        row = (run.id, run.started_at, "problem", "x", "y", 1)
        old.connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)", row)
        document = zlib.compress(msgspec.json.encode(run)) if number else b"damaged"
        old.connection.execute("INSERT INTO documents VALUES (?, ?)", (run.id, document))
    old.close()
    history = open_history(tmp_path)
    for _ in range(2):
        assert [one.check.at for one in history.past()] == [recent(n).started_at for n in (1, 2)]
    history.close()


def test_a_thousand_times_the_usual_history_is_remembered_at_once(tmp_path: Path) -> None:
    history = open_history(tmp_path)
    history.keep(recent(0))
    database = sqlite3.connect(tmp_path / "history.db")
    blob = database.execute("SELECT past FROM earlier").fetchone()[0]
    began = datetime.now(UTC) - timedelta(days=40)
    runs = [
        (f"{n:032x}", text_of(began + timedelta(seconds=15 * n)), "problem", "x", "y", 1)
        for n in range(1, 200_000)
    ]
    with database:
        database.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)", runs)
        newest = ((run[0], blob) for run in runs[-1000:])
        database.executemany("INSERT INTO earlier VALUES (?, ?)", newest)
    database.close()
    before = time.perf_counter()
    past = history.past()
    assert time.perf_counter() - before < 0.25  # a few ms on an idle machine
    assert len(past) == PAST
    history.close()


@pytest.mark.parametrize(
    "damage", [b"this is no database at all" * 100, b"SQLite format 3\x00oops"]
)
def test_a_damaged_file_is_moved_aside_and_the_other_stays(tmp_path: Path, damage: bytes) -> None:
    box = open_outbox(tmp_path)
    box.put(parcel(), b"data")
    box.close()
    (tmp_path / "history.db").write_bytes(damage)
    history = open_history(tmp_path)
    assert history.moved_aside.startswith("The file history.db was damaged; it was moved to")
    history.keep(run_of())
    history.close()
    assert [one.read_bytes() for one in tmp_path.glob("*.damaged-*")] == [damage]
    box = open_outbox(tmp_path)
    assert box.moved_aside == ""
    assert box.content("b" * 32) == b"data"
    box.close()


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    open_history(tmp_path).close()
    database = open_database(tmp_path / "history.db", MIGRATIONS)
    history = History(database)
    history.keep(run_of())
    pages = int(database.connection.execute("PRAGMA page_count").fetchone()[0])
    database.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match=r"The disk is full: .* Free some space\."):
        keep_many(history)
    assert history.run("a" * 32) == run_of()
    history.close()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    open_history(tmp_path).close()
    database = sqlite3.connect(tmp_path / "history.db")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreError, match="newer version"):
        open_history(tmp_path)
    assert list(tmp_path.glob("*.damaged-*")) == []


def test_older_files_are_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    first = ("CREATE TABLE one (a TEXT)",)
    open_database(path, first).close()
    database = open_database(
        path, (*first, "ALTER TABLE one ADD COLUMN b TEXT; CREATE TABLE two (c)")
    )
    database.connection.execute("INSERT INTO one (a, b) VALUES ('1', '2')")
    database.connection.execute("SELECT c FROM two")
    database.close()
    assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_one_sentence() -> None:
    with pytest.raises(StoreError, match="cannot be"):
        open_history(Path("/proc/nowhere"))


def test_a_draft_gives_way_and_a_sent_one_stays(tmp_path: Path) -> None:
    box = open_outbox(tmp_path)
    box.put(parcel("1" * 32), b"first")
    box.put(parcel("2" * 32), b"second")
    assert box.parcel("1" * 32) is None
    sent = box.seal_up("2" * 32, b"sealed", "https://desk.example")
    assert sent.stage is Stage.WAITING
    assert box.seal_up("2" * 32, b"other", "https://desk.example") == box.parcel("2" * 32)
    assert box.content("2" * 32) == b"sealed"
    box.update(msgspec.structs.replace(sent, stage=Stage.SENDING, may_have_arrived=True))
    with pytest.raises(OutboxError, match="sent already"):
        box.discard("2" * 32)
    box.recover()
    waiting = box.parcel("2" * 32)
    assert waiting is not None
    assert (waiting.stage, waiting.may_have_arrived) == (Stage.WAITING, True)
    assert box.kept_runs() == {"a" * 32}
    box.close()


def test_secrets_are_made_once(tmp_path: Path) -> None:
    box = open_outbox(tmp_path)
    assert box.secret("x", b"1") == b"1"
    assert box.secret("x", b"2") == b"1"
    box.close()
