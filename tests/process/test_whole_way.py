"""The whole way in a simulated home: the line is dead, the check says so, the guide measures, the
ticket is kept, goes out by itself when the line is back, once, and the answer reaches the app.
"""

from __future__ import annotations

import json
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from diagnostics.run import Run, decode_run
from diagnostics.verdict import Status
from tests.sim.home import Home
from tests.sim.scenario import load

FIRSTHOP = [sys.executable, "-m", "agent.cli"]
PATIENCE_S = 60.0

pytestmark = [pytest.mark.lab, pytest.mark.timeout(240)]


@dataclass
class Household:
    """A home with a subscriber's folder and a real desk at the provider's side."""

    home: Home
    folder: Path

    def firsthop(self, *words: str) -> tuple[int, str]:
        variables = [
            f"XDG_DATA_HOME={self.folder / 'data'}",
            f"XDG_RUNTIME_DIR={self.folder / 'run'}",
        ]
        done = self.home.run(["env", *variables, *FIRSTHOP, *words], timeout_s=90)
        assert done.returncode != 4, done.stderr
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    def check(self) -> Run:
        _status, printed = self.firsthop("check", "--quick", "--json", "-")
        return decode_run(printed.encode())

    def tickets(self) -> int:
        engine = create_engine(f"sqlite:///{self.folder / 'desk.db'}")
        try:
            with engine.connect() as connection:
                return connection.execute(text("SELECT count(*) FROM tickets")).scalar_one()
        finally:
            engine.dispose()

    def wait(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < deadline, f"waited in vain: {what}"
            time.sleep(0.25)


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    (tmp_path / "run").mkdir(mode=0o700)
    with Home.build(load("line-down")) as home:
        desk = [
            *FIRSTHOP,
            "desk",
            "--port",
            "8080",
            "--database",
            f"sqlite:///{tmp_path / 'desk.db'}",
            "--files",
            str(tmp_path / "files"),
            "--public-url",
            home.desk_url,
        ]
        home.start_desk(desk)
        here = Household(home, tmp_path)
        here.wait((tmp_path / "desk.db").exists, "the desk's database")
        try:
            yield here
        finally:
            here.firsthop("agent", "stop")


def test_a_dead_line_ends_in_one_ticket(household: Household) -> None:
    run = household.check()
    assert run.verdict.status is Status.PROBLEM
    assert [cause.id for cause in run.verdict.causes] == ["line-down"]
    status, guide = household.firsthop("guide", run.verdict.causes[0].id)
    assert status == 0
    assert guide.strip()

    assert household.firsthop("agent", "start")[0] == 0
    status, said = household.firsthop("send", "--yes")
    assert status == 3, said  # it waits
    assert household.tickets() == 0

    household.home.repair()
    household.wait(lambda: household.tickets() > 0, "the ticket to go out by itself")
    household.wait(lambda: "FH-" in household.firsthop("status")[1], "the receipt")
    assert household.tickets() == 1
    assert household.check().verdict.status is not Status.PROBLEM


def test_an_answer_lost_after_the_last_byte_makes_no_second_ticket(household: Household) -> None:
    household.check()
    assert household.firsthop("agent", "start")[0] == 0
    household.home.repair()
    household.home.set({"provider.desk_answers": False})
    status, said = household.firsthop("send", "--yes")
    assert status == 3, said  # it arrived, but who sent it cannot know
    assert household.tickets() == 1
    time.sleep(5)  # it is tried again meanwhile, in vain
    household.home.set({"provider.desk_answers": True})
    household.wait(lambda: "FH-" in household.firsthop("status")[1], "the receipt")
    assert household.tickets() == 1


def test_the_kept_run_is_the_one_that_was_shown(household: Household) -> None:
    run = household.check()
    bundle = household.folder / "ticket.zip"
    status, said = household.firsthop("bundle", "-o", str(bundle))
    assert status == 0, said
    names = json.loads(_manifest(bundle))["files"]
    assert {"run.json", "summary.txt", "report.html"} <= {entry["name"] for entry in names}
    assert run.id in _manifest(bundle)


def _manifest(bundle: Path) -> str:

    with zipfile.ZipFile(bundle) as packed:
        return packed.read("manifest.json").decode()
