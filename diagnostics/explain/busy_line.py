"""What load does to delay, in a letter and a sentence. Unmeasured is unknown, never good.

The letter goes by the delay that the worse direction adds at the median, beyond the provider's
edge: A+ below 5 ms, A 30, B 60, C 200, D 400, else F (the scale of Waveform's public test, which
people compare with).  Limits of calls and games: see `activities`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from diagnostics.readings.load import DelayAtPlace, DelayPhase, PlaceKind, Throughput
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Run
from diagnostics.words import Words, mark

_GRADES = ((5.0, "A+"), (30.0, "A"), (60.0, "B"), (200.0, "C"), (400.0, "D"))
_WORST = "F"
_LEAST_ANSWERS = 5
_FEW = Unmeasured(Reason.NO_ANSWER, "too few echoes were answered under load")
_SENTENCES = {
    "A+": mark("Calls, games and films stay good while the line is busy."),
    "A": mark("Calls, games and films stay good while the line is busy."),
    "B": mark("Calls and films stay good while the line is busy; fast games feel it."),
    "C": mark("While the line is busy games lag and calls may stumble; films go on playing."),
    "D": mark("While the line is busy calls break up and games lag badly; films go on playing."),
    "F": mark("While the line is busy calls and games are hardly possible; films go on playing."),
}
#: the farther place tells more of the way that calls and games take
_FARTHEST_FIRST = (PlaceKind.ANCHOR, PlaceKind.EDGE, PlaceKind.GATEWAY)


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """Delay added by load, ms: median against median, 90th percentile against 90th percentile."""

    median_ms: float
    p90_ms: float


class BusyLine(msgspec.Struct, frozen=True, kw_only=True):
    """`worst_ms`: added at the median by the worse direction."""

    grade: str
    sentence: str
    worst_ms: float


def added(idle: DelayPhase, loaded: DelayPhase | Unmeasured) -> Added | Unmeasured:
    """Unmeasured with less than five answers; never below 0."""
    if isinstance(loaded, Unmeasured):
        return loaded
    if loaded.received < _LEAST_ANSWERS or idle.received < _LEAST_ANSWERS:
        return _FEW
    before, after = (idle.rtt_median_ms, idle.rtt_p90_ms), (loaded.rtt_median_ms, loaded.rtt_p90_ms)
    if isinstance(before[0], Unmeasured) or isinstance(before[1], Unmeasured):
        return _FEW
    if isinstance(after[0], Unmeasured) or isinstance(after[1], Unmeasured):
        return _FEW
    return Added(median_ms=max(0.0, after[0] - before[0]), p90_ms=max(0.0, after[1] - before[1]))


def busy_line(reading: Throughput, words: Words) -> BusyLine | None:
    """None where no place answered well enough to tell."""
    worst_ms = _worst_ms(reading.delays)
    if worst_ms is None:
        return None
    grade = next((letter for limit, letter in _GRADES if worst_ms < limit), _WORST)
    return BusyLine(grade=grade, sentence=words.say(_SENTENCES[grade]), worst_ms=worst_ms)


def busy_line_of(run: Run, words: Words) -> BusyLine | None:
    """Of a whole Run."""
    reading = run.evidence().value(Throughput)
    return None if isinstance(reading, Unmeasured) else busy_line(reading, words)


def _worst_ms(delays: Sequence[DelayAtPlace]) -> float | None:
    """Both directions have to be known: a half that was not measured is not good."""
    for kind in _FARTHEST_FIRST:
        for one in delays:
            found = [added(one.idle, one.down), added(one.idle, one.up)]
            known = [each.median_ms for each in found if not isinstance(each, Unmeasured)]
            if one.place is kind and len(known) == 2:
                return max(known)
    return None
