"""Echo series: what pinging one target showed."""

import itertools
from statistics import fmean
from typing import Literal

import msgspec

from diagnostics.wire.source import ANY, Source

Method = Literal["icmp", "ping_command", "tcp_connect", "udp_ttl"]


class Echo(msgspec.Struct, frozen=True, tag="echo"):
    """One answered probe.

    `kernel_stamped`: sending and receiving were both stamped by the kernel.
    `late`: came after the time limit (counts as lost in the figures).
    `ttl` of the answer, 0 when unknown.  `sent_at_s` is the event loop's clock.
    """

    seq: int
    sent_at_s: float
    rtt_ms: float
    ttl: int
    kernel_stamped: bool
    late: bool = False


class Lost(msgspec.Struct, frozen=True, tag="lost"):
    """No answer within the time limit."""

    seq: int
    sent_at_s: float


class Complaint(msgspec.Struct, frozen=True, tag="complaint"):
    """A router, or the own machine (`by` == ""), said that the probe could not pass.

    `kind`: "net_unreachable", "host_unreachable", "port_unreachable",
    "prohibited", "too_big", "ttl_exceeded", "not_permitted", "other".
    `rtt_ms`: how long the complaint took.  `mtu` only with "too_big".
    """

    seq: int
    sent_at_s: float
    by: str
    kind: str
    icmp_type: int
    icmp_code: int
    rtt_ms: float
    mtu: int | None = None


Probe = Echo | Lost | Complaint


class EchoSeries(msgspec.Struct, frozen=True):
    """Everything one series of probes to one target showed, in order of sending."""

    target: str
    method: Method
    size: int
    interval_s: float
    probes: tuple[Probe, ...]
    duplicates: int
    out_of_order: int

    @property
    def echoes(self) -> tuple[Echo, ...]:
        """Those answered in time."""
        return tuple(p for p in self.probes if isinstance(p, Echo) and not p.late)

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        return tuple(p for p in self.probes if isinstance(p, Complaint))

    @property
    def sent(self) -> int:
        return len(self.probes)

    @property
    def received(self) -> int:
        return len(self.echoes)

    @property
    def lost(self) -> int:
        """Probes without an echo in time, complaints included."""
        return self.sent - self.received

    @property
    def loss_ratio(self) -> float:
        """0..1; 1.0 when nothing was sent."""
        return self.lost / self.sent if self.probes else 1.0

    @property
    def rtts_ms(self) -> tuple[float, ...]:
        return tuple(p.rtt_ms for p in self.echoes)

    @property
    def jitter_ms(self) -> float | None:
        """Mean difference of successive delays; None below two echoes."""
        rtts = self.rtts_ms
        if len(rtts) < 2:
            return None
        return fmean(abs(b - a) for a, b in itertools.pairwise(rtts))

    @property
    def kernel_stamped(self) -> bool:
        """All delays rest on the kernel's own time stamps."""
        return bool(self.echoes) and all(p.kernel_stamped for p in self.echoes)


class EchoPlan(msgspec.Struct, frozen=True):
    """How to probe. `size` is the ICMP payload in bytes (56 as ping sends).

    A low `ttl` asks the router at that distance: its "ttl_exceeded" complaint
    carries the delay.  `tcp_port` serves where no ICMP can be sent.
    """

    count: int = 10
    interval_s: float = 0.05
    timeout_s: float = 1.0
    size: int = 56
    source: Source = ANY
    ttl: int = 64
    tcp_port: int = 443
