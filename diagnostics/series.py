"""What a series of echoes says: did anything answer, and which losses are scattered ones."""

from __future__ import annotations

from diagnostics.belief import Count
from diagnostics.readings.echo import Echo, EchoSeries
from diagnostics.result import Unmeasured

#: a stretch without any answer that long is a drop, not loss: seven echoes of the watch in a row
DROP_S = 0.7


def answered(series: EchoSeries | Unmeasured) -> bool:
    return not isinstance(series, Unmeasured) and series.received > 0


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
