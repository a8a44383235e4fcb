"""The verdict: what is wrong, where, how sure, on what evidence; or that it cannot be told."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Status(StrEnum):
    HEALTHY = "healthy"
    PROBLEM = "problem"
    CANNOT_TELL = "cannot_tell"


class Segment(StrEnum):
    """Where a fault sits, from the person outwards."""

    DEVICE = "device"
    WIFI = "wifi"
    LAN = "lan"
    ROUTER = "router"
    ACCESS = "access"
    ISP = "isp"
    BEYOND = "beyond"
    SERVICE = "service"


class SegmentState(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """State of each stretch of the path picture. Unknown is a state, never drawn as good."""

    device: SegmentState = SegmentState.UNKNOWN
    wifi: SegmentState = SegmentState.UNKNOWN
    lan: SegmentState = SegmentState.UNKNOWN
    router: SegmentState = SegmentState.UNKNOWN
    access: SegmentState = SegmentState.UNKNOWN
    isp: SegmentState = SegmentState.UNKNOWN
    beyond: SegmentState = SegmentState.UNKNOWN
    service: SegmentState = SegmentState.UNKNOWN


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A cause with its probability (0..1, as told: see sureness.py) and the ids of the signs for
    and against it.
    """

    id: str
    segment: Segment
    probability: float
    evidence: tuple[str, ...]
    against: tuple[str, ...]
    guide: str


class Decider(msgspec.Struct, frozen=True, kw_only=True):
    """What would change the verdict's mind: an open test or question and how much it would tell.

    `text` is the question in plain words; empty for a test.
    """

    kind: str  # "test", "question" or "consent"
    id: str  # probe id, sign id, or what the system wants to be allowed
    gain_bits: float
    minutes: float
    text: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the first cause's id, or normal-for-plan, not-reproducible, cannot-tell.

    `causes` holds what is asserted, likeliest first (empty when healthy); rivals that were not
    asserted go to `considered`. `notes` are cause ids worth mentioning that explain no complaint.
    """

    status: Status
    id: str
    headline: str
    causes: tuple[Finding, ...] = ()
    considered: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    segments: Segments = Segments()
    deciders: tuple[Decider, ...] = ()
    missing: tuple[str, ...] = ()  # probe ids without a reading that would have mattered
