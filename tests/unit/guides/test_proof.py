"""A step helped only when the trouble was measured again and is gone."""

from __future__ import annotations

import pytest

from diagnostics.guide import GuideStep, Judge, Skill, StepKind
from diagnostics.proof import compare, is_trouble, weigh
from diagnostics.run import StepOutcome
from diagnostics.sign import Sign, State

P, A, U = State.PRESENT, State.ABSENT, State.UNKNOWN
BELIEF = {P: 0.97, A: 0.03, U: 0.5}


def step(*probes: str, judges: tuple[Judge, ...] = ()) -> GuideStep:
    return GuideStep(
        id="x",
        title="x",
        kind=StepKind.REPAIR,
        do="x",
        why="x",
        see="x",
        safety="",
        minutes=1,
        skill=Skill.ANYONE,
        chances=(),
        probes=probes or ("gateway", "anchors"),
        judges=judges,
        variants=(),
    )


def sign(sign_id: str, state: State, probe: str = "gateway", **more: float) -> Sign:
    return Sign(
        id=sign_id,
        state=state,
        belief=more.get("belief", BELIEF[state]),
        probe=probe,
        value=more.get("value", 0.0),
        threshold=more.get("threshold", 0.0),
    )


LOSS, DELAY, DEAD = "loss-to-gateway", "delay-to-gateway", "internet-dead"


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ([(LOSS, P)], [(LOSS, A)], StepOutcome.HELPED),
        ([(LOSS, P)], [(LOSS, P)], StepOutcome.NO_CHANGE),
        ([(LOSS, A)], [(LOSS, A)], StepOutcome.NO_CHANGE),
        ([(LOSS, A)], [(LOSS, P)], StepOutcome.WORSE),
        ([(LOSS, P)], [(LOSS, U)], StepOutcome.NOT_MEASURED),
        ([(LOSS, P)], [], StepOutcome.NOT_MEASURED),
        ([(LOSS, U)], [(LOSS, A)], StepOutcome.NO_CHANGE),
        ([], [(LOSS, A)], StepOutcome.NOT_MEASURED),
        ([(LOSS, P), (DELAY, P)], [(LOSS, A), (DELAY, U)], StepOutcome.NOT_MEASURED),
        ([(LOSS, P), (DELAY, A)], [(LOSS, A), (DELAY, P)], StepOutcome.NO_CHANGE),
        ([(LOSS, P), (DELAY, P)], [(LOSS, A), (DELAY, P)], StepOutcome.HELPED),
        ([(LOSS, P), (DEAD, A)], [(LOSS, U), (DEAD, P)], StepOutcome.WORSE),
    ],
)
def test_outcome(
    before: list[tuple[str, State]], after: list[tuple[str, State]], outcome: StepOutcome
) -> None:
    def signs(pairs: list[tuple[str, State]]) -> tuple[Sign, ...]:
        return tuple(sign(name, state) for name, state in pairs)

    assert compare(signs(before), signs(after), step()) is outcome


def test_a_hair_at_the_threshold_is_no_change() -> None:
    before, after = (sign(LOSS, P, belief=0.66),), (sign(LOSS, A, belief=0.4),)
    assert compare(before, after, step()) is StepOutcome.NO_CHANGE


@pytest.mark.parametrize(
    ("value", "outcome"),
    [(6.0, StepOutcome.NO_CHANGE), (1.5, StepOutcome.HELPED), (40.0, StepOutcome.WORSE)],
)
def test_a_trouble_that_stays_counts_by_its_excess(value: float, outcome: StepOutcome) -> None:
    before = (sign(LOSS, P, value=9.0, threshold=1.0),)
    after = (sign(LOSS, P, value=value, threshold=1.0),)
    assert compare(before, after, step()) is outcome


def test_signs_of_probes_not_run_again_do_not_count() -> None:
    before, after = (sign(LOSS, P, "names"),), (sign(LOSS, A, "names"),)
    assert compare(before, after, step("gateway")) is StepOutcome.NOT_MEASURED


def test_a_fact_is_no_trouble() -> None:
    before, after = (sign("on-wifi", P),), (sign("on-wifi", A),)
    assert not is_trouble("on-wifi")
    assert is_trouble(LOSS)
    assert not is_trouble("sign-of-a-newer-version")
    assert compare(before, after, step()) is StepOutcome.NOT_MEASURED


def test_named_judges_rule_and_may_want_presence() -> None:
    wired = step(judges=(Judge(sign="on-wire", good=P),))
    before, after = (sign("on-wire", A), sign(LOSS, P)), (sign("on-wire", P), sign(LOSS, P))
    proof = weigh(before, after, wired)
    assert proof.outcome is StepOutcome.HELPED
    assert proof.gone == ("on-wire",)
