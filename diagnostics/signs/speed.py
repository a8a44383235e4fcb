"""Speed against the plan, server against server, and whether this computer was the limit."""

from __future__ import annotations

from diagnostics.belief import SURE, UNSURE, above, below, temper
from diagnostics.readings.load import (
    Confidence,
    SpeedFigure,
    Throughput,
    Where,
)
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.queues import DOWN, UP, fills_line
from diagnostics.thresholds import range_of

_TRUST = {Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.8, Confidence.LOW: 0.55}
#: what our own test reaches on a sound computer of ten years ago with one core to itself; a
#: processor that is busy above that is our limit, not the subscriber's trouble (judgement)
_ABLE_BPS = 300e6
#: two servers that differ by less say the same
_SAME_FACTOR = 1.3
#: a processor that is busy for a moment lowers a figure no further than that
_MOMENT_SHARE = 0.85
#: a core as busy as that may hold a transfer back
_BUSY_PERCENT = 90.0


def figures(scene: Scene, way: str) -> tuple[SpeedFigure, ...]:
    """One figure a server, fastest first; those that our own processor held back are left out.

    Such a one is still a lower bound: where it reaches what the plan lets expect it stays.
    """
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return ()
    cpu = reading.cpu_busiest_core_percent
    busy = not isinstance(cpu, Unmeasured) and cpu >= _BUSY_PERCENT
    found = reading.down if way == DOWN else reading.up
    enough = sold_bps(scene, way) * range_of(scene.plan).share or float("inf")
    fair = [
        one
        for one in found
        if one.rate_bps >= enough
        or (
            not one.starved
            and not (busy and one.confidence is Confidence.LOW and one.rate_bps > _ABLE_BPS)
        )
    ]
    return tuple(sorted(fair, key=lambda one: -one.rate_bps))


def sold_bps(scene: Scene, way: str) -> float:
    """0 when the profile does not say."""
    return 1e6 * (scene.plan.down_mbps if way == DOWN else scene.plan.up_mbps)


def _trust(figure: SpeedFigure) -> float:
    return _TRUST[figure.confidence]


def low(scene: Scene, way: str) -> Grade:
    """That the best figure of all servers stays under what the plan lets expect."""
    sold, found = sold_bps(scene, way), figures(scene, way)
    if not sold:
        return unknown("The plan's speed is not known, so the figure cannot be judged.")
    if not found:
        return unknown("Speed was not measured, or this computer was too slow to measure it.")
    best, limit = found[0], sold * range_of(scene.plan).share
    # an unclear figure counts by what it may still be: a test cut short on a long path was growing
    figure_bps = best.high_bps if best.confidence is Confidence.LOW else best.rate_bps
    belief = temper(below(figure_bps, limit, 0.06), _trust(best))
    name = "download" if way == DOWN else "upload"
    text = f"The {name} reaches {best.rate_bps / 1e6:.1f} of {sold / 1e6:g} Mbit/s sold."
    return Grade(belief, text, best.rate_bps / 1e6, limit / 1e6)


@sign("download-low", "The download stays under what the plan lets expect.", reads=Throughput,
      unit="Mbit/s", leak=0.004)  # fmt: skip
def download_low(scene: Scene) -> Grade:
    return low(scene, DOWN)


@sign("upload-low", "The upload stays under what the plan lets expect.", reads=Throughput,
      unit="Mbit/s", leak=0.004)  # fmt: skip
def upload_low(scene: Scene) -> Grade:
    return low(scene, UP)


def agreeing(scene: Scene, way: str) -> Grade:
    """That a second server gives the same low figure."""
    sold, found = sold_bps(scene, way), figures(scene, way)
    if not sold or len(found) < 2:
        return unknown("Only one server was tried.")
    second, limit = found[1], sold * range_of(scene.plan).share
    fastest = found[0].rate_bps
    if fastest > limit:
        return Grade(1 - SURE, "At least one server is fast enough.", fastest / 1e6, limit / 1e6)
    agree = temper(
        above(second.rate_bps, fastest * 0.6, 0.1), min(_trust(found[0]), _trust(second))
    )
    text = f"Two servers agree: {fastest / 1e6:.1f} and {second.rate_bps / 1e6:.1f} Mbit/s."
    return Grade(agree, text, fastest / 1e6, limit / 1e6)


