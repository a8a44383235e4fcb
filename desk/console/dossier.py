"""What the ticket page and the technician's page say about a ticket, from its Run."""

from __future__ import annotations

import msgspec

from desk.console import words
from diagnostics.guide_file import load_guides
from diagnostics.run import Run, StepOutcome, StepTried
from diagnostics.sign import Sign, State
from diagnostics.verdict import Finding, SegmentState, Status


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the path picture."""

    word: str
    state: SegmentState
    state_word: str
    accused: bool  # an asserted cause sits here


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the evidence table."""

    text: str
    state: State
    state_word: str
    measured: str
    threshold: str
    sureness: str
    asked: bool


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with its evidence spelt out."""

    id: str
    word: str
    segment: str
    probability: float
    evidence: tuple[Line, ...]
    against: tuple[Line, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One sign before and after a step."""

    text: str
    before: str
    after: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    guide: str
    done_at: str
    outcome: StepOutcome
    outcome_word: str
    changes: tuple[Change, ...]


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """`causes` is asserted, likeliest first; against `excluded` the evidence speaks."""

    status: Status
    headline: str
    causes: tuple[Cause, ...]
    considered: tuple[Cause, ...]
    excluded: tuple[Cause, ...]
    notes: tuple[Cause, ...]
    path: tuple[Place, ...]
    path_words: str
    steps: tuple[Step, ...]
    others: tuple[Line, ...]  # signs that no asserted cause rests on
    plan: str
    system: str
    complete: bool
    checked_at: str


#: a Run of the app has some hundred signs; a hostile one could make the page endless
MOST_LINES = 400
LONGEST_LINE = 600


def dossier(run: Run) -> Dossier:
    verdict = run.verdict
    signs = {sign.id: sign for sign in run.signs}
    used = {sign for finding in verdict.causes for sign in (*finding.evidence, *finding.against)}
    rivals = [_cause(finding, signs) for finding in verdict.considered[:MOST_LINES]]
    path = _path(run)
    return Dossier(
        status=verdict.status,
        headline=verdict.headline[:LONGEST_LINE],
        causes=tuple(_cause(finding, signs) for finding in verdict.causes[:MOST_LINES]),
        considered=tuple(each for each in rivals if not _is_excluded(each)),
        excluded=tuple(each for each in rivals if _is_excluded(each)),
        notes=tuple(_cause(finding, signs) for finding in verdict.notes[:MOST_LINES]),
        path=path,
        path_words="; ".join(f"{place.word}: {place.state_word}" for place in path),
        steps=tuple(_step(step) for step in run.steps[:MOST_LINES]),
        others=tuple(line_of(s) for s in run.signs if s.id not in used)[:MOST_LINES],
        plan=_plan(run),
        system=f"{run.software.system} {run.software.system_version}".strip(),
        complete=run.complete,
        checked_at=run.started_at,
    )


def _is_excluded(cause: Cause) -> bool:
    """Something measured speaks against it and little is left of it."""
    return bool(cause.against) and cause.probability < 0.05


def _cause(finding: Finding, signs: dict[str, Sign]) -> Cause:
    def lines(ids: tuple[str, ...]) -> tuple[Line, ...]:
        return tuple(line_of(signs[each]) for each in ids[:MOST_LINES] if each in signs)

    return Cause(
        id=finding.id,
        word=words.cause_word(finding.id),
        segment=finding.segment.value,
        probability=finding.probability,
        evidence=lines(finding.evidence),
        against=lines(finding.against),
    )


def line_of(sign: Sign) -> Line:
    return Line(
        text=(sign.text or words.cause_word(sign.id))[:LONGEST_LINE],
        state=sign.state,
        state_word=words.SIGN_STATES[sign.state],
        measured=words.figure(sign.value, sign.unit),
        threshold=words.figure(sign.threshold, sign.unit),
        sureness=words.sureness(sign),
        asked=sign.source == "asked",
    )


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


def _step(step: StepTried) -> Step:
    return Step(
        title=_step_title(step),
        guide=words.cause_word(step.guide),
        done_at=step.done_at,
        outcome=step.outcome,
        outcome_word=words.OUTCOMES[step.outcome],
        changes=_changes(step),
    )


def _step_title(step: StepTried) -> str:
    guide = load_guides().get(step.guide)
    known = guide.step(step.step) if guide else None
    return known.title if known else words.cause_word(step.step)


def _changes(step: StepTried) -> tuple[Change, ...]:
    before = {sign.id: sign for sign in step.before}
    return tuple(
        Change(
            text=words.cause_word(after.id), before=_short(before[after.id]), after=_short(after)
        )
        for after in step.after
        if after.id in before
    )


def _short(sign: Sign) -> str:
    """The figure, or yes and no for a sign that has none."""
    return words.figure(sign.value, sign.unit) or words.SIGN_STATES[sign.state]


def _plan(run: Run) -> str:
    plan = run.plan
    if not plan.known:
        return "Plan not known"
    return f"{plan.down_mbps:g} / {plan.up_mbps:g} Mbit/s {plan.technology}"
