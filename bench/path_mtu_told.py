"""What both sides tell of a path's MTU."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from bench.harness import BenchError
from bench.path_mtu_once import Told
from diagnostics.wire.pmtu import State

_PMTU = re.compile(r"pmtu (\d+)")
_SAYS: dict[State, str] = {
    "full": "packets of full size pass",
    "reported": "a router named it",
    "black_hole": "larger ones vanish",
    "unclear": "cannot tell",
}


@dataclass(frozen=True)
class MtuTold:
    """`mtu` in bytes. `took_s`, `cpu_s`: None where they have to be taken from outside."""

    mtu: int
    says: str
    took_s: float | None = None
    cpu_s: float | None = None


def of_ours(text: str) -> MtuTold:
    """What `bench.path_mtu_once` prints."""
    told = msgspec.json.decode(text, type=Told)
    return MtuTold(told.found.largest, _SAYS[told.found.state], told.took_s, told.cpu_s)


def of_tracepath(text: str) -> MtuTold:
    """The last figure that it names, and whether it got there; BenchError when it names none."""
    named = _PMTU.findall(text)
    if not named:
        raise BenchError(f"tracepath named no MTU: {text.strip()[-200:]!r}")
    silent = text.count("no reply")
    says = "reached" if "reached" in text else f"not reached, {silent} hops silent"
    return MtuTold(int(named[-1]), says)
