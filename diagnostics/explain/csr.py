"""For customer service: verdict, proof, what is ruled out and why, tried steps, what to do next."""

from __future__ import annotations

import msgspec

from diagnostics.cause import all_causes
from diagnostics.explain.cause_names import (
    LIKELY,
    CauseLine,
    cause_line,
    desk_title,
    sign_sentence,
    sign_sentences,
    signs_by_id,
)
from diagnostics.explain.history import answers_said, step_title
from diagnostics.explain.questions import open_questions
from diagnostics.explain.subscriber import missing, state_of
from diagnostics.explain.visit import VISITS, Visit, visit_needed
from diagnostics.health import NOT_REPRODUCIBLE
from diagnostics.result import Unmeasured
from diagnostics.run import Run, StepOutcome, StepTried
from diagnostics.sign import Sign, Source, State
from diagnostics.signbook import sign_specs
from diagnostics.verdict import Segment, SegmentState, Status, Verdict
from diagnostics.vocabulary import OUTCOMES, SIGN_STATES
from diagnostics.words import Words, mark, sentence


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One sign: what was asked, the answer, the figure and the limit that decided it."""

    sign: str
    statement: str
    answer: str
    state: State
    figure: str
    limit: str
    text: str
    source: str
    speaks: str  # "for", "against" or "" (neither)


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    why: tuple[str, ...]


class TriedRow(msgspec.Struct, frozen=True, kw_only=True):
    """`figures` are sentences of what was measured before and after."""

    title: str
    outcome: StepOutcome
    outcome_words: str
    done_at: str
    figures: tuple[str, ...]


class CsrWords(msgspec.Struct, frozen=True, kw_only=True):
    """`verdict` speaks about the subscriber's connection, `told` is what the subscriber reads."""

    status: Status
    verdict: str
    told: str
    causes: tuple[CauseLine, ...]
    complaint: str
    evidence: tuple[EvidenceRow, ...]
    excluded: tuple[Excluded, ...]
    missing: tuple[str, ...]
    tried: tuple[TriedRow, ...]
    answers: tuple[str, ...]
    next_action: str
    visit: Visit
    visit_words: str
    visit_why: str


ACTIONS = {
    Segment.DEVICE: mark("Guide the subscriber through the settings of this computer."),
    Segment.WIFI: mark("Guide the subscriber to better WiFi; a test by cable settles it."),
    Segment.LAN: mark("Guide the subscriber through cables and boxes at home."),
    Segment.ROUTER: mark(
        "Restart or reconfigure the router from afar; replace it if it comes back."
    ),
    Segment.ACCESS: mark("Measure the line from the exchange and compare with the figures below."),
    Segment.ISP: mark("Look at the state of the network and the area; raise it with operations."),
    Segment.BEYOND: mark("Raise it with routing; tell the subscriber that the line is fine."),
    Segment.SERVICE: mark("Tell the subscriber that the service is in trouble, not the line."),
}


def for_csr(run: Run, words: Words) -> CsrWords:
    visit, why = visit_needed(run)
    return CsrWords(
        status=run.verdict.status,
        verdict=desk_verdict(run.verdict, words),
        told=sentence(run.verdict.headline),
        causes=tuple(cause_line(each, words) for each in run.verdict.causes),
        complaint=sentence(run.complaint),
        evidence=evidence_rows(run, words),
        excluded=(*clean_stretches(run, words), *_rivals(run, words)),
        missing=missing(run, words),
        tried=tuple(_tried(each, words) for each in run.steps),
        answers=answers_said(run, words),
        next_action=_action(run, words),
        visit=visit,
        visit_words=words.say(VISITS[visit]),
        visit_why=words.say(why),
    )


#: verdicts that assert no cause
NOTHING_ASSERTED = {
    Status.HEALTHY: mark("Everything measured is normal for the plan."),
    Status.PROBLEM: mark("Something is wrong; the place is not known."),
    Status.CANNOT_TELL: mark("Something may be wrong; the check cannot tell what."),
}


def desk_verdict(verdict: Verdict, words: Words) -> str:
    """The likeliest cause as customer service calls it, with the number of further ones."""
    if verdict.id == NOT_REPRODUCIBLE:
        return words.say("Earlier checks found trouble; now everything measured is normal.")
    if not verdict.causes:
        return words.say(NOTHING_ASSERTED[verdict.status])
    first = desk_title(verdict.causes[0].id, words)
    others = len(verdict.causes) - 1
    if not others:
        return first
    more = words.say_many("And {count} more cause.", "And {count} more causes.", others)
    return f"{first} {more}"


