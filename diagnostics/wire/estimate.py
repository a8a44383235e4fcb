"""From amounts over time to a rate: when the line is full, and how sure that is."""

import itertools
from bisect import bisect_left, bisect_right
from typing import Literal

import msgspec

from diagnostics.wire import average

_PACKET = 1448
_BLOCK_S = 0.08  # long enough for a core's scheduling hiccups to even out
_PACKETS_A_BLOCK = 8
_LEAST_BLOCKS = 6
_MOST_BLOCKS = 60
#: A steady run is believed when it is this share of all the time since the first byte.
_SHARE_OF_ALL = 0.35
_CEILING_WIDTH = 0.02
# Measured at 600 ms: windows short of the line can agree as well, up to 12 % below it.
_CEILING_HALF_WIDTH = 0.12
_SPREAD = 0.05  # a block may differ from the mean by this, and by its packets' grain
_LONG_S = 3.0
_STALL_S = 0.25  # so long without a byte is no longer the pause between two packets
# Blocks of fewer packets than this are too coarse: a straight line through all arrivals is not.
_COARSE = 0.01
# Neighbouring arrivals are not independent: each counts for a third of one.
_INDEPENDENT = 3
#: A line counts as full all the time when packets queued in this share of it.
_QUEUED_SHARE = 0.75
# Student's t, 97.5 %, for 5 to 12 degrees of freedom; 2.1 beyond.
_T = (2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18)

#: steady: one rate; varying: full all the time, yet not always as fast; rough: neither is clear
Shape = Literal["steady", "varying", "rough"]


class Estimate(msgspec.Struct, frozen=True):
    """Bits a second; `half_width` relative (95 %); `since_s`, `until_s` bound what it rests on."""

    rate_bps: float
    half_width: float
    since_s: float
    until_s: float
    shape: Shape

    @property
    def steady(self) -> bool:
        return self.shape == "steady"

    @property
    def span_s(self) -> float:
        return self.until_s - self.since_s


