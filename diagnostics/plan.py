"""What to ask or test next: what tells most a minute, and nothing that could not matter.

The gain of an open sign is the mutual information between its answer and the set of causes,
in bits: H(sign) - sum over sets of P(set) * H(sign | set). Exact under the noisy-OR.

Bits alone are not enough: a test or question is proposed only when one of its outcomes would
change the verdict itself. Each outcome is played through (`_would_change`): the sets of causes
are weighed anew, the gates of the causes are read anew, and the same rules of assertion are asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

from diagnostics.belief import UNSURE
from diagnostics.cause import Cause, all_causes
from diagnostics.evidence import Evidence
from diagnostics.inference import Hypothesis, Posterior, excluded
from diagnostics.readings.wifi import Wifi
from diagnostics.result import Reason, Unmeasured
from diagnostics.sign import ANSWER_BELIEF, Sign, Source, State
from diagnostics.signbook import SignSpec, sign_specs
from diagnostics.verdict import Decider

#: minutes a test takes the subscriber, who mostly waits (measured deadlines, rounded up)
_TEST_MINUTES: Mapping[str, float] = {"throughput": 0.4, "watch": 1.0, "path-mtu": 0.15}
_OTHER_TEST_MINUTES = 0.1
#: reading a question, looking, answering (judgement)
_QUESTION_MINUTES = 0.5
#: finding the system's settings page, allowing, coming back (judgement)
_CONSENT_MINUTES = 1.0
#: probes that the system may answer in part until the person allows more
_RADIO = ("wifi", "wifi-watch")
#: what tells less than this is not worth a person's half minute, even if it could tip the scale
_LEAST_BITS = 0.02
_MOST_DECIDERS = 5
#: sets that make up this share of the probability are enough to weigh a question by
_COVERED = 0.999
_MOST_SETS = 400
#: bound on what is played through, so that 50 ms hold on any evidence
_MOST_PLAYED = 8
#: how many of the likeliest sets give the outcomes of a test that are played through
_MOST_OUTCOMES = 5
#: a good reading of an open test: as sure as a clear figure (20 : 1), no surer
_TEST_BELIEF = 0.95

#: reasons for which the same test may give a reading at another try
_OPEN = (
    Reason.NOT_RUN,
    Reason.TIMED_OUT,
    Reason.CANCELLED,
    Reason.BUDGET,
    Reason.DISTURBED,
    Reason.NEEDS_OTHER,
)


#: what the verdict would be with these states and this posterior, as something to compare
Outcome = Callable[[Mapping[str, State], Posterior], Hashable]


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
    for one in posterior.sets[:_MOST_SETS]:
        taken.append(one)
        covered += one.probability
        if covered >= _COVERED:
            break
    return tuple(taken)


def gain_bits(spec: SignSpec, sets: Sequence[Hypothesis]) -> float:
    """Mutual information between the sign and the set of causes, bits."""
    fails = {
        name: 1 - cause.produces[spec.id]
        for name, cause in all_causes().items()
        if spec.id in cause.produces
    }
    weights: dict[float, float] = {}  # most sets have the same chance: that of a leak alone
    for one in sets:
        quiet = 1 - spec.leak
        for name in one.causes:
            if name in fails:
                quiet *= fails[name]
        weights[quiet] = weights.get(quiet, 0.0) + one.probability
    total = math.fsum(weights.values())
    mean = math.fsum(weight * quiet for quiet, weight in weights.items()) / total
    rest = math.fsum(weight * _entropy(quiet) for quiet, weight in weights.items()) / total
    return max(_entropy(mean) - rest, 0.0)


def _way_to(spec: SignSpec, evidence: Evidence) -> tuple[str, str] | None:
    """How the sign could still be known: a question, a test, or the person's consent."""
    if spec.question:
        return ("question", spec.id)
    if _is_open(spec, evidence):
        return ("test", spec.probe)
    wifi = evidence.value(Wifi)
    if spec.probe not in _RADIO or isinstance(wifi, Unmeasured):
        return None
    return None if isinstance(wifi.consent, Unmeasured) else ("consent", wifi.consent.value)


def _is_open(spec: SignSpec, evidence: Evidence) -> bool:
    """The sign's probe may still give a reading."""
    outcome = evidence.get(spec.probe, Unmeasured(Reason.NOT_RUN))
    return isinstance(outcome, Unmeasured) and outcome.reason in _OPEN


