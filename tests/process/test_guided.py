"""Guided sessions in homes of the lab: a subscriber who does what the guide says, and only that."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from agent.ipc.messages import CheckAccepted, MeasureStep, StepMeasured
from diagnostics.course import cause_of, course_of
from diagnostics.guide_file import load_guides
from diagnostics.run import Depth, StepOutcome
from diagnostics.verdict import Status
from tests.process.agent_house import wait_for
from tests.process.robot import SESSIONS, Robot, Session, agent_in
from tests.sim.home import Home
from tests.sim.scenario import load

#: where CI is content with part of the ten; `python -m tests.process.robot` plays them all
PLAYED: dict[str, Session] = {}

pytestmark = [pytest.mark.lab, pytest.mark.timeout(240)]


@pytest.mark.parametrize("scenario", SESSIONS)
def test_who_follows_the_guide_ends_with_a_proof(scenario: str, tmp_path: Path) -> None:
    with Home.build(load(scenario)) as home, agent_in(home, tmp_path) as line:
        session = PLAYED[scenario] = Robot(home, line).play(scenario)
    assert session.found == scenario
    assert session.fixed, session
    assert session.asked_in_vain == []
    assert len(session.steps) <= 4, session


def test_at_most_four_steps_in_the_median() -> None:
    steps = [len(session.steps) for session in PLAYED.values()]
    if not steps:
        pytest.skip("the sessions themselves were not played")
    assert statistics.median(steps) <= 4
    assert len(set(SESSIONS)) == 10


def test_a_step_that_was_not_done_did_not_help(tmp_path: Path) -> None:
    scenario = "device-dns-setting-wrong"
    with Home.build(load(scenario)) as home, agent_in(home, tmp_path) as line:
        run = Robot(home, line).checked(Depth.QUICK)
        first = course_of(run, load_guides()).first
        assert first is not None
        wanted = MeasureStep(
            run_id=run.id, guide=first.guide.id, step=first.step.id, cause=first.cause
        )
        assert isinstance(line.ask(wanted), CheckAccepted)
        after = line.until(lambda event: isinstance(event, StepMeasured))
        assert isinstance(after, StepMeasured)
        assert after.step.outcome is StepOutcome.NO_CHANGE
        assert after.run.verdict.status is Status.PROBLEM
        assert cause_of(after.run) == scenario
        wait_for(lambda: not line.events, 1.0)
        following = course_of(after.run, load_guides()).first
        assert following is not None
        assert following.step.id != first.step.id
