"""What the first page says: a question, one button, the path, and where things stand."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.evidence import from_raw
from diagnostics.run import Run
from diagnostics.verdict import Segments, Status
from gui.locale import _
from gui.presenters import progress
from gui.presenters.figures import path_figures
from gui.presenters.moments import ago
from gui.presenters.path import Stretch, stretches
from gui.presenters.progress import Check


@dataclass(frozen=True)
class HomeView:
    """`tone` belongs to the status line; `percent` is 0..100 while a check runs."""

    headline: str
    lead: str
    button: str
    path: tuple[Stretch, ...]
    running: bool
    can_press: bool
    percent: int = 0
    doing: str = ""
    time_left: str = ""
    status: str = ""
    tone: str = ""
    last: str = ""
    to_result: str = ""


def home_view(check: Check | None, run: Run | None, now: str, *, connected: bool) -> HomeView:
    """`now` is RFC 3339, for "5 minutes ago"."""
    if check is not None:
        return _running(check)
    if run is None:
        return _first(connected=connected)
    return _after(run, now, connected=connected)


def _running(check: Check) -> HomeView:
    lead = (
        _("Checking again what your step could have changed.")
        if check.step
        else _("You can keep using the internet; big downloads would disturb the figures.")
    )
    return HomeView(
        headline=_("Checking your internet…"),
        lead=lead,
        button=_("&Cancel") if not check.cancelling else _("Stopping…"),
        path=stretches(check.segments, path_figures(from_raw(check.readings)), running=True),
        running=True,
        can_press=not check.cancelling,
        percent=round(progress.part_done(check) * 100),
        doing=progress.doing(check),
        time_left=progress.time_left(check),
        status=check.headline,
    )


def _first(*, connected: bool) -> HomeView:
    return HomeView(
        headline=_("Is your internet working as it should?"),
        lead=_("One check, less than a minute. Nothing is sent until you say so."),
        button=_("&Check now"),
        path=stretches(Segments()),
        running=False,
        can_press=connected,
        status=_("Not checked yet"),
        tone="unknown",
    )


def _after(run: Run, now: str, *, connected: bool) -> HomeView:
    tones = {Status.HEALTHY: "ok", Status.PROBLEM: "bad", Status.CANNOT_TELL: "unknown"}
    return HomeView(
        headline=_("Is your internet working as it should?"),
        lead=_("One check, less than a minute. Nothing is sent until you say so."),
        button=_("&Check again"),
        path=stretches(run.verdict.segments, path_figures(run.evidence())),
        running=False,
        can_press=connected,
        status=run.verdict.headline,
        tone=tones[run.verdict.status],
        last=_("Last check: {when}").format(when=ago(run.started_at, now)),
        to_result=_("See th&e result"),
    )
