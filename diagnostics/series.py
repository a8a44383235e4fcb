"""What a series of echoes says: did anything answer, which losses are scattered, what fell when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import msgspec

from diagnostics.belief import Count
from diagnostics.readings.echo import Echo, EchoSeries
from diagnostics.result import Reason, Unmeasured

#: a stretch without any answer that long is a drop, not loss: seven echoes of the watch in a row
DROP_S = 0.7
#: a silence of that length is one event of its own kind; jitter buffers of films and most calls
#: bridge it when it is rare (judgement), and it is a loss rate when it comes all the time
_HICCUP_S = 0.1
_FEWEST_HICCUPS = 2
_HICCUP_EACH_S = 6.0
#: two pingers of one rhythm (40 ms) keep phases of their own
_SAME_MOMENT_S = 0.03
#: places are compared over the time that they share, when that is long enough to say something
FEWEST_IN_WINDOW = 8
SHORTEST_WINDOW_S = 0.8
_FEWEST_LATE = 20


def answered(series: EchoSeries | Unmeasured) -> bool:
    return not isinstance(series, Unmeasured) and series.received > 0


#: a place is alive now when it answered within the last second of its series; a router that
#: limits its errors sends one a second (Linux, icmp_ratelimit)
LATELY_S = 1.2


def answers_still(series: EchoSeries | Unmeasured) -> bool | Unmeasured:
    """Whether a place that answered at all still did at the end of its series."""
    if isinstance(series, Unmeasured):
        return series
    if not series.received:
        return Unmeasured(Reason.NO_ANSWER, "it never answered")
    heard = [one.sent_s for one in series.echoes if not _lost(one)]
    return not series.echoes or heard[-1] >= series.echoes[-1].sent_s - LATELY_S


def _lost(echo: Echo) -> bool:
    return isinstance(echo.rtt_ms, Unmeasured)


def _spacing_s(series: EchoSeries) -> float:
    if len(series.echoes) < 2:
        return 0.0
    return (series.echoes[-1].sent_s - series.echoes[0].sent_s) / (len(series.echoes) - 1)


@dataclass(frozen=True)
class Losses:
    """Echoes that count for loss, and each run of losses: when it began (s), how many."""

    sent: int
    runs: tuple[tuple[float, int], ...]

    @property
    def lost(self) -> int:
        return sum(number for _, number in self.runs)


#: of a check some twenty series are looked at, each by many signs
_KEPT = 32


class _Same:
    """A series as a key, by identity: to hash hundreds of echoes costs more than to read them."""

    __slots__ = ("series",)

    def __init__(self, series: EchoSeries) -> None:
        self.series = series

    def __hash__(self) -> int:
        return id(self.series)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.series is self.series


def losses(series: EchoSeries) -> Losses:
    """Losses outside whole drops and outside rare hiccups.

    A complete drop of `DROP_S` or more is a sign of its own and is taken out of sent and lost. So
    is a shorter silence that came once or seldom: what calls and films bridge is no loss rate.
    """
    return _losses(_Same(series))


@lru_cache(_KEPT)
def _losses(same: _Same) -> Losses:
    series = same.series
    spacing = _spacing_s(series)
    runs = _runs(series.echoes)
    hiccups = [one for one in runs if _HICCUP_S <= one[1] * spacing < DROP_S]
    lasted_s = series.echoes[-1].sent_s - series.echoes[0].sent_s if series.echoes else 0.0
    often = len(hiccups) >= _FEWEST_HICCUPS and len(hiccups) * _HICCUP_EACH_S >= lasted_s
    kept = tuple(one for one in runs if one[1] * spacing < (DROP_S if often else _HICCUP_S))
    out = sum(number for _, number in runs) - sum(number for _, number in kept)
    return Losses(len(series.echoes) - out, kept)


def _runs(echoes: Sequence[Echo]) -> list[tuple[float, int]]:
    found: list[tuple[float, int]] = []
    run = 0
    for place, echo in enumerate(echoes):
        run = run + 1 if _lost(echo) else 0
        if run == 1:
            found.append((echo.sent_s, 1))
        elif run:
            found[-1] = (echoes[place - run + 1].sent_s, run)
    return found


def scattered(series: EchoSeries) -> Count:
    """Losses of one series, with the number of separate runs."""
    if not series.echoes:
        return Count(series.sent, series.sent - series.received)
    found = losses(series)
    return Count(found.sent, found.lost, len(found.runs))


def together(several: Sequence[EchoSeries]) -> Count:
    """All series as one: what several of them lose in the same moment is one event."""
    bare = [scattered(one) for one in several if not one.echoes]
    found = [losses(one) for one in several if one.echoes]
    moments = sorted(at_s for one in found for at_s, _ in one.runs)
    events = len(moments) - sum(
        later - earlier < _SAME_MOMENT_S for earlier, later in pairwise(moments)
    )
    return Count(
        sent=sum(one.sent for one in (*bare, *found)),
        lost=sum(one.lost for one in (*bare, *found)),
        runs=events + sum(one.lost for one in bare),
    )


def window_of(series: Sequence[EchoSeries]) -> tuple[float, float]:
    """The stretch of the check's clock in which all of them were sent; endless when too short."""
    kept = [one.echoes for one in series if len(one.echoes) >= FEWEST_IN_WINDOW]
    since_s = max((rows[0].sent_s for rows in kept), default=0.0)
    until_s = min((rows[-1].sent_s for rows in kept), default=0.0)
    if len(kept) < 2 or until_s - since_s < SHORTEST_WINDOW_S:
        return (float("-inf"), float("inf"))
    return (since_s, until_s)


