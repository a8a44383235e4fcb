"""`firsthop guide CAUSE`: all steps of the guide for a cause."""

from __future__ import annotations

import difflib

from agent.exits import Exit, UsageError
from agent.terminal.findings import guide_lines
from agent.terminal.screen import show
from diagnostics.guide import System
from diagnostics.guide_file import load_guides
from diagnostics.platforms import present_platform


def show_guide(cause: str) -> Exit:
    guides = load_guides()
    guide = guides.for_cause(cause)
    if guide is None:
        near = difflib.get_close_matches(cause, guides.causes(), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no guide for {cause!r}.{hint}")
    show(guide_lines(guide, cause, System.of(present_platform().name)))
    return Exit.HEALTHY
