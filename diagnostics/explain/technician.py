"""For the field technician: where to begin, what to bring, what to measure first."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from diagnostics.explain.cause_names import cause_line, confidence, sign_sentences
from diagnostics.explain.history import answers_said
from diagnostics.profile import Technology
from diagnostics.run import Run
from diagnostics.verdict import Finding, Segment
from diagnostics.vocabulary import PLACES
from diagnostics.words import Words, mark


class RankedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch, with the causes there in short and the sentences that point to it."""

    segment: Segment
    place: str
    probability: float
    confidence: str
    causes: tuple[str, ...]
    advice: tuple[str, ...]
    why: tuple[str, ...]


class TechnicianWords(msgspec.Struct, frozen=True, kw_only=True):
    """`places` likeliest first; empty when nothing points anywhere.

    `answers` is what the subscriber said already: nobody asks for it again at the door.
    """

    places: tuple[RankedPlace, ...]
    bring: tuple[str, ...]
    measure_first: tuple[str, ...]
    answers: tuple[str, ...]


FIBRE = (Technology.FTTH,)
COPPER = (Technology.ADSL, Technology.VDSL, Technology.FTTC)
RADIO = (
    Technology.FIXED_WIRELESS,
    Technology.MOBILE,
    Technology.LEO_SATELLITE,
    Technology.GEO_SATELLITE,
)
LINE_TOOLS = (
    (FIBRE, (mark("Optical power meter"), mark("Fibre cleaning set and a spare patch cord"))),
    (COPPER, (mark("Copper line tester"), mark("Spare socket, splitter and line cord"))),
    ((Technology.CABLE,), (mark("Cable signal meter"), mark("Spare connectors and attenuators"))),
    (RADIO, (mark("Signal meter and compass"), mark("Spare antenna cable and connectors"))),
)
LINE_TESTS = (
    (FIBRE, (mark("Received optical power at the terminal"),)),
    (COPPER, (mark("Synchronised rate, noise margin and errors at the first socket"),)),
    ((Technology.CABLE,), (mark("Receive level, noise and transmit level at the modem"),)),
    (RADIO, (mark("Signal level and quality at the antenna"),)),
)
TOOLS = {
    Segment.WIFI: (mark("Laptop with WiFi survey"), mark("Spare access point")),
    Segment.LAN: (mark("Cable tester"), mark("Two patch cables of category 6")),
    Segment.ROUTER: (mark("Replacement router with the right profile"),),
}
TESTS = {
    Segment.DEVICE: (mark("The same check on another computer"),),
    Segment.WIFI: (mark("Delay and loss to the router by cable, then by WiFi"),),
    Segment.LAN: (mark("Delay and loss right at the router's socket, without boxes between"),),
    Segment.ROUTER: (mark("Delay to the router by cable, idle and under load"),),
    Segment.ISP: (mark("Nothing at the home: ask operations for the state of the area"),),
    Segment.BEYOND: (mark("Nothing at the home: the report goes to routing"),),
    Segment.SERVICE: (mark("Nothing at the home: the service itself fails"),),
}


def for_technician(run: Run, words: Words) -> TechnicianWords:
    places = _places(run, words)
    segments = [each.segment for each in places]
    technology = run.plan.technology
    return TechnicianWords(
        places=places,
        bring=_said((_tools(each, technology) for each in segments), words),
        measure_first=_said((_tests(each, technology) for each in segments), words),
        answers=answers_said(run, words),
    )


def _places(run: Run, words: Words) -> tuple[RankedPlace, ...]:
    """Asserted causes, then rivals that are still possible, gathered by stretch."""
    found = (*run.verdict.causes, *(f for f in run.verdict.considered if f.probability >= 0.1))
    by_segment: dict[Segment, list[Finding]] = {}
    for finding in found:
        by_segment.setdefault(finding.segment, []).append(finding)
    ranked = [_place(segment, each, run, words) for segment, each in by_segment.items()]
    return tuple(sorted(ranked, key=lambda place: -place.probability))


def _place(segment: Segment, findings: list[Finding], run: Run, words: Words) -> RankedPlace:
    probability = max(finding.probability for finding in findings)
    lines = [cause_line(each, words) for each in findings]
    signs = dict.fromkeys(sign for finding in findings for sign in finding.evidence)
    return RankedPlace(
        segment=segment,
        place=words.say(PLACES[segment]),
        probability=probability,
        confidence=confidence(probability, words),
        causes=tuple(line.desk_title for line in lines),
        advice=tuple(line.technician for line in lines if line.technician),
        why=sign_sentences(signs, run, words),
    )


def _tools(segment: Segment, technology: Technology) -> tuple[str, ...]:
    if segment is Segment.ACCESS:
        return _by_technology(LINE_TOOLS, technology)
    return TOOLS.get(segment, ())


def _tests(segment: Segment, technology: Technology) -> tuple[str, ...]:
    if segment is Segment.ACCESS:
        return _by_technology(LINE_TESTS, technology)
    return TESTS.get(segment, ())


def _by_technology(
    table: tuple[tuple[tuple[Technology, ...], tuple[str, ...]], ...], technology: Technology
) -> tuple[str, ...]:
    """The row of this technology; every row when the technology is not known."""
    known = [texts for kinds, texts in table if technology in kinds]
    rows = known or [texts for _, texts in table]
    return tuple(text for texts in rows for text in texts)


def _said(groups: Iterable[tuple[str, ...]], words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.say(text) for group in groups for text in group))