def during(series: EchoSeries, window: tuple[float, float]) -> EchoSeries:
    """The same series with the figures of that stretch alone, or as it was where it tells less."""
    rows = tuple(one for one in series.echoes if window[0] <= one.sent_s <= window[1])
    known = sorted(one.rtt_ms for one in rows if isinstance(one.rtt_ms, float))
    if len(rows) in (0, len(series.echoes)) or not known:
        return series
    return msgspec.structs.replace(
        series,
        sent=len(rows),
        received=len(known),
        loss_percent=100 * (len(rows) - len(known)) / len(rows),
        rtt_min_ms=known[0],
        rtt_median_ms=known[len(known) // 2],
        rtt_p90_ms=known[int(0.9 * (len(known) - 1))],
        rtt_max_ms=known[-1],
        echoes=rows,
    )


#: what the check itself asks is asked by then; on an upload of less than half a megabit per second
#: it keeps a queue of its own until then (lab)
_OWN_TRAFFIC_S = 4.0
#: the early median stands so far above the late tail where the queue was our own (judgement)
_CLEARS_BY_MS, _CLEARS_FACTOR = 8.0, 1.3


def settled_s(series: EchoSeries) -> float:
    """When the delay came to rest after the check's own first questions; -inf where none stood.

    Who else fills a line goes on with it, so that a queue that ends with our questions was theirs.
    """
    if not series.echoes:
        return float("-inf")
    rest_s = series.echoes[0].sent_s + _OWN_TRAFFIC_S
    known = [(one.sent_s, one.rtt_ms) for one in series.echoes if isinstance(one.rtt_ms, float)]
    early = sorted(rtt_ms for at_s, rtt_ms in known if at_s < rest_s)
    late = sorted(rtt_ms for at_s, rtt_ms in known if at_s >= rest_s)
    if len(early) < FEWEST_IN_WINDOW or len(late) < _FEWEST_LATE:
        return float("-inf")
    before, after = early[len(early) // 2], late[int(0.9 * (len(late) - 1))]
    cleared = before > max(after + _CLEARS_BY_MS, after * _CLEARS_FACTOR)
    return rest_s if cleared else float("-inf")


#: two echoes that far apart are compared; random jitter has forgotten itself by then, a queue not
_STEP_S = (0.055, 0.2)
_FEWEST_STEPS = 15


def restlessness(series: EchoSeries) -> float | Unmeasured:
    """Mean change from one moment to the next as a share of the whole spread (90 % less minimum).

    Jitter that is drawn anew for each packet gives 0.3 to 0.5, a queue that senders fill and leave
    under 0.1 (measured in the lab on lines of 10 to 100 Mbit/s).
    """
    return _restlessness(_Same(series))


@lru_cache(_KEPT)
def _restlessness(same: _Same) -> float | Unmeasured:
    series = same.series
    known = [(one.sent_s, one.rtt_ms) for one in series.echoes if isinstance(one.rtt_ms, float)]
    steps: list[float] = []
    later = 0
    for at_s, rtt_ms in known:
        while later < len(known) and known[later][0] - at_s < _STEP_S[0]:
            later += 1
        if later < len(known) and known[later][0] - at_s < _STEP_S[1]:
            steps.append(abs(known[later][1] - rtt_ms))
    delays = sorted(rtt_ms for _, rtt_ms in known)
    if len(steps) < _FEWEST_STEPS:
        return Unmeasured(Reason.NO_ANSWER, "too few answers")
    spread = delays[int(0.9 * (len(delays) - 1))] - delays[0]
    return sum(steps) / len(steps) / max(spread, 0.01)
