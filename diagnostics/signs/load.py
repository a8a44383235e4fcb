"""What load does to delay at gateway and line, and where that shows the narrow place to be."""

from __future__ import annotations

import statistics

from diagnostics.belief import UNSURE, above, below, temper
from diagnostics.readings.load import (
    Confidence,
    PlaceKind,
    SpeedFigure,
    Throughput,
)
from diagnostics.result import Unmeasured
from diagnostics.scene import THROUGH_TUNNEL, Scene
from diagnostics.signbook import ABSENT_BELOW, PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.delay import (
    delay_to_gateway,
    jitter_on_line,
    jitter_to_gateway,
    packets_overtake,
)
from diagnostics.signs.home_traffic import home_busy_belief
from diagnostics.signs.loss import home_hosts_clean, loss_past_gateway, loss_to_gateway
from diagnostics.signs.queues import (
    DOWN,
    NO_QUEUE_MS,
    UP,
    added_ms,
    hop_noise_ms,
    idle_spread_ms,
    known_of,
    line_added,
    median_moved_ms,
    stands_at_line_ms,
)
from diagnostics.signs.speed import agreeing, figures, low
from diagnostics.signs.traffic import busy_belief
from diagnostics.thresholds import WIFI_GATEWAY_GROWS_MS, WIRE_GATEWAY_GROWS_MS, range_of

#: a queue that stands out by itself, where nothing wanders: half of what shapers keep (judgement)
_SHALLOW_MS = 2.5
#: a shaper lets samples of the speed wander by less than that share (judgement)
_STEADY = 0.12
_FEWEST_SAMPLES = 4
_FEW_ANSWERS = 8
#: and packets come two at a time (RFC 5681, section 4.2), so that few of them count unevenly
_CLUMP_PACKETS, _PACKET_BITS = 2.0, 12_000.0


def _link_is_wide(scene: Scene, way: str) -> bool:
    """A cable far faster than what passed cannot have queued it, whatever the router tells."""
    active, found = scene.active, figures(scene, way)
    if isinstance(active, Unmeasured) or isinstance(active.speed_mbps, Unmeasured) or not found:
        return False
    return scene.on_wire is True and active.speed_mbps * 1e6 > 2 * found[0].rate_bps


def _queue(scene: Scene, way: str) -> Grade:
    line = line_added(scene, way)
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    if isinstance(line, Unmeasured):
        return unknown("Delay under load was not measured at the line.")
    busy = max(busy_belief(scene, UP), busy_belief(scene, DOWN))
    if max(busy, home_busy_belief(scene)) > PRESENT_FROM:
        return unknown("Something else filled the line as well, which spoils the figure.")
    home = added_ms(scene, PlaceKind.GATEWAY, way)
    at_home = 0.0 if isinstance(home, Unmeasured) else home[0]
    value, limit = max(line[0] - at_home, 0.0), range_of(scene.plan).bloat_ms
    belief = above(value, limit + hop_noise_ms(scene, way), 0.12, line[1])
    belief = max(belief, min(above(value, limit, 0.12, line[1]), UNSURE))
    if isinstance(home, Unmeasured) and not _link_is_wide(scene, way):
        belief = temper(belief, 0.3)
    name = "a download" if way == DOWN else "an upload"
    text = f"During {name} the line adds {value:.0f} ms (from {limit:.0f} ms people feel it)."
    return Grade(belief, text, value, limit)


@sign("line-queue-down", "Delay on the line grows under download.", reads=Throughput, unit="ms",
      leak=0.001)  # fmt: skip
def line_queue_down(scene: Scene) -> Grade:
    return _queue(scene, DOWN)


@sign("line-queue-up", "Delay on the line grows under upload.", reads=Throughput, unit="ms",
      leak=0.001)  # fmt: skip
def line_queue_up(scene: Scene) -> Grade:
    return _queue(scene, UP)


@sign("gateway-queue", "Delay to the router grows under load.", reads=Throughput, unit="ms",
      leak=0.003)  # fmt: skip
def gateway_queue(scene: Scene) -> Grade:
    added = known_of([added_ms(scene, PlaceKind.GATEWAY, way) for way in (DOWN, UP)])
    if not added:
        return unknown("Delay to the router under load was not measured.")
    value, samples = max(added)
    lines = known_of([line_added(scene, way) for way in (DOWN, UP)])
    if lines:
        value = min(value, max(lines)[0])  # a router slow to answer itself forwards at full speed
    limit = WIFI_GATEWAY_GROWS_MS if scene.on_wifi is True else WIRE_GATEWAY_GROWS_MS
    text = f"Under load the way to the router adds {value:.0f} ms (up to {limit:g} ms is normal)."
    belief = above(value, limit, 0.15, samples)
    if scene.on_wifi is True:
        # a scan or a neighbour's burst makes a tenth of the packets late; a queue the most of them
        moved = known_of([median_moved_ms(scene, PlaceKind.GATEWAY, way) for way in (DOWN, UP)])
        stands = above(max(max(moved)[0], 0.1), limit / 4, 0.25, max(moved)[1]) if moved else UNSURE
        belief = min(belief, max(stands, UNSURE))
    return Grade(belief, text, value, limit)


