"""What a cause is called, also when this version does not know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from diagnostics.cause import all_causes
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
    """One cause in the words of all three readers. A cause of a newer version is not `known`:
    then the titles are all there is, and the other words are empty. `title` speaks to the
    subscriber, `desk_title` to whoever helps.
    """

    id: str
    title: str
    desk_title: str
    means: str
    csr: str
    technician: str
    segment: Segment
    place: str
    confidence: str
    probability: float
    known: bool


def cause_line(finding: Finding, words: Words) -> CauseLine:
    cause = all_causes().get(finding.id)
    return CauseLine(
        id=sentence(finding.id),
        title=cause_title(finding.id, words),
        desk_title=desk_title(finding.id, words),
        means=words.say(cause.words.means) if cause else "",
        csr=words.say(cause.words.csr) if cause else "",
        technician=words.say(cause.words.technician) if cause else "",
        segment=finding.segment,
        place=words.say(PLACES[finding.segment]),
        confidence=confidence(finding.probability, words),
        probability=finding.probability,
        known=cause is not None,
    )


def cause_title(cause_id: str, words: Words) -> str:
    """One short sentence; of a cause that this version does not know, its id."""
    cause = all_causes().get(cause_id)
    if cause is not None:
        return words.say(cause.words.headline)
    return words.say("A cause that this version does not know: {id}.", id=words.name(cause_id))


def desk_title(cause_id: str, words: Words) -> str:
    """The same for customer service and technician: about the subscriber, not to them."""
    cause = all_causes().get(cause_id)
    if cause is not None and cause.words.desk:
        return words.say(cause.words.desk)
    return cause_title(cause_id, words)


def confidence(probability: float, words: Words) -> str:
    return words.say(next(text for floor, text in CONFIDENCE if probability >= floor or floor == 0))


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
