"""Others of the home who fill the line: a queue stands there before we send anything."""

from __future__ import annotations

import math
from dataclasses import dataclass

from diagnostics.belief import SURE, UNSURE, above, below, clip
from diagnostics.readings.load import CrossTraffic
from diagnostics.readings.router import RouterFacts
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import restlessness
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.queues import DOWN, UP, line_added
from diagnostics.signs.speed import figures, sold_bps
from diagnostics.signs.traffic import busy_belief
from diagnostics.thresholds import range_of

_SILENT = Unmeasured(Reason.NO_ANSWER, "nothing behind the router answers enough echoes")
#: what the check itself may move while the router counts: names, pages, echoes (lab: 0.7 Mbit/s)
_CHECK_BPS = 1e6
#: of what is sold; a film in ultra-high definition takes 25 Mbit/s and harms nobody on 100
_FILLED_SHARE = 0.55
#: a few answers show no shape
_FEWEST = 20
#: a router whose answers wander that much more than what it passes on does so by itself
_ITS_OWN, _CHANCE = 0.7, 1.4


@dataclass(frozen=True)
class _Queue:
    """What stands behind the router at rest: least delay, its wander, and what is normal, ms.

    `wander_ms` without what the hop to the router may have added, `seen_ms` with it.
    """

    floor_ms: float
    wander_ms: float
    seen_ms: float
    usual_ms: float
    restless: float | Unmeasured


def _standing_queue(scene: Scene) -> _Queue | Unmeasured:
    """By the provider's first hop, or by the best far place where that one answers too little."""
    limits = range_of(scene.plan)
    for series, usual_ms in ((scene.edge, limits.line_ms), (scene.far, limits.far_ms)):
        if isinstance(series, Unmeasured) or series.received < _FEWEST:
            continue
        if isinstance(series.rtt_p90_ms, Unmeasured) or isinstance(series.rtt_min_ms, Unmeasured):
            continue
        near = scene.near if isinstance(scene.near, Unmeasured) else scene.near.rtt_median_ms
        base = 0.0 if isinstance(near, Unmeasured) else near
        wander_ms = series.rtt_p90_ms - series.rtt_min_ms
        return _Queue(
            max(series.rtt_min_ms - base, 0.1),
            max(wander_ms - _hop_wander_ms(scene, wander_ms), 0.1),
            wander_ms,
            usual_ms,
            restlessness(series),
        )
    return _SILENT


def _hop_wander_ms(scene: Scene, seen_ms: float) -> float:
    """What of `seen_ms` the hop to the router may have added: with room for chance, since each
    place has echoes of its own. None where only the router's own answers wander.
    """
    near = scene.near
    if isinstance(near, Unmeasured) or near.received < _FEWEST:
        return 0.0
    if isinstance(near.rtt_p90_ms, Unmeasured) or isinstance(near.rtt_min_ms, Unmeasured):
        return 0.0
    wander_ms = near.rtt_p90_ms - near.rtt_min_ms
    return 0.0 if seen_ms < _ITS_OWN * wander_ms else _CHANCE * wander_ms


def _device_busy(scene: Scene) -> bool:
    return max(busy_belief(scene, UP), busy_belief(scene, DOWN)) > PRESENT_FROM


#: between a queue's and jitter's share (diagnostics.series.restlessness)
_RESTLESS = 0.2
#: where a packet takes long on the upload one more or less is a step (lab: such a queue has 0.19)
_PACKET_BITS, _LONG_PACKET_MS, _STEP_SHARE, _MOST_RESTLESS = 12_000, 4.0, 0.5, 0.24


def others_bps(scene: Scene, way: str) -> float | Unmeasured:
    """What the router's own counters saw pass before any load, less what this computer moved."""
    facts, own = scene.evidence.value(RouterFacts), scene.evidence.value(CrossTraffic)
    if isinstance(facts, Unmeasured):
        return facts
    told = facts.traffic.down_bps if way == DOWN else facts.traffic.up_bps
    if isinstance(told, Unmeasured):
        return told
    known = 0.0 if isinstance(own, Unmeasured) else own.down_bps if way == DOWN else own.up_bps
    return max(told - known - _CHECK_BPS, 0.0)


def counted_belief(scene: Scene, way: str) -> float:
    """That others fill this direction, by the router's counters; UNSURE where these tell little.

    Counters that stand still may be broken, so they never clear anybody.
    """
    sold, others = sold_bps(scene, way), others_bps(scene, way)
    if isinstance(others, Unmeasured) or not sold or scene.in_tunnel is True:
        return UNSURE
    return max(above(max(others, 1.0) / sold, _FILLED_SHARE, 0.12), UNSURE)


def home_busy_belief(scene: Scene) -> float:
    """That others of the home fill the line: by the router's counters, or by the idle delay."""
    if _device_busy(scene):
        return UNSURE
    counted = max(counted_belief(scene, DOWN), counted_belief(scene, UP))
    return counted if counted > PRESENT_FROM else _breathing_belief(scene)


