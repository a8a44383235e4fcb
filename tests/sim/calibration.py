"""Whether probabilities mean what they say: reliability, expected calibration error, Brier score.

Every cause that a verdict tells or considers is one statement "this is wrong, with probability p";
it is true when the cause is one of the home's own, or one that a fair judge accepts there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from tests.sim.score import Case

BINS = 10


@dataclass(frozen=True)
class Statement:
    """`probability` 0 to 1 as told, and whether it was so."""

    probability: float
    true: bool


@dataclass(frozen=True)
class Bin:
    """Statements of one tenth of the scale: how many, their mean probability, the share of true."""

    count: int
    told: float
    true: float


@dataclass(frozen=True)
class Calibration:
    """`error` is the expected calibration error (Naeini 2015), `brier` the mean squared error."""

    bins: tuple[Bin, ...]
    error: float
    brier: float

    @property
    def count(self) -> int:
        """All statements."""
        return sum(one.count for one in self.bins)


def statements(cases: Sequence[Case]) -> list[Statement]:
    """What all verdicts said of single causes; what a fair judge accepts counts neither way."""
    return [
        Statement(told.probability, told.id in case.causes)
        for case in cases
        if case.document is not None
        for told in (*case.document.verdict.causes, *case.document.verdict.considered)
        if told.id not in case.also
    ]


def calibration(made: Sequence[Statement]) -> Calibration:
    """Ten bins of equal width. Without any statement all figures are 0."""
    bins: list[Bin] = []
    for number in range(BINS):
        held = [one for one in made if min(int(one.probability * BINS), BINS - 1) == number]
        if held:
            told = fsum(one.probability for one in held) / len(held)
            bins.append(Bin(len(held), told, sum(one.true for one in held) / len(held)))
        else:
            bins.append(Bin(0, (number + 0.5) / BINS, 0.0))
    total = max(len(made), 1)
    error = fsum(one.count * abs(one.told - one.true) for one in bins) / total
    brier = fsum((one.probability - one.true) ** 2 for one in made) / total
    return Calibration(tuple(bins), error, brier)
