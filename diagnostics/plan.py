"""What to do next: the test or question that tells most, the step that repairs most, a minute.

The gain of an open sign is the mutual information between its answer and the set of causes,
in bits: H(sign) - sum over sets of P(set) * H(sign | set). Exact under the noisy-OR.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from diagnostics.belief import UNSURE
from diagnostics.cause import Cause, all_causes
from diagnostics.evidence import Evidence
from diagnostics.guide import Guide, Guides, StepKind
from diagnostics.inference import Hypothesis, Posterior
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.sign import Sign
from diagnostics.signbook import SignSpec, sign_specs
from diagnostics.verdict import Decider, Finding

#: minutes a test takes the subscriber, who mostly waits (measured deadlines, rounded up)
_TEST_MINUTES: Mapping[str, float] = {"throughput": 0.4, "watch": 1.0, "path-mtu": 0.15}
_OTHER_TEST_MINUTES = 0.1
#: reading a question, looking, answering (judgement)
_QUESTION_MINUTES = 0.5
#: what tells less than this cannot change the verdict
_LEAST_BITS = 0.02
_MOST_DECIDERS = 5
#: sets that make up this share of the probability are enough to weigh a question by
_COVERED = 0.995

#: reasons for which the same test may give a reading at another try
_OPEN = (
    Reason.NOT_RUN,
    Reason.TIMED_OUT,
    Reason.CANCELLED,
    Reason.BUDGET,
    Reason.DISTURBED,
    Reason.NEEDS_OTHER,
)


def _entropy(chance: float) -> float:
    if chance <= 0 or chance >= 1:
        return 0.0
    return -chance * math.log2(chance) - (1 - chance) * math.log2(1 - chance)


def _shows(spec: SignSpec, members: tuple[str, ...], causes: Mapping[str, Cause]) -> float:
    """P(sign shows | set)."""
    quiet = 1 - spec.leak
    for cause_id in members:
        quiet *= 1 - causes[cause_id].produces.get(spec.id, 0.0)
    return 1 - quiet


def _weighty(posterior: Posterior) -> tuple[Hypothesis, ...]:
    """The likeliest sets that together cover nearly all of the probability."""
    taken: list[Hypothesis] = []
    covered = 0.0
    for one in posterior.sets:
        taken.append(one)
        covered += one.probability
        if covered >= _COVERED:
            break
    return tuple(taken)


def gain_bits(spec: SignSpec, sets: Sequence[Hypothesis]) -> float:
    """Mutual information between the sign and the set of causes, bits."""
    causes = all_causes()
    total = math.fsum(one.probability for one in sets)
    shows = [(one.probability / total, _shows(spec, one.causes, causes)) for one in sets]
    mean = math.fsum(weight * chance for weight, chance in shows)
    return max(
        _entropy(mean) - math.fsum(weight * _entropy(chance) for weight, chance in shows), 0.0
    )


def _is_open(spec: SignSpec, evidence: Evidence) -> bool:
    """A question may be asked, or the sign's probe may still give a reading."""
    if spec.question:
        return True
    outcome = evidence.get(spec.probe, Unmeasured(Reason.NOT_RUN))
    return isinstance(outcome, Unmeasured) and outcome.reason in _OPEN


def deciders_of(scene: Scene, signs: Sequence[Sign], posterior: Posterior) -> tuple[Decider, ...]:
    """Open tests and questions, most bits a minute first. What is known is never asked again."""
    sets = _weighty(posterior)
    specs = sign_specs()
    best: dict[tuple[str, str], float] = {}
    for one in signs:
        spec = specs[one.id]
        if one.belief != UNSURE or not _is_open(spec, scene.evidence):
            continue
        key = ("question", spec.id) if spec.question else ("test", spec.probe)
        best[key] = max(best.get(key, 0.0), gain_bits(spec, sets))
    found = [
        Decider(kind=kind, id=name, gain_bits=round(bits, 4), minutes=_minutes(kind, name))
        for (kind, name), bits in best.items()
        if bits >= _LEAST_BITS
    ]
    found.sort(key=lambda one: (-one.gain_bits / one.minutes, one.id))
    return tuple(found[:_MOST_DECIDERS])


def _minutes(kind: str, name: str) -> float:
    if kind == "question":
        return _QUESTION_MINUTES
    return _TEST_MINUTES.get(name, _OTHER_TEST_MINUTES)


class OpenStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that may be done: its minutes of effort and its chance (0..1) to repair each cause."""

    guide: str
    step: str
    minutes: float
    chances: Mapping[str, float]


def open_steps(guides: Guides, findings: Sequence[Finding]) -> tuple[OpenStep, ...]:
    """Checks and repairs of the guides that serve these causes, each guide once."""
    found: dict[str, Guide] = {}
    for finding in findings:
        guide = guides.for_cause(finding.id, finding.guide)
        if guide is not None:
            found[guide.id] = guide
    return tuple(
        OpenStep(
            guide=guide.id,
            step=step.id,
            minutes=step.minutes,
            chances={chance.cause: chance.probability for chance in step.chances},
        )
        for guide in found.values()
        for step in guide.steps
        if step.kind in (StepKind.CHECK, StepKind.REPAIR)
    )


class RankedStep(msgspec.Struct, frozen=True, kw_only=True):
    """`chance` is that the step repairs what is wrong, given how likely each cause is."""

    guide: str
    step: str
    chance: float
    minutes: float

    @property
    def chance_per_minute(self) -> float:
        return self.chance / self.minutes


def ranked_steps(
    steps: Sequence[OpenStep],
    findings: Sequence[Finding],
    done: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[RankedStep, ...]:
    """Steps not yet done, by chance of repair a minute; steps without any chance are left out."""
    likely = {finding.id: finding.probability for finding in findings}
    ranked = [
        RankedStep(
            guide=one.guide,
            step=one.step,
            chance=1
            - math.prod(1 - likely.get(name, 0.0) * part for name, part in one.chances.items()),
            minutes=one.minutes,
        )
        for one in steps
        if (one.guide, one.step) not in done
    ]
    useful = [one for one in ranked if one.chance > 0]
    return tuple(sorted(useful, key=lambda one: (-one.chance_per_minute, one.guide, one.step)))
