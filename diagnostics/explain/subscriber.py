"""For the person at home: what is wrong, where, how sure, what it means, what to do next."""

from __future__ import annotations

import msgspec

from diagnostics.explain.activities import Meaning, meanings
from diagnostics.explain.cause_names import CauseLine, cause_line, sign_sentences
from diagnostics.explain.next_step import NextStep, ask_person, next_step
from diagnostics.health import NOT_REPRODUCIBLE
from diagnostics.result import NOT_RUN, Unmeasured
from diagnostics.run import Run
from diagnostics.verdict import Segment, SegmentState, Status, Verdict
from diagnostics.vocabulary import PLACES
from diagnostics.words import Words, mark, sentence

MOST_SENTENCES = 6


class SubscriberWords(msgspec.Struct, frozen=True, kw_only=True):
    """`confidence` and `partial` are empty where there is nothing to say.

    `causes` are all asserted ones, likeliest first; `notes` are true but explain no complaint;
    `missing` says what could not be measured and would have mattered. `person` says why a person
    is the better way now, and is empty while a step of one's own is worth its minutes.
    """

    status: Status
    headline: str
    where: str
    fine: str
    confidence: str
    partial: str
    causes: tuple[CauseLine, ...]
    notes: tuple[str, ...]
    meaning: tuple[Meaning, ...]
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    next_step: NextStep | None
    person: str


def for_subscriber(run: Run, words: Words) -> SubscriberWords:
    verdict = run.verdict
    partial = mark("The check was stopped early. This is what was known by then.")
    return SubscriberWords(
        status=verdict.status,
        headline=sentence(verdict.headline) or words.say(HEADLINES[verdict.status]),
        where=where(verdict, words),
        fine=fine(verdict, words),
        confidence=_confidence(verdict, words),
        partial="" if run.complete else words.say(partial),
        causes=tuple(cause_line(each, words) for each in verdict.causes),
        notes=tuple(cause_line(each, words).title for each in verdict.notes),
        meaning=meanings(run, words),
        evidence=_evidence(run, words),
        missing=missing(run, words),
        next_step=next_step(run, words),
        person=ask_person(run, words),
    )


HEADLINES = {
    Status.HEALTHY: mark("Your connection works as it should."),
    Status.PROBLEM: mark("Something is wrong with your connection."),
    Status.CANNOT_TELL: mark("What was measured does not point to one cause."),
}


def where(verdict: Verdict, words: Words) -> str:
    """In which stretch the trouble sits; several causes may sit in several."""
    if verdict.id == NOT_REPRODUCIBLE:
        return words.say("Right now nothing on the way to the internet stands out.")
    if verdict.status is Status.HEALTHY:
        return words.say("Nothing on the way from this computer to the internet stands out.")
    if verdict.status is Status.CANNOT_TELL or not verdict.causes:
        return words.say("We cannot say for sure where the trouble sits.")
    segments = list(dict.fromkeys(finding.segment for finding in verdict.causes))
    places = words.join([words.say(PLACES[each]) for each in segments])
    return words.say("The trouble sits {place}.", place=places)


def fine(verdict: Verdict, words: Words) -> str:
    """The stretches that are proved to be fine; empty when none is."""
    good = [each for each in Segment if state_of(verdict, each) is SegmentState.OK]
    if not good:
        return ""
    names = words.join([words.segment(each) for each in good])
    return words.say("Measured and fine: {places}.", places=names)


def state_of(verdict: Verdict, segment: Segment) -> SegmentState:
    states = msgspec.structs.asdict(verdict.segments)
    state = states[segment.value]
    return state if isinstance(state, SegmentState) else SegmentState.UNKNOWN


def missing(run: Run, words: Words) -> tuple[str, ...]:
    """What has no reading and would have mattered, with the reason."""
    return tuple(_missing(probe, run, words) for probe in run.verdict.missing)


def _missing(probe: str, run: Run, words: Words) -> str:
    outcome = run.readings.get(probe, NOT_RUN)
    why = words.why(outcome if isinstance(outcome, Unmeasured) else NOT_RUN)
    return words.say("{probe}: {reason}", probe=words.probe(probe), reason=why)


def _confidence(verdict: Verdict, words: Words) -> str:
    if verdict.status is not Status.PROBLEM or not verdict.causes:
        return ""
    first = cause_line(verdict.causes[0], words)
    return words.say(
        "How sure: {confidence} ({percent}).",
        confidence=first.confidence,
        percent=words.percent(min(99, round(first.probability * 100))),
    )


def _evidence(run: Run, words: Words) -> tuple[str, ...]:
    ids = dict.fromkeys(sign for cause in run.verdict.causes for sign in cause.evidence)
    if run.verdict.id == NOT_REPRODUCIBLE:
        ids = dict.fromkeys(["earlier-trouble"])
    return sign_sentences(ids, run, words)[:MOST_SENTENCES]
