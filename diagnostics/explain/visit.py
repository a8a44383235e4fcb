"""Whether a technician should go to the home, and why or why not."""

from __future__ import annotations

from enum import StrEnum

from diagnostics.explain.cause_names import VERY_LIKELY
from diagnostics.run import Run, StepOutcome
from diagnostics.verdict import Finding, Segment, Status
from diagnostics.words import mark


class Visit(StrEnum):
    """Whether a technician should go. NOT_YET: something cheaper decides first."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not_yet"


VISITS = {
    Visit.YES: mark("Technician: yes"),
    Visit.NO: mark("Technician: no"),
    Visit.NOT_YET: mark("Technician: not yet"),
}
AT_HOME = (Segment.DEVICE, Segment.WIFI, Segment.LAN)
#: causes on the line that are mended at a desk: a setting, an account, a queue
NO_VISIT = frozenset({"line-no-login", "bufferbloat-up", "bufferbloat-down"})


def visit_needed(run: Run) -> tuple[Visit, str]:
    """The answer, and the reason as a text to be said."""
    verdict = run.verdict
    if verdict.status is Status.HEALTHY:
        return Visit.NO, mark("Every figure is in order.")
    if verdict.status is Status.CANNOT_TELL or not verdict.causes:
        return Visit.NOT_YET, mark("The place is not known; another test is cheaper than a visit.")
    first = verdict.causes[0]
    return _on_the_line(run, first) if first.segment is Segment.ACCESS else _elsewhere(first)


def _on_the_line(run: Run, first: Finding) -> tuple[Visit, str]:
    if first.id in NO_VISIT:
        return Visit.NO, mark("This is mended by a setting or the account, not at the line.")
    if first.probability < VERY_LIKELY:
        return Visit.NOT_YET, mark("The line is likely, not proved; measure it from the exchange.")
    if _restart_failed(run):
        return Visit.YES, mark("The line is at fault, and a restart of the router did not help.")
    return Visit.NOT_YET, mark("Restart the router and measure from the exchange first.")


def _elsewhere(first: Finding) -> tuple[Visit, str]:
    if first.segment is Segment.ROUTER:
        return Visit.NO, mark("A new router can be sent by post if restarts do not hold.")
    if first.segment in AT_HOME:
        return Visit.NO, mark("It is inside the home, and the guide leads through the repair.")
    return Visit.NO, mark("A visit to this home cannot mend what lies behind the line.")


def _restart_failed(run: Run) -> bool:
    bad = (StepOutcome.NO_CHANGE, StepOutcome.WORSE)
    return any("restart" in each.step and each.outcome in bad for each in run.steps)
