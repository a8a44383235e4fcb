"""What a throughput test is told and what it found."""

from collections.abc import Callable
from typing import Literal

import msgspec

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.source import ANY, Family, Source

Kind = Literal["http", "librespeed", "cloudflare", "ndt7", "ookla"]
Direction = Literal["down", "up"]
Confidence = Literal["low", "medium", "high"]
Stop = Literal["stable", "varying", "unclear", "budget", "deadline", "server_closed"]
CountedBy = Literal["segments", "in_order", "received", "confirmed"]


class SpeedServer(msgspec.Struct, frozen=True):
    """Where to measure.

    kind "http": `download_url` is fetched with ?bytes=N, `upload_url` takes a
    POST.  kind "librespeed": `url` is the backend folder (garbage.php,
    empty.php).  kind "cloudflare": `url` is https://host (/__down, /__up).
    kind "ndt7": `url` is https://host (or wss://), or both ways' whole addresses
    stand in `download_url` and `upload_url`.  kind "ookla": `url` as in the
    public list, http://host:8080/speedtest/upload.php.
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


Counter = Callable[[], InterfaceBytes]
Hold = Callable[[], bool]
Told = Callable[[float], None]


class TransferPlan(msgspec.Struct, frozen=True):
    """Limits.

    `connections` 0: four, more on long paths.  `precision`: relative half width
    of the 95 % interval at which it may stop.  `min_duration_s` from the first
    byte on: raise it to have time for delay under load.  A line on which that would
    move more than `allowance_bytes` (0: no limit) is watched for less, though not
    for less than `shortest_s`.  The budget does not end it within `budget_s` from the
    first byte on, so that a very fast line has a figure.  `expected_bps`: what is sold; a rate well
    above it may be a burst that is throttled later, so it is watched for longer.  `hold`
    says at any moment whether something else that needs the load is not finished
    yet, a queue that still grows, say; it is heard for at most `most_duration_s`
    from the first byte on.  `told` hears the present rate, bits a second, again and
    again.  `addresses`: connects there instead of looking the host up, to the first
    one that answers; `verify` false takes any certificate (the bytes are worth
    nothing to anybody).
    """

    connections: int = 0
    deadline_s: float = 12.0
    budget_bytes: int = 150_000_000
    budget_s: float = 0.75
    expected_bps: float = 0.0
    precision: float = 0.01
    min_duration_s: float = 0.4
    shortest_s: float = 0.4
    allowance_bytes: int = 0
    most_duration_s: float = 0.0
    hold: Hold | None = None
    told: Told | None = None
    connect_timeout_s: float = 4.0
    family: Family = "any"
    addresses: tuple[str, ...] = ()
    source: Source = ANY
    verify: bool = True
    command: StreamCommand | None = None


class Sample(msgspec.Struct, frozen=True):
    """Payload bytes moved since the start of the test, summed over connections.

    `rtt_ms`: round trip of the connections then, 0 where the kernel does not tell.
    """

    at_s: float
    bytes: int
    rtt_ms: float = 0.0


class Throughput(msgspec.Struct, frozen=True):
    """What the line carried.

    `rate_bps`: payload bits a second without the start phase, as every speed
    test shows it; `low_bps`/`high_bps` its 95 % interval; `ip_rate_bps`: the
    same on the IP layer (headers included), to compare with a line's rate.
    `started_at_s` is on the event loop's clock; samples count from there, and
    `steady_from_s` is when the line was full.  `base_rtt_ms`: smallest delay of
    the connections (TCP's own, or that of connecting).  `cpu_share`: of one core, by this process.
    `starved`: the own computer was too busy for the figure to be the line's.
    `cross_traffic_bps`: what other programs of this computer moved over the
    interface meanwhile, None without counter.
    """

    direction: Direction
    server: str
    address: str
    rate_bps: float
    low_bps: float
    high_bps: float
    ip_rate_bps: float
    confidence: Confidence
    bytes: int
    duration_s: float
    steady_from_s: float
    connections: int
    connections_failed: int
    started_at_s: float
    base_rtt_ms: float | None
    cpu_share: float
    starved: bool
    congestion_control: str
    retransmitted_ratio: float | None
    cross_traffic_bps: float | None
    counted_by: CountedBy
    stopped_by: Stop
    samples: tuple[Sample, ...]
