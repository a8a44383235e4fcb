"""What the figures mean for calls, video, games and work. Unmeasured is unknown, never good.

Limits: calls ITU-T G.114 (150 ms one way unimpaired, 400 ms one way the end of planning) and
G.107 (about 1 % of random loss is heard), a call's estimated quality G.109 (4.0 satisfied, below
3.6 many are not); video Netflix's recommendation (3 Mbit/s for 720p,
5 Mbit/s for 1080p); games ITU-T G.1072 and common practice (delay felt from about 60 ms round
trip, lost from about 120 ms); work the remote desktop guidance of Microsoft (well under 150 ms
round trip, hard to use over 300 ms) and 2 Mbit/s to send for files and one's own picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from diagnostics.evidence import Evidence
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.load import DelayAtPlace, PlaceKind, SpeedFigure, Throughput
from diagnostics.readings.names import Names
from diagnostics.readings.path import Anchors
from diagnostics.readings.voice import Voice
from diagnostics.readings.web import FetchEnd, Web
from diagnostics.result import Unmeasured
from diagnostics.run import Run
from diagnostics.signs.voice import FEWEST_PACKETS
from diagnostics.words import Words, mark


class Activity(StrEnum):
    CALLS = "calls"
    VIDEO = "video"
    GAMES = "games"
    WORK = "work"


class Level(StrEnum):
    """In rising order of trouble; UNKNOWN says nothing either way."""

    UNKNOWN = "unknown"
    GOOD = "good"
    LIMITED = "limited"
    BAD = "bad"


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """`answer` is the level in words, `text` one sentence with the figure that decided it."""

    activity: Activity
    title: str
    level: Level
    answer: str
    text: str


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one Run that activities rest on."""

    cut_off: bool
    loss_percent: float | None
    rtt_ms: float | None
    jitter_ms: float | None
    loaded_ms: float | None
    down_bps: float | None
    up_bps: float | None
    call_mos: float | None = None
    call_tried: bool = False  # long enough to tell of it also where it was good


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """A figure and its limits; smaller is better unless `more` is set."""

    value: float | None
    good: float
    bad: float
    more: bool = False

    def level(self) -> Level:
        if self.value is None:
            return Level.UNKNOWN
        sign = -1 if self.more else 1
        if self.value * sign <= self.good * sign:
            return Level.GOOD
        return Level.LIMITED if self.value * sign <= self.bad * sign else Level.BAD


TITLES = {
    Activity.CALLS: mark("Calls and video meetings"),
    Activity.VIDEO: mark("Films and television"),
    Activity.GAMES: mark("Games"),
    Activity.WORK: mark("Work from home"),
}
LEVEL_WORDS = {
    Level.GOOD: mark("good"),
    Level.LIMITED: mark("with hitches"),
    Level.BAD: mark("poor"),
    Level.UNKNOWN: mark("not known"),
}
ORDER = tuple(Level)


def meanings(run: Run, words: Words) -> tuple[Meaning, ...]:
    """One for each activity, in a fixed order."""
    figures = read_figures(run.evidence())
    return tuple(_meaning(activity, figures, words) for activity in Activity)


def read_figures(evidence: Evidence) -> Figures:
    anchors, load = evidence.value(Anchors), evidence.value(Throughput)
    voice = evidence.value(Voice)
    best = None if isinstance(anchors, Unmeasured) else _best(anchors.ipv4 + anchors.ipv6)
    return Figures(
        cut_off=_cut_off(evidence),
        loss_percent=best.loss_percent if best else None,
        rtt_ms=_number(best.rtt_median_ms) if best else None,
        jitter_ms=_number(best.jitter_ms) if best else None,
        loaded_ms=None if isinstance(load, Unmeasured) else _loaded(load.delays),
        down_bps=None if isinstance(load, Unmeasured) else fastest(load.down),
        up_bps=None if isinstance(load, Unmeasured) else fastest(load.up),
        call_mos=None if isinstance(voice, Unmeasured) else voice.mos,
        call_tried=not isinstance(voice, Unmeasured) and voice.sent >= FEWEST_PACKETS,
    )


def fastest(figures: Iterable[SpeedFigure]) -> float | None:
    """The best of several servers: a slow server must not blame the line."""
    return max((figure.rate_bps for figure in figures), default=None)


def _best(series: tuple[EchoSeries, ...]) -> EchoSeries | None:
    answered = [each for each in series if each.received > 0]
    return min(answered, key=lambda each: each.loss_percent, default=None)


def _loaded(delays: tuple[DelayAtPlace, ...]) -> float | None:
    phases = [
        phase for each in delays if each.place is PlaceKind.ANCHOR for phase in (each.down, each.up)
    ]
    known = [_number(each.rtt_median_ms) for each in phases if not isinstance(each, Unmeasured)]
    return max((each for each in known if each is not None), default=None)


