"""What the ticket page and the technician's page say about a ticket, from its Run."""

from __future__ import annotations

from datetime import UTC

import msgspec

from desk.console import words
from diagnostics.explain import (
    CauseLine,
    CsrWords,
    EvidenceRow,
    TechnicianWords,
    for_csr,
    for_technician,
)
from diagnostics.explain.cause_names import cause_line, sign_sentence
from diagnostics.run import Run
from diagnostics.sign import Sign
from diagnostics.verdict import SegmentState, Status
from diagnostics.vocabulary import SIGN_STATES
from diagnostics.words import Words

#: the console is English so far; times are the desk's, in UTC
ENGLISH = Words("en", zone=UTC)
#: a Run of the app has some hundred signs; a hostile one could make the page endless
MOST_LINES = 400
LONGEST_LINE = 600


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the path picture."""

    word: str
    state: SegmentState
    state_word: str
    accused: bool  # an asserted cause sits here


class Line(msgspec.Struct, frozen=True):
    """A sign that the verdict does not rest on."""

    text: str
    answer: str


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything is plain text; foreign words in it are isolated, the page escapes."""

    status: Status
    csr: CsrWords
    technician: TechnicianWords
    speaks_for: tuple[EvidenceRow, ...]
    speaks_against: tuple[EvidenceRow, ...]
    also: tuple[EvidenceRow, ...]  # present, but no part of the asserted causes
    others: tuple[Line, ...]
    notes: tuple[CauseLine, ...]
    path: tuple[Place, ...]
    plan: str
    system: str
    complete: bool
    checked_at: str


def dossier(run: Run) -> Dossier:
    run = bounded(run)
    csr = for_csr(run, ENGLISH)
    shown = {row.sign for row in csr.evidence}
    return Dossier(
        status=run.verdict.status,
        csr=csr,
        technician=for_technician(run, ENGLISH),
        speaks_for=tuple(row for row in csr.evidence if row.speaks == "for"),
        speaks_against=tuple(row for row in csr.evidence if row.speaks == "against"),
        also=tuple(row for row in csr.evidence if not row.speaks),
        others=tuple(_line(sign) for sign in run.signs if sign.id not in shown),
        notes=tuple(cause_line(each, ENGLISH) for each in run.verdict.notes),
        path=_path(run),
        plan=_plan(run),
        system=f"{run.software.system} {run.software.system_version}".strip()[:LONGEST_LINE],
        complete=run.complete,
        checked_at=run.started_at,
    )


def bounded(run: Run) -> Run:
    """The same Run, cut to what a page can hold."""
    verdict = msgspec.structs.replace(
        run.verdict,
        headline=run.verdict.headline[:LONGEST_LINE],
        causes=run.verdict.causes[:MOST_LINES],
        considered=run.verdict.considered[:MOST_LINES],
        notes=run.verdict.notes[:MOST_LINES],
        missing=run.verdict.missing[:MOST_LINES],
    )
    return msgspec.structs.replace(
        run,
        verdict=verdict,
        complaint=run.complaint[:LONGEST_LINE],
        signs=tuple(_short(sign) for sign in run.signs[:MOST_LINES]),
        steps=run.steps[:MOST_LINES],
        answers=run.answers[:MOST_LINES],
    )


def _short(sign: Sign) -> Sign:
    return msgspec.structs.replace(sign, text=sign.text[:LONGEST_LINE])


def _line(sign: Sign) -> Line:
    return Line(sign_sentence(sign, ENGLISH), ENGLISH.say(SIGN_STATES[sign.state]))


#: WiFi and cable are two ways over the same stretch: the one that was not used is not drawn
_WAYS = ("wifi", "lan")


def _path(run: Run) -> tuple[Place, ...]:
    segments = run.verdict.segments
    states: dict[str, SegmentState] = {
        name: SegmentState(getattr(segments, name)) for name in segments.__struct_fields__
    }
    accused = {finding.segment.value for finding in run.verdict.causes}
    idle = [way for way in _WAYS if states[way] is SegmentState.UNKNOWN and way not in accused]
    left_out = set(idle[1:] if len(idle) == len(_WAYS) else idle)
    return tuple(
        Place(
            word=words.segment_word(name),
            state=state,
            state_word=words.SEGMENT_STATES[state],
            accused=name in accused,
        )
        for name, state in states.items()
        if name not in left_out
    )


def _plan(run: Run) -> str:
    plan = run.plan
    if not plan.known:
        return "not known"
    return f"{plan.down_mbps:g} / {plan.up_mbps:g} Mbit/s, {plan.technology}"
