"""Far places that have moved away: delay and way of now against those of earlier checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from diagnostics.belief import above, temper
from diagnostics.past import far_delays, least_ms, line_ms, moment_of, outer_hops
from diagnostics.readings.history import EarlierCheck, History
from diagnostics.readings.path import Anchors, Path
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import THROUGH_TUNNEL, Scene
from diagnostics.signbook import Grade, sign, unknown

#: a step that people feel in games and calls, and that no other way round a town makes (judgement)
_STEP_MS = 20.0
#: or, where delay was never steady, twice what it wandered by from check to check
_WANDERS = 2.0
#: how it usually is takes that many checks, and is what the best quarter of all shows: the change
#: may have lasted for most of them
_FEWEST = 3
#: how it is at one moment is not how it usually is
_STEADY = timedelta(hours=12)
_BEST_PART = 0.25
_TARGETS = 2


@dataclass(frozen=True)
class _Usual:
    """How it was before the change: delays of a far place, and the checks that show it."""

    ms: float
    spread_ms: float
    checks: tuple[EarlierCheck, ...]


def _quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[int(part * (len(values) - 1))]


def _delay_ms(check: EarlierCheck, place: str) -> float | Unmeasured:
    known = (one.rtt_min_ms for one in check.far if one.address == place)
    return next(known, Unmeasured(Reason.NO_ANSWER))


def _usual(history: History, place: str) -> _Usual | Unmeasured:
    pairs = [(_delay_ms(one, place), one) for one in history.checks]
    known = [(ms, one) for ms, one in pairs if isinstance(ms, float)]
    if len(known) < _FEWEST:
        return Unmeasured(Reason.NEEDS_OTHER, "too few earlier checks")
    usual_ms = _quantile([ms for ms, _ in known], _BEST_PART)
    before = [(ms, one) for ms, one in known if ms < usual_ms + _STEP_MS]
    if len(before) < _FEWEST:
        return Unmeasured(Reason.NEEDS_OTHER, "too few earlier checks")
    moments = [at for _, one in before if (at := moment_of(one.at)) is not None]
    if not moments or max(moments) - min(moments) < _STEADY:
        return Unmeasured(Reason.NEEDS_OTHER, "the earlier checks were all made at one time")
    values = [ms for ms, _ in before]
    return _Usual(usual_ms, max(values) - min(values), tuple(one for _, one in before))


def _line_step_ms(scene: Scene, usual: _Usual) -> float | Unmeasured:
    """What of the step is the line's own, and so no detour beyond it."""
    now = line_ms(scene.evidence.value(Path))
    known = [one.line_ms for one in usual.checks if isinstance(one.line_ms, float)]
    if isinstance(now, Unmeasured) or len(known) < _FEWEST:
        return Unmeasured(Reason.NO_ANSWER, "the line's own delay is not known")
    return max(now - _quantile(known, _BEST_PART), 0.0)


def _home_ms(scene: Scene) -> float:
    """All that the home may have added, where the line's own delay is not known."""
    near = least_ms(scene.near)
    return near if isinstance(near, float) else 0.0


@dataclass(frozen=True)
class _Step:
    place: str
    added_ms: float
    limit_ms: float
    trust: float


def _step(scene: Scene, usual: _Usual, place: str, now_ms: float) -> _Step:
    line = _line_step_ms(scene, usual)
    own_ms = _home_ms(scene) if isinstance(line, Unmeasured) else line
    limit_ms = max(_STEP_MS, _WANDERS * usual.spread_ms)
    trust = 0.5 if isinstance(line, Unmeasured) else 1.0
    return _Step(place, now_ms - usual.ms - own_ms, limit_ms, trust)


def _steps(scene: Scene, history: History) -> list[_Step]:
    """One a far place of which enough is known, farthest above its limit first."""
    found: list[_Step] = []
    for far in far_delays(scene.evidence.value(Anchors)):
        usual = _usual(history, far.address)
        if not isinstance(usual, Unmeasured):
            found.append(_step(scene, usual, far.address, far.rtt_min_ms))
    return sorted(found, key=lambda one: one.limit_ms - one.added_ms)


@sign("far-delay-stepped", "Several far places are farther away than in earlier checks.",
      reads=History, unit="ms", leak=0.004)  # fmt: skip
def far_delay_stepped(scene: Scene) -> Grade:
    history = scene.evidence.value(History)
    if isinstance(history, Unmeasured):
        return unknown("No earlier check of this connection is known.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    steps = _steps(scene, history)
    if len(steps) < _TARGETS:
        return unknown("Too few far places were measured then and now.")
    second = steps[_TARGETS - 1]
    belief = temper(above(second.added_ms, second.limit_ms, 0.15), second.trust)
    moved = sum(one.added_ms > one.limit_ms for one in steps)
    text = (
        f"{moved} of {len(steps)} far places answer {second.added_ms:.0f} ms later than in earlier"
        " checks, behind the provider's first hop."
    )
    if moved < _TARGETS:
        text = "The far places are as near as in earlier checks."
    return Grade(belief, text, max(second.added_ms, 0.0), second.limit_ms)


def _former_ways(scene: Scene, history: History, path: Path) -> list[EarlierCheck]:
    """Checks from before a change of delay, traced to the same place."""
    traced = [one for one in history.checks if one.target == path.target and one.hops]
    usuals = [_usual(history, one.address) for one in far_delays(scene.evidence.value(Anchors))]
    before = [one.checks for one in usuals if not isinstance(one, Unmeasured)]
    return [one for one in traced if all(one in checks for checks in before)]


@sign("path-changed", "The way beyond the provider's first hop is another than in earlier checks.",
      reads=History, leak=0.06)  # fmt: skip
def path_changed(scene: Scene) -> Grade:
    history, path = scene.evidence.value(History), scene.evidence.value(Path)
    if isinstance(history, Unmeasured) or isinstance(path, Unmeasured):
        return unknown("No earlier check is known, or the way was not measured.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    former, hops = _former_ways(scene, history, path), outer_hops(path)
    if len(former) < _FEWEST or not hops:
        return unknown("Too few hops answered then or now.")
    seen = {address for one in former for address in one.hops}
    new = [address for address in hops if address not in seen and address != path.edge]
    if not new:
        return Grade(0.04, "The way is one of those that earlier checks took.", 0.0)
    text = f"{len(new)} of the {len(hops)} hops that answer are on no way that checks took before."
    return Grade(0.9 if len(new) == 1 else 0.97, text, float(len(new)))