def _action(run: Run, words: Words) -> str:
    verdict = run.verdict
    if verdict.id == NOT_REPRODUCIBLE:
        return words.say("Send nobody; ask for a check in the next bad moment, and for its time.")
    if verdict.status is Status.HEALTHY:
        return words.say("Explain that all is in order, and ask when it is bad.")
    if verdict.status is Status.CANNOT_TELL or not verdict.causes:
        return _what_decides(run, words)
    cause = all_causes().get(verdict.causes[0].id)
    own = cause.words.action if cause else ""
    return words.say(own or ACTIONS[verdict.causes[0].segment])


def _what_decides(run: Run, words: Words) -> str:
    """The question or test that would tell most; what was answered is not among them."""
    questions = open_questions(run, words)
    first = run.verdict.deciders[0] if run.verdict.deciders else None
    if questions and (first is None or first.kind == "question"):
        return words.say("Ask the subscriber: {question}", question=questions[0].text)
    if first is not None and first.kind == "test":
        test = words.probe(first.id)
        return words.say("Ask for one more check that measures: {test}.", test=test)
    return words.say("Ask for one more check, by cable and with nothing else in use.")


_SAID_BY_THEM = mark("said by the subscriber")


def evidence_rows(run: Run, words: Words, asked: str = _SAID_BY_THEM) -> tuple[EvidenceRow, ...]:
    """Signs of the asserted causes first, then every other sign that shows.

    `asked` is the source of an answer as this reader calls it.
    """
    signs = signs_by_id(run)
    pro = dict.fromkeys(sign for cause in run.verdict.causes for sign in cause.evidence)
    contra = dict.fromkeys(sign for cause in run.verdict.causes for sign in cause.against)
    shown = dict.fromkeys(sign.id for sign in run.signs if sign.state is State.PRESENT)
    rows: list[EvidenceRow] = []
    for each in {**pro, **contra, **shown}:
        if each in signs:
            speaks = "for" if each in pro else "against" if each in contra else ""
            rows.append(_row(signs[each], speaks, words, asked))
    return tuple(rows)


def _row(sign: Sign, speaks: str, words: Words, asked: str) -> EvidenceRow:
    spec = sign_specs().get(sign.id)
    answered = sign.source is Source.ASKED
    return EvidenceRow(
        sign=sign.id,
        statement=words.say(spec.sentence) if spec else words.name(sign.id),
        answer=words.say(SIGN_STATES[sign.state]),
        state=sign.state,
        figure=_figure(sign.value, sign.unit, words),
        limit=_figure(sign.threshold, sign.unit, words),
        text=sign_sentence(sign, words),
        source=words.say(asked) if answered else words.probe(sign.probe),
        speaks=speaks,
    )


def _figure(value: float | str | Unmeasured, unit: str, words: Words) -> str:
    return "" if isinstance(value, Unmeasured) else words.by_unit(value, unit)


def clean_stretches(run: Run, words: Words) -> tuple[Excluded, ...]:
    """The stretches of the way that were measured and are in order."""
    good = [each for each in Segment if state_of(run.verdict, each) is SegmentState.OK]
    why = words.say("measured, and every figure is in order")
    return tuple(Excluded(title=words.segment(each), why=(why,)) for each in good)


def _rivals(run: Run, words: Words) -> tuple[Excluded, ...]:
    """Causes that were considered and not asserted, with the signs that speak against them."""
    return tuple(
        Excluded(
            title=desk_title(each.id, words),
            why=sign_sentences(each.against, run, words) or (_too_weak(each.probability, words),),
        )
        for each in run.verdict.considered
        if each.probability < LIKELY
    )


def _too_weak(probability: float, words: Words) -> str:
    return words.say("only {percent} likely", percent=words.percent(round(probability * 100)))


def _tried(tried: StepTried, words: Words) -> TriedRow:
    before = tuple(_said("Before: {text}", sign, words) for sign in tried.before)
    after = tuple(_said("After: {text}", sign, words) for sign in tried.after)
    return TriedRow(
        title=step_title(tried, words),
        outcome=tried.outcome,
        outcome_words=words.say(OUTCOMES[tried.outcome]),
        done_at=words.moment(tried.done_at),
        figures=before + after,
    )


def _said(text: str, sign: Sign, words: Words) -> str:
    return words.say(text, text=sign_sentence(sign, words))
