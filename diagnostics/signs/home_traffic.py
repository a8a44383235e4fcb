"""Others of the home who fill the line: a queue stands there before we send anything."""

from __future__ import annotations

from diagnostics.belief import UNSURE, above, below, temper
from diagnostics.readings.load import CrossTraffic
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import restlessness
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.queues import DOWN, UP
from diagnostics.signs.speed import figures, sold_bps
from diagnostics.signs.traffic import busy_belief
from diagnostics.thresholds import range_of


def _standing_queue(scene: Scene) -> tuple[float, float]:
    """Least idle delay on the line and its wander, ms; zeros when not measured."""
    edge, near = scene.edge, scene.near
    if isinstance(edge, Unmeasured) or isinstance(edge.rtt_p90_ms, Unmeasured):
        return (0.0, 0.0)
    if isinstance(edge.rtt_min_ms, Unmeasured):
        return (0.0, 0.0)
    base = 0.0
    if not isinstance(near, Unmeasured) and not isinstance(near.rtt_median_ms, Unmeasured):
        base = near.rtt_median_ms
    return (max(edge.rtt_min_ms - base, 0.1), edge.rtt_p90_ms - edge.rtt_min_ms)


def _device_busy(scene: Scene) -> bool:
    return max(busy_belief(scene, UP), busy_belief(scene, DOWN)) > PRESENT_FROM


#: between a queue's and jitter's share (diagnostics.series.restlessness)
_RESTLESS = 0.16


def home_busy_belief(scene: Scene) -> float:
    """That others of the home fill the line, from the shape of the idle delay.

    A queue that senders keep is long, swells and shrinks within seconds and hardly moves from one
    packet to the next. A line that is merely slow to answer is constant; one that trembles does so
    at every packet.
    """
    floor, wander = _standing_queue(scene)
    if not floor or _device_busy(scene) or scene.in_tunnel is True:
        return UNSURE
    limits = range_of(scene.plan)
    long = max(above(floor, limits.line_ms, 0.2), above(max(wander, 0.1), limits.spread_ms, 0.2))
    moves = above(max(wander, 0.1), max(0.015 * floor, 3.0), 0.25)
    restless = UNSURE if isinstance(scene.edge, Unmeasured) else restlessness(scene.edge)
    if isinstance(restless, Unmeasured):
        return min(long, temper(moves, 0.5))
    return min(long, moves, below(restless, _RESTLESS, 0.2))


@sign("home-busy", "Others of the home fill the line.", reads=CrossTraffic, unit="ms", leak=0.002)
def home_busy(scene: Scene) -> Grade:
    floor, wander = _standing_queue(scene)
    if not floor:
        return unknown("The provider's first hop does not answer echoes.")
    if _device_busy(scene):
        return unknown("This computer itself fills the line, so others cannot be told.")
    text = f"Before any test the line's delay is {floor:.0f} ms and breathes by {wander:.0f} ms."
    return Grade(home_busy_belief(scene), text, floor, range_of(scene.plan).line_ms)


#: a full upload starves both directions, for its queue delays what acknowledges a download; a
#: full download leaves the upload nearly whole: the ratio of the two shares of the plan (lab)
_EVENLY_STARVED = 0.4

#: a fixed line normally gives 90 % of what is sold (BEREC BoR (20) 112), of it 96.5 % is payload
_WHOLE = 0.87


def _busy_way(scene: Scene, way: str) -> Grade:
    if home_busy_belief(scene) < PRESENT_FROM:
        return unknown("No queue stands on the line.")
    down, up = figures(scene, DOWN), figures(scene, UP)
    if not down or not up or not scene.plan.known:
        return unknown("Speed was not measured in both directions, or the plan is not known.")
    down_share = down[0].rate_bps / sold_bps(scene, DOWN)
    up_share = up[0].rate_bps / sold_bps(scene, UP)
    ratio = down_share / max(up_share, 0.01)
    # whoever fills the upload leaves us less than all of it, however many connections we open
    uneven = max(below(ratio, _EVENLY_STARVED, 0.25), above(up_share, _WHOLE, 0.04))
    text = (
        f"{100 * down_share:.0f} % of the download is left, {100 * up_share:.0f} % of the upload."
    )
    return Grade(uneven if way == DOWN else 1 - uneven, text, ratio, _EVENLY_STARVED)


@sign(
    "home-busy-up", "It is the upload that others fill.", reads=CrossTraffic, unit="ms", leak=0.01
)
def home_busy_up(scene: Scene) -> Grade:
    return _busy_way(scene, UP)


@sign("home-busy-down", "It is the download that others fill.", reads=CrossTraffic, unit="ms",
      leak=0.01)  # fmt: skip
def home_busy_down(scene: Scene) -> Grade:
    return _busy_way(scene, DOWN)
