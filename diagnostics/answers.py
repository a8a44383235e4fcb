"""What the subscriber said, as signs: from whom, how sure, and for how long it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from diagnostics.belief import UNSURE
from diagnostics.evidence import Evidence
from diagnostics.readings.home import Gateway
from diagnostics.result import Unmeasured
from diagnostics.run import Answer, Run
from diagnostics.sign import ANSWER_BELIEF, Sign, Source, State
from diagnostics.signbook import sign_specs

_SIGNS = {
    "yes": (State.PRESENT, ANSWER_BELIEF),
    "no": (State.ABSENT, 1 - ANSWER_BELIEF),
    "unknown": (State.UNKNOWN, UNSURE),
}
ANSWERS = frozenset(_SIGNS)
#: an answer that holds no longer than this is about a lamp or a film of now
_MOMENTARY_H = 1.0


def is_question(sign_id: str) -> bool:
    spec = sign_specs().get(sign_id)
    return spec is not None and bool(spec.question)


def as_signs(answers: Sequence[Answer], changed_at: str = "") -> tuple[Sign, ...]:
    """One sign an answer. What was true only of a moment before `changed_at` weighs no more.

    A step that was done may have put out the red light; yet it is not asked for again.
    """
    known = [one for one in answers if is_question(one.question)]
    return tuple(
        _sign(one, stale=_momentary(one) and one.answered_at < changed_at) for one in known
    )


def _momentary(answer: Answer) -> bool:
    return sign_specs()[answer.question].holds_h <= _MOMENTARY_H


def _sign(answer: Answer, *, stale: bool) -> Sign:
    said = "unknown" if stale else answer.answer
    state, belief = _SIGNS.get(said, _SIGNS["unknown"])
    question = sign_specs()[answer.question].question
    return Sign(
        id=answer.question,
        state=state,
        belief=belief,
        source=Source.ASKED,
        text=f"{question} {_WORDS.get(answer.answer, answer.answer)}",
    )


_WORDS = {"yes": "Yes.", "no": "No.", "unknown": "Not known."}


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """Answers of an earlier check that still hold, and the router that they were given behind."""

    answers: tuple[Answer, ...] = ()
    router: str = ""

    def behind(self, evidence: Evidence) -> tuple[Answer, ...]:
        """The answers, unless this check runs behind another router: that is another home."""
        now = router_mark(evidence)
        return () if self.router and now and self.router != now else self.answers


def carried(earlier: Run | None, now: datetime | None = None) -> Carried:
    """What a new check need not ask again. An "I do not know" may be asked once more."""
    if earlier is None:
        return Carried()
    at = now or datetime.now(UTC)
    holding = tuple(one for one in earlier.answers if _holds(one, at))
    return Carried(answers=holding, router=router_mark(earlier.evidence()))


def _holds(answer: Answer, now: datetime) -> bool:
    spec = sign_specs().get(answer.question)
    if spec is None or not spec.question or answer.answer not in {"yes", "no"}:
        return False
    try:
        given = datetime.fromisoformat(answer.answered_at)
    except ValueError:
        return False
    if given.tzinfo is None:
        return False
    return timedelta() <= now - given <= timedelta(hours=spec.holds_h)


def router_mark(evidence: Evidence) -> str:
    """The router's MAC: what tells one home from another. Empty when it is not known."""
    gateway = evidence.value(Gateway)
    if isinstance(gateway, Unmeasured) or isinstance(gateway.neighbour.mac, Unmeasured):
        return ""
    return gateway.neighbour.mac
