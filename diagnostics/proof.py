"""Did the step help? The signs before and after it, weighed without wishful thinking.

A trouble counts as gone only when it was measured again and is absent: what could not be
measured again is not helped. A trouble that stays may count as eased when three quarters of
its excess over the threshold are gone; less than that a few samples do by chance.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from diagnostics.guide import GuideStep
from diagnostics.run import StepOutcome
from diagnostics.sign import Sign, State
from diagnostics.signbook import sign_specs
from diagnostics.verdict import Verdict

#: A sign that shows this rarely without a fault is a trouble; others are facts ("on WiFi").
TROUBLE_LEAK = 0.01
#: Between two measurements the belief must have moved this far, or it is chance at the threshold.
CLEAR_MOVE = 0.3
EASED = 0.25


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Sign ids by fate: `hidden` were trouble and are unknown now, `worse` came up or grew."""

    outcome: StepOutcome
    gone: tuple[str, ...] = ()
    eased: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()


def compare(before: tuple[Sign, ...], after: tuple[Sign, ...], step: GuideStep) -> StepOutcome:
    """helped, no_change, worse or not_measured."""
    return weigh(before, after, step).outcome


def weigh(before: tuple[Sign, ...], after: tuple[Sign, ...], step: GuideStep) -> Proof:
    """What the step changed, by the signs that it names and those of the probes run again."""
    later = {sign.id: sign for sign in after}
    good = _judged(before + after, step)
    fates: dict[str, list[str]] = {
        fate: [] for fate in ("gone", "eased", "still", "hidden", "worse")
    }
    known = False
    for sign in before:
        if sign.id not in good:
            continue
        now = later.get(sign.id)
        known = known or (now is not None and now.state is not State.UNKNOWN)
        fate = _fate(sign, now, good[sign.id])
        if fate:
            fates[fate].append(sign.id)
    return Proof(
        outcome=_outcome(fates, known=known),
        **{fate: tuple(ids) for fate, ids in fates.items()},
    )


def is_trouble(sign_id: str) -> bool:
    """Whether the sign's presence is a trouble; False for facts and for signs nobody knows."""
    spec = sign_specs().get(sign_id)
    return spec is not None and spec.leak <= TROUBLE_LEAK


def is_fixed(verdict: Verdict, cause: str) -> bool:
    """Whether a new verdict no longer asserts the cause; a cannot-tell never says so."""
    return verdict.id != "cannot-tell" and all(each.id != cause for each in verdict.causes)


def _judged(signs: tuple[Sign, ...], step: GuideStep) -> Mapping[str, State]:
    """The state in which all is well, by sign id."""
    named = {judge.sign: judge.good for judge in step.judges}
    if named or not step.probes:
        return named
    ids = {sign.id for sign in signs if sign.probe in step.probes}
    return {sign_id: State.ABSENT for sign_id in ids if is_trouble(sign_id)}


def _fate(before: Sign, now: Sign | None, good: State) -> str:
    if before.state is State.UNKNOWN:
        return ""
    bad_before = before.state is not good
    if now is None or now.state is State.UNKNOWN:
        return "hidden" if bad_before else ""
    moved = abs(now.belief - before.belief) >= CLEAR_MOVE
    if bad_before:
        if now.state is good and moved:
            return "gone"
        return _fate_of_lasting(before, now)
    return "worse" if now.state is not good and moved else ""


def _fate_of_lasting(before: Sign, now: Sign) -> str:
    then, today = _excess(before), _excess(now)
    if then <= 0:
        return "still"
    if today <= then * EASED:
        return "eased"
    return "worse" if today * EASED >= then else "still"


def _excess(sign: Sign) -> float:
    """How far the figure lies from its threshold; 0 when there is no figure."""
    if isinstance(sign.value, float | int) and isinstance(sign.threshold, float | int):
        return abs(sign.value - sign.threshold)
    return 0.0


def _outcome(fates: Mapping[str, list[str]], *, known: bool) -> StepOutcome:
    better = fates["gone"] or fates["eased"]
    if not known:
        return StepOutcome.NOT_MEASURED
    if fates["worse"]:
        return StepOutcome.NO_CHANGE if better else StepOutcome.WORSE
    if fates["hidden"]:
        return StepOutcome.NOT_MEASURED
    return StepOutcome.HELPED if better else StepOutcome.NO_CHANGE
