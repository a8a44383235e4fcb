"""A full disk, a database that somebody else holds or that takes nothing: all or nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.desk import samples
from tests.desk.running import Csr, RunningDesk, running
from uploader.desk_messages import Refusal


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """2 MB, which only root may mount."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)],
        check=False,
        stderr=subprocess.DEVNULL,
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def kept(folder: Path) -> list[int]:
    database = sqlite3.connect(folder / "desk.db")
    try:
        tables = ("tickets", "bundles", "entries")
        query = "SELECT count(*) FROM "
        rows = [database.execute(query + table).fetchone()[0] for table in tables]
    finally:
        database.close()
    return [*rows, sum(path.is_file() for path in (folder / "files").rglob("*"))]


def refused_for_now(desk: RunningDesk, sent: samples.Sent) -> None:
    before = kept(desk.folder)
    answer = desk.send(sent)
    assert answer.status_code == 503, answer.text
    assert msgspec.json.decode(answer.content, type=Refusal).again
    assert int(answer.headers["Retry-After"]) > 0
    assert kept(desk.folder) == before


def test_a_full_disk_stores_nothing_half(small_disk: Path) -> None:
    with running(small_disk) as desk:
        csr = Csr(desk)
        csr.set_up(desk.setup_url)
        free = os.statvfs(small_disk)
        fill = small_disk / "fill"
        fill.write_bytes(bytes(free.f_bavail * free.f_bsize - 30_000))
        large = samples.bundle(report=f"<p>{os.urandom(60_000).hex()}")
        refused_for_now(desk, large)  # the file does not fit
        refused_for_now(desk, samples.bundle())  # the file does, the database's log does not
        assert csr.http.get("/tickets").status_code == 200
        csr.close()
        fill.unlink()
        assert desk.send(large).status_code == 201


def test_a_database_in_other_hands(tmp_path: Path) -> None:
    sent = samples.bundle(complaint="Personal words")
    with running(tmp_path) as desk:
        csr = Csr(desk)
        csr.set_up(desk.setup_url)
        page = f"/tickets/{desk.opened(samples.bundle()).ticket}"
        lock = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        refused_for_now(desk, sent)
        assert csr.http.get(page).status_code == 200
        lock.execute("ROLLBACK")
        lock.close()
        assert desk.send(sent).status_code == 201
        csr.close()


def test_what_the_database_refuses_leaves_no_file_and_no_words_in_the_log(tmp_path: Path) -> None:
    with running(tmp_path) as desk:
        database = sqlite3.connect(tmp_path / "desk.db")
        database.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON tickets BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        database.commit()
        database.close()
        before = kept(tmp_path)
        assert desk.send(samples.bundle(complaint="Personal words")).status_code == 500
        assert kept(tmp_path) == before
    log = (tmp_path / "desk.err").read_text("utf-8")
    assert "IntegrityError" in log
    assert "Personal words" not in log
    assert "7946" not in log