# --- shape of a low figure ----------------------------------------------------------------------


def _flat(scene: Scene, way: str) -> float:
    """Belief that the low figure is a steady ceiling without a queue: a shaper, not a sick line."""
    found, line = figures(scene, way), stands_at_line_ms(scene, way)
    if not found or isinstance(line, Unmeasured):
        return UNSURE
    steady = _steady(found[0])
    if steady == UNSURE:
        return UNSURE
    return min(steady, below(line[0], NO_QUEUE_MS, 0.25))


def _steady(figure: SpeedFigure) -> float:
    """Belief that the speed does not wander. A test that ended at once was steady by that alone."""
    if len(figure.samples_bps) < _FEWEST_SAMPLES:
        settled = figure.confidence is not Confidence.LOW and figure.rate_bps > 0
        spread = (figure.high_bps - figure.low_bps) / figure.rate_bps if settled else 1.0
        return max(temper(below(max(spread, 1e-3), _STEADY, 0.2), 0.5), UNSURE)
    # the start of TCP, its burst included: one sample of a short test, three of a long one
    samples = figure.samples_bps[max(1, len(figure.samples_bps) // 4) :]
    mean = statistics.fmean(samples)
    spread = statistics.pstdev(samples) / mean if mean > 0 else 1.0
    packets = mean * figure.duration_s / len(figure.samples_bps) / _PACKET_BITS
    limit = _STEADY + _CLUMP_PACKETS / max(packets, 1.0)
    return below(max(spread, 1e-3), limit, 0.2)


def _home_is_clean(scene: Scene) -> bool:
    """Nothing on the way to the router is late or lost, at rest or under load.

    A router that does not answer leaves that open: then another device of the home speaks for it.
    """
    hop = (gateway_queue, loss_to_gateway, delay_to_gateway, jitter_to_gateway)
    beliefs = [judge(scene).belief for judge in hop]
    if max(beliefs) > UNSURE:
        return False
    return max(beliefs) < UNSURE or home_hosts_clean(scene).belief > PRESENT_FROM


def _shallow(scene: Scene, way: str) -> float:
    """Belief that a shaper's few ms stand behind the router: the median there has moved alone.

    A median over some twenty echoes moves by far less than a millisecond by chance, so that 5 ms
    stand out on a line that is still at rest. UNSURE where either place has no figure.
    """
    lines = known_of([median_moved_ms(scene, k, way) for k in (PlaceKind.EDGE, PlaceKind.ANCHOR)])
    # a router that spares its answers still says something with three
    home = median_moved_ms(scene, PlaceKind.GATEWAY, way, fewest=3)
    wander = idle_spread_ms(scene, PlaceKind.ANCHOR)
    if not lines or isinstance(home, Unmeasured) or isinstance(wander, Unmeasured):
        return UNSURE
    moved, samples = min(lines)
    noise = hop_noise_ms(scene, way)
    limit = max(_SHALLOW_MS, wander / 2, _few_answers_ms(scene, home[1]), noise)
    return above(max(moved - max(home[0], 0.0), 0.01), limit, 0.3, min(samples, home[1]))


def _few_answers_ms(scene: Scene, samples: int) -> float:
    """By how much a median of a few answers of the router moves by chance."""
    spread = idle_spread_ms(scene, PlaceKind.GATEWAY)
    return 0.0 if samples >= _FEW_ANSWERS or isinstance(spread, Unmeasured) else spread


@sign("flat-ceiling", "Speed is steadily low and no queue builds.", reads=Throughput, leak=0.003)
def flat_ceiling(scene: Scene) -> Grade:
    lows = [way for way in (DOWN, UP) if low(scene, way).belief > PRESENT_FROM]
    if not lows:
        return unknown("Speed is not low, or was not measured.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    beliefs = [_flat(scene, way) for way in lows]
    belief = max(beliefs)
    if min(beliefs) < ABSENT_BELOW:
        return Grade(
            min(beliefs), "While speed is low a queue stands on the line, or speed wanders."
        )
    beyond = max(_shallow(scene, way) for way in lows)
    if scene.on_wifi is not False and beyond < PRESENT_FROM:
        return unknown("Over WiFi a steady low figure may be the radio's.")
    if not _home_is_clean(scene) or loss_past_gateway(scene).belief > UNSURE:
        return unknown("Loss or delay elsewhere may hold the speed down.")
    return Grade(belief, "The speed is steady at a lower figure, and nothing queues on the line.")


def _queued(scene: Scene, way: str) -> float:
    """That our load keeps a queue behind the router, beyond what the hop to it may feign."""
    found = stands_at_line_ms(scene, way)
    value, samples = (0.1, 0) if isinstance(found, Unmeasured) else found
    return above(value, NO_QUEUE_MS + hop_noise_ms(scene, way), 0.3, samples)


@sign("narrow-behind-router", "The narrow place lies behind the router.", reads=Throughput,
      unit="ms", leak=0.004)  # fmt: skip
def narrow_behind_router(scene: Scene) -> Grade:
    """Speed is low, and either a queue stands at the line or home and computer are proven wide."""
    lows = [way for way in (DOWN, UP) if low(scene, way).belief > PRESENT_FROM]
    if not lows:
        return unknown("Speed is not low, or was not measured.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    if (
        max(busy_belief(scene, UP), busy_belief(scene, DOWN), home_busy_belief(scene))
        > PRESENT_FROM
    ):
        return unknown("Something else used the line, which spoils the figure.")
    if max(jitter_on_line(scene).belief, packets_overtake(scene).belief) > PRESENT_FROM:
        return unknown("A line whose delay jumps about holds speed down by that alone.")
    queues = known_of([stands_at_line_ms(scene, way) for way in lows])
    value = max(queues, default=(0.1, 0))[0]
    queued = max((_queued(scene, way) for way in lows), default=UNSURE)
    if queued < UNSURE:
        queued = max(queued, *(_shallow(scene, way) for way in lows))
    wide = all(_link_is_wide(scene, way) for way in lows) and _home_is_clean(scene)
    agree = min(max(agreeing(scene, way).belief for way in lows), 0.97) if wide else UNSURE
    text = f"While speed is low, a queue of {value:.0f} ms stands behind the router."
    if agree > max(queued, UNSURE):
        text = "The home's own link is far wider than the low speed, and two servers agree."
    elif queued <= UNSURE:
        return unknown("Home and line cannot be told apart as the narrow place.")
    return Grade(max(queued, agree), text, value, NO_QUEUE_MS)


#: by so much our own load moves the median at the router where the queue stands before it: sound
#: WiFi homes of the lab showed 11 ms at most, held ones 66 and more
_BEFORE_MS, _BEFORE_WIDTH, _BEFORE_AT_MOST = 20.0, 0.25, 0.97


def queue_before_router(scene: Scene, way: str) -> float:
    """Belief that this way's queue stands before the router: that one is late all the time, and
    what lies behind it hardly later. Of a router slow to answer alone those places know nothing.

    The medians tell, for a few late packets (a scan, a neighbour's burst) are no queue.
    """
    home = median_moved_ms(scene, PlaceKind.GATEWAY, way)
    known = [median_moved_ms(scene, kind, way) for kind in (PlaceKind.EDGE, PlaceKind.ANCHOR)]
    lines = known_of(known)
    if isinstance(home, Unmeasured) or not lines:
        return UNSURE
    line = min(lines)
    samples = min(home[1], line[1])
    late = above(max(min(home[0], line[0]), 0.1), _BEFORE_MS, _BEFORE_WIDTH, samples)
    beyond = below(max(line[0] - home[0], 0.1), max(home[0], 0.1) / 2, 0.3)
    return min(late, beyond, _BEFORE_AT_MOST)


@sign("wifi-queue-before-router", "The narrow place lies before the router.", reads=Throughput,
      unit="ms", leak=0.004)  # fmt: skip
def wifi_queue_before_router(scene: Scene) -> Grade:
    """Speed is low over WiFi, and its queue stands at the hop to the router. Never absent: what
    loses packets holds speed down without a queue. Cables are told by `gateway-queue`, and so is
    a queue that is long enough for that, lest one figure count twice.
    """
    lows = [way for way in (DOWN, UP) if low(scene, way).belief > PRESENT_FROM]
    if scene.on_wifi is not True or not lows:
        return unknown("This computer is not on WiFi, or speed is not low or was not measured.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    if max(busy_belief(scene, UP), busy_belief(scene, DOWN)) > PRESENT_FROM:
        return unknown("This computer itself used the line, which spoils the figure.")
    belief, way = max((queue_before_router(scene, way), way) for way in lows)
    home = median_moved_ms(scene, PlaceKind.GATEWAY, way)
    if belief <= UNSURE or isinstance(home, Unmeasured):
        return unknown("No queue shows at the hop to the router.")
    if gateway_queue(scene).belief >= belief:
        return unknown("The delay to the router under load tells it already.")
    text = f"While speed is low, a queue of {home[0]:.0f} ms stands before the router."
    return Grade(belief, text, home[0], _BEFORE_MS)
