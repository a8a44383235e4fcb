"""Delay and its wander at idle: how much each stretch adds to the one before it."""

from __future__ import annotations

from diagnostics.belief import UNSURE, above, temper
from diagnostics.profile import Technology
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.home import Gateway
from diagnostics.readings.path import Anchors, Path
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import THROUGH_TUNNEL, Scene
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.thresholds import (
    MAYBE_SATELLITE_MS,
    PAST_EDGE_MS,
    WIFI_GATEWAY_MS,
    WIFI_GATEWAY_SPREAD_MS,
    WIRE_GATEWAY_MS,
    WIRE_GATEWAY_SPREAD_MS,
    range_of,
)

_SILENT = Unmeasured(Reason.NO_ANSWER, "no figure")
#: a percentile of fewer answers than this is no percentile
_FEWEST = 5


def _floor_ms(series: EchoSeries | Unmeasured) -> float | Unmeasured:
    """The delay without queues: the minimum over the series."""
    return series if isinstance(series, Unmeasured) else series.rtt_min_ms


def _spread_ms(series: EchoSeries | Unmeasured) -> float | Unmeasured:
    """How far delay wanders: 90th percentile less minimum."""
    if isinstance(series, Unmeasured) or series.received < _FEWEST:
        return _SILENT
    if isinstance(series.rtt_p90_ms, Unmeasured) or isinstance(series.rtt_min_ms, Unmeasured):
        return _SILENT
    return max(series.rtt_p90_ms - series.rtt_min_ms, 0.0)


#: 90th percentile and median of the sum of two exponential ways, less minimum: 3.9 to 1.7 means
_TAIL_OF_MEDIAN = 2.3
#: two 90th percentiles over one wandering hop differ by that share (WiFi homes of the lab)
_UNLIKE = 0.4


def _middle_ms(series: EchoSeries | Unmeasured) -> float | Unmeasured:
    """As `_spread_ms`, from the median: what a few late packets do not move."""
    if isinstance(series, Unmeasured) or series.received < _FEWEST:
        return _SILENT
    if isinstance(series.rtt_median_ms, Unmeasured) or isinstance(series.rtt_min_ms, Unmeasured):
        return _SILENT
    return _TAIL_OF_MEDIAN * max(series.rtt_median_ms - series.rtt_min_ms, 0.0)


def _least(*figures: float | Unmeasured) -> float | Unmeasured:
    """The least figure: a hop slower than what lies behind it is only slow to answer itself."""
    known = [figure for figure in figures if not isinstance(figure, Unmeasured)]
    return min(known) if known else _SILENT


def _or_zero(figure: float | Unmeasured) -> float:
    """For a stretch that is subtracted: an unknown home delay leaves the line's an upper bound."""
    return 0.0 if isinstance(figure, Unmeasured) else figure


@sign("delay-to-gateway", "The way to the router is slow.", reads=Gateway, unit="ms", leak=0.002)
def delay_to_gateway(scene: Scene) -> Grade:
    near = scene.near
    if isinstance(near, Unmeasured) or isinstance(near.rtt_median_ms, Unmeasured):
        return unknown("Nothing in the home answers echoes.")
    value = near.rtt_median_ms
    far = scene.far if isinstance(scene.far, Unmeasured) else scene.far.rtt_median_ms
    if not isinstance(far, Unmeasured) and far < value:
        return unknown("The router is slower to answer itself than to pass things on.")
    limit = WIFI_GATEWAY_MS if scene.on_wifi is True else WIRE_GATEWAY_MS
    text = f"A packet needs {value:.1f} ms to the router and back (up to {limit:g} ms is normal)."
    return Grade(above(value, limit, 0.2, near.received), text, value, limit)


@sign("jitter-to-gateway", "Delay to the router wanders.", reads=Gateway, unit="ms", leak=0.003)
def jitter_to_gateway(scene: Scene) -> Grade:
    near = scene.near
    value, far = _spread_ms(near), _spread_ms(scene.far)
    if isinstance(near, Unmeasured) or isinstance(value, Unmeasured):
        return unknown("Too few echoes to the router to tell.")
    if not isinstance(far, Unmeasured) and far < 0.7 * value:
        return unknown("The router answers unsteadily itself, yet passes things on steadily.")
    limit = WIFI_GATEWAY_SPREAD_MS if scene.on_wifi is True else WIRE_GATEWAY_SPREAD_MS
    text = f"Delay to the router wanders by {value:.1f} ms (up to {limit:g} ms is normal)."
    return Grade(above(value, limit, 0.2, near.received), text, value, limit)


@sign("delay-on-line", "The line itself is slow to answer, even idle.", reads=Path, unit="ms",
      leak=0.0015)  # fmt: skip
