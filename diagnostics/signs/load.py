"""Speed against the plan, and what load does to delay at gateway, line and beyond."""

from __future__ import annotations

import statistics

from diagnostics.belief import SURE, UNSURE, above, below, temper
from diagnostics.readings.load import (
    Confidence,
    PlaceKind,
    SpeedFigure,
    Throughput,
    Where,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import THROUGH_TUNNEL, Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.signs.delay import delay_to_gateway, jitter_to_gateway
from diagnostics.signs.home_traffic import home_busy_belief
from diagnostics.signs.loss import loss_to_gateway
from diagnostics.signs.queues import DOWN, UP, added_ms, known_of, line_added
from diagnostics.signs.traffic import busy_belief
from diagnostics.thresholds import WIFI_GATEWAY_GROWS_MS, WIRE_GATEWAY_GROWS_MS, range_of

_TRUST = {Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.75, Confidence.LOW: 0.4}
#: what our own test reaches on a sound computer of ten years ago with one core to itself; a
#: processor that is busy above that is our limit, not the subscriber's trouble (judgement)
_ABLE_BPS = 300e6
#: our own load keeps a queue of more than that at the narrowest place (judgement)
_NO_QUEUE_MS = 10.0
#: a core as busy as that may hold a transfer back
_BUSY_PERCENT = 90.0
_NO_FIGURE = Unmeasured(Reason.NEEDS_OTHER, "no figure")


def figures(scene: Scene, way: str) -> tuple[SpeedFigure, ...]:
    """One figure a server, fastest first; those that our own processor held back are left out."""
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return ()
    cpu = reading.cpu_busiest_core_percent
    busy = not isinstance(cpu, Unmeasured) and cpu >= _BUSY_PERCENT
    found = reading.down if way == DOWN else reading.up
    fair = [
        one
        for one in found
        if not one.starved
        and not (busy and one.confidence is Confidence.LOW and one.rate_bps > _ABLE_BPS)
    ]
    return tuple(sorted(fair, key=lambda one: -one.rate_bps))


def sold_bps(scene: Scene, way: str) -> float:
    """0 when the profile does not say."""
    return 1e6 * (scene.plan.down_mbps if way == DOWN else scene.plan.up_mbps)


def _trust(figure: SpeedFigure) -> float:
    return _TRUST[figure.confidence]


def _low(scene: Scene, way: str) -> Grade:
    sold, found = sold_bps(scene, way), figures(scene, way)
    if not sold:
        return unknown("The plan's speed is not known, so the figure cannot be judged.")
    if not found:
        return unknown("Speed was not measured, or this computer was too slow to measure it.")
    best, limit = found[0], sold * range_of(scene.plan).share
    belief = temper(below(best.rate_bps, limit, 0.06), _trust(best))
    name = "download" if way == DOWN else "upload"
    text = f"The {name} reaches {best.rate_bps / 1e6:.1f} of {sold / 1e6:g} Mbit/s sold."
    return Grade(belief, text, best.rate_bps / 1e6, limit / 1e6)


@sign("download-low", "The download stays under what the plan lets expect.", reads=Throughput,
      unit="Mbit/s", leak=0.004)  # fmt: skip
def download_low(scene: Scene) -> Grade:
    return _low(scene, DOWN)


@sign("upload-low", "The upload stays under what the plan lets expect.", reads=Throughput,
      unit="Mbit/s", leak=0.004)  # fmt: skip
def upload_low(scene: Scene) -> Grade:
    return _low(scene, UP)


def _agreeing(scene: Scene, way: str) -> Grade:
    sold, found = sold_bps(scene, way), figures(scene, way)
    if not sold or len(found) < 2:
        return unknown("Only one server was tried.")
    second, limit = found[1], sold * range_of(scene.plan).share
    fastest = found[0].rate_bps
    if fastest > limit:
        return Grade(1 - SURE, "At least one server is fast enough.", fastest / 1e6, limit / 1e6)
    agree = above(second.rate_bps, fastest * 0.6, 0.1)
    text = f"Two servers agree: {fastest / 1e6:.1f} and {second.rate_bps / 1e6:.1f} Mbit/s."
    return Grade(agree, text, fastest / 1e6, limit / 1e6)


@sign("servers-agree-down", "A second server gives the same low download.", reads=Throughput,
      unit="Mbit/s", leak=0.005)  # fmt: skip
def servers_agree_down(scene: Scene) -> Grade:
    return _agreeing(scene, DOWN)


@sign("servers-agree-up", "A second server gives the same low upload.", reads=Throughput,
      unit="Mbit/s", leak=0.005)  # fmt: skip
def servers_agree_up(scene: Scene) -> Grade:
    return _agreeing(scene, UP)


@sign("one-server-slow", "One test server is slow, a second one is faster.", reads=Throughput,
      leak=0.001)  # fmt: skip
def one_server_slow(scene: Scene) -> Grade:
    share = range_of(scene.plan).share
    beliefs: list[float] = []
    for way in (DOWN, UP):
        sold, found = sold_bps(scene, way), figures(scene, way)
        if len(found) < 2 or not sold:
            continue
        fast, slow = found[0], found[-1]
        slow_one = min(below(slow.rate_bps, sold * share * 0.9, 0.08),
                       above(fast.rate_bps, slow.rate_bps * 1.5, 0.08))  # fmt: skip
        beliefs.append(min(slow_one, above(fast.rate_bps, sold * share, 0.06)))
    if not beliefs:
        return unknown("Only one server was tried, or the plan is not known.")
    return Grade(max(beliefs), "One test server is slow where another is fast enough.")


@sign("only-outside-slow", "The provider's own server is fast, those beyond are slow.",
      reads=Throughput, leak=0.003)  # fmt: skip
def only_outside_slow(scene: Scene) -> Grade:
    sold, found = sold_bps(scene, DOWN), figures(scene, DOWN)
    inside = [one.rate_bps for one in found if one.where is Where.ISP]
    outside = [one.rate_bps for one in found if one.where is Where.OUTSIDE]
    if not sold or not inside or not outside:
        return unknown("The provider's own server and others were not both tried.")
    limit = sold * range_of(scene.plan).share
    belief = min(above(max(inside), limit, 0.06), below(max(outside), limit, 0.06))
    text = f"Inside the provider {max(inside) / 1e6:.1f}, outside {max(outside) / 1e6:.1f} Mbit/s."
    return Grade(belief, text, max(outside) / 1e6, limit / 1e6)


@sign("device-starved", "This computer itself is too slow for the test.", reads=Throughput,
      unit="%", leak=0.001)  # fmt: skip
def device_starved(scene: Scene) -> Grade:
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return unknown("Speed was not measured.")
    held_back = [one for one in (*reading.down, *reading.up) if one.starved]
    cpu = reading.cpu_busiest_core_percent
    if not held_back:
        return Grade(1 - SURE, "This computer kept up with the test.", cpu, 90.0)
    if all(_low(scene, way).belief < UNSURE for way in (DOWN, UP)):
        return Grade(0.3, "This computer was busy for a moment, and the speed is right.", cpu)
    fastest = max(one.rate_bps for one in held_back)
    busy = 0.9 if isinstance(cpu, Unmeasured) else above(cpu, 88, 0.02)
    slow = below(fastest, _ABLE_BPS, 0.15)
    text = f"The processor was fully busy at {fastest / 1e6:.0f} Mbit/s."
    return Grade(busy if slow > UNSURE else min(busy, slow), text, cpu, 90.0)


# --- delay under load ---------------------------------------------------------------------------


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
    if busy > 0.65:
        return unknown("This computer was busy with other things, which spoils the figure.")
    home = added_ms(scene, PlaceKind.GATEWAY, way)
    at_home = 0.0 if isinstance(home, Unmeasured) else home[0]
    value, limit = max(line[0] - at_home, 0.0), range_of(scene.plan).bloat_ms
    belief = above(value, limit, 0.15, line[1])
    if isinstance(home, Unmeasured) and not _link_is_wide(scene, way):
        belief = temper(belief, 0.3)
    name = "a download" if way == DOWN else "an upload"
    text = f"During {name} the line adds {value:.0f} ms (from {limit:.0f} ms people feel it)."
    return Grade(belief, text, value, limit)


@sign("line-queue-down", "Delay on the line grows under download.", reads=Throughput, unit="ms",
      leak=0.002)  # fmt: skip
def line_queue_down(scene: Scene) -> Grade:
    return _queue(scene, DOWN)


@sign("line-queue-up", "Delay on the line grows under upload.", reads=Throughput, unit="ms",
      leak=0.002)  # fmt: skip
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
    return Grade(above(value, limit, 0.15, samples), text, value, limit)


# --- shape of a low figure ----------------------------------------------------------------------


def _flat(scene: Scene, way: str) -> float:
    """Belief that the low figure is a steady ceiling without a queue: a shaper, not a sick line."""
    found, line = figures(scene, way), line_added(scene, way)
    if not found or isinstance(line, Unmeasured) or len(found[0].samples_bps) < 4:
        return 0.5
    samples = found[0].samples_bps[1:]  # the first sample is the ramp
    mean = statistics.fmean(samples)
    spread = statistics.pstdev(samples) / mean if mean > 0 else 1.0
    return min(below(max(spread, 1e-3), 0.12, 0.2), below(max(line[0], 0.1), _NO_QUEUE_MS, 0.25))


@sign("flat-ceiling", "Speed is steadily low and no queue builds.", reads=Throughput, leak=0.003)
def flat_ceiling(scene: Scene) -> Grade:
    lows = [way for way in (DOWN, UP) if _low(scene, way).belief > 0.65]
    if not lows:
        return unknown("Speed is not low, or was not measured.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    if scene.on_wifi is not False:
        return unknown("Over WiFi a steady low figure may be the radio's.")
    belief = min(_flat(scene, way) for way in lows)
    return Grade(belief, "The speed is steady at a lower figure, and nothing queues on the line.")


def _stands_at_line_ms(scene: Scene, way: str) -> tuple[float, int] | Unmeasured:
    """The queue that our own load keeps at the line, less what it keeps before the router."""
    line, home = line_added(scene, way), added_ms(scene, PlaceKind.GATEWAY, way)
    if isinstance(line, Unmeasured):
        return line
    at_home = 0.0 if isinstance(home, Unmeasured) else home[0]
    return max(line[0] - at_home, 0.1), line[1]


def _home_is_clean(scene: Scene) -> bool:
    """Nothing on the way to the router is late or lost, at rest or under load."""
    hop = (gateway_queue, loss_to_gateway, delay_to_gateway, jitter_to_gateway)
    return all(judge(scene).belief < UNSURE for judge in hop)


@sign("narrow-behind-router", "The narrow place lies behind the router.", reads=Throughput,
      unit="ms", leak=0.004)  # fmt: skip
def narrow_behind_router(scene: Scene) -> Grade:
    """Speed is low, and either a queue stands at the line or home and computer are proven wide."""
    lows = [way for way in (DOWN, UP) if _low(scene, way).belief > 0.65]
    if not lows:
        return unknown("Speed is not low, or was not measured.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    if max(busy_belief(scene, UP), busy_belief(scene, DOWN), home_busy_belief(scene)) > 0.65:
        return unknown("Something else used the line, which spoils the figure.")
    queues = known_of([_stands_at_line_ms(scene, way) for way in lows])
    value, samples = max(queues, default=(0.1, 0))
    queued = above(value, _NO_QUEUE_MS, 0.3, samples)
    wide = all(_link_is_wide(scene, way) for way in lows) and _home_is_clean(scene)
    agree = min(max(_agreeing(scene, way).belief for way in lows), 0.97) if wide else UNSURE
    text = f"While speed is low, a queue of {value:.0f} ms stands behind the router."
    if agree > max(queued, UNSURE):
        text = "The home's own link is far wider than the low speed, and two servers agree."
    elif queued < UNSURE:
        return unknown("Home and line cannot be told apart as the narrow place.")
    return Grade(max(queued, agree), text, value, _NO_QUEUE_MS)
