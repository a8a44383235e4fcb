"""Whether a step of a guide helped: the signs before it against the signs after it."""

from __future__ import annotations

from collections.abc import Iterable

from diagnostics.guide import GuideStep, Judge
from diagnostics.run import Run, StepOutcome
from diagnostics.sign import Sign, State

#: a sign whose state stays the same has still moved when its belief moved by this much
BELIEF_MOVED = 0.3


def judges_of(step: GuideStep, run: Run, cause: str) -> tuple[Judge, ...]:
    """The step's own judges; else the evidence on which the cause was asserted, gone."""
    if step.judges:
        return step.judges
    findings = [finding for finding in run.verdict.causes if finding.id == cause]
    return tuple(Judge(sign=sign, good=State.ABSENT) for one in findings for sign in one.evidence)


def judged(judges: Iterable[Judge], signs: Iterable[Sign]) -> tuple[Sign, ...]:
    """Those of the signs that the judges look at, in their order."""
    by_id = {sign.id: sign for sign in signs}
    return tuple(by_id[judge.sign] for judge in judges if judge.sign in by_id)


def outcome(judges: Iterable[Judge], before: Iterable[Sign], after: Iterable[Sign]) -> StepOutcome:
    """Worse if any judge got worse, helped if any got better, not measured if none can tell."""
    old = {sign.id: sign for sign in before}
    new = {sign.id: sign for sign in after}
    moves = [
        move
        for judge in judges
        if (move := _move(judge, old.get(judge.sign), new.get(judge.sign))) is not None
    ]
    if not moves:
        return StepOutcome.NOT_MEASURED
    if min(moves) < 0:
        return StepOutcome.WORSE
    return StepOutcome.HELPED if max(moves) > 0 else StepOutcome.NO_CHANGE


def _move(judge: Judge, before: Sign | None, after: Sign | None) -> int | None:
    """1 better, 0 the same, -1 worse; None when the sign is not known after the step."""
    if after is None or after.state is State.UNKNOWN:
        return None
    if before is None or before.state is State.UNKNOWN:
        return 0  # nothing to compare with: no claim either way
    if before.state is not after.state:
        return 1 if after.state is judge.good else -1
    towards_good = after.belief - before.belief
    if judge.good is State.ABSENT:
        towards_good = -towards_good
    if abs(towards_good) < BELIEF_MOVED:
        return 0
    return 1 if towards_good > 0 else -1
