"""What a cause is called, also when this version does not know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from diagnostics.guide_file import load_guides
from diagnostics.run import Run
from diagnostics.sign import Sign
from diagnostics.signbook import sign_specs
from diagnostics.verdict import Finding, Segment
from diagnostics.vocabulary import PLACES
from diagnostics.words import Words, mark, sentence

SURE, VERY_LIKELY, LIKELY = 0.95, 0.8, 0.6

CONFIDENCE = (
    (SURE, mark("almost certain")),
    (VERY_LIKELY, mark("very likely")),
    (LIKELY, mark("likely")),
    (0.3, mark("possible")),
    (0.0, mark("unlikely")),
)


class CauseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One cause in short. `known` is false for a cause of a newer version."""

    id: str
    title: str
    segment: Segment
    place: str
    confidence: str
    probability: float
    known: bool


def cause_line(finding: Finding, words: Words) -> CauseLine:
    title, known = cause_title(finding.id, finding.guide, words)
    return CauseLine(
        id=finding.id,
        title=title,
        segment=finding.segment,
        place=words.say(PLACES[finding.segment]),
        confidence=confidence(finding.probability, words),
        probability=finding.probability,
        known=known,
    )


def cause_title(cause: str, guide_id: str, words: Words) -> tuple[str, bool]:
    """A short title, and whether this version knows the cause."""
    guide = load_guides(words.language).for_cause(cause, guide_id)
    if guide is not None:
        return guide.title, True
    return words.say("A cause called {cause}, from a newer version", cause=words.name(cause)), False


def confidence(probability: float, words: Words) -> str:
    return words.say(next(text for floor, text in CONFIDENCE if probability >= floor or not floor))


def signs_by_id(run: Run) -> Mapping[str, Sign]:
    return {sign.id: sign for sign in run.signs}


def sign_sentences(ids: Iterable[str], run: Run, words: Words) -> tuple[str, ...]:
    """What the signs say, one sentence each; a sign without words is named by its id."""
    signs = signs_by_id(run)
    return tuple(sign_sentence(signs[each], words) for each in ids if each in signs)


def sign_sentence(sign: Sign, words: Words) -> str:
    if sign.text:
        return sentence(sign.text)
    spec = sign_specs().get(sign.id)
    return words.say(spec.sentence) if spec else words.name(sign.id)
