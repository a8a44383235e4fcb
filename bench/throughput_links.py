"""The lines of the throughput comparison, and what is true of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.line import PAYLOAD_SHARE, Way

Sender = Literal["cubic", "reno", "bbr"]
#: how the line changes while it is measured
Manner = Literal["steady", "step", "fading", "policer", "shared"]


@dataclass(frozen=True)
class Link:
    """Rates of IP packets; `down_sends`/`up_sends`: congestion control of who sends that way.

    step: 0.3 s after a transfer has begun, the rate falls (or rises) to `then` of itself.
    fading: every 100 ms another rate, evenly between half of it and all of it.
    policer: see the ways; what lasts is the policer's rate.
    shared: datagrams of somebody else take 20 %, in bursts of 200 ms.
    """

    name: str
    down: Way
    up: Way
    rtt_ms: float
    down_sends: Sender = "cubic"
    up_sends: Sender = "reno"
    manner: Manner = "steady"
    then: float = 1.0

    @property
    def constant(self) -> bool:
        """Whether the line carries the same at every moment."""
        return self.manner == "steady"

    @property
    def fast(self) -> bool:
        """Too fast for two of them at once on a small machine."""
        return max(self.down.rate_mbps, self.up.rate_mbps) > 100

    def true_bps(self, way: Way) -> float:
        """Payload that the line goes on to carry that way."""
        share = {"steady": 1.0, "step": self.then, "fading": 0.75, "policer": 1.0, "shared": 0.8}
        rate_mbps = way.police_mbps or way.rate_mbps * share[self.manner]
        return rate_mbps * 1e6 * (1 - way.loss) * PAYLOAD_SHARE


def _link(
    down: float,
    up: float,
    rtt_ms: float,
    queue_ms: float,
    loss: float = 0.0,
    sends: Sender = "cubic",
) -> Link:
    other: Sender = "bbr" if sends == "bbr" else "reno"
    lossy = f", {loss * 100:g} % loss" if loss else ""
    name = f"{down:g}/{up:g}, {rtt_ms:g} ms, queue {queue_ms:g} ms{lossy}, {sends}"
    return Link(name, Way(down, queue_ms, loss), Way(up, queue_ms, loss), rtt_ms, sends, other)


def _varying(name: str, manner: Manner, down: Way, up: Way, **more: float) -> Link:
    return Link(name, down, up, more.get("rtt_ms", 20), manner=manner, then=more.get("then", 1.0))


LINKS = (
    _link(1, 1, 40, 200),
    _link(5, 1, 30, 1000),
    _link(10, 2, 20, 100, sends="bbr"),
    _link(16, 1, 25, 300),
    _link(25, 5, 50, 50, sends="reno"),
    _link(50, 10, 20, 20),
    _link(50, 10, 2, 100),
    _link(100, 20, 20, 100),
    _link(100, 20, 20, 100, sends="bbr"),
    _link(100, 20, 20, 50, 0.001),
    _link(100, 40, 100, 100),
    _link(30, 10, 20, 50, 0.01),
    _link(100, 20, 40, 50, 0.01, sends="bbr"),
    _link(150, 15, 50, 30, 0.0001),
    _link(50, 5, 600, 300),
    _link(20, 3, 600, 1000, sends="bbr"),
    _link(200, 50, 10, 50),
    _link(250, 25, 12, 1000),
    _link(300, 50, 10, 100, sends="bbr"),
    _link(500, 100, 5, 50),
    _link(1000, 200, 2, 20, sends="bbr"),
    _link(1000, 500, 5, 50),
    _varying("100/20 that falls to 40 %", "step", Way(100), Way(20), then=0.4),
    _varying("40/10 that rises to 250 %", "step", Way(40), Way(10), then=2.5),
    _varying("80/40 WiFi that fades", "fading", Way(80), Way(40)),
    _varying("40/20 WiFi that fades, 40 ms", "fading", Way(40), Way(20), rtt_ms=40),
    _varying(
        "100/50, policed to 20/10 after 3 and 1.5 MB",
        "policer",
        Way(100, 50, 0, 20, 3e6),
        Way(50, 50, 0, 10, 1.5e6),
    ),
    _varying(
        "50/20, policed to 25/5 after 1 and 0.5 MB",
        "policer",
        Way(50, 50, 0, 25, 1e6),
        Way(20, 50, 0, 5, 5e5),
    ),
    _varying("100/20, 20 % of others", "shared", Way(100), Way(20)),
    _varying("20/5, 20 % of others", "shared", Way(20), Way(5), rtt_ms=30),
)
