"""The single entry of the diagnosis: evidence in, signs and verdict out. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from diagnostics.belief import UNSURE
from diagnostics.cause import Cause, all_causes
from diagnostics.complaint import Understood, understand
from diagnostics.evidence import Evidence
from diagnostics.health import health_of, missing_probes
from diagnostics.inference import NoisyOr, Posterior, needs_met
from diagnostics.plan import deciders_of
from diagnostics.profile import Profile
from diagnostics.scene import Scene
from diagnostics.segments import segment_states
from diagnostics.sign import Sign, State
from diagnostics.signbook import read_signs, sign_specs
from diagnostics.sureness import told
from diagnostics.verdict import Decider, Finding, Segment, Status, Verdict

#: a cause is asserted from this posterior probability on
ASSERT_FROM = 0.65
#: or, as the first of its segment, when the segment itself is that sure
LEADER_FROM = 0.4
SEGMENT_SURE = 0.9
#: rivals below this are not worth a line
CONSIDER_FROM = 0.02
MOST_CONSIDERED = 5

CANNOT_TELL = "cannot-tell"


class Judgement(NamedTuple):
    signs: tuple[Sign, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Case:
    """Everything that the verdict is made of."""

    scene: Scene
    signs: tuple[Sign, ...]
    states: Mapping[str, State]
    posterior: Posterior
    understood: Understood

    @property
    def well(self) -> float:
        """Probability that there is no cause, or only such as are notes."""
        notes = {cause.id for cause in all_causes().values() if self.is_note(cause)}
        return sum(one.probability for one in self.posterior.sets if notes.issuperset(one.causes))

    def is_note(self, cause: Cause) -> bool:
        return bool(cause.note_unless) and cause.note_unless not in self.understood.topics

    def outcome_if(
        self, states: Mapping[str, State], posterior: Posterior
    ) -> tuple[Status, tuple[str, ...]]:
        """The gist of the verdict, were these the states and the posterior."""
        case = replace(self, states=states, posterior=posterior)
        causes = tuple(cause.id for cause in _asserted(case))
        if causes:
            return Status.PROBLEM, causes
        return health_of(self.scene, states, case.well, self.understood.topics).status, ()


def judge(
    evidence: Evidence,
    profile: Profile,
    *,
    asked: Sequence[Sign] = (),
    complaint: str = "",
) -> Judgement:
    """Signs and verdict of these readings. `asked` are the subscriber's answers as signs."""
    scene = Scene(evidence, profile)
    signs = merged(read_signs(scene), asked)
    understood = understand(complaint)
    leaks = {spec.id: spec.leak for spec in sign_specs().values()}
    states = {one.id: one.state for one in signs}
    posterior = NoisyOr(_awake(signs), signs, leaks, understood.shifts).posterior()
    case = Case(scene, signs, states, posterior, understood)
    return Judgement(signs, _verdict(case))


def _awake(signs: Sequence[Sign]) -> tuple[Cause, ...]:
    """All causes but those that rest: without the past nothing speaks for or against them."""
    telling = {one.id for one in signs if one.belief != UNSURE}
    return tuple(
        cause
        for cause in all_causes().values()
        if not cause.rests or telling.issuperset(cause.needs.all)
    )


def merged(measured: Sequence[Sign], asked: Sequence[Sign]) -> tuple[Sign, ...]:
    """Answers fill what no measurement told; they never overrule a figure, nor a closed question.

    "I do not know" is an answer too: the sign stays unknown, and is known to have been asked.
    """
    answers = {one.id: one for one in asked}
    return tuple(
        answers[one.id] if one.id in answers and one.belief == UNSURE and not one.closed else one
        for one in measured
    )


def _verdict(case: Case) -> Verdict:
    asserted = _asserted(case)
    findings = tuple(_asserted_finding(cause, case) for cause in asserted)
    health = health_of(case.scene, case.states, case.well, case.understood.topics)
    status = Status.PROBLEM if findings else health.status
    first = asserted[0] if asserted else None
    missing = missing_probes(case.scene.evidence, on_wifi=case.scene.on_wifi is True)
    return Verdict(
        status=status,
        id=first.id if first else health.id,
        headline=first.words.headline if first else health.headline,
        causes=findings,
        considered=_considered(case, asserted),
        notes=_notes(case),
        segments=segment_states(case.signs, findings),
        deciders=() if status is Status.HEALTHY else _deciders(case, missing, status),
        missing=missing,
    )


