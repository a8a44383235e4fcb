"""What is said between this machine and the guest: one job in, a few lines out."""

from __future__ import annotations

from typing import Literal

import msgspec

from tests.sim.scenario import Scenario


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` is shared with the guest; what the command prints goes there to `out` and `err`."""

    scenario: Scenario
    command: list[str]
    environ: dict[str, str]
    cwd: str
    folder: str
    limit_s: float


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file `told`. `after_s` is the guest's own time."""

    what: Literal["ready", "failed", "ended"]
    text: str = ""
    code: int = 0
    after_s: float = 0.0
