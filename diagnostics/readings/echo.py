"""Figures of a series of echoes to one place; shared by gateway, path, anchors and load."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from diagnostics.private import Address, FreeText
from diagnostics.result import Figures, Unmeasured


class EchoMethod(StrEnum):
    ICMP_KERNEL = "icmp-kernel"  # datagram ICMP, kernel time stamps
    ICMP = "icmp"  # datagram ICMP, stamps in user space
    PING = "ping-command"
    TCP_CONNECT = "tcp-connect"
    UDP_TTL = "udp-ttl"  # time exceeded / port unreachable from the hop itself


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """One echo. `rtt_ms` is Unmeasured(no_answer) when it was lost."""

    sent_s: float  # seconds since the check began, the same for all its series
    rtt_ms: float | Unmeasured


class EchoSeries(Figures, frozen=True, kw_only=True):
    """A series to one address. Percentiles are over answered echoes; loss over all sent.

    With no answer at all every rtt figure is Unmeasured(no_answer), and loss_percent is 100.
    jitter_ms is the mean absolute difference of successive delays (RFC 3550's D, unsmoothed).
    """

    target: Address
    method: EchoMethod
    sent: int
    received: int
    duplicates: int
    reordered: int
    loss_percent: float
    rtt_min_ms: float | Unmeasured
    rtt_median_ms: float | Unmeasured
    rtt_p90_ms: float | Unmeasured
    rtt_max_ms: float | Unmeasured
    jitter_ms: float | Unmeasured
    longest_gap_s: float  # longest stretch of consecutive losses, in seconds
    error: FreeText = ""  # ICMP error or local refusal that came instead, if any
    echoes: tuple[Echo, ...] = ()
