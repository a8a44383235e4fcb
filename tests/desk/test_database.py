"""The schema: what the migrations make is what the tables say, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from desk.database import Database
from desk.settings import SettingsError, database_url
from desk.tables import METADATA
from tests.desk import samples
from tests.desk.postgres import private_postgres
from tests.desk.running import Csr, running
from uploader.desk_messages import Author


def differences(url: str) -> list[object]:
    database = Database(database_url(url))
    try:
        database.upgrade()
        database.upgrade()  # a second start changes nothing
        with database.read() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), METADATA))
    finally:
        database.close()


def test_sqlite_has_the_schema_of_the_tables(tmp_path: Path) -> None:
    assert differences(str(tmp_path / "some folder" / "desk.db")) == []


def test_several_desks_may_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(differences, [str(tmp_path / "desk.db")] * 6))
    assert found == [[]] * 6


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://127.0.0.1:1/none", "FILE/x.db"])
def test_a_database_that_cannot_be_used_is_one_sentence(url: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsError) as caught:
        differences(url.replace("FILE", str(file)))
    assert "\n" not in str(caught.value)


def test_a_whole_desk_on_postgresql(tmp_path: Path) -> None:
    with private_postgres() as url:
        assert differences(url) == []
        with running(tmp_path, database=url) as desk:
            csr = Csr(desk)
            csr.set_up(desk.setup_url)
            sent = samples.bundle()
            with ThreadPoolExecutor(20) as pool:
                answers = list(pool.map(desk.send, [sent] * 20))
            assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
            got = desk.send(sent)
            page = f"/tickets/{answers[0].json()['ticket']}"
            assert "ada example" in csr.http.get("/tickets?text=ADA+C-4711").text.lower()
            assert (
                csr.post(f"{page}/reply", page, text="We look at it.", then="").status_code == 200
            )
            csr.close()
            with desk.client(Authorization=f"Bearer {got.json()['token']}") as client:
                view = client.get(f"/api/v1{page}").json()
            assert [(r["author"], r["text"]) for r in view["replies"]] == [
                (Author.DESK, "We look at it.")
            ]
