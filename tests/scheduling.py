"""Which tests share a worker: those that build networks must not disturb each other's clocks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xdist.scheduler.loadscope import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
LAB = "lab"
_FOLDERS = ("tests/sim/", "tests/process/")


@cache
def needs_lab(file: str) -> bool:
    """Whether this file, named from the root of the tree, builds networks or times programs."""
    return file.startswith(_FOLDERS) or "mark.lab" in (ROOT / file).read_text(encoding="utf-8")


class LabApart(LoadScopeScheduling):
    """One group for the lab, one for each other file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return LAB if needs_lab(file) else file
