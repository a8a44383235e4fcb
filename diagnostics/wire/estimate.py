"""From amounts over time to a rate: when the line is full, and how sure that is."""

import itertools
from bisect import bisect_right
from statistics import fmean, stdev

import msgspec

_PACKET = 1448
_BLOCK_S = 0.08  # long enough for a core's scheduling hiccups to even out
_PACKETS_A_BLOCK = 25
_LEAST_BLOCKS = 6
_MOST_BLOCKS = 60
_CEILING_WIDTH = 0.02
# Measured at 600 ms: windows short of the line can agree as well, up to 12 % below it.
_CEILING_HALF_WIDTH = 0.12
_SPREAD = 0.05  # a block may differ from the mean by this, and its packets' grain
# Student's t, 97.5 %, for 5 to 12 degrees of freedom; 2.1 beyond.
_T = (2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18)


class Estimate(msgspec.Struct, frozen=True):
    """Bits a second; `half_width` relative (95 %); `since_s` start of the full phase."""

    rate_bps: float
    half_width: float
    since_s: float
    steady: bool


class Estimator:
    """Feed cumulative amounts; ask for the estimate at any time.

    The amounts are cut, from the newest backwards, into blocks of at least one
    round trip (so that the start's doubling a round trip shows as growth) and
    25 packets.  The longest run of blocks that neither drifts nor scatters is
    the time in which the line was full.
    """

    def __init__(self, base_rtt_s: float) -> None:
        #: Smallest round trip; set anew when a smaller one is seen.
        self.rtt_s: float = base_rtt_s
        self._at_s: list[float] = []
        self._bytes: list[float] = []

    def add(self, at_s: float, amount: float) -> None:
        """`amount` in bytes since the start, never less than before."""
        if self._bytes:
            amount = max(amount, self._bytes[-1])
        self._at_s.append(at_s)
        self._bytes.append(amount)

    @property
    def first_s(self) -> float | None:
        """When the first bytes were seen."""
        for at_s, amount in zip(self._at_s, self._bytes, strict=True):
            if amount > 0:
                return at_s
        return None

    def _amount(self, at_s: float) -> float:
        """Between samples: straight line."""
        right = bisect_right(self._at_s, at_s)
        if right == 0:
            return self._bytes[0]
        if right == len(self._at_s):
            return self._bytes[-1]
        a, b = self._at_s[right - 1], self._at_s[right]
        share = (at_s - a) / (b - a)
        return self._bytes[right - 1] * (1 - share) + self._bytes[right] * share

    def _blocks(self, length_s: float, since_s: float) -> list[float]:
        """Bytes a second of each block, newest first."""
        end = self._at_s[-1]
        count = min(_MOST_BLOCKS, int((end - since_s) / length_s))
        edges = [self._amount(end - n * length_s) for n in range(count + 1)]
        return [(a - b) / length_s for a, b in itertools.pairwise(edges)]

    def recent_bps(self) -> float:
        """Rate of the last two round trips, 0.1 s at least."""
        if not self._at_s or self._at_s[-1] <= self._at_s[0]:
            return 0.0
        end = self._at_s[-1]
        begin = max(self._at_s[0], end - max(0.1, 2 * self.rtt_s))
        return (self._bytes[-1] - self._amount(begin)) * 8 / (end - begin)

    def _block_s(self, since_s: float) -> float:
        end = self._at_s[-1]
        recent_s = max(0.3, 2 * self.rtt_s)
        begin = max(since_s, end - recent_s)
        if end <= begin:
            return _BLOCK_S
        rate = (self._bytes[-1] - self._amount(begin)) / (end - begin)
        grain_s = _PACKETS_A_BLOCK * _PACKET / rate if rate > 0 else 1.0
        return max(_BLOCK_S, self.rtt_s, min(grain_s, 1.0))

    def estimate(self) -> Estimate | None:
        """None until there is anything to tell."""
        first = self.first_s
        if first is None or self._at_s[-1] <= first:
            return None
        length_s = self._block_s(first)
        blocks = self._blocks(length_s, first)
        for count in range(len(blocks), _LEAST_BLOCKS - 1, -1):
            if _steady(blocks[:count], length_s):
                return self._steady_estimate(blocks[:count], length_s)
        return self._rough(first, blocks, length_s)

    def _steady_estimate(self, blocks: list[float], length_s: float) -> Estimate:
        mean = fmean(blocks)
        count = len(blocks)
        t = _T[count - 6] if count - 6 < len(_T) else 2.1
        spread = t * stdev(blocks) / mean / count**0.5
        # Blocks share their edges: a packet more here is one less there, so the
        # run as a whole cannot be off by more than one packet at either end.
        edges = 1.5 * _PACKET / (mean * length_s * count)
        spread = max(min(spread, 2 * max(blocks) / mean - 2), edges)
        return Estimate(mean * 8, spread, self._at_s[-1] - length_s * count, steady=True)

    def _rough(self, first: float, blocks: list[float], length_s: float) -> Estimate:
        """No steady phase: the upper half of the blocks, the very best tenth left out."""
        if len(blocks) < 4:
            seconds = self._at_s[-1] - first
            return Estimate(self._bytes[-1] * 8 / seconds, 1.0, first, steady=False)
        ranked = sorted(blocks)
        if ceiling := _ceiling(ranked, length_s):
            return Estimate(ceiling * 8, _CEILING_HALF_WIDTH, first, steady=False)
        upper = ranked[len(ranked) // 2 : max(len(ranked) * 9 // 10, len(ranked) // 2 + 1)]
        mean = fmean(upper)
        if mean <= 0:
            return Estimate(0.0, 1.0, first, steady=False)
        half = max(ranked[-1] - mean, mean - ranked[len(ranked) // 4]) / mean
        return Estimate(mean * 8, min(1.0, half), first, steady=False)


def _ceiling(ranked: list[float], length_s: float) -> float | None:
    """Where the best fifth of the blocks, four at least, end at one height: the line's own.

    So it looks when senders fall back again and again (loss, long path) and in
    between fill the line.
    """
    best = ranked[-max(4, len(ranked) // 5) :]
    mean = fmean(best)
    if len(ranked) < 2 * _LEAST_BLOCKS or mean <= 0:
        return None
    grain = _PACKET / (mean * length_s)
    return mean if grain < 0.02 and best[-1] - best[0] <= _CEILING_WIDTH * mean else None


def _steady(blocks: list[float], length_s: float) -> bool:
    mean = fmean(blocks)
    if mean <= 0:
        return False
    grain = 1.5 * _PACKET / (mean * length_s)
    half = len(blocks) // 2
    # Growth still under way: the newer half carries more than the older one.
    drift = abs(fmean(blocks[:half]) - fmean(blocks[half:])) / mean
    if drift > 0.02 + grain / half:
        return False
    return all(abs(block - mean) <= mean * (_SPREAD + grain) for block in blocks)
