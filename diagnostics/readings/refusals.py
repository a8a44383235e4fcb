"""Connections that failed, tried once more to see who refuses them."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address
from diagnostics.result import Reading, Unmeasured


class KnockEnd(StrEnum):
    CONNECTED = "connected"
    REFUSED = "refused"  # TCP reset
    PROHIBITED = "prohibited"  # the system, or an ICMP message, says that it is forbidden
    UNREACHABLE = "unreachable"
    SILENT = "silent"


class Knocked(msgspec.Struct, frozen=True, kw_only=True):
    """One connection, tried with the usual hop limit and with limits of 1 to 3.

    `refused_at`: limits with which the refusal comes all the same: 1 means this computer, 2 the
    router. `expired_at`: limits at which a router said that the question expired there, so that
    all before it let it pass; Unmeasured where the system does not hand out such messages.
    """

    address: Address
    port: int
    end: KnockEnd
    took_ms: float
    said_by: Address | Unmeasured
    refused_at: tuple[int, ...]
    expired_at: tuple[int, ...] | Unmeasured


class Refusals(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "refusals"
    knocks: tuple[Knocked, ...]
    #: this computer refuses to send even a datagram to a far place
    datagrams_forbidden: bool
