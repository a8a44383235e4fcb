"""Where packets get lost: to the router, on the line, past the provider's edge.

All places are echoed at the same time, so each stretch is judged by what it loses beyond the
stretch before it. A place that loses more than what lies behind it is only busy or shy of ping.
"""

from __future__ import annotations

from diagnostics.belief import (
    SURE,
    UNSURE,
    Count,
    above,
    below,
    extra_loss_belief,
    loss_belief,
    temper,
)
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.home import Gateway, LanHosts
from diagnostics.readings.path import Anchors, Path
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import SHORT_OF_SESSIONS, THROUGH_TUNNEL, Scene
from diagnostics.series import scattered
from diagnostics.signbook import PRESENT_FROM, Grade, sign, unknown
from diagnostics.signs.delay import delay_to_gateway, jitter_to_gateway
from diagnostics.signs.pooling import edge_count, far_count, line_count, near_count
from diagnostics.thresholds import (
    WIFI_GATEWAY_MS,
    WIFI_GATEWAY_SPREAD_MS,
    WIFI_LOSS,
    WIRE_GATEWAY_MS,
    WIRE_GATEWAY_SPREAD_MS,
    WIRE_LOSS,
    range_of,
)

#: fewer echoes than this decide nothing about loss
FEWEST = 5


def _home_loss(scene: Scene) -> tuple[float, float]:
    return WIFI_LOSS if scene.on_wifi is True else WIRE_LOSS


def _line_loss(scene: Scene) -> tuple[float, float]:
    tolerable = range_of(scene.plan).loss
    return (tolerable, max(0.01, tolerable * 2))


def _percent(count: Count) -> float:
    return 100 * count.rate


def _told(where: str, count: Count) -> str:
    return f"{count.lost} of {count.sent} packets {where} were lost ({_percent(count):.1f} %)."


@sign("loss-to-gateway", "Packets get lost between this computer and the router.", reads=Gateway,
      unit="%", leak=0.002)  # fmt: skip
def loss_to_gateway(scene: Scene) -> Grade:
    gateway = scene.evidence.value(Gateway)
    if isinstance(gateway, Unmeasured) or isinstance(gateway.echoes, Unmeasured):
        return unknown("The router was not echoed.")
    near = near_count(scene)
    # over the air another device of the home is reached by the same hop
    shy = gateway.echoes.received == 0 and scene.on_wifi is not True
    if shy or isinstance(near, Unmeasured) or near.sent < FEWEST:
        return unknown("The router does not answer echoes, which says nothing about loss.")
    tolerable, faulty = _home_loss(scene)
    belief = loss_belief(near, tolerable, faulty)
    far = far_count(scene)
    if not isinstance(far, Unmeasured):
        if extra_loss_belief(far, near, tolerable, faulty) > 0.9:
            return unknown("The router leaves echoes unanswered, yet passes packets on.")
        # what reaches the internet through the router unharmed was not lost on the way to it
        belief = min(belief, loss_belief(far, tolerable, faulty))
    return Grade(belief, _told("to the router", near), _percent(near), 100 * faulty)


def _best_host(scene: Scene) -> EchoSeries | Unmeasured:
    """The best other host of the home: sleepers lose echoes, so the best one speaks."""
    gateway = scene.evidence.value(Gateway)
    own = "" if isinstance(gateway, Unmeasured) else gateway.address
    alive = [one for one in scene.lan_series if one.received >= FEWEST and one.target != own]
    if not alive:
        return Unmeasured(Reason.NO_ANSWER, "no other device of the home answers echoes")
    return min(alive, key=lambda series: series.loss_percent)


@sign("loss-to-home-hosts", "Packets to other devices of the home get lost.", reads=LanHosts,
      unit="%", leak=0.01)  # fmt: skip
def loss_to_home_hosts(scene: Scene) -> Grade:
    host = _best_host(scene)
    if isinstance(host, Unmeasured):
        return unknown("No other device of the home answers echoes.")
    count = scattered(host)
    tolerable, faulty = _home_loss(scene)
    belief = loss_belief(count, tolerable, faulty)
    return Grade(belief, _told("to another device of the home", count), _percent(count))


def _as_lossy(scene: Scene, host: Count) -> float:
    """That the way to the host loses at the gateway's rate rather than a tolerable one."""
    gateway = near_count(scene)
    tolerable, _ = _home_loss(scene)
    if isinstance(gateway, Unmeasured) or gateway.rate <= 2 * tolerable:
        return 1 - SURE
    return loss_belief(host, tolerable, gateway.rate, gateway.rate)


@sign("home-hosts-clean", "The way to other devices of the home is clean.", reads=LanHosts,
      leak=0.3)  # fmt: skip
def home_hosts_clean(scene: Scene) -> Grade:
    host = _best_host(scene)
    if isinstance(host, Unmeasured) or isinstance(host.rtt_median_ms, Unmeasured):
        return unknown("No other device of the home answers echoes.")
    lossy = max(loss_to_home_hosts(scene).belief, _as_lossy(scene, scattered(host)))
    wifi = scene.on_wifi is True
    limit = WIFI_GATEWAY_MS if wifi else WIRE_GATEWAY_MS
    slow = above(host.rtt_median_ms, limit, 0.2, host.received)
    spread = host.rtt_p90_ms
    if not isinstance(spread, Unmeasured):
        wander_limit = WIFI_GATEWAY_SPREAD_MS if wifi else WIRE_GATEWAY_SPREAD_MS
        slow = max(slow, above(max(spread, 0.01), limit + wander_limit, 0.2, host.received))
    text = f"Another device of the home answers after {host.rtt_median_ms:.1f} ms, "
    text += f"{host.sent - host.received} of {host.sent} echoes were lost."
    belief = min(1 - lossy, 1 - slow)
    quicker = _far_quicker(scene, host)
    if quicker is not UNSURE:
        # the router's own trouble is delay: a few echoes show that the host has none of it
        belief = min(max(1 - lossy, quicker if lossy < UNSURE else 0.0), 1 - slow, quicker)
    return Grade(belief, text, host.rtt_median_ms, limit)


