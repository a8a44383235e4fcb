"""One check: probes, signs and verdict together, from the first packet to the Run document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from diagnostics.events import Event
from diagnostics.evidence import Evidence
from diagnostics.platforms.base import Platform
from diagnostics.profile import Profile
from diagnostics.run import Depth, Run
from diagnostics.sign import Sign
from diagnostics.verdict import Verdict


class Judge(Protocol):
    """Readings to signs and verdict; pure, called several times a check (inference gives it)."""

    def __call__(
        self, evidence: Evidence, profile: Profile, /
    ) -> tuple[tuple[Sign, ...], Verdict]: ...


async def run_check(
    profile: Profile,
    platform: Platform,
    depth: Depth,
    complaint: str,
    on_event: Callable[[Event], None],
    judge: Judge,
) -> Run:
    """Check the connection and give the whole Run.

    Cancelling the task that awaits this does not lose the Run: it comes back within a second
    with `complete` false and the probes that did not finish as Unmeasured(cancelled).
    """
    raise NotImplementedError
