"""What only the past tells: causes named by it, near misses of each, and trouble that is gone."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from diagnostics.cause import all_causes
from diagnostics.explain.csr import for_csr
from diagnostics.explain.next_step import next_step
from diagnostics.explain.subscriber import for_subscriber
from diagnostics.explain.visit import Visit
from diagnostics.judge import judge
from diagnostics.readings.history import History
from diagnostics.result import Reason
from diagnostics.sign import ANSWER_BELIEF, Sign, State
from diagnostics.verdict import Status, Verdict
from diagnostics.words import Words
from tests.cases.fault import Fault
from tests.cases.faults import FAULTS, PAIRS
from tests.cases.healthy import HOME, Sound
from tests.cases.home import HomeInFigures
from tests.cases.past import (
    GONE,
    MUST_NOT,
    NEARLY,
    PAST_FAULTS,
    SETTLED,
    Not,
    throttled_over_wifi,
    throttled_with_a_queue,
)
from tests.unit.report.homes import healthy


def verdict_of(home: HomeInFigures) -> Verdict:
    return judge(home.evidence(), home.profile()).verdict


def named(one: Sound | Not | Fault) -> str:
    return one.name


def test_each_cause_of_the_past_has_three_variants() -> None:
    counts = Counter(fault.cause for fault in PAST_FAULTS)
    assert counts == {"router-failing": 3, "route-detour": 3, "isp-data-cap": 3}


@pytest.mark.parametrize("fault", PAST_FAULTS, ids=named)
def test_without_the_past_it_is_not_named(fault: Fault) -> None:
    home = fault.home().without(History, reason=Reason.NOT_APPLICABLE)
    assert fault.cause not in {one.id for one in verdict_of(home).causes}


@pytest.mark.parametrize("fault", [*FAULTS, *PAIRS], ids=named)
def test_without_the_past_these_causes_are_nobodys_rivals(fault: Fault) -> None:
    home = fault.home().without(History, reason=Reason.NOT_APPLICABLE)
    verdict = judge(home.evidence(), home.profile(), complaint=fault.complaint).verdict
    resting = {cause.id for cause in all_causes().values() if cause.rests}
    assert resting == {one.cause for one in PAST_FAULTS}
    assert resting.isdisjoint(one.id for one in (*verdict.causes, *verdict.considered))


@pytest.mark.parametrize("sound", NEARLY, ids=named)
def test_near_misses_are_normal(sound: Sound) -> None:
    verdict = verdict_of(sound.home())
    assert verdict.causes == ()
    assert (verdict.status, verdict.id) == (Status.HEALTHY, "normal-for-plan")


@pytest.mark.parametrize("case", MUST_NOT, ids=named)
def test_near_misses_blame_another_or_nobody(case: Not) -> None:
    assert case.cause not in {one.id for one in verdict_of(case.home).causes}


@pytest.mark.parametrize("sound", GONE, ids=named)
def test_trouble_that_is_gone_asserts_nothing_and_sends_nobody(sound: Sound) -> None:
    home = sound.home()
    signs, verdict = judge(home.evidence(), home.profile())
    assert (verdict.status, verdict.id) == (Status.HEALTHY, "not-reproducible")
    assert verdict.causes == ()
    run = msgspec.structs.replace(healthy(), signs=signs, verdict=verdict)
    words = Words("en")
    told, desk = for_subscriber(run, words), for_csr(run, words)
    assert "Earlier checks found trouble" in told.headline
    assert any("found trouble" in text for text in told.evidence)
    assert desk.visit is Visit.NO
    assert desk.verdict != for_csr(healthy(), words).verdict
    step = next_step(run, words)
    assert step is not None
    assert step.guide == "not-reproducible"


@pytest.mark.parametrize("sound", SETTLED, ids=named)
def test_trouble_that_is_over_is_forgotten(sound: Sound) -> None:
    verdict = verdict_of(sound.home())
    assert (verdict.status, verdict.id) == (Status.HEALTHY, "normal-for-plan")


@pytest.mark.parametrize("home", [throttled_over_wifi(), throttled_with_a_queue()])
def test_a_question_decides_whether_it_is_a_throttle(home: HomeInFigures) -> None:
    def with_answer(state: State, belief: float) -> list[str]:
        said = Sign(id="asked-allowance-used", state=state, belief=belief)
        verdict = judge(home.evidence(), home.profile(), asked=(said,)).verdict
        return [one.id for one in verdict.causes]

    verdict = verdict_of(home)
    assert verdict.status is Status.CANNOT_TELL
    assert verdict.deciders[0].id == "asked-allowance-used"
    assert with_answer(State.PRESENT, ANSWER_BELIEF) == ["isp-data-cap"]
    assert "isp-data-cap" not in with_answer(State.ABSENT, 1 - ANSWER_BELIEF)


def test_what_is_wrong_now_comes_before_what_was() -> None:
    fault = PAST_FAULTS[0].home()
    assert verdict_of(fault).status is Status.PROBLEM
    home = GONE[0].home().without(History, reason=Reason.NEEDS_OTHER)
    assert verdict_of(home).id == verdict_of(HOME).id == "normal-for-plan"