@sign("servers-agree-down", "A second server gives the same low download.", reads=Throughput,
      unit="Mbit/s", leak=0.005)  # fmt: skip
def servers_agree_down(scene: Scene) -> Grade:
    return agreeing(scene, DOWN)


@sign("servers-agree-up", "A second server gives the same low upload.", reads=Throughput,
      unit="Mbit/s", leak=0.005)  # fmt: skip
def servers_agree_up(scene: Scene) -> Grade:
    return agreeing(scene, UP)


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


def _fast_all_the_same(scene: Scene, way: str) -> bool:
    """Some server gave the plan's speed, however busy this computer was."""
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return False
    found = reading.down if way == DOWN else reading.up
    limit = sold_bps(scene, way) * range_of(scene.plan).share
    return limit > 0 and max((one.rate_bps for one in found), default=0.0) >= limit


def _held_back(scene: Scene, reading: Throughput, way: str) -> list[SpeedFigure]:
    """Figures that our own processor may have lowered; one that it left alone and that says the
    same proves that it was not the limit."""
    found = [one for one in (reading.down if way == DOWN else reading.up) if one.starved]
    fastest = max((one.rate_bps for one in found), default=0.0)
    fair = [one for one in figures(scene, way) if not one.starved]
    return [] if any(one.rate_bps <= _SAME_FACTOR * fastest for one in fair) else found


def _narrow_all_the_same(scene: Scene, way: str) -> bool:
    """Fairly measured low that way, with our own queue on the line."""
    fair = [one for one in figures(scene, way) if not one.starved]
    return bool(fair) and low(scene, way).belief > PRESENT_FROM and fills_line(scene, way)


def _shortfall(scene: Scene, way: str) -> float:
    """Belief that more is missing than a busy moment takes; SURE where the plan is not known."""
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return UNSURE
    limit = sold_bps(scene, way) * range_of(scene.plan).share
    best = max((one.rate_bps for one in (reading.down if way == DOWN else reading.up)), default=0.0)
    return below(max(best, 1.0), limit * _MOMENT_SHARE, 0.06) if limit else SURE


@sign("device-starved", "This computer itself is too slow for the test.", reads=Throughput,
      unit="%", leak=0.001)  # fmt: skip
def device_starved(scene: Scene) -> Grade:
    reading = scene.evidence.value(Throughput)
    if isinstance(reading, Unmeasured):
        return unknown("Speed was not measured.")
    held_back = {way: _held_back(scene, reading, way) for way in (DOWN, UP)}
    cpu = reading.cpu_busiest_core_percent
    if not any(held_back.values()):
        return Grade(1 - SURE, "This computer kept up with the test.", cpu, 90.0)
    slow = [
        one
        for way, found in held_back.items()
        if not _fast_all_the_same(scene, way)
        for one in found
    ]
    if not slow:
        return Grade(0.1, "This computer was busy for a moment, and the speed is right.", cpu)
    if any(_narrow_all_the_same(scene, way) for way in (DOWN, UP)):
        return unknown("The processor was busy, but the line was full at a low speed as well.")
    fastest = max(one.rate_bps for one in slow)
    short = max(_shortfall(scene, way) for way in (DOWN, UP))
    busy = 0.9 if isinstance(cpu, Unmeasured) else above(cpu, 88, 0.02)
    unable = below(fastest, _ABLE_BPS, 0.15)
    text = f"The processor was fully busy at {fastest / 1e6:.0f} Mbit/s."
    belief = min(busy, short)
    return Grade(belief if unable > UNSURE else min(belief, unable), text, cpu, 90.0)
