"""The largest packet that gets through, and whether the path says so."""

from typing import Literal

import msgspec

from diagnostics.wire.source import ANY, Source


class PathMtu(msgspec.Struct, frozen=True):
    """All sizes are whole IP packets in bytes.

    `state`: "full" the interface's size passes; "reported" a router (or the own
    interface) said "too big" and the rest agrees; "black_hole" big packets
    vanish without a word; "unclear" the path loses too much to tell, or the
    target does not answer at all.
    `largest` is the largest size seen to pass (0: none).  `reported_by` ""
    unless state is "reported".  `small_sent`/`small_lost` and
    `big_sent`/`big_lost` are the cross-check against plain loss.
    """

    target: str
    state: Literal["full", "reported", "black_hole", "unclear"]
    largest: int
    interface_mtu: int
    reported_mtu: int | None
    reported_by: str
    small_sent: int
    small_lost: int
    big_sent: int
    big_lost: int
    method: Literal["icmp", "udp"]


class PmtuPlan(msgspec.Struct, frozen=True):
    """`full_size`: size to try first; 0 takes the interface's."""

    full_size: int = 0
    timeout_s: float = 0.8
    repeats: int = 3
    deadline_s: float = 6.0
    source: Source = ANY


async def path_mtu(target: str, plan: PmtuPlan | None = None) -> PathMtu:
    """Find the path MTU to a literal address that answers ping, without root.

    Raises NotPermitted, NotSupported, Unreachable.
    """
    raise NotImplementedError
