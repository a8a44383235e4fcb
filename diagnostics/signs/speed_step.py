"""A speed that was right, and since a date is another: low, flat, at every hour."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.past import moment_of
from diagnostics.readings.history import History
from diagnostics.result import Unmeasured
from diagnostics.scene import THROUGH_TUNNEL, Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.earlier_trouble import dated
from diagnostics.signs.queues import DOWN
from diagnostics.signs.speed import figures, sold_bps
from diagnostics.thresholds import range_of

#: a throttle leaves less than that of the former speed (plans: 64 kbit/s to 10 Mbit/s; judgement)
_STEP = 0.4
#: a throttled rate is the same each time: fastest and slowest low figure lie that near (judgement)
_FLAT = 1.3
#: so many checks at the full speed, on so many days, and so many at the low one (judgement)
_HIGHS, _HIGH_DAYS, _LOWS = 3, 2, 2
#: a low figure of one evening is the hour's; over that long, or beside a high one of the same
#: hour, it is none
_LASTING = timedelta(hours=8)
_SAME_HOUR_S = 2 * 3600
_DAY_S = 24 * 3600


@dataclass(frozen=True)
class _Rate:
    at: datetime
    bps: float


def _rates(history: History, scene: Scene, now: datetime, now_bps: float) -> list[_Rate]:
    """Oldest first, now last; only what was measured over the same kind of link."""
    active = scene.active
    kind = None if isinstance(active, Unmeasured) else active.kind
    earlier = [
        _Rate(at, one.down_bps)
        for at, one in reversed(dated(history))
        if one.over is kind and not isinstance(one.down_bps, Unmeasured)
    ]
    return [*earlier, _Rate(now, now_bps)]


def _split(rates: Sequence[_Rate]) -> tuple[list[_Rate], list[_Rate]]:
    """The figures before the step and those from it on."""
    top = max(one.bps for one in rates)
    begin = len(rates)
    while begin > 0 and rates[begin - 1].bps < _STEP * top:
        begin -= 1
    return list(rates[:begin]), list(rates[begin:])


def _lasts(highs: Sequence[_Rate], lows: Sequence[_Rate]) -> bool:
    """The hour of day does not explain it."""
    if lows[-1].at - lows[0].at >= _LASTING:
        return True
    hour_s = lows[-1].at.timestamp() % _DAY_S
    apart_s = [abs(one.at.timestamp() % _DAY_S - hour_s) for one in highs]
    return any(min(gap_s, _DAY_S - gap_s) <= _SAME_HOUR_S for gap_s in apart_s)


def _judged(highs: Sequence[_Rate], lows: Sequence[_Rate], full_bps: float) -> Grade:
    days = {one.at.date() for one in highs}
    before, since = statistics.median(one.bps for one in highs), lows[0].at.date().isoformat()
    now_bps = lows[-1].bps
    text = (
        f"Since {since} the download reaches {now_bps / 1e6:.1f} Mbit/s; before, in {len(highs)}"
        f" checks, it reached {before / 1e6:.0f}."
    )
    value, limit = now_bps / 1e6, _STEP * before / 1e6
    if len(highs) < _HIGHS or len(days) < _HIGH_DAYS or before < full_bps:
        return unknown("Too few earlier checks at full speed are known.")
    if sum(one.bps < 0.6 * before for one in highs) * 5 > len(highs):
        return Grade(0.1, "The speed has gone up and down before.", value, limit)
    if max(one.bps for one in lows) > _FLAT * min(one.bps for one in lows):
        return Grade(0.15, "The low speed is another each time.", value, limit)
    if len(lows) < _LOWS or not _lasts(highs, lows):
        return Grade(0.6, text, value, limit)
    return Grade(0.94 if len(lows) == _LOWS else 0.97, text, value, limit)


@sign("speed-stepped-down", "Since a date the speed stays at a far lower rate.", reads=History,
      unit="Mbit/s", leak=0.001)  # fmt: skip
def speed_stepped_down(scene: Scene) -> Grade:
    history, found = scene.evidence.value(History), figures(scene, DOWN)
    if isinstance(history, Unmeasured) or not found:
        return unknown("No earlier check is known, or speed was not measured.")
    now = moment_of(history.at)
    if now is None or scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL if now else "No earlier check is known.")
    rates = _rates(history, scene, now, found[0].rate_bps)
    if len(rates) <= _HIGHS:
        return unknown("Too few earlier checks at full speed are known.")
    highs, lows = _split(rates)
    if not lows:
        value = rates[-1].bps / 1e6
        return Grade(0.03, "The speed is about what it was in earlier checks.", value)
    full_bps = sold_bps(scene, DOWN) * range_of(scene.plan).share
    return _judged(highs, lows, full_bps)
