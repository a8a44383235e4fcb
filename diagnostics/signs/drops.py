"""Short complete drops, and where they begin: all places are watched at the same time."""

from __future__ import annotations

from diagnostics.belief import SURE, above
from diagnostics.readings.load import PlaceKind
from diagnostics.readings.watch import Drop, Watch, WatchedPlace
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import DROP_S
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.queues import DOWN, UP, added_ms

#: drops of two places that begin or end within this are the same event (echo rhythm and timeout)
_SAME_S = 1.0


def _watched(scene: Scene, kind: PlaceKind) -> WatchedPlace | Unmeasured:
    watch = scene.evidence.value(Watch)
    if isinstance(watch, Unmeasured):
        return watch
    found = [one for one in watch.places if one.place is kind and one.received > 0]
    if not found:
        return Unmeasured(Reason.NO_ANSWER, "the place never answered")
    # the one watched longest: several far places share the beginning of the check only
    return max(found, key=lambda one: (one.sent, one.received))


def _long(place: WatchedPlace) -> tuple[Drop, ...]:
    return tuple(drop for drop in place.drops if drop.duration_s >= DROP_S)


def _overlap(one: Drop, other: Drop) -> bool:
    return (
        one.start_s < other.start_s + other.duration_s + _SAME_S
        and other.start_s < one.start_s + one.duration_s + _SAME_S
    )


def _shared(drops: tuple[Drop, ...], with_place: WatchedPlace | Unmeasured) -> tuple[Drop, ...]:
    """Those of the drops that the other place had too; all of them when it was not watched."""
    if isinstance(with_place, Unmeasured):
        return drops
    return tuple(one for one in drops if any(_overlap(one, other) for other in _long(with_place)))


def _not_shared(drops: tuple[Drop, ...], with_place: WatchedPlace) -> tuple[Drop, ...]:
    return tuple(
        one for one in drops if not any(_overlap(one, other) for other in with_place.drops)
    )


def _told(drops: tuple[Drop, ...], where: str) -> str:
    if not drops:
        return f"No complete drop {where} was seen."
    total = sum(drop.duration_s for drop in drops)
    times = "once" if len(drops) == 1 else f"{len(drops)} times"
    return f"The connection dropped {times} {where}, {total:.1f} s in all."


#: one drop is told from a hiccup by its length; a second one leaves no doubt (judgement)
_ONE_DROP_S = 0.75
_ONE_DROP_AT_MOST = 0.995


def _grade(drops: tuple[Drop, ...], where: str) -> Grade:
    belief = 1 - SURE
    if len(drops) == 1:
        belief = min(above(drops[0].duration_s, _ONE_DROP_S, 0.06), _ONE_DROP_AT_MOST)
    elif drops:
        belief = SURE
    return Grade(belief, _told(drops, where), float(len(drops)), 1.0)


def _swamped(scene: Scene) -> bool:
    """Our own load filled a queue so long that echoes came too late to count."""
    added = [added_ms(scene, PlaceKind.ANCHOR, way) for way in (DOWN, UP)]
    return any(one[0] > 1000 * DROP_S for one in added if not isinstance(one, Unmeasured))


@sign("line-drops", "The line drops completely for moments, the router stays.", reads=Watch,
      leak=0.002)  # fmt: skip
def line_drops(scene: Scene) -> Grade:
    near, edge = _watched(scene, PlaceKind.GATEWAY), _watched(scene, PlaceKind.EDGE)
    far = _watched(scene, PlaceKind.ANCHOR)
    if isinstance(near, Unmeasured) or isinstance(far, Unmeasured):
        return unknown("Router and far places were not watched side by side.")
    if _swamped(scene):
        return unknown("Our own test filled a queue so long that echoes came too late to count.")
    drops = _not_shared(_shared(_long(far), edge), near)
    grade = _grade(drops, "behind the router")
    if isinstance(edge, Unmeasured) and drops:
        return Grade(min(grade.belief, 0.95), grade.text, grade.value, grade.threshold)
    return grade


@sign("home-drops", "The way to the router drops completely for moments.", reads=Watch, leak=0.003)
def home_drops(scene: Scene) -> Grade:
    near, far = _watched(scene, PlaceKind.GATEWAY), _watched(scene, PlaceKind.ANCHOR)
    if isinstance(near, Unmeasured):
        return unknown("The router was not watched, or ignores echoes.")
    return _grade(_shared(_long(near), far), "on the way to the router")


@sign("far-drops", "Far places drop for moments, the line stays.", reads=Watch, leak=0.006)
def far_drops(scene: Scene) -> Grade:
    edge, far = _watched(scene, PlaceKind.EDGE), _watched(scene, PlaceKind.ANCHOR)
    if isinstance(edge, Unmeasured) or isinstance(far, Unmeasured):
        return unknown("The provider's first hop and far places were not watched side by side.")
    if _swamped(scene):
        return unknown("Our own test filled a queue so long that echoes came too late to count.")
    return _grade(_not_shared(_long(far), edge), "behind the provider's first hop")
