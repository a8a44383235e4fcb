"""Who uses the line besides our own test: this computer, or others of the home."""

from __future__ import annotations

from diagnostics.belief import above
from diagnostics.readings.load import CrossTraffic, Throughput
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.thresholds import BUSY_SHARE, CHATTER_BPS

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
    return above(foreign / capacity, BUSY_SHARE, 0.08)


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
      unit="Mbit/s", leak=0.0007)  # fmt: skip
def device_uploading(scene: Scene) -> Grade:
    return _busy(scene, _UP)


@sign("device-downloading", "This computer itself fills the download.", reads=CrossTraffic,
      unit="Mbit/s", leak=0.0007)  # fmt: skip
def device_downloading(scene: Scene) -> Grade:
    return _busy(scene, _DOWN)
