"""Guided repairs in simulated homes: the check names the cause, the guide's step is measured in
vain before the repair and helps after it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.ipc.messages import (
    CheckAccepted,
    CheckEnded,
    CheckFailed,
    MeasureStep,
    StartCheck,
    StepMeasured,
)
from diagnostics.explain.next_step import cause_of, guide_of
from diagnostics.guide import GuideStep
from diagnostics.run import Depth, Run, StepOutcome
from diagnostics.verdict import Status
from gui.presenters.guide import ordered
from tests.process.agent_house import Line, wait_for
from tests.sim.home import Home
from tests.sim.scenario import load

FIRSTHOP = [sys.executable, "-m", "agent.cli"]
#: faults that end a check early and whose step is measured in a few seconds
QUICK = (
    "device-dns-setting-wrong",
    "device-hosts-override",
    "device-vpn-dead",
    "captive-portal",
    "router-dns-dead",
    "line-down",
    "device-gateway-wrong",
)

pytestmark = [pytest.mark.lab, pytest.mark.timeout(120)]


@contextmanager
def agent_in(home: Home, folder: Path) -> Generator[Line]:
    (folder / "run").mkdir(mode=0o700)
    variables = [f"XDG_DATA_HOME={folder / 'data'}", f"XDG_RUNTIME_DIR={folder / 'run'}"]
    started = home.run(["env", *variables, *FIRSTHOP, "agent", "start"], timeout_s=30)
    assert started.returncode == 0, started.stderr
    (socket,) = (folder / "run" / "firsthop").glob("agent*.sock")
    line = Line(socket)
    line.socket.settimeout(60)
    try:
        yield line
    finally:
        line.close()


def checked(line: Line) -> Run:
    assert isinstance(line.ask(StartCheck(depth=Depth.QUICK)), CheckAccepted)
    ended = line.until(lambda event: isinstance(event, CheckEnded | CheckFailed))
    assert isinstance(ended, CheckEnded)
    return ended.run


def first_measured_step(run: Run) -> tuple[str, GuideStep]:
    """The guide, and its first step that a measurement can judge."""
    guide = guide_of(run, "en")
    assert guide is not None
    return guide.id, next(step for step in ordered(guide, cause_of(run)) if step.probes)


def measured(line: Line, run: Run) -> StepMeasured:
    guide, step = first_measured_step(run)
    wanted = MeasureStep(run_id=run.id, guide=guide, step=step.id, cause=cause_of(run))
    assert isinstance(line.ask(wanted), CheckAccepted)
    ended = line.until(lambda event: isinstance(event, StepMeasured | CheckFailed))
    assert isinstance(ended, StepMeasured)
    return ended


@pytest.mark.parametrize("scenario", QUICK)
def test_the_guide_proves_its_repair(scenario: str, tmp_path: Path) -> None:
    with Home.build(load(scenario)) as home, agent_in(home, tmp_path) as line:
        run = checked(line)
        assert cause_of(run) == scenario
        home.repair()
        after = measured(line, run)
        assert after.step.outcome is StepOutcome.HELPED
        assert after.run.steps[-1] == after.step
        assert all(cause.id != scenario for cause in after.run.verdict.causes)


@pytest.mark.parametrize("scenario", ["device-dns-setting-wrong", "line-down"])
def test_a_step_that_was_not_done_did_not_help(scenario: str, tmp_path: Path) -> None:
    with Home.build(load(scenario)) as home, agent_in(home, tmp_path) as line:
        run = checked(line)
        after = measured(line, run)
        assert after.step.outcome is StepOutcome.NO_CHANGE
        assert after.run.verdict.status is Status.PROBLEM
        assert cause_of(after.run) == scenario
        wait_for(lambda: not line.events, 1.0)
