"""DNS asked of each resolver by itself: cached, uncached and non-existent names."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from diagnostics.private import Address, HostName, Plain
from diagnostics.readings.addressing import ResolverRole
from diagnostics.result import Reading, Unmeasured


class QuerySet(msgspec.Struct, frozen=True, kw_only=True):
    """Queries of one kind to one resolver. Delays over answered ones."""

    sent: int
    answered: int  # any DNS answer, also SERVFAIL
    succeeded: int  # NOERROR with an address (for absent names: NXDOMAIN)
    rtt_median_ms: float | Unmeasured
    rtt_max_ms: float | Unmeasured
    rcodes: tuple[Plain, ...]


class ResolverReading(msgspec.Struct, frozen=True, kw_only=True):
    address: Address
    role: ResolverRole
    in_use: bool  # the system is configured to ask it
    over: Plain  # "udp" or "tcp"
    cached: QuerySet
    uncached: QuerySet
    absent: QuerySet
    #: addresses given for names that do not exist; empty is right
    absent_answers: tuple[Address, ...]
    #: echoes say that the machine itself can be reached
    host_reachable: bool | Unmeasured
    loss_percent_to_host: float | Unmeasured


class SystemLookup(msgspec.Struct, frozen=True, kw_only=True):
    name: HostName
    addresses: tuple[Address, ...]
    took_ms: float | Unmeasured
    error: Plain | Unmeasured


class Names(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "names"
    system: tuple[SystemLookup, ...]
    resolvers: tuple[ResolverReading, ...]
