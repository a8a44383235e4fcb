"""What a running check tells while it runs; the agent passes these on to window and terminal."""

from __future__ import annotations

import msgspec

from diagnostics.result import Measured, Reading, Unmeasured
from diagnostics.sign import Sign
from diagnostics.verdict import Verdict


class ProbeStarted(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="started"):
    probe: str
    at_s: float  # since the check began


class ProbeProgress(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="progress"):
    """`fraction` 0..1 of this probe; `word` for the log."""

    probe: str
    fraction: float
    word: str


class ProbeEnded(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="ended"):
    """Sent again with the final reading when a probe adds to it at the end of the check."""

    probe: str
    at_s: float
    outcome: Measured[Reading] | Unmeasured


class VerdictSoFar(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="verdict"):
    """The verdict as the evidence stands now; `final` for the last one."""

    at_s: float
    signs: tuple[Sign, ...]
    verdict: Verdict
    final: bool = False


Event = ProbeStarted | ProbeProgress | ProbeEnded | VerdictSoFar
