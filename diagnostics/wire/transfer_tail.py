"""What is worked out when a transfer is over: headers, retransmissions, how sure the figure is."""

import socket
from collections.abc import Sequence

import msgspec

from diagnostics.wire.estimate import Estimate
from diagnostics.wire.source import family_of
from diagnostics.wire.tcp_info import TcpInfo
from diagnostics.wire.throughput import Confidence, CountedBy, Direction
from diagnostics.wire.transfer_flow import Flow

NOTHING = Estimate(0.0, 1.0, 0.0, 0.0, "rough")
#: the mean of a line that varies is "medium" when it is as narrow as this
VARYING_HALF_WIDTH = 0.05
_HIGH = 0.015
# What is sold is known and this is it: a second of one rate is enough.
_HIGH_SPAN_S = 1.0
# Else it may be a burst that a provider lets through before it throttles; over by then, as a rule.
_UNKNOWN_SPAN_S = 3.0
_MUCH_AGAIN = 0.05
_OTHERS_SHARE = 0.05
#: up to so many times what is sold is no burst
_AS_SOLD = 1.25


class Tail(msgspec.Struct, frozen=True):
    """The connections at the end of a test."""

    direction: Direction
    address: str
    flows: Sequence[Flow]

    def _infos(self) -> list[TcpInfo]:
        return [flow.info for flow in self.flows if flow.info is not None]

    def overhead(self, frame: int = 0) -> float:
        """Bytes on the IP layer for one byte of payload (RFC 9293, RFC 7323: 12 for stamps).

        `frame`: bytes of the layer below that each packet has besides.
        """
        info = max(
            self._infos(), key=lambda one: one.bytes_received + one.bytes_acked, default=None
        )
        if info is None:
            return (1500 + frame) / 1448
        full = (info.rcv_mss if self.direction == "down" else info.snd_mss) or 1448
        header = 40 if family_of(self.address) == socket.AF_INET6 else 20
        return (full + frame + header + 20 + (12 if info.timestamps else 0)) / full

    def on_the_wire(self) -> float:
        """Payload that passed the own interface: what was sent again as well, and what waits."""
        return sum(flow.on_the_wire() for flow in self.flows)

    def retransmitted(self) -> float | None:
        """Share of the bytes sent that were sent again; None where that is not known."""
        infos = self._infos()
        sent = sum(info.bytes_sent for info in infos)
        if self.direction == "down" or not sent:
            return None
        return sum(info.bytes_retransmitted for info in infos) / sent

    def doubtful(self, counted_by: CountedBy, others: float) -> bool:
        """Confirmed many bytes at once, or much was sent again (where a queue holds hardly a
        packet the senders fall short of the line, and do so evenly), or other programs of this
        computer took the share `others`, which the figure lacks."""
        again = (self.retransmitted() or 0.0) > _MUCH_AGAIN
        return counted_by == "confirmed" or again or others > _OTHERS_SHARE

    def counted_by(self, *, full: bool) -> CountedBy:
        """`full`: the segments were full ones."""
        if infos := self._infos():
            return "segments" if infos[0].segments and full else "in_order"
        return "received" if self.direction == "down" else "confirmed"


def confidence(found: Estimate, sold_bps: float, *, starved: bool, doubtful: bool) -> Confidence:
    """high: narrow, and over more than a short burst; low: not the line's figure for certain.

    `sold_bps` 0: not known. `doubtful`: see `Tail.doubtful`.
    """
    if starved or found.shape == "rough":
        return "low"
    if found.shape == "varying":
        return "medium" if found.half_width <= VARYING_HALF_WIDTH else "low"
    known = found.rate_bps <= _AS_SOLD * sold_bps
    long_enough = found.span_s >= (_HIGH_SPAN_S if known else _UNKNOWN_SPAN_S)
    sure = found.half_width <= _HIGH and long_enough
    return "high" if sure and not doubtful else "medium"
