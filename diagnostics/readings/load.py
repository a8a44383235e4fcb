"""Traffic: what others use now, how fast the line is, and what load does to delay."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address, DeviceName, FreeText, Plain, Url
from diagnostics.result import NOT_RUN, Figures, Reading, Unmeasured


class CrossTraffic(Reading, frozen=True, kw_only=True):
    """This computer's own counters before any load of ours, over `window_s`."""

    PROBE: ClassVar[str] = "cross-traffic"
    window_s: float
    down_bps: float
    up_bps: float
    #: program with the most connections or bytes, where the system tells
    busiest_program: DeviceName | Unmeasured


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Where(StrEnum):
    ISP = "isp"
    OUTSIDE = "outside"


class SpeedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """Throughput of payload in one direction against one server (bits per second)."""

    server: Url
    where: Where
    rate_bps: float
    low_bps: float
    high_bps: float
    confidence: Confidence
    amount_bytes: int
    duration_s: float
    connections: int
    stopped_by: Plain
    starved: bool  # our own processor was the limit
    #: what else moved over this computer's interface meanwhile, that way
    cross_traffic_bps: float | Unmeasured = NOT_RUN
    samples_bps: tuple[float, ...] = ()


class PlaceKind(StrEnum):
    GATEWAY = "gateway"
    EDGE = "edge"
    ANCHOR = "anchor"


class DelayPhase(Figures, frozen=True, kw_only=True):
    """Delay at one place during one phase; percentiles over answered probes."""

    sent: int
    received: int
    rtt_median_ms: float | Unmeasured
    rtt_p90_ms: float | Unmeasured


class DelayAtPlace(msgspec.Struct, frozen=True, kw_only=True):
    place: PlaceKind
    address: Address
    idle: DelayPhase
    down: DelayPhase | Unmeasured
    up: DelayPhase | Unmeasured


class Responsiveness(Figures, frozen=True, kw_only=True):
    """Round trips a minute while one way is full (draft-ietf-ippm-responsiveness).

    `foreign_ms`: mean of connecting, TLS and a small answer on connections of their own;
    `self_ms`: round trip of the load's connections.
    """

    rpm: float
    confidence: Confidence
    foreign_ms: float
    self_ms: float
    probes: int


class Throughput(Reading, frozen=True, kw_only=True):
    """Both directions with delay at gateway, edge and anchor at once, idle and loaded.

    `down` and `up` hold one figure a server tried, best evidence first.
    """

    PROBE: ClassVar[str] = "throughput"
    down: tuple[SpeedFigure, ...]
    up: tuple[SpeedFigure, ...]
    delays: tuple[DelayAtPlace, ...]
    down_failed: FreeText | Unmeasured
    up_failed: FreeText | Unmeasured
    cpu_busiest_core_percent: float | Unmeasured
    down_responsiveness: Responsiveness | Unmeasured = NOT_RUN
    up_responsiveness: Responsiveness | Unmeasured = NOT_RUN
