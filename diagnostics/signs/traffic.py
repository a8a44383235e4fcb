"""Who uses the line besides our own test: this computer, or others of the home."""

from __future__ import annotations

from diagnostics.belief import above
from diagnostics.readings.load import CrossTraffic, Throughput
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.thresholds import BUSY_SHARE, CHATTER_BPS, range_of

_UP, _DOWN = "up", "down"


def _own_bps(scene: Scene, way: str) -> float | Unmeasured:
    reading = scene.evidence.value(CrossTraffic)
    if isinstance(reading, Unmeasured):
        return reading
    return reading.up_bps if way == _UP else reading.down_bps


def _measured_bps(scene: Scene, way: str) -> float:
    """Best figure of our own test; 0 when there is none."""
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return 0.0
    found = reading.up if way == _UP else reading.down
    return max((one.rate_bps for one in found), default=0.0)


def _capacity_bps(scene: Scene, way: str, foreign: float) -> float:
    """What the line can carry; 0 when neither the plan nor a test says.

    Our test shares the line with the foreign use, so both together are what it carries.
    """
    sold = 1e6 * (scene.plan.up_mbps if way == _UP else scene.plan.down_mbps)
    measured = _measured_bps(scene, way)
    carried = measured + foreign if measured else 0.0
    known = [figure for figure in (sold, carried) if figure]
    return min(known) if known else 0.0


def busy_belief(scene: Scene, way: str) -> float:
    """That this computer's own programs fill a good part of the line in that direction."""
    foreign = _own_bps(scene, way)
    if isinstance(foreign, Unmeasured):
        return 0.5
    if foreign < CHATTER_BPS:
        return 0.002
    capacity = _capacity_bps(scene, way, foreign)
    if not capacity:
        return 0.5
    return above(foreign / capacity, BUSY_SHARE, 0.12)


def _busy(scene: Scene, way: str) -> Grade:
    foreign = _own_bps(scene, way)
    if isinstance(foreign, Unmeasured):
        return unknown("This computer's own traffic was not watched before the test.")
    word = "uploads" if way == _UP else "downloads"
    text = f"Before any test this computer {word} {foreign / 1e6:.1f} Mbit/s"
    capacity = _capacity_bps(scene, way, foreign)
    text += f" of about {capacity / 1e6:.0f}." if capacity else "."
    return Grade(busy_belief(scene, way), text, foreign / 1e6, BUSY_SHARE * capacity / 1e6)


@sign("device-uploading", "This computer itself fills the upload.", reads=CrossTraffic,
      unit="Mbit/s", leak=0.004)  # fmt: skip
def device_uploading(scene: Scene) -> Grade:
    return _busy(scene, _UP)


@sign("device-downloading", "This computer itself fills the download.", reads=CrossTraffic,
      unit="Mbit/s", leak=0.004)  # fmt: skip
def device_downloading(scene: Scene) -> Grade:
    return _busy(scene, _DOWN)


def _standing_queue(scene: Scene) -> tuple[float, float]:
    """Idle delay on the line at its median and its wander, ms; zeros when not measured."""
    edge, near = scene.edge, scene.near
    if isinstance(edge, Unmeasured) or isinstance(edge.rtt_median_ms, Unmeasured):
        return (0.0, 0.0)
    if isinstance(edge.rtt_min_ms, Unmeasured) or isinstance(edge.rtt_max_ms, Unmeasured):
        return (0.0, 0.0)
    base = 0.0
    if not isinstance(near, Unmeasured) and not isinstance(near.rtt_median_ms, Unmeasured):
        base = near.rtt_median_ms
    return (edge.rtt_median_ms - base, edge.rtt_max_ms - edge.rtt_min_ms)


def home_busy_belief(scene: Scene) -> float:
    """That others of the home fill the line: a queue stands there before we send anything.

    A standing queue is long and breathes (senders back off and return); a slow line is constant.
    """
    if max(busy_belief(scene, _UP), busy_belief(scene, _DOWN)) > 0.65:
        return 0.5
    median, wander = _standing_queue(scene)
    if not median:
        return 0.5
    limit = range_of(scene.plan).line_ms
    long = above(max(median, 0.1), limit * 1.5, 0.2)
    breathes = above(max(wander, 0.1), max(0.25 * median, 8.0), 0.25)
    return min(long, breathes)


@sign("home-busy", "Others of the home fill the line.", reads=CrossTraffic, unit="ms", leak=0.004)
def home_busy(scene: Scene) -> Grade:
    median, wander = _standing_queue(scene)
    text = f"Before any test the line answers after {median:.0f} ms and wanders by {wander:.0f} ms."
    if not median:
        return unknown("The provider's first hop does not answer echoes.")
    if max(busy_belief(scene, _UP), busy_belief(scene, _DOWN)) > 0.65:
        return unknown("This computer itself fills the line, so others cannot be told.")
    return Grade(home_busy_belief(scene), text, median, range_of(scene.plan).line_ms * 1.5)
