"""Throughput: parallel connections, stopped as soon as the figure stands."""

import ssl
from collections.abc import Callable
from typing import Literal

import msgspec

from diagnostics.wire.source import ANY, Source

Kind = Literal["http", "librespeed", "cloudflare"]
Direction = Literal["down", "up"]
Confidence = Literal["low", "medium", "high"]
Stop = Literal["stable", "budget", "deadline", "server_closed", "cancelled"]


class SpeedServer(msgspec.Struct, frozen=True):
    """Where to measure.

    kind "http": `download_url` is fetched with ?bytes=N, `upload_url` takes a
    POST.  kind "librespeed": `url` is the backend folder (garbage.php,
    empty.php).  kind "cloudflare": `url` is https://host (/__down, /__up).
    """

    kind: Kind
    url: str = ""
    download_url: str = ""
    upload_url: str = ""
    where: Literal["isp", "outside"] = "outside"


class InterfaceBytes(msgspec.Struct, frozen=True):
    """Counter of the interface in use, bytes since it came up."""

    received: int
    sent: int


class TransferPlan(msgspec.Struct, frozen=True):
    """Limits. `precision` is the relative half width at which it may stop."""

    connections: int = 4
    deadline_s: float = 12.0
    budget_bytes: int = 60_000_000
    precision: float = 0.01
    min_duration_s: float = 0.5
    family: Literal["any", "ipv4", "ipv6"] = "any"
    address: str = ""
    source: Source = ANY
    verify: bool = True


class Sample(msgspec.Struct, frozen=True):
    """Amount moved since the start of the test, summed over connections."""

    at_s: float
    bytes: int


class Throughput(msgspec.Struct, frozen=True):
    """What the line carried.

    `rate_bps`: payload bits a second without the start phase, as every speed
    test shows it; `low_bps`/`high_bps` its 95 % interval; `ip_rate_bps`: the
    same on the IP layer (headers included), to compare with a line's rate.
    `started_at_s` is on the event loop's clock; samples count from there.
    `base_rtt_ms`: smallest delay of the connections (TCP's own).
    `starved`: the own computer was too busy for the figure to be the line's.
    """

    direction: Direction
    server: str
    rate_bps: float
    low_bps: float
    high_bps: float
    ip_rate_bps: float
    confidence: Confidence
    bytes: int
    duration_s: float
    steady_s: float
    connections: int
    connections_failed: int
    started_at_s: float
    base_rtt_ms: float | None
    cpu_share: float
    starved: bool
    congestion_control: str
    retransmitted_ratio: float | None
    counted_by: Literal["received", "acknowledged", "server", "sent", "interface"]
    stopped_by: Stop
    samples: tuple[Sample, ...]


async def measure(
    direction: Direction,
    server: SpeedServer,
    plan: TransferPlan | None = None,
    counter: Callable[[], InterfaceBytes] | None = None,
    context: ssl.SSLContext | None = None,
) -> Throughput:
    """Measure one direction against one server.

    Raises what `http.get` raises when not one connection could be used, and
    TimedOut when nothing moved before the deadline.
    """
    raise NotImplementedError
