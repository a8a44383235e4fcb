"""What to do next: the best chance a minute first, a person when going on costs more."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from diagnostics.cause import all_causes
from diagnostics.course import PERSON_MINUTES, Course, course_of
from diagnostics.explain.next_step import ask_person
from diagnostics.explain.questions import open_questions
from diagnostics.guide import Guides, StepKind
from diagnostics.guide_file import load_guides
from diagnostics.run import Answer, Run, StepOutcome, StepTried
from diagnostics.verdict import Finding, Status, Verdict
from diagnostics.words import Words
from tests.unit.report.homes import line_down
from tests.unit.report.homes import run as run_of

GUIDES = load_guides("en")
EN = Words("en", isolates=False)


def run(*causes: tuple[str, float]) -> Run:
    known = all_causes()
    findings = tuple(
        Finding(
            id=name,
            segment=known[name].segment,
            probability=share,
            evidence=(),
            against=(),
            guide=known[name].guide,
        )
        for name, share in causes
    )
    return run_of(Verdict(status=Status.PROBLEM, id=causes[0][0], headline="x", causes=findings))


def tried(
    made: Run, step: str, outcome: StepOutcome = StepOutcome.NO_CHANGE, guide: str = ""
) -> Run:
    one = StepTried(
        guide=guide or made.verdict.causes[0].guide,
        step=step,
        cause=made.verdict.causes[0].id,
        done_at="2026-03-04T18:31:00Z",
        outcome=outcome,
    )
    return msgspec.structs.replace(made, steps=(*made.steps, one))


def names(course: Course) -> list[str]:
    return [one.step.id for one in course.steps]


def test_steps_of_all_asserted_causes_by_chance_a_minute() -> None:
    course = course_of(run(("line-loss", 0.9), ("isp-dns-slow", 0.8)), GUIDES)
    own = [one for one in course.steps if one.worth]
    assert {one.guide.id for one in own} == {"line-unsteady", "isp-dns"}
    worth = [one.chance_per_minute for one in own]
    assert worth == sorted(worth, reverse=True)


def test_a_step_that_serves_two_causes_counts_both() -> None:
    one = course_of(run(("bufferbloat-up", 0.8)), GUIDES)
    both = course_of(run(("bufferbloat-up", 0.8), ("bufferbloat-down", 0.8)), GUIDES)
    chance = {step.step.id: step.chance for step in one.steps}
    more = {step.step.id: step.chance for step in both.steps}
    assert more["smart-queue"] == pytest.approx(1 - (1 - 0.8 * 0.75) * (1 - 0.8 * 0.6))
    assert more["smart-queue"] > chance["smart-queue"]


def test_the_order_is_the_cheapest_of_all_orders() -> None:
    """Expected minutes of every order of the worthwhile steps, a person at the end."""
    course = course_of(run(("wifi-unreliable", 0.95)), GUIDES)
    own = [one for one in course.steps if one.worth]
    assert len(own) >= 3

    def expected(order: tuple[int, ...]) -> float:
        total, left = 0.0, 1.0
        for at in order:
            total += left * own[at].effort
            left *= 1 - own[at].chance
        return total + left * course.person_minutes

    every = {order: expected(order) for order in itertools.permutations(range(len(own)))}
    assert course.minutes == pytest.approx(min(every.values()))
    assert course.minutes < course.person_minutes


def test_a_step_that_costs_more_than_a_person_comes_after_the_hand_over() -> None:
    course = course_of(run(("router-overloaded", 0.9)), GUIDES)
    order = names(course)
    assert order.index("update-router") > order.index("send-report")
    for one in course.steps:
        if one.own:
            assert one.worth == (one.chance * course.person_minutes > one.effort)


def test_a_visit_makes_trying_worth_more() -> None:
    down = course_of(run(("line-down", 0.9)), GUIDES)
    clock = course_of(run(("device-clock-wrong", 0.9)), GUIDES)
    assert down.person_minutes > clock.person_minutes == PERSON_MINUTES


def test_failed_steps_are_not_proposed_again_and_the_person_comes() -> None:
    made = run(("line-down", 0.95))
    assert not ask_person(made, EN)
    for step in ("line-plug", "restart-router"):
        made = tried(made, step)
    course = course_of(made, GUIDES)
    assert course.ask_person
    assert course.first is not None
    assert course.first.step.kind is StepKind.SEND
    assert "A person can help you" in ask_person(made, EN)


def test_a_router_that_was_restarted_for_one_cause_was_restarted_for_all() -> None:
    made = tried(run(("line-down", 0.95)), "restart-router")
    turned = msgspec.structs.replace(made, verdict=run(("router-dns-dead", 0.95)).verdict)
    assert "restart-router" not in names(course_of(turned, GUIDES))
    assert "public-dns" in names(course_of(turned, GUIDES))


def test_a_skipped_step_of_another_guide_stays_open() -> None:
    made = tried(run(("line-down", 0.95)), "restart-router", StepOutcome.SKIPPED)
    turned = msgspec.structs.replace(made, verdict=run(("router-dns-dead", 0.95)).verdict)
    assert "restart-router" in names(course_of(turned, GUIDES))
    assert "restart-router" not in names(course_of(made, GUIDES))


def answered(made: Run, question: str, answer: str) -> Run:
    said = Answer(question=question, answer=answer, answered_at="2026-03-04T18:31:00Z")
    return msgspec.structs.replace(made, answers=(*made.answers, said))


def test_an_answer_leads_to_its_step() -> None:
    made = run(("lan-upload-busy", 0.9))
    assert course_of(answered(made, "asked-somebody-streams", "no"), GUIDES).steps[0].step.id == (
        "find-device"
    )
    assert course_of(answered(made, "asked-somebody-streams", "yes"), GUIDES).steps[0].step.id == (
        "pause-others"
    )


def test_a_question_of_the_guide_is_asked_once_and_first() -> None:
    made = run(("lan-upload-busy", 0.9))
    assert [one.id for one in open_questions(made, EN)] == ["asked-somebody-streams"]
    for said in ("yes", "no", "unknown"):
        assert not open_questions(answered(made, "asked-somebody-streams", said), EN)
    assert not open_questions(tried(made, "pause-others"), EN)


def test_every_question_that_a_verdict_may_propose_has_words() -> None:
    made = line_down()
    for decider in made.verdict.deciders:
        assert decider.kind != "question" or open_questions(made, EN)


def test_a_cause_of_a_newer_version_has_no_course() -> None:
    made = run(("line-down", 0.9))
    strange = msgspec.structs.replace(made.verdict.causes[0], id="line-haunted", guide="")
    verdict = msgspec.structs.replace(made.verdict, causes=(strange,))
    course = course_of(msgspec.structs.replace(made, verdict=verdict), GUIDES)
    assert course.steps == ()
    assert course.ask_person
    assert course_of(made, Guides(())).steps == ()


@pytest.mark.parametrize("cause", sorted(all_causes()))
def test_every_cause_has_a_course_that_costs_no_more_than_a_person(cause: str) -> None:
    course = course_of(run((cause, 0.9)), GUIDES)
    assert course.steps
    assert course.minutes <= course.person_minutes + 1e-9
    assert len(set(names(course))) == len(course.steps)
