"""Trouble that earlier checks of this connection found, and that comes and goes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from diagnostics.cause import all_causes
from diagnostics.past import moment_of
from diagnostics.readings.history import EarlierCheck, History
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown
from diagnostics.verdict import Segment, Status

#: one bad check speaks for so long, trouble on several days for longer (judgement)
_FRESH = timedelta(days=3)
_COMES_AND_GOES = timedelta(days=14)
#: after checks that were clean on so many days it is over (judgement)
_CLEAN_DAYS = 3
_PLACES = (Segment.WIFI, Segment.ROUTER, Segment.ACCESS, Segment.ISP)

_Dated = tuple[datetime, EarlierCheck]


def dated(history: History) -> list[_Dated]:
    """The checks with their moments, newest first; one without a readable moment is left out."""
    pairs = ((moment_of(one.at), one) for one in history.checks)
    return [(at, one) for at, one in pairs if at is not None]


def found_trouble(check: EarlierCheck) -> bool:
    """It asserted a cause of WiFi, router, line or provider that may come back by itself."""
    known = (all_causes().get(name) for name in check.causes)
    return check.status is Status.PROBLEM and any(
        cause is not None and cause.passing and cause.segment in _PLACES for cause in known
    )


def _since_repair(checks: Sequence[_Dated]) -> list[_Dated]:
    """What is newer than the last repair that worked: the trouble before it is explained."""
    newer: list[_Dated] = []
    for pair in checks:
        if pair[1].repaired:
            break
        newer.append(pair)
    return newer


def _days(checks: Sequence[_Dated]) -> set[date]:
    return {at.date() for at, _ in checks}


def _speaks(bad: Sequence[_Dated], checks: Sequence[_Dated], now: datetime) -> bool:
    newest = bad[0][0]
    clean = [pair for pair in checks if pair[0] > newest and pair[1].status is Status.HEALTHY]
    if len(_days(clean)) >= _CLEAN_DAYS:
        return False
    return now - newest <= (_COMES_AND_GOES if len(_days(bad)) > 1 else _FRESH)


@sign("earlier-trouble", "Earlier checks found trouble that comes and goes.", reads=History)
def earlier_trouble(scene: Scene) -> Grade:
    history = scene.evidence.value(History)
    now = None if isinstance(history, Unmeasured) else moment_of(history.at)
    if isinstance(history, Unmeasured) or now is None:
        return unknown("No earlier check of this connection is known.")
    checks = [] if history.repaired else _since_repair(dated(history))
    bad = [pair for pair in checks if found_trouble(pair[1])]
    if not bad or not _speaks(bad, checks, now):
        return certain(False, "Earlier checks found nothing that may come back by itself.")
    day = bad[0][0].date().isoformat()
    number = f"{len(bad)} of the last {len(checks)} checks" if len(checks) > 1 else "The last check"
    text = f"{number} of this connection found trouble, most lately on {day}."
    return certain(True, text, float(len(bad)))
