"""What a series of echoes says: did anything answer, which losses are scattered, what fell when."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from diagnostics.belief import Count
from diagnostics.readings.echo import Echo, EchoSeries
from diagnostics.result import Reason, Unmeasured

#: a stretch without any answer that long is a drop, not loss: seven echoes of the watch in a row
DROP_S = 0.7
#: places are compared over the time that they share, when that is long enough to say something
FEWEST_IN_WINDOW = 8
SHORTEST_WINDOW_S = 0.8


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


def scattered(series: EchoSeries) -> Count:
    """Losses outside whole drops, with the number of separate runs.

    A complete drop of a second or more is a sign of its own and is taken out of sent and lost.
    """
    if not series.echoes:
        return Count(series.sent, series.sent - series.received)
    spacing = _spacing_s(series)
    sent = lost = runs = run = 0
    for losing in (*(_lost(echo) for echo in series.echoes), False):
        if losing:
            run += 1
            continue
        if run and run * spacing < DROP_S:
            sent, lost, runs = sent + run, lost + run, runs + 1
        sent, run = sent + 1, 0
    return Count(sent - 1, lost, runs)


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
