"""Counts of several series that cross the same stretch, taken together: more samples, one place.

A series that loses clearly more than the best one suffers something of its own (a hop shy of
ping, a far place in trouble) and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from diagnostics.belief import Count, extra_loss_belief
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import scattered
from diagnostics.thresholds import range_of

#: from this belief on a series has losses of its own
_OUTLIER_FROM = 0.9
NO_SERIES = Unmeasured(Reason.NO_ANSWER, "no far place answered echoes")


def together(counts: Sequence[Count]) -> Count:
    """The sum; runs are kept, so that bursts still count as one event a series."""
    runs = [max(one.runs, 0) if one.runs >= 0 else one.lost for one in counts]
    return Count(
        sent=sum(one.sent for one in counts), lost=sum(one.lost for one in counts), runs=sum(runs)
    )


def near_count(scene: Scene) -> Count | Unmeasured:
    """Echoes to the gateway, or to the best host of the home when it ignores them."""
    if isinstance(scene.near, Unmeasured):
        return scene.near
    return scattered(scene.near)


def edge_count(scene: Scene) -> Count | Unmeasured:
    if isinstance(scene.edge, Unmeasured):
        return scene.edge
    return scattered(scene.edge)


def line_count(scene: Scene) -> Count | Unmeasured:
    """All echoes that cross the line: to the provider's first hop and to every far place."""
    counts = [scattered(series) for series in scene.anchors]
    edge = edge_count(scene)
    if not isinstance(edge, Unmeasured):
        counts.append(edge)
    counts = [one for one in counts if one.sent > 0]
    if not counts:
        return NO_SERIES
    return together(_fair(scene, counts))


def far_count(scene: Scene) -> Count | Unmeasured:
    """Echoes to far places; outliers among them are left out."""
    counts = [scattered(series) for series in scene.anchors]
    counts = [one for one in counts if one.sent > 0]
    return together(_fair(scene, counts)) if counts else NO_SERIES


def _fair(scene: Scene, counts: Sequence[Count]) -> list[Count]:
    best = min(counts, key=lambda one: (one.rate, -one.sent))
    tolerable = range_of(scene.plan).loss
    faulty = max(0.01, tolerable * 2)
    return [
        one
        for one in counts
        if one is best or extra_loss_belief(best, one, tolerable, faulty) < _OUTLIER_FROM
    ]
