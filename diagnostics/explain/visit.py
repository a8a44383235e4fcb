"""Whether a technician should go to the home, and why or why not."""

from __future__ import annotations

from enum import StrEnum

from diagnostics.cause import Cause, VisitNeed, all_causes
from diagnostics.health import NOT_REPRODUCIBLE
from diagnostics.run import Run, StepOutcome
from diagnostics.verdict import Status
from diagnostics.words import mark

#: a visit costs more than a wrong guess on the screen: told from there on, it is nearly always so
_PROVED = 0.87


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


def visit_needed(run: Run) -> tuple[Visit, str]:
    """The answer, and the reason as a text to be said."""
    verdict = run.verdict
    if verdict.id == NOT_REPRODUCIBLE:
        return Visit.NO, mark("All is in order now; a visit would find nothing.")
    if verdict.status is Status.HEALTHY:
        return Visit.NO, mark("Every figure is in order.")
    if verdict.status is Status.CANNOT_TELL or not verdict.causes:
        return Visit.NOT_YET, mark("The place is not known; another test is cheaper than a visit.")
    first = verdict.causes[0]
    cause = all_causes().get(first.id)
    if cause is None:
        return Visit.NOT_YET, mark("This version does not know the cause; read the evidence.")
    return _for_cause(cause, first.probability, run)


def _for_cause(cause: Cause, probability: float, run: Run) -> tuple[Visit, str]:
    need = cause.visit.needed
    if need is VisitNeed.NO:
        return Visit.NO, cause.visit.why
    if probability < _PROVED:
        return Visit.NOT_YET, mark("This cause is likely, not proved; measure from the exchange.")
    if need is VisitNeed.YES or _restart_failed(run):
        return Visit.YES, cause.visit.why
    return Visit.NOT_YET, cause.visit.why


def _restart_failed(run: Run) -> bool:
    bad = (StepOutcome.NO_CHANGE, StepOutcome.WORSE)
    return any("restart" in each.step and each.outcome in bad for each in run.steps)
