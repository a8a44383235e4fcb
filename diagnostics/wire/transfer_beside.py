"""What else this computer moved over its interface while a transfer ran."""

from diagnostics.wire import meter
from diagnostics.wire.throughput import Counter, Direction
from diagnostics.wire.transfer_tail import Tail

#: an Ethernet header, which interfaces count and the line does not
_FRAME = 14
#: echoes and small requests of the check itself: their headers are half as much again
_SMALL = 1.6


class Beside:
    """Reads the counters of the interface and of the check itself at both ends of a transfer."""

    def __init__(self, direction: Direction, counter: Counter | None) -> None:
        self._direction: Direction = direction
        self._counter = counter
        self._before = self._now()
        self._after = self._before

    def _now(self) -> tuple[int, int]:
        """Bytes of the interface, and those of the check itself, both in the transfer's way."""
        own = meter.current()
        down = self._direction == "down"
        counted = self._counter() if self._counter is not None else None
        there = 0 if counted is None else counted.received if down else counted.sent
        return there, own.bytes_received if down else own.bytes_sent

    def end(self) -> None:
        self._after = self._now()

    def others_bps(self, tail: Tail, duration_s: float) -> float | None:
        """What neither the transfer nor the check beside it accounts for; None without counter."""
        moved = self._after[0] - self._before[0]
        if self._counter is None or moved < 0:
            return None
        handed = sum(flow.moved for flow in tail.flows)
        small = max(0, self._after[1] - self._before[1] - handed)
        transfer = tail.on_the_wire() * tail.overhead(_FRAME)
        return max(0.0, moved - transfer - _SMALL * small) * 8 / duration_s