def _far_quicker(scene: Scene, host: EchoSeries) -> float:
    """That the host's slow tenth is far under the router's median, where the router is slow."""
    near = scene.near
    if isinstance(near, Unmeasured) or near.target == host.target:
        return UNSURE
    troubled = max(delay_to_gateway(scene).belief, jitter_to_gateway(scene).belief)
    if troubled < PRESENT_FROM or isinstance(near.rtt_median_ms, Unmeasured):
        return UNSURE
    if isinstance(host.rtt_p90_ms, Unmeasured):
        return UNSURE
    return below(max(host.rtt_p90_ms, 0.05), near.rtt_median_ms / 2, 0.2, host.received)


@sign("home-hosts-quicker", "Other devices of the home answer far sooner than the router.",
      reads=LanHosts, unit="ms", leak=0.01)  # fmt: skip
def home_hosts_quicker(scene: Scene) -> Grade:
    """The same WiFi or cable leads to both, so that the delay is made by the router itself."""
    host = _best_host(scene)
    if isinstance(host, Unmeasured) or isinstance(scene.near, Unmeasured):
        return unknown("No other device of the home, or not the router, answers echoes.")
    quicker = _far_quicker(scene, host)
    slow_ms, usual_ms = host.rtt_p90_ms, scene.near.rtt_median_ms
    if quicker == UNSURE or isinstance(slow_ms, Unmeasured) or isinstance(usual_ms, Unmeasured):
        return unknown("The router is not late.")
    text = f"Another device of the home answers within {slow_ms:.0f} ms, "
    text += f"the router after {usual_ms:.0f} ms."
    return Grade(quicker, text, slow_ms, usual_ms / 2)


@sign("loss-to-internet", "Packets to every far place get lost.", reads=Anchors, unit="%",
      leak=0.004)  # fmt: skip
def loss_to_internet(scene: Scene) -> Grade:
    if scene.sessions_short:
        return unknown(SHORT_OF_SESSIONS)
    count = far_count(scene)
    if isinstance(count, Unmeasured):
        return unknown("No far place answers echoes, which says nothing about loss.")
    if count.sent < FEWEST:
        return unknown("Too few echoes to far places to tell.")
    tolerable, faulty = _line_loss(scene)
    belief = loss_belief(count, tolerable, faulty)
    return Grade(belief, _told("to far places", count), _percent(count), 100 * faulty)


@sign("loss-past-gateway", "Packets get lost behind the router.", reads=Anchors, unit="%",
      leak=0.003)  # fmt: skip
def loss_past_gateway(scene: Scene) -> Grade:
    if scene.sessions_short:
        return unknown(SHORT_OF_SESSIONS)
    near, far = near_count(scene), far_count(scene)
    if isinstance(near, Unmeasured):
        return unknown("Nothing in the home answers echoes, so where loss begins cannot be told.")
    if isinstance(far, Unmeasured):
        return unknown("No far place answers echoes.")
    tolerable, faulty = _line_loss(scene)
    belief = extra_loss_belief(near, far, tolerable, faulty)
    return Grade(belief, _told("beyond the router", far), _percent(far), 100 * faulty)


@sign("loss-on-line", "Loss begins at the provider's first hop and stays.", reads=Path, unit="%",
      leak=0.0015)  # fmt: skip
def loss_on_line(scene: Scene) -> Grade:
    if scene.sessions_short:
        return unknown(SHORT_OF_SESSIONS)
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    near, edge, line = near_count(scene), edge_count(scene), line_count(scene)
    if isinstance(edge, Unmeasured) or isinstance(near, Unmeasured) or isinstance(line, Unmeasured):
        return unknown("The provider's first hop or the router does not answer echoes.")
    if edge.sent < FEWEST:
        return unknown("Too few echoes to the provider's first hop to tell.")
    tolerable, faulty = _line_loss(scene)
    belief = extra_loss_belief(near, line, tolerable, faulty)
    return Grade(belief, _told("over the line", line), _percent(line), 100 * faulty)


@sign("loss-past-edge", "Loss begins behind the provider's first hop.", reads=Anchors, unit="%",
      leak=0.004)  # fmt: skip
def loss_past_edge(scene: Scene) -> Grade:
    if scene.sessions_short:
        return unknown(SHORT_OF_SESSIONS)
    edge, far = edge_count(scene), far_count(scene)
    if isinstance(edge, Unmeasured) or isinstance(far, Unmeasured):
        return unknown("The provider's first hop or the far places do not answer echoes.")
    if edge.sent < FEWEST or far.sent < FEWEST:
        return unknown("Too few echoes to tell.")
    tolerable, faulty = _line_loss(scene)
    # bursts make counts of two places differ by more than single losses would
    belief = temper(extra_loss_belief(edge, far, tolerable, faulty), 0.7)
    text = _told("to far places", far)
    return Grade(belief, text, _percent(far), 100 * faulty)
