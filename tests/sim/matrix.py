"""The confusion matrix, and the shares that the project promises, as Markdown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.sim.score import Case
from tests.sim.segments import SEGMENTS

_ORDER = ("device", "wifi", "lan", "router", "access", "isp", "beyond", "service")
_ELSE = ("healthy", "cannot_tell", "failed")


@dataclass(frozen=True)
class Shares:
    """How good the verdicts are; shares from 0 to 1 over the cases with a fault."""

    faults: int
    healthy: int
    right_segment: float
    right_cause: float
    in_three: float
    pairs: int
    both_of_pair: float
    healthy_in_peace: float
    false_alarms: tuple[str, ...]
    wrong_side: tuple[str, ...]

    @property
    def promised(self) -> bool:
        """Whether the published goals are met."""
        good = self.right_segment >= 0.95 and self.right_cause >= 0.90
        return good and not self.false_alarms and not self.wrong_side


def shares(cases: list[Case]) -> Shares:
    """Count the cases; an empty group counts as all right."""
    faults = [case for case in cases if not case.healthy]
    healthy = [case for case in cases if case.healthy]
    several = [case for case in faults if len(case.causes) > 1]

    def share(hits: list[bool]) -> float:
        return sum(hits) / len(hits) if hits else 1.0

    return Shares(
        faults=len(faults),
        healthy=len(healthy),
        right_segment=share([case.right_segment for case in faults]),
        right_cause=share([case.right_cause for case in faults]),
        in_three=share([case.in_three for case in faults]),
        pairs=len(several),
        both_of_pair=share([case.all_named for case in several]),
        healthy_in_peace=share([case.right_cause for case in healthy]),
        false_alarms=tuple(case.name for case in healthy if case.false_alarm),
        wrong_side=tuple(case.name for case in faults if case.wrong_side),
    )


def report(cases: list[Case]) -> str:
    """The whole score as Markdown."""
    parts = [_summary(shares(cases)), _segment_matrix(cases), _cause_rows(cases), _cases(cases)]
    return "\n\n".join(part for part in parts if part) + "\n"


def short(cases: list[Case]) -> str:
    """The shares and the matrix of segments, without the single causes and cases."""
    return f"{_summary(shares(cases))}\n\n#{_segment_matrix(cases)}"


def by_cause(cases: list[Case]) -> str:
    """The shares, and what was said of each cause, without the single homes."""
    return f"{_summary(shares(cases))}\n\n#{_cause_rows(cases)}"


def _summary(found: Shares) -> str:
    def named(names: tuple[str, ...]) -> str:
        return ", ".join(names) or "none"

    return "\n".join(
        [
            f"{found.faults} homes with a fault, {found.healthy} healthy or near misses.",
            "",
            "| | |",
            "|---|---|",
            f"| right segment | {found.right_segment:.1%} |",
            f"| right cause first | {found.right_cause:.1%} |",
            f"| a right cause in the first three | {found.in_three:.1%} |",
            f"| all of several causes named ({found.pairs}) | {found.both_of_pair:.1%} |",
            f"| healthy homes called healthy | {found.healthy_in_peace:.1%} |",
            f"| healthy homes blamed | {named(found.false_alarms)} |",
            f"| home blamed for the provider, or the reverse | {named(found.wrong_side)} |",
        ]
    )


def _true_segment(case: Case) -> str:
    return "healthy" if case.healthy else SEGMENTS[case.causes[0]]


def _said_segment(case: Case) -> str:
    true = {SEGMENTS[cause] for cause in case.causes}
    if not case.asserted:
        return case.first
    # of a pair either place is right
    return _true_segment(case) if case.asserted[0].segment in true else case.asserted[0].segment


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _segment_matrix(cases: list[Case]) -> str:
    counted = Counter((_true_segment(case), _said_segment(case)) for case in cases)
    rows = [s for s in (*_ORDER, "healthy") if any(true == s for true, _ in counted)]
    columns = [s for s in (*_ORDER, *_ELSE) if any(said == s for _, said in counted)]
    body = [[row, *(str(counted[row, c] or "") for c in columns)] for row in rows]
    return "## Segments: truth down, verdict across\n\n" + _table(["", *columns], body)


def _cause_rows(cases: list[Case]) -> str:
    rows: list[list[str]] = []
    truths = [*sorted({case.causes for case in cases if not case.healthy}), ()]
    for truth in truths:
        said = Counter(case.first for case in cases if case.causes == truth)
        if said:
            verdicts = ", ".join(f"{name} ({count})" for name, count in said.most_common())
            rows.append([" + ".join(truth) or "healthy", str(sum(said.values())), verdicts])
    return "## Causes\n\n" + _table(["truth", "cases", "first cause of the verdict"], rows)


def _number(value: float | None, form: str) -> str:
    return "not told" if value is None else format(value, form)


def _cases(cases: list[Case]) -> str:
    rows = [_case(case) for case in cases]
    head = ["scenario", "verdict", "", "s", "first verdict s", "MB"]
    return "## Cases\n\n" + _table(head, rows)


def _case(case: Case) -> list[str]:
    verdict = ", ".join(f"{b.id} {b.probability:.2f}" for b in case.asserted) or case.first
    mark = "right" if case.right_cause else "**wrong**"
    document = case.document
    if document is None:
        return [case.name, case.failure.replace("|", "/").replace("\n", " "), mark, "", "", ""]
    sent, received = document.bytes_sent, document.bytes_received
    moved = None if sent is None or received is None else (sent + received) / 1e6
    times = [_number(document.duration_s, ".1f"), _number(document.first_verdict_s, ".1f")]
    return [case.name, verdict, mark, *times, _number(moved, ".1f")]
