"""Counts of several series that cross the same stretch, taken together: more samples, one place.

A series that loses clearly more than the best one suffers something of its own (a hop shy of
ping, a far place in trouble) and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from diagnostics.belief import UNSURE, Count, extra_loss_belief
from diagnostics.readings.echo import EchoSeries
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import scattered, together
from diagnostics.thresholds import range_of

#: from this belief on a series has losses of its own
_OUTLIER_FROM = 0.9
NO_SERIES = Unmeasured(Reason.NO_ANSWER, "no far place answered echoes")


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
    edge = () if isinstance(scene.edge, Unmeasured) else (scene.edge,)
    near, far = edge_count(scene), far_count(scene)
    if not isinstance(near, Unmeasured) and not isinstance(far, Unmeasured):
        tolerable = range_of(scene.plan).loss
        if extra_loss_belief(near, far, tolerable, max(0.01, tolerable * 2)) > UNSURE:
            return near  # what far places lose beyond the edge is not the line's
    return _pooled(scene, (*scene.anchors, *edge))


def far_count(scene: Scene) -> Count | Unmeasured:
    """Echoes to far places; outliers among them are left out."""
    return _pooled(scene, scene.anchors)


def _pooled(scene: Scene, several: Sequence[EchoSeries]) -> Count | Unmeasured:
    counted = [(series, scattered(series)) for series in several]
    counted = [(series, count) for series, count in counted if count.sent > 0]
    if not counted:
        return NO_SERIES
    best = min((count for _, count in counted), key=lambda one: (one.rate, -one.sent))
    tolerable = range_of(scene.plan).loss
    faulty = max(0.01, tolerable * 2)
    fair = [
        series
        for series, count in counted
        if count is best or extra_loss_belief(best, count, tolerable, faulty) < _OUTLIER_FROM
    ]
    return together(fair)
