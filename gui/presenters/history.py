"""One line of the history a check."""

from __future__ import annotations

from dataclasses import dataclass

from agent.ipc.messages import (
    RunSummary,
)
from gui.locale import _
from gui.presenters import moments
from gui.presenters.result import TONES


@dataclass(frozen=True)
class HistoryRow:
    id: str
    tone: str
    headline: str
    when: str

    def spoken(self) -> str:
        return f"{self.headline} {self.when}"


def history_row(summary: RunSummary, now: str) -> HistoryRow:
    when = moments.day_and_time(summary.started_at, now)
    if not summary.complete:
        when = _("{when}, stopped before its end").format(when=when)
    return HistoryRow(
        id=summary.id, tone=TONES[summary.status], headline=summary.headline, when=when
    )