def deciders_of(
    evidence: Evidence,
    signs: Sequence[Sign],
    posterior: Posterior,
    outcome: Outcome,
    lacking: Sequence[str] = (),
) -> tuple[Decider, ...]:
    """Open tests and questions that could change the verdict, most bits a minute first.

    What was measured or answered is never proposed, be the answer "I do not know". `lacking` are
    the tests without which no verdict can stand at all: their outcome always matters.
    """
    sets = _weighty(posterior)
    states = {one.id: one.state for one in signs}
    now = outcome(states, posterior)
    found: list[Decider] = []
    for decider, specs in _by_worth(_open_signs(evidence, signs), sets):
        plays = _answers(specs[0]) if decider.kind == "question" else _readings(specs, sets)
        if decider.id in lacking or any(
            outcome(*_played(play, states, sets)) != now for play in plays
        ):
            found.append(decider)
        if len(found) == _MOST_DECIDERS:
            break
    return tuple(found)


def _by_worth(
    open_signs: Mapping[tuple[str, str], tuple[SignSpec, ...]], sets: Sequence[Hypothesis]
) -> list[tuple[Decider, tuple[SignSpec, ...]]]:
    """Those that tell anything at all, most bits a minute first."""
    rows = [
        (_decider(kind, name, max(gain_bits(spec, sets) for spec in specs), specs[0]), specs)
        for (kind, name), specs in open_signs.items()
    ]
    telling = [row for row in rows if row[0].gain_bits >= _LEAST_BITS]
    telling.sort(key=lambda row: (-row[0].gain_bits / row[0].minutes, row[0].id))
    return telling[:_MOST_PLAYED]


def _open_signs(
    evidence: Evidence, signs: Sequence[Sign]
) -> dict[tuple[str, str], tuple[SignSpec, ...]]:
    """The signs that each question or test would settle, by (kind, id)."""
    specs = sign_specs()
    found: dict[tuple[str, str], tuple[SignSpec, ...]] = {}
    for one in signs:
        spec = specs[one.id]
        known = one.belief != UNSURE or one.source is Source.ASKED or one.closed
        key = _way_to(spec, evidence)
        if known or key is None:
            continue
        found[key] = (*found.get(key, ()), spec)
    return found


#: one way an open test or question may end: the belief in each sign that it settles
Play = Mapping[str, float]


def _answers(spec: SignSpec) -> Iterator[Play]:
    yield {spec.id: ANSWER_BELIEF}
    yield {spec.id: 1 - ANSWER_BELIEF}


def _readings(specs: Sequence[SignSpec], sets: Sequence[Hypothesis]) -> Iterator[Play]:
    """What the test would most probably read, were one of the likeliest sets the truth."""
    causes = all_causes()
    seen: list[frozenset[str]] = []
    for one in sets[:_MOST_OUTCOMES]:
        shown = frozenset(spec.id for spec in specs if _shows(spec, one.causes, causes) >= 0.5)
        if shown not in seen:
            seen.append(shown)
            yield {
                spec.id: _TEST_BELIEF if spec.id in shown else 1 - _TEST_BELIEF for spec in specs
            }


def _played(
    play: Play, states: Mapping[str, State], sets: Sequence[Hypothesis]
) -> tuple[Mapping[str, State], Posterior]:
    """States and posterior if the test or question ended like this."""
    causes, specs = all_causes(), sign_specs()
    then = {
        **states,
        **{
            name: State.PRESENT if belief > UNSURE else State.ABSENT
            for name, belief in play.items()
        },
    }
    members = {name for one in sets for name in one.causes}
    gone = {name for name in members if excluded(causes[name], then)}
    weights: dict[tuple[str, ...], float] = {}
    for one in sets:
        if gone.isdisjoint(one.causes):
            weight = one.probability
            for name, belief in play.items():
                shows = _shows(specs[name], one.causes, causes)
                weight *= belief * shows + (1 - belief) * (1 - shows)
            weights[one.causes] = weight
    return then, _posterior(weights)


def _posterior(weights: Mapping[tuple[str, ...], float]) -> Posterior:
    total = math.fsum(weights.values()) or 1.0
    sets = [Hypothesis(members, weight / total) for members, weight in weights.items()]
    marginals: dict[str, float] = {}
    for one in sets:
        for name in one.causes:
            marginals[name] = marginals.get(name, 0.0) + one.probability
    return Posterior(tuple(sets), marginals)


def _decider(kind: str, name: str, bits: float, spec: SignSpec) -> Decider:
    others = {"question": _QUESTION_MINUTES, "consent": _CONSENT_MINUTES}
    minutes = others.get(kind, _TEST_MINUTES.get(name, _OTHER_TEST_MINUTES))
    text = spec.question if kind == "question" else ""
    return Decider(kind=kind, id=name, gain_bits=round(bits, 4), minutes=minutes, text=text)
