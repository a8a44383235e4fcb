"""What a stream of packets at a voice call's rate tells: loss, jitter, order, and a call's quality.

Loss and interarrival jitter as in RFC 3550 (6.4.1, A.8), reordering as in RFC 4737 (3.3), each way
by itself where the reflector counts. The estimate of how a call sounds is the E-model's (ITU-T
G.107, defaults) for G.711 with packet loss concealment (Bpl 25.1, ITU-T G.113 Appendix I).

Limits: narrow band; a fixed jitter buffer of 60 ms; no echo of the talker; both ways are taken to
be equally long; the telephone, the headset and the room are not in it. It is an estimate of what
the network leaves possible, not of what somebody heard.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

import msgspec

from diagnostics.wire.stamp import Reflected, StampSession, borne

_R_DEFAULT = 93.2  # G.107, Table 2: everything at its default
_BPL, _IE = 25.1, 0.0
_JITTER_BUFFER_MS = 60.0
#: One packet of 20 ms speech has to be filled before it can be sent; G.711 looks no further ahead.
_PACKET_MS = 20.0
_GAIN = 1 / 16  # RFC 3550, 6.4.1


class Way(msgspec.Struct, frozen=True):
    """One direction. `lost` None where the reflector does not count by itself."""

    lost: int | None
    jitter_ms: float
    reordered: int


class Call(msgspec.Struct, frozen=True):
    """Figures of one session. `discarded`: came too late for the jitter buffer.

    `mos` is 1..4.5 (G.107, Annex B); `longest_loss` packets in a row.
    """

    sent: int
    received: int
    duplicates: int
    longest_loss: int
    rtt_median_ms: float
    rtt_max_ms: float
    up: Way
    down: Way
    discarded: int
    rating: float
    mos: float

    @property
    def loss_percent(self) -> float:
        return 100 * (1 - self.received / self.sent)


def call_of(session: StampSession) -> Call:
    """Figures of a session in which at least one packet came back."""
    by_number = sorted(session.reflected, key=lambda one: one.number)
    arrived = session.reflected
    counts = _counts_itself(session.reflected)
    reached = 1 + max(one.back_number for one in arrived) if counts else None
    up_lost = None if reached is None else max(0, session.sent - reached)
    down_lost = None if reached is None else max(0, reached - len(arrived))
    if len(arrived) == session.sent:
        up_lost = down_lost = 0
    rtts_ms = [one.rtt_ms for one in by_number]
    there = sorted(arrived, key=lambda one: one.received_theirs_s)
    left = sorted(arrived, key=lambda one: one.sent_theirs_s)
    place = {one.number: at for at, one in enumerate(left)}
    gaps = _gaps(by_number, session.sent)
    discarded = _too_late(by_number)
    rating = _rating(session.sent, len(arrived) - discarded, gaps, median(rtts_ms))
    return Call(
        sent=session.sent,
        received=len(arrived),
        duplicates=session.duplicates,
        longest_loss=max(gaps, default=0),
        rtt_median_ms=median(rtts_ms),
        rtt_max_ms=max(rtts_ms),
        up=Way(
            lost=up_lost,
            jitter_ms=_jitter_ms((one.sent_s, one.received_theirs_s) for one in there),
            reordered=_reordered([one.number for one in there]),
        ),
        down=Way(
            lost=down_lost,
            jitter_ms=_jitter_ms((one.sent_theirs_s, one.arrived_s) for one in arrived),
            reordered=_reordered([place[one.number] for one in arrived]),
        ),
        discarded=discarded,
        rating=rating,
        mos=mos_of(rating),
    )


def _counts_itself(reflected: Sequence[Reflected]) -> bool:
    """A stateless reflector repeats our numbers; one that counts those of others as well, or those
    of its earlier sessions, runs ahead of us and tells nothing of this one."""
    ahead = any(one.back_number > borne(one.number) for one in reflected)
    return not ahead and not all(one.repeated for one in reflected)


def _jitter_ms(times: Iterable[tuple[float, float]]) -> float:
    """RFC 3550, 6.4.1; the two clocks need not agree, only differences are used."""
    jitter_s = 0.0
    for (sent_a, came_a), (sent_b, came_b) in pairwise(times):
        difference_s = abs((came_b - came_a) - (sent_b - sent_a))
        jitter_s += (difference_s - jitter_s) * _GAIN
    return 1000 * jitter_s


def _reordered(numbers: Sequence[int]) -> int:
    """RFC 4737, 3.3: packets with a smaller number than one that came before."""
    highest, count = -1, 0
    for number in numbers:
        count += number < highest
        highest = max(highest, number)
    return count


def _gaps(by_number: Sequence[Reflected], sent: int) -> list[int]:
    """Lengths of the runs of lost packets."""
    numbers = [-1, *(one.number for one in by_number), sent]
    return [b - a - 1 for a, b in pairwise(numbers) if b - a > 1]


def _too_late(by_number: Sequence[Reflected]) -> int:
    """Beyond the buffer after the quickest packet, either way (a call has a buffer at each end)."""
    late: set[int] = set()
    for transits in (
        [(one.number, one.received_theirs_s - one.sent_s) for one in by_number],
        [(one.number, one.arrived_s - one.sent_theirs_s) for one in by_number],
    ):
        first_s = min(transit_s for _, transit_s in transits)
        late |= {n for n, transit_s in transits if 1000 * (transit_s - first_s) > _JITTER_BUFFER_MS}
    return len(late)


def _rating(sent: int, usable: int, gaps: Sequence[int], rtt_ms: float) -> float:
    """The E-model's R: 93.2 less what delay and loss take."""
    loss = 1 - usable / sent
    # A loss over the whole loop; a talker hears one way of it, about half.
    one_way_percent = 100 * (1 - math.sqrt(1 - loss)) if loss < 1 else 100.0
    bursts = max(1.0, (sum(gaps) / len(gaps)) * (1 - loss)) if gaps else 1.0
    taken = _IE + (95 - _IE) * one_way_percent / (one_way_percent / bursts + _BPL)
    delay_ms = max(0.0, rtt_ms) / 2 + _JITTER_BUFFER_MS + _PACKET_MS
    return max(0.0, _R_DEFAULT - _delay_impairment(delay_ms) - taken)


def _delay_impairment(delay_ms: float) -> float:
    """Idd of G.107, 7.4: too long a delay even with perfect echo cancelling."""
    if delay_ms <= 100:
        return 0.0
    x = math.log2(delay_ms / 100)
    return 25 * ((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)


def mos_of(rating: float) -> float:
    """G.107, Annex B."""
    if rating <= 0:
        return 1.0
    if rating >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)