def delay_on_line(scene: Scene) -> Grade:
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    floor = _least(_floor_ms(scene.edge), _floor_ms(scene.far))
    if isinstance(scene.edge, Unmeasured) or isinstance(floor, Unmeasured):
        return unknown("The provider's first hop does not answer, so its delay is not known.")
    value = max(floor - _or_zero(_floor_ms(scene.near)), 0.0)
    limit = range_of(scene.plan).line_ms
    belief = above(value, limit, 0.1, scene.edge.received)
    unknown_kind = scene.plan.technology is Technology.UNKNOWN and not scene.plan.rtt_ms
    if unknown_kind and MAYBE_SATELLITE_MS[0] <= value <= MAYBE_SATELLITE_MS[1]:
        belief = UNSURE  # a satellite would look like this, and be well
    if isinstance(scene.near, Unmeasured):
        belief = temper(belief, 0.5)
    text = f"The line adds {value:.0f} ms at rest (up to {limit:.0f} ms is normal here)."
    return Grade(belief, text, value, limit)


@sign("jitter-on-line", "Delay wanders from the provider's first hop on.", reads=Path, unit="ms",
      leak=0.002)  # fmt: skip
def jitter_on_line(scene: Scene) -> Grade:
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    # packets that come late behind their successors are a few; where all wander the median does
    measure = _middle_ms if packets_overtake(scene).belief > PRESENT_FROM else _spread_ms
    spread = _least(measure(scene.edge), measure(scene.far))
    near = measure(scene.near)
    if isinstance(scene.edge, Unmeasured) or isinstance(spread, Unmeasured):
        return unknown("Too few echoes to the provider's first hop to tell.")
    value = max(spread - _or_zero(near), 0.0)
    limit = range_of(scene.plan).spread_ms
    # each figure rests on echoes of its own, and all of them cross a hop that wanders
    belief = above(value, limit + _or_zero(near) * _UNLIKE, 0.15, scene.edge.received)
    if isinstance(near, Unmeasured):
        belief = temper(belief, 0.5)
    text = f"Delay on the line wanders by {value:.0f} ms (up to {limit:g} ms is normal here)."
    return Grade(belief, text, value, limit)


@sign("delay-past-edge", "Delay jumps behind the provider's first hop.", reads=Anchors, unit="ms",
      leak=0.02)  # fmt: skip
def delay_past_edge(scene: Scene) -> Grade:
    edge, far = _floor_ms(scene.edge), _floor_ms(scene.far)
    if isinstance(edge, Unmeasured) or isinstance(far, Unmeasured):
        return unknown("The provider's first hop or the far places do not answer.")
    value = max(far - edge, 0.0)
    text = f"Even the nearest far place is {value:.0f} ms behind the provider's first hop."
    return Grade(above(value, PAST_EDGE_MS, 0.15), text, value, PAST_EDGE_MS)


@sign("jitter-past-edge", "Delay wanders behind the provider's first hop.", reads=Anchors,
      unit="ms", leak=0.01)  # fmt: skip
def jitter_past_edge(scene: Scene) -> Grade:
    edge, far = _spread_ms(scene.edge), _spread_ms(scene.far)
    if isinstance(edge, Unmeasured) or isinstance(far, Unmeasured):
        return unknown("Too few echoes to the provider's first hop or the far places to tell.")
    value = max(far - edge, 0.0)
    limit = range_of(scene.plan).spread_ms * 1.5
    text = f"Delay behind the provider's first hop wanders by {value:.0f} ms."
    return Grade(above(value, limit, 0.2), text, value, limit)


@sign("delay-to-internet", "Every far place is slow to answer.", reads=Anchors, unit="ms",
      leak=0.006)  # fmt: skip
def delay_to_internet(scene: Scene) -> Grade:
    far = _floor_ms(scene.far)
    if isinstance(far, Unmeasured):
        return unknown("No far place answers echoes.")
    limit = range_of(scene.plan).far_ms
    belief = above(far, limit, 0.15)
    if scene.plan.technology is Technology.UNKNOWN and far >= MAYBE_SATELLITE_MS[0]:
        belief = UNSURE
    text = f"The nearest far place answers after {far:.0f} ms (up to {limit:.0f} ms is normal)."
    return Grade(belief, text, far, limit)


@sign("packets-overtake", "Packets overtake each other or arrive twice.", reads=Anchors, unit="%",
      leak=0.0005)  # fmt: skip
def packets_overtake(scene: Scene) -> Grade:
    far, near = scene.far, scene.near
    if isinstance(far, Unmeasured) or far.received < _FEWEST:
        return unknown("Too few echoes to far places to tell.")
    odd = far.reordered + far.duplicates
    if not isinstance(near, Unmeasured) and near.reordered + near.duplicates > odd / 2:
        return unknown("Replies of the home network are out of order as well.")
    share = 100 * odd / far.received
    text = f"{share:.0f} % of the replies came out of order or twice."
    return Grade(above(share, 4, 0.25, far.received), text, share, 4.0)