def _breathing_belief(scene: Scene) -> float:
    """That others of the home fill the line, from the shape of the idle delay.

    A queue that senders keep is long, swells and shrinks within seconds and hardly moves from one
    packet to the next. A line that is merely slow to answer is constant; one that trembles does so
    at every packet.
    """
    queue = _standing_queue(scene)
    if isinstance(queue, Unmeasured) or scene.in_tunnel is True:
        return UNSURE
    if isinstance(queue.restless, Unmeasured):
        return UNSURE
    long = max(
        above(queue.floor_ms, queue.usual_ms, 0.2),
        above(max(queue.wander_ms, 0.1), range_of(scene.plan).spread_ms, 0.2),
    )
    moves = above(max(queue.wander_ms, 0.1), max(0.015 * queue.floor_ms, 3.0), 0.25)
    return min(long, moves, below(queue.restless, _restless_from(scene, queue), 0.2))


def _restless_from(scene: Scene, queue: _Queue) -> float:
    up_bps = sold_bps(scene, UP)
    packet_ms = 1000 * _PACKET_BITS / up_bps if up_bps else 0.0
    if packet_ms < _LONG_PACKET_MS:
        return _RESTLESS
    return min(_RESTLESS + _STEP_SHARE * packet_ms / max(queue.seen_ms, 1.0), _MOST_RESTLESS)


@sign("home-busy", "Others of the home fill the line.", reads=CrossTraffic, unit="ms", leak=0.002)
def home_busy(scene: Scene) -> Grade:
    if _device_busy(scene):
        return unknown("This computer itself fills the line, so others cannot be told.")
    for way in (DOWN, UP):
        others = others_bps(scene, way)
        if not isinstance(others, Unmeasured) and counted_belief(scene, way) > PRESENT_FROM:
            text = (
                f"The router counts {others / 1e6:.1f} Mbit/s {way} that are not this computer's."
            )
            return Grade(home_busy_belief(scene), text)
    queue = _standing_queue(scene)
    if isinstance(queue, Unmeasured):
        return unknown("Neither the provider's first hop nor far places answer enough echoes.")
    text = f"Before any test the line's delay is {queue.floor_ms:.0f} ms "
    text += f"and breathes by {queue.wander_ms:.0f} ms."
    return Grade(home_busy_belief(scene), text, queue.floor_ms, queue.usual_ms)


#: of the direction that others fill our test gets the smaller share of what is sold, and its load
#: adds to the queue that they keep (lab, two senders of cubic against eight of ours)
_EVEN_SHARES = 0.8
_ADDS_MS = 60.0
_MOST_ADDS = 2.0


def _busy_way(scene: Scene, way: str) -> Grade:
    if home_busy_belief(scene) < PRESENT_FROM:
        return unknown("No queue stands on the line.")
    counted = {one: counted_belief(scene, one) for one in (DOWN, UP)}
    if max(counted.values()) > PRESENT_FROM:
        other = UP if way == DOWN else DOWN
        filled = counted[way] > max(PRESENT_FROM, counted[other] - 0.1)
        return Grade(SURE if filled else 1 - SURE, "The router's counters show which way it is.")
    down, up = figures(scene, DOWN), figures(scene, UP)
    if not down or not up or not scene.plan.known:
        return unknown("Speed was not measured in both directions, or the plan is not known.")
    down_share = down[0].rate_bps / sold_bps(scene, DOWN)
    up_share = up[0].rate_bps / sold_bps(scene, UP)
    ratio = down_share / max(up_share, 0.01)
    of_down = below(ratio, _EVEN_SHARES, 0.15)
    odds = math.log(of_down / (1 - of_down)) - _grows_more(scene)
    belief = clip(1 / (1 + math.exp(-odds)))
    text = (
        f"{100 * down_share:.0f} % of the download is left, {100 * up_share:.0f} % of the upload."
    )
    return Grade(belief if way == DOWN else 1 - belief, text, ratio, _EVEN_SHARES)


def _grows_more(scene: Scene) -> float:
    """Log odds for the upload: whose load makes the queue grow more."""
    down, up = line_added(scene, DOWN), line_added(scene, UP)
    if isinstance(down, Unmeasured) or isinstance(up, Unmeasured):
        return 0.0
    return min(max((up[0] - down[0]) / _ADDS_MS, -_MOST_ADDS), _MOST_ADDS)


@sign(
    "home-busy-up", "It is the upload that others fill.", reads=CrossTraffic, unit="ms", leak=0.01
)
def home_busy_up(scene: Scene) -> Grade:
    return _busy_way(scene, UP)


@sign("home-busy-down", "It is the download that others fill.", reads=CrossTraffic, unit="ms",
      leak=0.01)  # fmt: skip
def home_busy_down(scene: Scene) -> Grade:
    return _busy_way(scene, DOWN)
