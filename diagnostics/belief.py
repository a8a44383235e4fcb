"""How sure a figure makes us: probabilities from counts and spreads, never from a bare threshold.

Every belief is a normalised likelihood: belief / (1 - belief) is how many times better the
figure is explained by a fault than by health. Inference takes it as virtual evidence (Pearl).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

#: no single sign decides alone: even a clear figure may rest on a mistake of ours
SURE = 0.9995
#: a fact that the system itself states, not a sample
CERTAIN = 0.9998
UNSURE = 0.5


def clip(belief: float) -> float:
    return min(max(belief, 1 - SURE), SURE)


@dataclass(frozen=True)
class Count:
    """Packets sent and lost. `runs` is how many separate losses: a burst is one event, not ten."""

    sent: int
    lost: int
    runs: int = -1

    @property
    def rate(self) -> float:
        return self.lost / self.sent if self.sent else 0.0

    @property
    def events(self) -> tuple[float, float]:
        """Independent trials and losses: bursts of length m divide both by m."""
        if self.lost == 0 or self.runs <= 0:
            return float(self.sent), float(self.lost)
        length = self.lost / self.runs
        return self.sent / length, float(self.runs)


def _grid(low: float, high: float, steps: int) -> tuple[float, ...]:
    ratio = (high / low) ** (1 / (steps - 1))
    return tuple(low * ratio**step for step in range(steps))


def _log_likelihood(count: Count, rate: float) -> float:
    sent, lost = count.events
    on, off = _logs(rate)
    return lost * on + (sent - lost) * off


def _log_mean(logs: Sequence[float]) -> float:
    top = max(logs)
    return top + math.log(sum(math.exp(value - top) for value in logs) / len(logs))


def from_logs(fault: float, health: float) -> float:
    """Belief from two log likelihoods."""
    return clip(1 / (1 + math.exp(min(max(health - fault, -50.0), 50.0))))


#: loss that a working network of the kind may show, and loss that a person notices, as rates
WORST_LOSS = 0.6


def loss_belief(count: Count, tolerable: float, faulty: float, worst: float = WORST_LOSS) -> float:
    """That the loss rate lies from `faulty` to `worst` rather than at `tolerable` or less."""
    good = [_log_likelihood(count, rate) for rate in _grid(tolerable / 20, tolerable, 6)]
    bad = [_log_likelihood(count, rate) for rate in _grid(faulty, max(worst, faulty), 10)]
    return from_logs(_log_mean(bad), _log_mean(good))


@lru_cache(maxsize=64)  # the same two places are asked about by several signs
def extra_loss_belief(near: Count, far: Count, tolerable: float, faulty: float) -> float:
    """That the stretch between `near` and `far` loses packets of its own.

    Both were measured at the same time; the near stretch's rate is unknown and summed out, so
    loss that is already there at the near place is not charged to the stretch behind it.
    """
    near_sent, near_lost = near.events
    far_sent, far_lost = far.events

    def of(logs: Sequence[_Logs]) -> float:
        return _log_mean(
            [
                near_lost * near_on
                + (near_sent - near_lost) * near_off
                + far_lost * far_on
                + (far_sent - far_lost) * far_off
                for near_on, near_off, far_on, far_off in logs
            ]
        )

    bad, good = _stretches(faulty, WORST_LOSS, 10), _stretches(tolerable / 20, tolerable, 6)
    return from_logs(of(bad), of(good))


#: logarithms of the rate and of one less the rate: at the near place, then at the far one
_Logs = tuple[float, float, float, float]


@lru_cache(maxsize=32)  # a handful of thresholds, asked with ever new counts
def _stretches(low: float, high: float, steps: int) -> tuple[_Logs, ...]:
    """Every near rate with every rate of the stretch's own from `low` to `high`."""
    near_rates = (0.0002, *_grid(0.001, WORST_LOSS, 14))
    return tuple(
        (*_logs(near), *_logs(1 - (1 - near) * (1 - own)))
        for near in near_rates
        for own in _grid(low, high, steps)
    )


def _logs(rate: float) -> tuple[float, float]:
    rate = min(max(rate, 1e-6), 1 - 1e-6)
    return math.log(rate), math.log1p(-rate)


def above(value: float, limit: float, width: float = 0.12, samples: int = 10) -> float:
    """That a positive figure truly lies above `limit`; `width` is its relative spread.

    With fewer than eight samples the figure itself is less certain, and so is the belief.
    """
    if value <= 0:
        return 1 - SURE
    trust = min(1.0, math.sqrt(max(samples, 0) / 8))
    slope = trust * math.log(value / limit) / width
    return clip(1 / (1 + math.exp(min(max(-slope, -50.0), 50.0))))


def below(value: float, limit: float, width: float = 0.12, samples: int = 10) -> float:
    """That a positive figure truly lies below `limit`."""
    return 1 - above(value, limit, width, samples)


def temper(belief: float, trust: float) -> float:
    """Pull a belief towards "unsure" when its ground is weaker; trust 1 leaves it, 0 erases it."""
    odds = math.log(belief / (1 - belief)) * trust
    return clip(1 / (1 + math.exp(-odds)))
