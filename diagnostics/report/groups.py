"""Everything that one Run measured, as groups of rows: for the report and the terminal."""

from __future__ import annotations

from diagnostics.report import (
    home_rows,
    line_rows,
    modem_rows,
    past_rows,
    service_rows,
    told_rows,
    wifi_rows,
)
from diagnostics.report.sheet import Group, Row, Sheet, fill
from diagnostics.result import Unmeasured
from diagnostics.run import Run
from diagnostics.vocabulary import PROBES
from diagnostics.words import Words

#: these register how readings become rows
ROW_MODULES = (
    home_rows,
    line_rows,
    modem_rows,
    past_rows,
    service_rows,
    told_rows,
    wifi_rows,
)
#: a home has fewer; a document made to be long is cut
MOST_ROWS = 120


def measured_groups(run: Run, words: Words) -> tuple[Group, ...]:
    """One group a probe, in the order of the way out; unknown probes last."""
    evidence = run.evidence()
    order = {probe: place for place, probe in enumerate(PROBES)}
    probes = sorted(evidence, key=lambda probe: (order.get(probe, len(order)), probe))
    return tuple(_group(probe, run, words) for probe in probes)


def _group(probe: str, run: Run, words: Words) -> Group:
    outcome = run.evidence()[probe]
    if isinstance(outcome, Unmeasured):
        row = Row(label=words.say("Not measured"), value=words.why(outcome), measured=False)
        return Group(probe=probe, title=words.probe(probe), rows=(row,))
    sheet = Sheet(words)
    fill(outcome.reading, sheet)
    rows = sheet.rows[:MOST_ROWS]
    if len(sheet.rows) > MOST_ROWS:
        count = len(sheet.rows) - MOST_ROWS
        rows.append(Row(label=words.say_many("{count} more", "{count} more", count), value="…"))
    return Group(probe=probe, title=words.probe(probe), rows=tuple(rows))
