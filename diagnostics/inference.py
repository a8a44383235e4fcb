"""Exact noisy-OR over sets of up to three causes, with leak and virtual evidence.

    P(sign shows | set) = 1 - (1 - leak) * product over causes of (1 - strength)
    a sign with belief b weighs b * P(shows) + (1 - b) * P(does not show)      (Pearl 1988)

Explaining away needs no rule of its own: when one cause of a set accounts for a sign, another
gains nothing from it and pays its prior. Signs with belief 0.5 weigh nothing at all. All sets of
one cause are weighed; larger sets only of causes that at least one sign speaks for, for any other
member could only lower the weight by its prior. The heaviest sets of three are also weighed with
each single fourth: else three causes that are all there would lose to pairs of them with any
bystander, while the three with the same bystander had no weight to set against it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import combinations

import msgspec

from diagnostics.belief import UNSURE
from diagnostics.cause import Cause
from diagnostics.sign import Sign, State

#: sets of more causes than that are not weighed; three faults at once are rare enough
LARGEST_SET = 3
#: sets of three that are weighed with a fourth cause
_CARRIED_ON = 3
#: bound on the causes that are combined (3 276 triples): 34 ms at most in the written homes, and
#: 60 to 100 ms on made-up evidence in which every sign shows
MOST_COMBINED = 28
#: sets below that share count in the marginals but are not listed
_NEGLIGIBLE = 1e-9
#: a sign speaks for a cause from this belief on
SPEAKS_FROM = 0.55


_Pairs = dict[tuple[int, int], float]
_Triples = dict[tuple[int, int, int], float]


class Hypothesis(msgspec.Struct, frozen=True):
    """A set of cause ids, sorted, and its posterior probability."""

    causes: tuple[str, ...]
    probability: float


@dataclass(frozen=True)
class Posterior:
    """`sets` likeliest first, without the negligible; `marginals` by cause; `healthy` is the
    empty set's probability.
    """

    sets: tuple[Hypothesis, ...]
    marginals: Mapping[str, float]

    @property
    def healthy(self) -> float:
        return next((one.probability for one in self.sets if not one.causes), 0.0)

    def of(self, cause_id: str) -> float:
        return self.marginals.get(cause_id, 0.0)

    def of_any(self, cause_ids: frozenset[str]) -> float:
        """Probability that at least one of these causes is there."""
        return sum(one.probability for one in self.sets if cause_ids.intersection(one.causes))


def excluded(cause: Cause, states: Mapping[str, State]) -> bool:
    """A needed sign is absent, or one that rules it out is present."""

    def state(sign_id: str) -> State:
        return states.get(sign_id, State.UNKNOWN)

    if any(state(sign_id) is State.ABSENT for sign_id in cause.needs.all):
        return True
    if cause.needs.any and all(state(sign_id) is State.ABSENT for sign_id in cause.needs.any):
        return True
    return any(state(sign_id) is State.PRESENT for sign_id in cause.needs.none)


def needs_met(cause: Cause, states: Mapping[str, State]) -> bool:
    """All that is needed is positively there, so that the cause may be asserted."""

    def there(sign_id: str) -> bool:
        return states.get(sign_id) is State.PRESENT

    needs = cause.needs
    return (
        all(there(name) for name in needs.all)
        and (not needs.any or any(there(name) for name in needs.any))
        and not any(there(name) for name in needs.none)
    )


class NoisyOr:
    """The weights of sets for one set of signs; built anew for each judgement."""

    def __init__(
        self,
        causes: Sequence[Cause],
        signs: Sequence[Sign],
        leaks: Mapping[str, float],
        shifts: Mapping[str, float],
    ) -> None:
        telling = sorted((one for one in signs if one.belief != UNSURE), key=lambda one: one.id)
        self._beliefs = {one.id: one.belief for one in telling}
        self._quiet = {one.id: 1 - leaks[one.id] for one in telling}
        self._base = {name: self._log(name, quiet) for name, quiet in self._quiet.items()}
        states = {one.id: one.state for one in signs}
        self.causes = tuple(
            sorted((one for one in causes if not excluded(one, states)), key=lambda one: one.id)
        )
        self._fails = [
            {
                name: 1 - chance
                for name, chance in sorted(one.produces.items())
                if name in self._quiet
            }
            for one in self.causes
        ]
        self._odds = [
            math.log(one.prior / (1 - one.prior)) + math.log(shifts.get(one.id, 1.0))
            for one in self.causes
        ]
        self._gains = [
            {name: self._gain(name, chance) for name, chance in fails.items()}
            for fails in self._fails
        ]
        self._single = [self._whole((index,)) for index in range(len(self.causes))]

    def _log(self, name: str, quiet: float) -> float:
        belief = self._beliefs[name]
        return math.log(belief * (1 - quiet) + (1 - belief) * quiet)

    def _gain(self, name: str, fails: float) -> float:
        return self._log(name, self._quiet[name] * fails) - self._base[name]

    def _combined(self) -> list[int]:
        """Causes that at least one sign speaks for, heaviest first, bounded, in stable order."""
        spoken = [
            index
            for index, fails in enumerate(self._fails)
            if any(self._beliefs[name] >= SPEAKS_FROM for name in fails)
        ]
        heaviest = sorted(spoken, key=lambda index: (-self._single[index], index))
        return sorted(heaviest[:MOST_COMBINED])

    def _shared(self, combined: Sequence[int]) -> tuple[_Pairs, _Triples]:
        """What sharing signs takes from the sum of single gains, and gives back to three."""
        pairs: _Pairs = dict.fromkeys(combinations(combined, 2), 0.0)
        triples: _Triples = {}
        for name in self._beliefs:
            makers = [index for index in combined if name in self._fails[index]]
            if len(makers) > 1:
                self._share(name, makers, pairs, triples)
        return pairs, triples

    def _share(self, name: str, makers: list[int], pairs: _Pairs, triples: _Triples) -> None:
        # The innermost loop of all: what `_gain` would reckon anew is taken out of it.
        belief, base, log = self._beliefs[name], self._base[name], math.log
        slope = (1 - 2 * belief) * self._quiet[name]
        fails = {index: self._fails[index][name] for index in makers}
        alone = {index: self._gains[index][name] for index in makers}
        taken = {
            (a, b): log(belief + slope * fails[a] * fails[b]) - base - alone[a] - alone[b]
            for a, b in combinations(makers, 2)
        }
        for pair, less in taken.items():
            pairs[pair] += less
        for (a, b), less in taken.items():
            both, known = slope * fails[a] * fails[b], base + alone[a] + alone[b] + less
            for c in makers[makers.index(b) + 1 :]:
                more = log(belief + both * fails[c]) - known - alone[c] - taken[a, c] - taken[b, c]
                triples[a, b, c] = triples.get((a, b, c), 0.0) + more

    def _weights(self) -> dict[tuple[int, ...], float]:
        single = self._single
        weights: dict[tuple[int, ...], float] = {(): 0.0}
        weights.update({(index,): weight for index, weight in enumerate(single)})
        combined = self._combined()
        pairs, triples = self._shared(combined)
        for (a, b), shared in pairs.items():
            weights[(a, b)] = single[a] + single[b] + shared
        for a, b, c in combinations(combined, LARGEST_SET):
            two = pairs[a, b] + pairs[a, c] + pairs[b, c]
            three = triples.get((a, b, c), 0.0)
            weights[(a, b, c)] = single[a] + single[b] + single[c] + two + three
        weights.update(self._fours(weights, combined))
        return weights

    def _fours(
        self, weights: Mapping[tuple[int, ...], float], combined: Sequence[int]
    ) -> dict[tuple[int, ...], float]:
        threes = [members for members in weights if len(members) == LARGEST_SET]
        heaviest = nsmallest(_CARRIED_ON, threes, key=lambda members: (-weights[members], members))
        fours = {
            tuple(sorted((*members, index)))
            for members in heaviest
            for index in combined
            if index not in members
        }
        return {members: self._whole(members) for members in sorted(fours)}

    def _whole(self, members: Sequence[int]) -> float:
        """The weight of any set, from its signs."""
        fails: dict[str, float] = {}
        for index in members:
            for name, chance in self._fails[index].items():
                fails[name] = fails.get(name, 1.0) * chance
        gains = sum(self._gain(name, chance) for name, chance in sorted(fails.items()))
        return gains + sum(self._odds[index] for index in members)

    def posterior(self) -> Posterior:
        weights = self._weights()
        top = max(weights.values())
        shares = {members: math.exp(weight - top) for members, weight in weights.items()}
        total = math.fsum(shares.values())
        names = [cause.id for cause in self.causes]
        marginals = dict.fromkeys(names, 0.0)
        for members, share in shares.items():
            for index in members:
                marginals[names[index]] += share / total
        sets = [
            Hypothesis(tuple(names[index] for index in members), share / total)
            for members, share in shares.items()
            if share > _NEGLIGIBLE * total
        ]
        sets.sort(key=lambda one: (-one.probability, one.causes))
        return Posterior(tuple(sets), marginals)