def _deciders(case: Case, missing: tuple[str, ...], status: Status) -> tuple[Decider, ...]:
    lacking = missing if status is Status.CANNOT_TELL else ()
    evidence = case.scene.evidence
    return deciders_of(evidence, case.signs, case.posterior, case.outcome_if, lacking)


def _ranked(case: Case) -> list[Cause]:
    """Causes that may be asserted at all, likeliest first."""
    able = [
        cause
        for cause in all_causes().values()
        if needs_met(cause, case.states) and not case.is_note(cause)
    ]
    return sorted(able, key=lambda cause: (-case.posterior.of(cause.id), cause.id))


def _asserted(case: Case) -> list[Cause]:
    ranked = _ranked(case)
    sure = [cause for cause in ranked if case.posterior.of(cause.id) >= ASSERT_FROM]
    if sure or not ranked:
        return [*sure, *_umbrella(case, ranked, sure)]
    leader = ranked[0]
    if case.posterior.of(leader.id) < LEADER_FROM:
        return _umbrella(case, ranked, [])
    placed = case.posterior.of_any(_ids_of(leader.segment))
    return [leader] if placed >= SEGMENT_SURE else _umbrella(case, ranked, [])


def _umbrella(case: Case, ranked: Sequence[Cause], named: Sequence[Cause]) -> list[Cause]:
    """The cause that stands for a segment whose trouble is sure, though not which it is."""
    placed = {cause.segment for cause in named}
    able = [cause for cause in ranked if cause.umbrella and cause.segment not in placed]
    sure = [one for one in able if _probability(one, case) >= ASSERT_FROM]
    return sure[:1]


def _probability(cause: Cause, case: Case) -> float:
    """Of an umbrella, that anything of its segment is there."""
    if cause.umbrella:
        return case.posterior.of_any(_ids_of(cause.segment))
    return case.posterior.of(cause.id)


def _ids_of(segment: Segment) -> frozenset[str]:
    return frozenset(cause.id for cause in all_causes().values() if cause.segment is segment)


def _considered(case: Case, asserted: Sequence[Cause]) -> tuple[Finding, ...]:
    rivals = [
        cause
        for cause in all_causes().values()
        if cause not in asserted
        and not case.is_note(cause)
        and case.posterior.of(cause.id) >= CONSIDER_FROM
    ]
    rivals.sort(key=lambda cause: (-case.posterior.of(cause.id), cause.id))
    return tuple(_finding(cause, case) for cause in rivals[:MOST_CONSIDERED])


def _notes(case: Case) -> tuple[Finding, ...]:
    return tuple(
        _finding(cause, case)
        for cause in all_causes().values()
        if case.is_note(cause)
        and needs_met(cause, case.states)
        and case.posterior.of(cause.id) >= ASSERT_FROM
    )


def _asserted_finding(cause: Cause, case: Case) -> Finding:
    """Asserted for want of a surer cause, an umbrella speaks for all of its segment."""
    found = _finding(cause, case)
    if not cause.umbrella or case.posterior.of(cause.id) >= ASSERT_FROM:
        return found
    return msgspec.structs.replace(found, probability=told(_probability(cause, case)))


def _finding(cause: Cause, case: Case) -> Finding:
    """With the signs that speak for it, strongest first, and those it fails to explain."""
    telling = sorted(cause.produces, key=lambda name: (-cause.produces[name], name))
    wanted = (State.PRESENT, State.ABSENT)
    spoken = {name: case.states[name] for name in telling if case.states[name] in wanted}
    return Finding(
        id=cause.id,
        segment=cause.segment,
        probability=told(case.posterior.of(cause.id)),
        evidence=tuple(name for name, state in spoken.items() if state is State.PRESENT),
        against=tuple(
            name
            for name, state in spoken.items()
            if state is State.ABSENT and cause.produces[name] >= 0.5
        ),
        guide=cause.guide,
    )
