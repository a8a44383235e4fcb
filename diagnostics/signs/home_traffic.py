"""Others of the home who fill the line: a queue stands there before we send anything."""

from __future__ import annotations

from diagnostics.belief import above, below
from diagnostics.readings.load import CrossTraffic, PlaceKind
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.queues import DOWN, UP, added_ms
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
    return max(busy_belief(scene, UP), busy_belief(scene, DOWN)) > 0.65


def home_busy_belief(scene: Scene) -> float:
    """That others of the home fill the line, from the shape of the idle delay.

    A standing queue is long and breathes (senders back off and return), and even its least delay
    is long; a slow line is constant, and a wandering one comes back to its floor.
    """
    floor, wander = _standing_queue(scene)
    if not floor or _device_busy(scene) or scene.in_tunnel is True:
        return 0.5
    long = above(floor, range_of(scene.plan).line_ms, 0.2)
    breathes = above(max(wander, 0.1), max(0.1 * floor, 5.0), 0.25)
    return min(long, breathes)


@sign("home-busy", "Others of the home fill the line.", reads=CrossTraffic, unit="ms", leak=0.002)
def home_busy(scene: Scene) -> Grade:
    floor, wander = _standing_queue(scene)
    if not floor:
        return unknown("The provider's first hop does not answer echoes.")
    if _device_busy(scene):
        return unknown("This computer itself fills the line, so others cannot be told.")
    text = f"Before any test the line's delay is {floor:.0f} ms and breathes by {wander:.0f} ms."
    return Grade(home_busy_belief(scene), text, floor, range_of(scene.plan).line_ms)


def _full_already(scene: Scene, way: str) -> Grade:
    """A queue that is full already cannot grow when we send the same way."""
    floor, _ = _standing_queue(scene)
    own, other = (
        added_ms(scene, PlaceKind.EDGE, one) for one in ((UP, DOWN) if way == UP else (DOWN, UP))
    )
    if (
        home_busy_belief(scene) < 0.65
        or isinstance(own, Unmeasured)
        or isinstance(other, Unmeasured)
    ):
        return unknown("No queue stands on the line, or delay under load was not measured.")
    name = "upload" if way == UP else "download"
    text = f"Our own {name} adds only {own[0]:.0f} ms to the queue that stands there already."
    small = below(max(own[0], 0.1), 0.5 * floor, 0.3)
    rather = below(max(own[0], 1.0), max(other[0], 1.0), 0.3)
    return Grade(min(small, rather), text, own[0], 0.5 * floor)


@sign(
    "home-busy-up", "It is the upload that others fill.", reads=CrossTraffic, unit="ms", leak=0.01
)
def home_busy_up(scene: Scene) -> Grade:
    return _full_already(scene, UP)


@sign("home-busy-down", "It is the download that others fill.", reads=CrossTraffic, unit="ms",
      leak=0.01)  # fmt: skip
def home_busy_down(scene: Scene) -> Grade:
    return _full_already(scene, DOWN)
