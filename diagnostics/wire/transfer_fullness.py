"""Whether the segments that are counted are full ones."""

from collections import deque

# Gaps under repair keep the share of bytes in order a little below 1 at times.
_ALL_FULL = 0.97
_LEAST_BYTES = 24 * 1448


class Fullness:
    """Bytes in order beside what as many full segments would hold: the best of the newer half.

    Servers that write in small pieces do not fill their segments, and bytes are counted then.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()  # amount and share, shares falling

    def add(self, whole: float, in_order: float, slack: float) -> None:
        """`whole`: segments taken as full ones; `slack`: so much may lack for other reasons."""
        if whole <= _LEAST_BYTES:
            return
        share = min(1.0, (in_order + slack) / whole)
        while self._seen and self._seen[-1][1] <= share:
            self._seen.pop()
        self._seen.append((whole, share))
        while self._seen[0][0] < whole / 2:
            self._seen.popleft()

    @property
    def full(self) -> bool:
        return bool(self._seen) and self._seen[0][1] >= _ALL_FULL