def _cut_off(evidence: Evidence) -> bool:
    """Proof that nothing useful gets through: no site, no name or no far place answers at all."""
    web, names, anchors = evidence.value(Web), evidence.value(Names), evidence.value(Anchors)
    if not isinstance(web, Unmeasured) and web.fetches:
        if any(fetch.end is FetchEnd.ANSWERED for fetch in web.fetches):
            return _no_name(names)
        return True
    # Without a word of the web, names alone prove nothing: this computer may have been too slow.
    if isinstance(anchors, Unmeasured):
        return False
    if any(series.received for series in anchors.ipv4 + anchors.ipv6):
        return False
    return anchors.tcp_reached is False or _no_name(names)


def _no_name(names: Names | Unmeasured) -> bool:
    """No name was found by the system itself, nor by any resolver that it uses."""
    if isinstance(names, Unmeasured) or not names.system:
        return False
    heard = any(one.in_use and one.cached.succeeded for one in names.resolvers)
    return not heard and not any(lookup.addresses for lookup in names.system)


def _number(value: float | Unmeasured) -> float | None:
    return None if isinstance(value, Unmeasured) else value


def _meaning(activity: Activity, figures: Figures, words: Words) -> Meaning:
    level, text = _judge(activity, figures, words)
    return Meaning(
        activity=activity,
        title=words.say(TITLES[activity]),
        level=level,
        answer=words.say(LEVEL_WORDS[level]),
        text=text,
    )


def _judge(activity: Activity, figures: Figures, words: Words) -> tuple[Level, str]:
    if figures.cut_off:
        return Level.BAD, words.say("Nothing gets through right now.")
    demands = _demands(activity, figures)
    worst = max(demands, key=lambda each: ORDER.index(each[0].level()))
    level = worst[0].level()
    if level is Level.GOOD and demands[0][0].value is None:
        level = Level.UNKNOWN
    good_call = level is Level.GOOD and activity is Activity.CALLS and figures.call_tried
    if good_call and figures.call_mos is not None:
        text = mark("We sent as much as a call does: it would sound like {figure} of 4.5.")
        return level, words.say(text, figure=words.by_unit(figures.call_mos, ""))
    return level, _text(level, worst, words)


def _text(level: Level, worst: tuple[Demand, str, str], words: Words) -> str:
    demand, reason, unit = worst
    if level is Level.UNKNOWN:
        return words.say("What this needs was not measured.")
    if level is Level.GOOD or demand.value is None:
        return words.say("All that was measured is good enough for this.")
    return words.say(reason, figure=words.by_unit(demand.value, unit))


#: the first demand of each activity must be known before it can be called good
def _demands(activity: Activity, figures: Figures) -> list[tuple[Demand, str, str]]:
    loss = mark("{figure} of the data is lost on the way.")
    delay = mark("Each answer takes {figure}.")
    jitter = mark("The delay jumps by {figure} from one packet to the next.")
    loaded = mark("While the line is busy, each answer takes {figure}.")
    down = mark("{figure} is little for a clear picture.")
    call = mark("A call would sound like {figure} on a scale from 1 to 4.5.")
    receive = mark("{figure} is little for large files.")
    send = mark("{figure} to send is little for large files.")
    up = mark("{figure} to send is little for your own picture.")
    way = (Demand(value=figures.loss_percent, good=3, bad=10), loss, "%")
    if activity is Activity.VIDEO:
        return [(Demand(value=figures.down_bps, good=5e6, bad=3e6, more=True), down, "bit/s"), way]
    if activity is Activity.WORK:
        return [
            (Demand(value=figures.rtt_ms, good=150, bad=300), delay, "ms"),
            way,
            (Demand(value=figures.loaded_ms, good=300, bad=1000), loaded, "ms"),
            (Demand(value=figures.down_bps, good=5e6, bad=1e6, more=True), receive, "bit/s"),
            (Demand(value=figures.up_bps, good=2e6, bad=0.5e6, more=True), send, "bit/s"),
        ]
    calls = activity is Activity.CALLS
    rtt = (300.0, 800.0) if calls else (60.0, 120.0)
    wander = (30.0, 60.0) if calls else (15.0, 30.0)
    demands = [
        (Demand(value=figures.rtt_ms, good=rtt[0], bad=rtt[1]), delay, "ms"),
        (Demand(value=figures.loss_percent, good=1, bad=3), loss, "%"),
        (Demand(value=figures.jitter_ms, good=wander[0], bad=wander[1]), jitter, "ms"),
        (Demand(value=figures.loaded_ms, good=rtt[0], bad=rtt[1] * 4), loaded, "ms"),
    ]
    if calls:
        demands.append((Demand(value=figures.up_bps, good=1e6, bad=0.3e6, more=True), up, "bit/s"))
        demands.append((Demand(value=figures.call_mos, good=4.0, bad=3.6, more=True), call, ""))
    return demands
