"""Geometry of the report's charts, in units of the drawing; the page draws, nothing is invented.

What was not measured has no bar: it is said in words beside the empty place.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from diagnostics.evidence import Evidence
from diagnostics.profile import Plan
from diagnostics.readings.load import DelayAtPlace, SpeedFigure, Throughput
from diagnostics.readings.watch import Watch, WatchedPlace
from diagnostics.report.line_rows import PLACE_KINDS, median
from diagnostics.result import Unmeasured
from diagnostics.words import Words, mark

#: width of a chart's plotting area, in units of its view box
WIDTH = 600.0
SHORTEST = 2.0  # a bar of a small figure is still seen
MOST_DROPS = 200


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """`length` 0..WIDTH; 0 with `measured` false. `tone` names the colour class."""

    label: str
    figure: str
    tone: str
    length: float
    measured: bool


class SpeedBar(msgspec.Struct, frozen=True, kw_only=True):
    """`plan` is the place of the plan's mark, 0 when the plan is not known; low and high too."""

    label: str
    figure: str
    plan_words: str
    length: float
    low: float
    high: float
    plan: float
    measured: bool


class DelayGroup(msgspec.Struct, frozen=True, kw_only=True):
    place: str
    bars: tuple[Bar, ...]


class Break(msgspec.Struct, frozen=True, kw_only=True):
    start: float
    width: float


class WatchLine(msgspec.Struct, frozen=True, kw_only=True):
    place: str
    summary: str
    breaks: tuple[Break, ...]
    #: nobody answered at all: there is nothing that could break
    silent: bool


class Charts(msgspec.Struct, frozen=True, kw_only=True):
    """Empty tuples where there is nothing to draw."""

    speeds: tuple[SpeedBar, ...]
    delays: tuple[DelayGroup, ...]
    watch: tuple[WatchLine, ...]
    watched: str


def charts(evidence: Evidence, plan: Plan, words: Words) -> Charts:
    load, watch = evidence.value(Throughput), evidence.value(Watch)
    return Charts(
        speeds=() if isinstance(load, Unmeasured) else _speeds(load, plan, words),
        delays=() if isinstance(load, Unmeasured) else _delays(load.delays, words),
        watch=() if isinstance(watch, Unmeasured) else _watch(watch, words),
        watched="" if isinstance(watch, Unmeasured) else words.duration(watch.duration_s),
    )


def _speeds(load: Throughput, plan: Plan, words: Words) -> tuple[SpeedBar, ...]:
    both = (
        (mark("Download"), load.down, plan.down_mbps * 1e6, load.down_failed),
        (mark("Upload"), load.up, plan.up_mbps * 1e6, load.up_failed),
    )
    tops = [figure.high_bps for _, figures, _, _ in both for figure in figures]
    top = max((*tops, *(sold for _, _, sold, _ in both)), default=0.0) * 1.05 or 1.0
    return tuple(_speed(label, figures, sold, top, words) for label, figures, sold, _ in both)


def _speed(
    label: str, figures: tuple[SpeedFigure, ...], sold: float, top: float, words: Words
) -> SpeedBar:
    best = max(figures, key=lambda each: each.rate_bps, default=None)
    plan_words = words.say("plan {rate}", rate=words.rate(sold)) if sold else ""
    nothing = words.say("not measured")
    return SpeedBar(
        label=words.say(label),
        figure=words.rate(best.rate_bps) if best else nothing,
        plan_words=plan_words,
        length=_length(best.rate_bps, top) if best else 0,
        low=_length(best.low_bps, top) if best else 0,
        high=_length(best.high_bps, top) if best else 0,
        plan=_length(sold, top) if sold else 0,
        measured=best is not None,
    )


def _delays(delays: tuple[DelayAtPlace, ...], words: Words) -> tuple[DelayGroup, ...]:
    known = [
        value for each in delays for value in _values(each) if not isinstance(value, Unmeasured)
    ]
    top = max(known, default=0.0) * 1.05 or 1.0
    return tuple(_delay(each, top, words) for each in delays)


def _values(delay: DelayAtPlace) -> tuple[float | Unmeasured, ...]:
    return median(delay.idle), median(delay.down), median(delay.up)


def _delay(delay: DelayAtPlace, top: float, words: Words) -> DelayGroup:
    labels = (
        (mark("at rest"), "idle"),
        (mark("during download"), "down"),
        (mark("during upload"), "up"),
    )
    bars = (
        _bar(words.say(label), value, tone, top, words)
        for (label, tone), value in zip(labels, _values(delay), strict=True)
    )
    return DelayGroup(place=words.say(PLACE_KINDS[delay.place]), bars=tuple(bars))


def _bar(label: str, value: float | Unmeasured, tone: str, top: float, words: Words) -> Bar:
    if isinstance(value, Unmeasured):
        shown = words.say("not measured")
        return Bar(label=label, figure=shown, tone=tone, length=0, measured=False)
    return Bar(
        label=label, figure=words.ms(value), tone=tone, length=_length(value, top), measured=True
    )


def _length(value: float, top: float) -> float:
    return round(min(WIDTH, max(SHORTEST, WIDTH * value / top)), 1)


def _watch(watch: Watch, words: Words) -> tuple[WatchLine, ...]:
    return tuple(_line(place, watch.duration_s or 1.0, words) for place in watch.places)


def _line(place: WatchedPlace, duration_s: float, words: Words) -> WatchLine:
    silent = place.received == 0
    longest = max((drop.duration_s for drop in place.drops), default=0.0)
    if silent:
        summary = words.say("no answer at all")
    elif place.drops:
        many = words.say_many("{count} break", "{count} breaks", len(place.drops))
        summary = words.say("{breaks}, longest {time}", breaks=many, time=words.duration(longest))
    else:
        summary = words.say("no break")
    spans = ((drop.start_s, drop.duration_s) for drop in place.drops[:MOST_DROPS])
    breaks = () if silent else tuple(_breaks(spans, duration_s))
    name = words.say(PLACE_KINDS[place.place])
    return WatchLine(place=name, summary=summary, breaks=breaks, silent=silent)


def _breaks(spans: Iterable[tuple[float, float]], duration_s: float) -> Iterable[Break]:
    for start_s, length_s in spans:
        start = min(WIDTH - SHORTEST, max(0.0, WIDTH * start_s / duration_s))
        width = min(WIDTH - start, max(SHORTEST, WIDTH * length_s / duration_s))
        yield Break(start=round(start, 1), width=round(width, 1))
