"""Starts of the router between checks: by its own word, and none that a person or a timer made.

UPnP tells how long the connection has stood (WANIPConnection, GetStatusInfo), which a break of the
line ends as well, and since UDA 1.1 a number that is another after each start of the box. Only
where that number changed, or where the router's outside port cannot see the line, was it the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from diagnostics.cause import all_causes
from diagnostics.past import moment_of
from diagnostics.readings.history import EarlierCheck, History
from diagnostics.readings.router import AccessKind, RouterFacts
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.earlier_trouble import dated
from diagnostics.verdict import Segment

#: a sound router runs for months; three starts in a week that nobody made are none (judgement)
_WINDOW = timedelta(days=7)
_MANY = 3
#: clocks of routers are a little off, and facts are read some seconds into a check
_TOLERANCE_S = 120.0
_STEADY_S = 10.0
#: somebody who looks for a fault pulls plugs for an hour or two; what fails by itself goes on
_LASTING = timedelta(hours=12)
#: somebody restarts by a guide some minutes before the step is marked as done
_BEFORE_STEP = timedelta(minutes=15)
#: on three days in the same two hours: a timer, a night switch, a provider's daily reconnection
_HABIT_S = 2 * 3600
_HABIT_DAYS = 3
_DAY_S = 24 * 3600
#: so many checks that found line or provider bad: the person may have restarted it for that
_BAD_LINE = 2
#: by how many starts; one that may have been the modem's or the line's counts less
_BELIEFS = (0.03, 0.08, 0.4, 0.996, 0.998, 0.999)
_OUTSIDE = (Segment.ACCESS, Segment.ISP)


@dataclass(frozen=True)
class _Seen:
    """What the router said at one moment, and the restarts that guides asked for since."""

    at: datetime
    boot_id: int | Unmeasured
    connected_s: float | Unmeasured
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Start:
    """`proven`: the number of the box changed; else only its connection is known to be new."""

    at: datetime
    proven: bool


def _seen(history: History, facts: RouterFacts, now: datetime) -> list[_Seen]:
    """Oldest first, the check of now last."""
    earlier = [
        _Seen(at, one.boot_id, one.connected_s, one.restarts_asked) for at, one in dated(history)
    ]
    return [*reversed(earlier), _Seen(now, facts.boot_id, facts.connected_s)]


def _is_anew(before_s: float | Unmeasured, age_s: float, gap_s: float) -> bool:
    """The age went back, or does not reach back to the check before."""
    younger = not isinstance(before_s, Unmeasured) and age_s + _STEADY_S < before_s
    return younger or age_s + _TOLERANCE_S < gap_s


def _start_between(before: _Seen, after: _Seen) -> _Start | None:
    gap_s = (after.at - before.at).total_seconds()
    age_s = after.connected_s
    anew = not isinstance(age_s, Unmeasured) and _is_anew(before.connected_s, age_s, gap_s)
    lasted = not isinstance(age_s, Unmeasured) and not anew
    told = not (isinstance(before.boot_id, Unmeasured) or isinstance(after.boot_id, Unmeasured))
    if lasted or (told and before.boot_id == after.boot_id) or not (anew or told):
        return None
    since = timedelta(seconds=0 if isinstance(age_s, Unmeasured) else age_s)
    return _Start(after.at - since, proven=told)


def _asked(before: _Seen, start: _Start, after: _Seen) -> bool:
    if after.asked:  # its figures are those after the restart that it asked for
        return True
    moments = (moment_of(text) for text in before.asked)
    return any(
        step is not None and (abs(step - start.at) <= _BEFORE_STEP or start.at == after.at)
        for step in moments
    )


def _starts(seen: Sequence[_Seen]) -> list[_Start]:
    found = ((before, _start_between(before, after), after) for before, after in pairwise(seen))
    return [
        start
        for before, start, after in found
        if start is not None and not _asked(before, start, after)
    ]


def _second(moment: datetime) -> int:
    return int(moment.timestamp()) % _DAY_S


def _without_habit(starts: Sequence[_Start]) -> list[_Start]:
    """Without those of the two hours of day in which most days have one, if that is a habit."""

    def near(start: _Start) -> list[_Start]:
        from_s = _second(start.at)
        return [one for one in starts if (_second(one.at) - from_s) % _DAY_S <= _HABIT_S]

    def days(some: Sequence[_Start]) -> int:
        return len({one.at.date() for one in some})

    if not starts:
        return []
    habit = max((near(start) for start in starts), key=days)
    if days(habit) < _HABIT_DAYS or 2 * len(habit) < len(starts):
        return list(starts)
    return [one for one in starts if one not in habit]


def _line_was_bad(checks: Sequence[EarlierCheck]) -> bool:
    causes = all_causes()
    bad = [
        one
        for one in checks
        if any(name in causes and causes[name].segment in _OUTSIDE for name in one.causes)
    ]
    return len(bad) >= _BAD_LINE


@sign("router-restarts", "The router starts anew by itself, again and again.", reads=History,
      leak=0.001)  # fmt: skip
def router_restarts(scene: Scene) -> Grade:
    history, facts = scene.evidence.value(History), scene.evidence.value(RouterFacts)
    if isinstance(history, Unmeasured) or isinstance(facts, Unmeasured):
        return unknown("The router does not tell, or no earlier check is known.")
    now = moment_of(history.at)
    seen = [] if now is None else [one for one in _seen(history, facts, now) if _tells(one)]
    if now is None or len(seen) < 2 or seen[-1].at != now:
        return unknown("The router did not tell how long it runs.")
    starts = [one for one in _without_habit(_starts(seen)) if now - one.at <= _WINDOW]
    recent = [one for at, one in dated(history) if now - at <= _WINDOW]
    return _judged(starts, recent, facts)


def _judged(starts: Sequence[_Start], recent: Sequence[EarlierCheck], facts: RouterFacts) -> Grade:
    value, limit = float(len(starts)), float(_MANY)
    proven = all(one.proven for one in starts)
    weight = len(starts) if proven or len(starts) < _MANY else len(starts) - 1
    belief = _BELIEFS[min(weight, len(_BELIEFS) - 1)]
    if len(starts) < _MANY:
        return Grade(belief, "The router runs on from check to check.", value, limit)
    if starts[-1].at - starts[0].at < _LASTING:
        return unknown(
            "The router started anew several times within some hours, as when somebody tries."
        )
    if _line_was_bad(recent):
        return unknown("The line was bad meanwhile; somebody may have restarted the router for it.")
    if not proven and not _port_is_blind(facts):
        return unknown("The connection was made anew; whether by router or line is not known.")
    text = (
        f"The router has started anew {len(starts)} times within a week, and no step asked for it."
    )
    return Grade(belief, text, value, limit)


def _tells(seen: _Seen) -> bool:
    return not (isinstance(seen.boot_id, Unmeasured) and isinstance(seen.connected_s, Unmeasured))


def _port_is_blind(facts: RouterFacts) -> bool:
    """A port to another box, without a login: no break of the line ends its connection."""
    return facts.port.kind is AccessKind.ETHERNET and not facts.dialled
