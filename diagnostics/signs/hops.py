"""Where on the path trouble begins, when it lies behind the provider's first hop."""

from __future__ import annotations

from diagnostics.readings.path import Hop, Path, Place
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.delay import jitter_past_edge
from diagnostics.signs.loss import loss_past_edge
from diagnostics.signs.speed import only_outside_slow

#: a hop's few echoes wander by that much more than the hop before it when a queue stands there
_STEP_MS = 15.0
_FEWEST = 3


def _troubled(hop: Hop) -> bool:
    """Loses, or wanders by a queue's worth, over its few echoes."""
    if hop.received < hop.sent:
        return True
    if isinstance(hop.rtt_median_ms, Unmeasured) or isinstance(hop.rtt_min_ms, Unmeasured):
        return False
    return hop.rtt_median_ms - hop.rtt_min_ms > _STEP_MS


def _first_troubled(path: Path) -> Hop | Unmeasured:
    """The first hop from which trouble stays to the end; silent hops say nothing."""
    heard = [hop for hop in path.hops if hop.received > 0 and hop.sent >= _FEWEST]
    first: Hop | Unmeasured = Unmeasured(Reason.NEEDS_OTHER, "no hop shows it")
    for hop in reversed(heard):
        if not _troubled(hop):
            break
        first = hop
    return first


def _place_of(hop: Hop, path: Path) -> Place:
    """The probe's word; else by the address: providers number their network from few blocks."""
    if hop.place is not Place.UNKNOWN or isinstance(hop.address, Unmeasured):
        return hop.place
    if isinstance(path.edge, Unmeasured) or ":" in hop.address:
        return Place.UNKNOWN
    block = hop.address.split(".")[:2]
    return Place.PROVIDER if block == path.edge.split(".")[:2] else Place.BEYOND


def _begins(scene: Scene, place: Place) -> Grade:
    path = scene.evidence.value(Path)
    if isinstance(path, Unmeasured):
        return unknown("The path was not measured.")
    beyond = max(loss_past_edge(scene).belief, jitter_past_edge(scene).belief)
    if beyond < 0.65:
        return unknown("No trouble behind the provider's first hop, or it was not measured.")
    hop = _first_troubled(path)
    if isinstance(hop, Unmeasured):
        return _by_speed(scene, place)
    begins = _place_of(hop, path)
    if begins not in (Place.PROVIDER, Place.BEYOND):
        return unknown("The hop where the trouble begins cannot be placed.")
    where = "inside the provider's network" if begins is Place.PROVIDER else "at its border"
    text = f"The trouble begins at hop {hop.ttl}, {where}, and stays to the end."
    return Grade(0.93 if begins is place else 0.07, text, float(hop.ttl))


def _by_speed(scene: Scene, place: Place) -> Grade:
    """A few echoes a hop may show nothing; a transfer to either side of the border does."""
    outside = only_outside_slow(scene)
    if outside.belief < PRESENT_FROM:
        return unknown("The hops do not show where the trouble begins.")
    text = f"The trouble begins at the border. {outside.text}"
    return Grade(0.9 if place is Place.BEYOND else 0.1, text)


@sign("begins-in-provider", "Trouble begins inside the provider's network.", reads=Path, leak=0.003)
def begins_in_provider(scene: Scene) -> Grade:
    return _begins(scene, Place.PROVIDER)


@sign("begins-at-border", "Trouble begins at the border to another network.", reads=Path,
      leak=0.003)  # fmt: skip
def begins_at_border(scene: Scene) -> Grade:
    return _begins(scene, Place.BEYOND)
