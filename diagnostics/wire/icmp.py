"""ICMP echo without root: delay, loss, duplicates and who complained."""

from typing import Literal

import msgspec

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.source import ANY, Source

Method = Literal["icmp", "ping_command", "tcp_connect"]


class Echo(msgspec.Struct, frozen=True, tag="echo"):
    """One answered probe. `kernel_stamped`: both times were taken in the kernel."""

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
    """

    seq: int
    sent_at_s: float
    by: str
    kind: str
    icmp_type: int
    icmp_code: int


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
    def sent(self) -> int: ...

    @property
    def received(self) -> int: ...

    @property
    def lost(self) -> int:
        """Probes without an echo, complaints included."""
        ...

    @property
    def loss_ratio(self) -> float:
        """0..1; 0 sent counts as 0.0 - test `sent` first."""
        ...

    @property
    def rtts_ms(self) -> tuple[float, ...]: ...

    @property
    def jitter_ms(self) -> float | None:
        """Mean difference of successive delays; None below two echoes."""
        ...

    @property
    def complaints(self) -> tuple[Complaint, ...]: ...


class EchoPlan(msgspec.Struct, frozen=True):
    """How to probe. `size` is the ICMP payload in bytes (56 as ping sends)."""

    count: int = 10
    interval_s: float = 0.05
    timeout_s: float = 1.0
    size: int = 56
    source: Source = ANY
    ttl: int = 64
    tcp_port: int = 443


async def ping(
    target: str, plan: EchoPlan, command: StreamCommand | None = None
) -> EchoSeries:
    """Ping one literal address; no root.

    Unprivileged ICMP first; where the system forbids it a long-running `ping`
    through `command`, without one TCP connects to `plan.tcp_port`.  Lost probes
    and complaints are part of the result; raises NotPermitted, NotSupported or
    Unreachable only when not one probe could be sent.
    """
    raise NotImplementedError
