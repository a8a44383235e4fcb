"""Delay that load adds at each place: the figures behind the signs of `load` and `home_traffic`."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostics.readings.load import DelayAtPlace, DelayPhase, PlaceKind, Throughput
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene

DOWN, UP = "down", "up"
#: queues shorter than that are filled within the shortest test
_WORTH_MS = 40.0
_LONG_PATH_MS = 150.0
#: a slow tenth that far above the median at rest is jitter, and what a queue's length is to the
#: median's move at most (2 while it fills evenly)
_TREMBLES_MS, _TIMES_MEDIAN = 20.0, 2.5
#: answers that a median may rest on
_FEWEST = 8
_NO_FIGURE = Unmeasured(Reason.NEEDS_OTHER, "no figure")
#: our own load keeps a queue of more than that at the narrowest place (judgement)
NO_QUEUE_MS = 10.0
#: two 90th percentiles of the same swelling queue differ by that share (WiFi homes of the lab)
_UNLIKE = 0.4


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


def _tail_ms(phase: DelayPhase) -> float | Unmeasured:
    """How far the slow tenth stands above the median."""
    if isinstance(phase.rtt_p90_ms, Unmeasured):
        return phase.rtt_p90_ms
    if isinstance(phase.rtt_median_ms, Unmeasured):
        return phase.rtt_median_ms
    return max(phase.rtt_p90_ms - phase.rtt_median_ms, 0.0)


def idle_spread_ms(scene: Scene, kind: PlaceKind) -> float | Unmeasured:
    """How far the slow tenth stands above the median before any load."""
    place = _place(scene, kind)
    return place if isinstance(place, Unmeasured) else _tail_ms(place.idle)


def median_moved_ms(
    scene: Scene, kind: PlaceKind, way: str, fewest: int = _FEWEST
) -> tuple[float, int] | Unmeasured:
    """By how much load moves the median, ms, and the answers it rests on, of both medians."""
    place = _place(scene, kind)
    if isinstance(place, Unmeasured):
        return place
    loaded = _phase(place, way)
    if isinstance(loaded, Unmeasured) or loaded.received < fewest:
        return _NO_FIGURE
    before, now = place.idle.rtt_median_ms, loaded.rtt_median_ms
    if isinstance(before, Unmeasured) or isinstance(now, Unmeasured):
        return _NO_FIGURE
    return now - before, min(loaded.received, place.idle.received)


def added_ms(scene: Scene, kind: PlaceKind, way: str) -> tuple[float, int] | Unmeasured:
    """Delay added while loaded, ms, and the answers it rests on.

    The 90th percentile against that at rest, for a short test spends half its time filling the
    queue. A loaded tail beyond the idle one says that the queue was still growing when the test
    ended: carried on for as long again, it would have grown by twice that tail.
    """
    place = _place(scene, kind)
    if isinstance(place, Unmeasured):
        return place
    loaded = _phase(place, way)
    if isinstance(loaded, Unmeasured) or loaded.received < 3:
        return _NO_FIGURE
    tail, idle_tail = _tail_ms(loaded), _tail_ms(place.idle)
    if isinstance(loaded.rtt_p90_ms, Unmeasured) or isinstance(tail, Unmeasured):
        return _NO_FIGURE
    if isinstance(place.idle.rtt_p90_ms, Unmeasured) or isinstance(idle_tail, Unmeasured):
        return _NO_FIGURE
    added = loaded.rtt_p90_ms - place.idle.rtt_p90_ms
    long_path = loaded.rtt_p90_ms - added > _LONG_PATH_MS  # there the tail is TCP's slow start
    growing = max(tail - idle_tail, 0.0) if added > _WORTH_MS and not long_path else 0.0
    return max(min(added + 2 * growing, _most_ms(place, loaded, idle_tail)), 0.0), loaded.received


def _most_ms(place: DelayAtPlace, loaded: DelayPhase, idle_tail_ms: float) -> float:
    """On a line that trembles by itself the tails of a few answers differ by chance, and a queue
    of that length moves the median as well: one that only just fills, by half of its length."""
    before, now = place.idle.rtt_median_ms, loaded.rtt_median_ms
    if idle_tail_ms < _TREMBLES_MS or isinstance(before, Unmeasured) or isinstance(now, Unmeasured):
        return float("inf")
    return _TIMES_MEDIAN * max(now - before, 0.0)


def known_of(added: Sequence[tuple[float, int] | Unmeasured]) -> list[tuple[float, int]]:
    return [one for one in added if not isinstance(one, Unmeasured)]


def line_added(scene: Scene, way: str) -> tuple[float, int] | Unmeasured:
    """What the line adds: the less of edge and anchor, for one of them may be slow by itself."""
    places = [added_ms(scene, kind, way) for kind in (PlaceKind.EDGE, PlaceKind.ANCHOR)]
    known = known_of(places)
    return min(known) if known else _NO_FIGURE


def hop_noise_ms(scene: Scene, way: str) -> float:
    """How far line and router may differ by chance: each figure rests on echoes of its own, and
    all of them cross the hop to the router. 0 where that hop was not measured.
    """
    spread, home = idle_spread_ms(scene, PlaceKind.GATEWAY), added_ms(scene, PlaceKind.GATEWAY, way)
    wander = 0.0 if isinstance(spread, Unmeasured) else spread
    return wander + (0.0 if isinstance(home, Unmeasured) else _UNLIKE * home[0])


def stands_at_line_ms(scene: Scene, way: str) -> tuple[float, int] | Unmeasured:
    """The queue that our own load keeps at the line, less what it keeps before the router."""
    line, home = line_added(scene, way), added_ms(scene, PlaceKind.GATEWAY, way)
    if isinstance(line, Unmeasured):
        return line
    at_home = 0.0 if isinstance(home, Unmeasured) else home[0]
    return max(line[0] - at_home, 0.1), line[1]


def fills_line(scene: Scene, way: str) -> bool:
    """Whether our own load filled the line: whatever else was busy, that was the limit then."""
    queue, moved = stands_at_line_ms(scene, way), median_moved_ms(scene, PlaceKind.ANCHOR, way)
    if isinstance(queue, Unmeasured) or isinstance(moved, Unmeasured):
        return False
    return queue[0] >= NO_QUEUE_MS and moved[0] >= NO_QUEUE_MS / 2
