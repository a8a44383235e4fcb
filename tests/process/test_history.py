"""A fault that was there and is gone: the next check knows of it, by terminal and by agent."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.past import NEWEST
from diagnostics.readings.history import History
from diagnostics.result import Unmeasured
from diagnostics.run import Depth, Run, decode_run
from diagnostics.verdict import Status
from tests.process.robot import FIRSTHOP, Robot, agent_in
from tests.sim.home import Home
from tests.sim.scenario import load

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]


def in_terminal(home: Home, folder: Path) -> Run:
    variables = [f"XDG_DATA_HOME={folder / 'data'}", f"XDG_RUNTIME_DIR={folder / 'terminal'}"]
    done = home.run(["env", *variables, *FIRSTHOP, "check", "--quick", "--json", "-"])
    return decode_run(done.stdout.encode())


def known_to(run: Run) -> list[str]:
    """Verdicts of the earlier checks that this one knows, newest first."""
    history = run.evidence().value(History)
    if isinstance(history, Unmeasured):
        return []
    assert len(history.checks) <= NEWEST
    return [one.verdict for one in history.checks]


def test_trouble_that_is_gone_is_known_to_terminal_and_agent(tmp_path: Path) -> None:
    with Home.build(load("line-down")) as home:
        bad = in_terminal(home, tmp_path)
        assert (bad.verdict.id, known_to(bad)) == ("line-down", [])
        home.repair()
        gone = in_terminal(home, tmp_path)
        assert known_to(gone) == ["line-down"]
        assert (gone.verdict.status, gone.verdict.id) == (Status.HEALTHY, "not-reproducible")
        with agent_in(home, tmp_path) as line:
            again = Robot(home, line).checked(Depth.QUICK)
        assert known_to(again) == ["not-reproducible", "line-down"]
        assert again.verdict.id == "not-reproducible"
        assert again.verdict.causes == ()