class Estimator:
    """Feed cumulative amounts; ask for the estimate at any time.

    Kept are the moments at which the amount grew: between two packets of a slow
    line nothing is told.  The amounts are cut, from the newest backwards, into
    blocks of at least one round trip (so that the start's doubling a round trip
    shows as growth) and some packets.  The longest run of blocks that neither
    drifts nor scatters is the time in which the line was full.
    """

    def __init__(self, base_rtt_s: float) -> None:
        #: Smallest round trip; set anew when a smaller one is seen.
        self.rtt_s: float = base_rtt_s
        #: By how much the amount grows at once.
        self.grain_bytes: int = _PACKET
        #: When the first bytes were seen, None before.
        self.first_s: float | None = None
        self._at_s: list[float] = []
        self._bytes: list[float] = []
        self._queued: list[bool] = []
        self._sums: list[_Sums] = [_Sums(0.0, 0.0, 0.0, 0.0, 0.0)]

    def add(self, at_s: float, amount: float, *, queued: bool = False) -> None:
        """`amount` in bytes since the start, never less than before.

        `queued`: packets wait before the line now, so that it has no pause.
        """
        if self._bytes and amount <= self._bytes[-1]:
            if at_s - self._at_s[-1] < max(_STALL_S, 2 * self.rtt_s):
                return
            amount = self._bytes[-1]
        if amount > 0 and self.first_s is None:
            self.first_s = at_s
        self._at_s.append(at_s)
        self._bytes.append(amount)
        self._queued.append(queued)
        self._sums.append(self._sums[-1].with_point(at_s, amount))

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
        grain_s = _PACKETS_A_BLOCK * self.grain_bytes / rate if rate > 0 else 1.0
        return max(_BLOCK_S, self.rtt_s, min(grain_s, 1.0))

    def estimate(self) -> Estimate | None:
        """None until there is anything to tell."""
        first = self.first_s
        if first is None or self._at_s[-1] <= first:
            return None
        length_s = self._block_s(first)
        blocks = self._blocks(length_s, first)
        enough_s = _SHARE_OF_ALL * (self._at_s[-1] - first)
        for count in range(len(blocks), _LEAST_BLOCKS - 1, -1):
            if count * length_s < min(enough_s, _MOST_BLOCKS * length_s):
                break
            if found := self._steady(blocks[:count], length_s):
                return found
        return self._varying(blocks, length_s) or self._rough(first, blocks, length_s)

    def _steady(self, blocks: list[float], length_s: float) -> Estimate | None:
        mean = average.mean(blocks)
        if mean <= 0:
            return None
        grain = 1.5 * self.grain_bytes / (mean * length_s)
        if any(abs(block - mean) > mean * (_SPREAD + grain) for block in blocks):
            return None
        end = self._at_s[-1]
        since_s = end - length_s * len(blocks)
        if grain > _COARSE:
            return self._straight(since_s, end)
        half = len(blocks) // 2
        # Growth still under way: the newer half carries more than the older one.
        growth = abs(average.mean(blocks[:half]) - average.mean(blocks[half:])) / mean
        if growth > 0.02 + grain / half:
            return None
        return Estimate(mean * 8, _half_width(blocks, mean, grain), since_s, end, "steady")

    def _straight(self, since_s: float, until_s: float) -> Estimate | None:
        """A line through all arrivals; None where both halves of it disagree."""
        middle = (since_s + until_s) / 2
        whole = self._fit(since_s, until_s)
        older, newer = self._fit(since_s, middle), self._fit(middle, until_s)
        if whole is None or older is None or newer is None:
            return None
        allowed = 0.02 * whole.slope + 2 * (older.error**2 + newer.error**2) ** 0.5
        if abs(older.slope - newer.slope) > allowed:
            return None
        return Estimate(
            whole.slope * 8, 2.3 * whole.error / whole.slope, since_s, until_s, "steady"
        )

    def _fit(self, since_s: float, until_s: float) -> "_Fit | None":
        begin = bisect_left(self._at_s, since_s - 1e-9)
        end = bisect_right(self._at_s, until_s + 1e-9)
        return _fitted(end - begin, self._sums[end].less(self._sums[begin]))

    def _varying(self, blocks: list[float], length_s: float) -> Estimate | None:
        """The mean of the longest run in which the line was never idle and did not trend."""
        end = self._at_s[-1]
        for count in range(len(blocks), 2 * _LEAST_BLOCKS - 1, -1):
            run = blocks[:count]
            mean, half = average.mean(run), count // 2
            if mean <= 0:
                return None
            error = _batched_error(run)
            drift = abs(average.mean(run[:half]) - average.mean(run[half:]))
            since_s = end - length_s * count
            # an oldest block far below the others is still the start
            if drift <= 0.03 * mean + 2 * error and run[-1] > 0.6 * mean:
                if self._always_queued(since_s):
                    return Estimate(mean * 8, 2.1 * error / mean, since_s, end, "varying")
                return None
        return None

    def _always_queued(self, since_s: float) -> bool:
        seen = self._queued[bisect_left(self._at_s, since_s) :]
        return bool(seen) and sum(seen) >= _QUEUED_SHARE * len(seen)

    def _rough(self, first: float, blocks: list[float], length_s: float) -> Estimate:
        """No steady phase: the upper half of the blocks, the very best tenth left out."""
        end = self._at_s[-1]

        def rough(rate: float, half_width: float) -> Estimate:
            return Estimate(rate * 8, min(1.0, half_width), first, end, "rough")

        if len(blocks) < 4:
            return rough(self._bytes[-1] / (end - first), 1.0)
        if end - first >= _LONG_S:  # the start, and a burst that was let through, are long over
            blocks = blocks[: max(4, len(blocks) * 2 // 3)]
        ranked = sorted(blocks)
        if ceiling := _ceiling(ranked, length_s, self.grain_bytes):
            return rough(ceiling, _CEILING_HALF_WIDTH)
        upper = ranked[len(ranked) // 2 : max(len(ranked) * 9 // 10, len(ranked) // 2 + 1)]
        mean = average.mean(upper)
        if mean <= 0:
            return rough(0.0, 1.0)
        return rough(mean, max(ranked[-1] - mean, mean - ranked[len(ranked) // 4]) / mean)


def _half_width(blocks: list[float], mean: float, grain: float) -> float:
    count = len(blocks)
    t = _T[count - 6] if count - 6 < len(_T) else 2.1
    spread = t * average.deviation(blocks, mean) / mean / count**0.5
    # Blocks share their edges: a packet more here is one less there, so the run as a
    # whole cannot be off by more than one packet at either end.
    return max(min(spread, 2 * max(blocks) / mean - 2), grain / count)


class _Fit(msgspec.Struct, frozen=True):
    """Bytes a second, and the standard error of it."""

    slope: float
    error: float


class _Sums(msgspec.Struct, frozen=True, gc=False):
    """Over all points so far, so that a line through any stretch of them costs nothing.

    A test has some thousand points of some seconds and megabytes: doubles leave nine digits.
    """

    x: float
    y: float
    xx: float
    xy: float
    yy: float

    def with_point(self, x: float, y: float) -> "_Sums":
        return _Sums(self.x + x, self.y + y, self.xx + x * x, self.xy + x * y, self.yy + y * y)

    def less(self, other: "_Sums") -> "_Sums":
        return _Sums(
            self.x - other.x,
            self.y - other.y,
            self.xx - other.xx,
            self.xy - other.xy,
            self.yy - other.yy,
        )


def _fitted(count: int, of: _Sums) -> _Fit | None:
    """Least squares; None of fewer than six points or no rise."""
    if count < 6:
        return None
    width = of.xx - of.x * of.x / count
    if width <= 0:
        return None
    slope = (of.xy - of.x * of.y / count) / width
    if slope <= 0:
        return None
    left = max(0.0, of.yy - of.y * of.y / count - slope * slope * width)
    return _Fit(slope, (_INDEPENDENT * left / (count - 2) / width) ** 0.5)


def _batched_error(blocks: list[float]) -> float:
    """Standard error of the mean of values that follow one another alike."""
    count, mean = len(blocks), average.mean(blocks)
    variance = sum((b - mean) ** 2 for b in blocks) / (count - 1)
    if variance <= 0:
        return 0.0
    pairs = itertools.pairwise(blocks)
    alike = sum((a - mean) * (b - mean) for a, b in pairs) / (count - 1) / variance
    alike = min(0.9, max(0.0, alike))
    return (variance / count * (1 + alike) / (1 - alike)) ** 0.5


def _ceiling(ranked: list[float], length_s: float, grain_bytes: int) -> float | None:
    """Where the best fifth of the blocks, four at least, end at one height: the line's own.

    So it looks when senders fall back again and again (loss, long path) and in
    between fill the line.
    """
    best = ranked[-max(4, len(ranked) // 5) :]
    mean = average.mean(best)
    if len(ranked) < 2 * _LEAST_BLOCKS or mean <= 0:
        return None
    grain = grain_bytes / (mean * length_s)
    return mean if grain < 0.02 and best[-1] - best[0] <= _CEILING_WIDTH * mean else None
