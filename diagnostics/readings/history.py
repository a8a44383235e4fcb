"""What earlier checks of the same connection found: figures only, so that a change can be seen."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from diagnostics.private import Address, Plain
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.result import Reading, Unmeasured
from diagnostics.verdict import Status


class FarDelay(msgspec.Struct, frozen=True, kw_only=True):
    """Least delay to one far place, ms."""

    address: Address
    rtt_min_ms: float


class EarlierCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One check. What went through a tunnel has no figures of the line.

    `down_bps`, `up_bps`: the fastest server's. `line_ms`: least delay to the provider's first hop.
    `hops`: the answering ones beyond the home towards `target`, outwards. `boot_id` and
    `connected_s` are the router's own word. `restarts_asked`: when a guide had it restarted.
    `repaired`: a step of a guide helped, and all was well afterwards.
    """

    at: Plain  # RFC 3339, UTC
    status: Status
    verdict: Plain
    causes: tuple[Plain, ...]
    over: InterfaceKind | Unmeasured
    down_bps: float | Unmeasured
    up_bps: float | Unmeasured
    line_ms: float | Unmeasured
    far: tuple[FarDelay, ...]
    target: Address | Unmeasured
    hops: tuple[Address, ...]
    boot_id: int | Unmeasured
    connected_s: float | Unmeasured
    restarts_asked: tuple[Plain, ...] = ()
    repaired: bool = False


class History(Reading, frozen=True, kw_only=True):
    """Complete checks behind the same router, by the same provider and plan, newest first.

    `at` is when it was read: ages count from there, so that the same Run is judged alike for ever.
    `repaired`: a repair step was done since this check began; that all is clean is its work then.
    """

    PROBE: ClassVar[str] = "history"
    at: Plain
    checks: tuple[EarlierCheck, ...]
    repaired: bool = False
