"""What no real Run exceeds: a document beyond it was made by hand, to tire or break its readers.

Measured on the lab's Runs: 270 kB, some hundred signs, a dozen findings.
"""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.run import Run
from diagnostics.sign import Sign
from diagnostics.verdict import Finding

MOST_SIGNS = 2000
MOST_FINDINGS = 500
MOST_STEPS = 500
#: a bigger figure than any unit of ours needs (bytes of a year at 1 Tbit/s)
LARGEST_FIGURE = 1e18


def objection(run: Run) -> str:
    """Why this Run is not taken, as the end of a sentence; empty when it is."""
    findings = (*run.verdict.causes, *run.verdict.considered, *run.verdict.notes)
    if len(run.signs) > MOST_SIGNS or any(
        len(step.before) + len(step.after) > MOST_SIGNS for step in run.steps
    ):
        return f"its run has more than {MOST_SIGNS} signs"
    if len(findings) > MOST_FINDINGS or any(_is_long(each) for each in findings):
        return f"its verdict names more than {MOST_FINDINGS} causes or signs"
    if max(len(run.steps), len(run.answers), len(run.verdict.missing)) > MOST_STEPS:
        return f"its run has more than {MOST_STEPS} steps, answers or gaps"
    if any(not 0 <= each.probability <= 1 for each in findings):
        return "its verdict has a probability that is not between 0 and 1"
    if any(abs(figure) > LARGEST_FIGURE for figure in _figures(run)):
        return "its run has a figure that nothing can reach"
    return ""


def _is_long(finding: Finding) -> bool:
    return len(finding.evidence) + len(finding.against) > MOST_FINDINGS


def _figures(run: Run) -> Iterator[float]:
    yield from (run.duration_s, run.first_verdict_s, run.plan.down_mbps, run.plan.up_mbps)
    yield from (float(run.bytes_sent), float(run.bytes_received))
    for sign in _signs(run):
        for figure in (sign.value, sign.threshold, sign.belief):
            if isinstance(figure, int | float):
                yield figure


def _signs(run: Run) -> Iterator[Sign]:
    yield from run.signs
    for step in run.steps:
        yield from (*step.before, *step.after)
