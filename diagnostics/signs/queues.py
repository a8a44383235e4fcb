"""Delay that load adds at each place: the figures behind the signs of `load` and `home_traffic`."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostics.readings.load import DelayAtPlace, DelayPhase, PlaceKind, Throughput
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene

DOWN, UP = "down", "up"
_NO_FIGURE = Unmeasured(Reason.NEEDS_OTHER, "no figure")


def _place(scene: Scene, kind: PlaceKind) -> DelayAtPlace | Unmeasured:
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return reading
    for one in reading.delays:
        if one.place is kind and one.idle.received > 0:
            return one
    return _NO_FIGURE


def _phase(place: DelayAtPlace, way: str) -> DelayPhase | Unmeasured:
    return place.down if way == DOWN else place.up


def added_ms(scene: Scene, kind: PlaceKind, way: str) -> tuple[float, int] | Unmeasured:
    """Delay added while loaded: 90th percentile less idle median, ms, and the answers it rests on.

    The percentile, not the median: a short test spends half its time filling the queue.
    """
    place = _place(scene, kind)
    if isinstance(place, Unmeasured):
        return place
    loaded = _phase(place, way)
    if isinstance(loaded, Unmeasured) or loaded.received < 3:
        return _NO_FIGURE
    if isinstance(loaded.rtt_p90_ms, Unmeasured):
        return loaded.rtt_p90_ms
    if isinstance(place.idle.rtt_median_ms, Unmeasured):
        return place.idle.rtt_median_ms
    return max(loaded.rtt_p90_ms - place.idle.rtt_median_ms, 0.0), loaded.received


def known_of(added: Sequence[tuple[float, int] | Unmeasured]) -> list[tuple[float, int]]:
    return [one for one in added if not isinstance(one, Unmeasured)]


def line_added(scene: Scene, way: str) -> tuple[float, int] | Unmeasured:
    """What the line adds: the less of edge and anchor, for one of them may be slow by itself."""
    places = [added_ms(scene, kind, way) for kind in (PlaceKind.EDGE, PlaceKind.ANCHOR)]
    known = known_of(places)
    return min(known) if known else _NO_FIGURE
