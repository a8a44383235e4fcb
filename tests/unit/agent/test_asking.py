"""Questions in the terminal, and answers that outlive a check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agent.checkup import OrderError, with_answer
from agent.orders import AnswerOrder
from agent.terminal.asking import ask_all
from agent.terminal.detail import detailed
from agent.terminal.findings import findings
from diagnostics.answers import as_signs, carried, router_mark
from diagnostics.profile import Profile
from diagnostics.run import Answer, Run
from diagnostics.sign import Source, State
from diagnostics.verdict import Decider
from tests.unit.report.homes import cannot_tell, line_loss

ASKED = ("asked-other-devices-too", "asked-bad-when-rain")
NOW = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)


def asking() -> Run:
    made = cannot_tell()
    deciders = tuple(
        Decider(kind="question", id=name, gain_bits=0.5, minutes=0.5) for name in ASKED
    )
    return msgspec.structs.replace(
        made, verdict=msgspec.structs.replace(made.verdict, deciders=deciders)
    )


def typing(*lines: str) -> Callable[[str], str]:
    left = list(lines)

    def read(_prompt: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return read


class Taken:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.said: list[tuple[str, str]] = []

    def __call__(self, question: str, answer: str) -> Run:
        self.said.append((question, answer))
        one = Answer(question=question, answer=answer, answered_at="2026-03-04T18:31:00Z")
        self.run = msgspec.structs.replace(self.run, answers=(*self.run.answers, one))
        return self.run


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("y", "n"), [(ASKED[0], "yes"), (ASKED[1], "no")]),
        (("?", "s"), [(ASKED[0], "unknown")]),
        (("s", "y"), [(ASKED[1], "yes")]),
        (("q",), []),
        ((), []),
        (("what", "Y", "q"), [(ASKED[0], "yes")]),
        (("a", "b", "c", "n"), [(ASKED[1], "no")]),
    ],
)
def test_one_question_at_a_time(typed: tuple[str, ...], said: list[tuple[str, str]]) -> None:
    taken = Taken(asking())
    after = ask_all(taken.run, taken, typing(*typed))
    assert taken.said == said
    assert after is taken.run


def test_findings_name_the_open_question_and_the_command_that_answers_it() -> None:
    text = "\n".join(line.text for line in findings(asking()))
    assert "Do other devices in your home have the same trouble?" in text
    assert f"firsthop answer {ASKED[0]} yes" in text


def test_the_detailed_view_begins_with_the_simple_one() -> None:
    run = line_loss()
    simple, full = findings(run), detailed(run)
    assert full[: len(simple)] == simple
    text = "\n".join(line.text for line in full[len(simple) :])
    assert all(sign.id in text for sign in run.signs)
    for head in (
        "Causes weighed",
        "Ruled out",
        "What would change the verdict",
        "For customer service",
        "For the technician",
        "Everything that was measured",
    ):
        assert head in text
    assert "figure 6 %, limit 1 %" in text


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        ("asked-new-box", "perhaps", "Answer with yes, no or unknown."),
        ("loss-on-line", "yes", "is no question"),
        ("\x1b[2J", "yes", "is no question"),
    ],
)
def test_what_is_no_question_cannot_be_answered(question: str, answer: str, sentence: str) -> None:
    order = AnswerOrder(run=asking(), profile=Profile(), question=question, answer=answer)
    with pytest.raises(OrderError, match=sentence):
        with_answer(order)


def test_an_answer_is_a_sign_of_the_run_and_not_asked_again() -> None:
    order = AnswerOrder(run=asking(), profile=Profile(), question=ASKED[0], answer="unknown")
    after = with_answer(order)
    sign = next(one for one in after.signs if one.id == ASKED[0])
    assert (sign.source, sign.state) == (Source.ASKED, State.UNKNOWN)
    assert ASKED[0] not in {one.id for one in after.verdict.deciders}


def answered(question: str, ago: timedelta, said: str = "yes") -> Run:
    at = (NOW - ago).isoformat().replace("+00:00", "Z")
    one = Answer(question=question, answer=said, answered_at=at)
    return msgspec.structs.replace(asking(), answers=(one,))


def test_answers_hold_as_long_as_what_they_are_about() -> None:
    hours, days = timedelta(hours=3), timedelta(days=3)
    assert carried(answered("asked-bad-when-rain", days), NOW).answers
    assert not carried(answered("asked-internet-light", hours), NOW).answers
    assert carried(answered("asked-internet-light", timedelta(minutes=5)), NOW).answers
    assert not carried(answered("asked-bad-when-rain", timedelta(days=30)), NOW).answers
    assert not carried(answered("asked-bad-when-rain", -days), NOW).answers, "from the future"
    assert not carried(answered("asked-bad-when-rain", hours, "unknown"), NOW).answers
    assert not carried(answered("loss-on-line", hours), NOW).answers
    assert not carried(None, NOW).answers


def test_another_home_has_its_own_answers() -> None:
    held = carried(answered("asked-bad-when-rain", timedelta(hours=1)), NOW)
    evidence = line_loss().evidence()
    assert router_mark(evidence)
    same = msgspec.structs.replace(held, router=router_mark(evidence))
    other = msgspec.structs.replace(held, router="02:00:00:00:00:01")
    assert same.behind(evidence) == held.answers
    assert other.behind(evidence) == ()


def test_what_was_seen_before_a_repair_weighs_no_more_and_counts_as_asked() -> None:
    before = Answer(question="asked-internet-light", answer="yes", answered_at="2026-03-04T18:00Z")
    (sign,) = as_signs((before,), "2026-03-04T18:30Z")
    assert (sign.source, sign.state) == (Source.ASKED, State.UNKNOWN)
    (still,) = as_signs((before,), "2026-03-04T17:00Z")
    assert still.state is State.PRESENT
