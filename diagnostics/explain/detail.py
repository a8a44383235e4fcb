"""The detailed view of a verdict: all that it rests on, for the same reader as the simple view.

Simple is `for_subscriber`; this adds causes with their chances and rivals, the signs with the
figures that decided them, what is ruled out, and what could still change the verdict. Window and
terminal show it after the simple view, never instead of it.
"""

from __future__ import annotations

import msgspec

from diagnostics.explain.cause_names import cause_title, confidence, sign_sentences
from diagnostics.explain.csr import EvidenceRow, Excluded, clean_stretches, evidence_rows
from diagnostics.explain.subscriber import missing
from diagnostics.run import Run
from diagnostics.verdict import Decider, Finding, Status
from diagnostics.vocabulary import PLACES
from diagnostics.words import Words, mark

#: a rival from this chance on is still possible; below it, it counts as ruled out (as for the
#: technician, who looks there too)
POSSIBLE_FROM = 0.1
#: one yes-or-no answer tells at most one bit; a third of it turns many verdicts (judgement)
_TELLS_MUCH_BITS = 0.3


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """One cause on the scales. `share` is its probability in words of this language, "97 %".

    `standing` says whether it is asserted, still possible, or only noted; `against` are sentences
    of the signs that speak against it.
    """

    id: str
    title: str
    place: str
    probability: float
    share: str
    confidence: str
    standing: str
    against: tuple[str, ...]


class DetailWords(msgspec.Struct, frozen=True, kw_only=True):
    """`causes` asserted first, then rivals, then notes; `nothing` speaks where there is none.

    `would_change` is never empty: where nothing open could turn the verdict, it says so.
    """

    causes: tuple[Weighed, ...]
    nothing: str
    evidence: tuple[EvidenceRow, ...]
    excluded: tuple[Excluded, ...]
    missing: tuple[str, ...]
    would_change: tuple[str, ...]


FOUND, RIVAL, NOTED = mark("found"), mark("still possible"), mark("true, and harmless here")


def for_detail(run: Run, words: Words) -> DetailWords:
    verdict = run.verdict
    rivals = [each for each in verdict.considered if each.probability >= POSSIBLE_FROM]
    groups = ((FOUND, verdict.causes), (RIVAL, rivals), (NOTED, verdict.notes))
    causes = tuple(_weighed(each, said, run, words) for said, found in groups for each in found)
    nothing = words.say("No cause of trouble was likely enough to be named.")
    return DetailWords(
        causes=causes,
        nothing="" if causes else nothing,
        evidence=evidence_rows(run, words, asked=mark("said by you")),
        excluded=(*clean_stretches(run, words), *_beaten(run, words)),
        missing=missing(run, words),
        would_change=_would_change(run, words),
    )


def decided_by(row: EvidenceRow, words: Words) -> str:
    """The figure, its limit and where it comes from, in one line; what is not known is left out."""
    parts = [
        (mark("Answer: {value}"), row.answer),
        (mark("figure: {value}"), row.figure),
        (mark("limit: {value}"), row.limit),
        (mark("from: {value}"), row.source),
    ]
    said = [words.say(text, value=value) for text, value in parts if value]
    if row.speaks:
        said.append(words.say(SPEAKS[row.speaks]))
    return ", ".join(said) + "."


SPEAKS = {"for": mark("speaks for it"), "against": mark("speaks against it")}


def excluded_line(excluded: Excluded, words: Words) -> str:
    parts = {"what": excluded.title.rstrip("."), "why": " ".join(excluded.why)}
    return words.say("{what}: {why}", **parts)


def _weighed(finding: Finding, standing: str, run: Run, words: Words) -> Weighed:
    return Weighed(
        id=words.name(finding.id),
        title=cause_title(finding.id, words),
        place=words.say(PLACES[finding.segment]),
        probability=finding.probability,
        share=_share(finding.probability, words),
        confidence=confidence(finding.probability, words),
        standing=words.say(standing),
        against=sign_sentences(finding.against, run, words),
    )


def _share(probability: float, words: Words) -> str:
    """Never 100 %: nothing that was measured once is that sure."""
    return words.percent(min(99, round(probability * 100)))


def _beaten(run: Run, words: Words) -> tuple[Excluded, ...]:
    """Rivals too unlikely to be looked for, with what speaks against them."""
    return tuple(
        Excluded(title=cause_title(each.id, words), why=_why(each, run, words))
        for each in run.verdict.considered
        if each.probability < POSSIBLE_FROM
    )


def _why(finding: Finding, run: Run, words: Words) -> tuple[str, ...]:
    only = words.say("Only {percent} likely.", percent=_share(finding.probability, words))
    return (*sign_sentences(finding.against, run, words), only)


def _would_change(run: Run, words: Words) -> tuple[str, ...]:
    said = tuple(_decider(each, words) for each in run.verdict.deciders)
    if said:
        return said
    if run.verdict.status is Status.HEALTHY:
        text = mark("A check in a bad moment: what is not there now cannot be measured now.")
        return (words.say(text),)
    return (words.say("Nothing that could still be asked or measured would change this."),)


def _decider(decider: Decider, words: Words) -> str:
    much = decider.gain_bits >= _TELLS_MUCH_BITS
    tells = words.say("It would tell a lot." if much else "It would tell a little.")
    parts = {"effort": words.minutes(decider.minutes), "tells": tells}
    if decider.kind == "test":
        text = mark("A test of: {what} ({effort}). {tells}")
        return words.say(text, what=words.probe(decider.id), **parts)
    if decider.kind == "question":
        asked = words.say(decider.text) or words.name(decider.id)
        return words.say("Your answer to: {what} ({effort}). {tells}", what=asked, **parts)
    text = mark("Leave for this program to read the WiFi of this computer ({effort}). {tells}")
    return words.say(text, **parts)
