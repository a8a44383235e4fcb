"""What it takes to remember earlier checks, by how many are stored: `python -m bench past_store`.

A store as a home keeps it (usual: 200 checks), ten and a thousand times as many, one check every
few minutes or seconds so that all are recent. Processor time of reading what is remembered, the
median of 21, and of keeping one more; the size is that of what the next check is handed. It puts
no load on anything but a temporary folder.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from agent.store.history import History, open_history
from diagnostics.evidence import to_raw
from diagnostics.judge import judge
from diagnostics.past import LONGEST_DAYS
from diagnostics.run import Run
from tests.cases.home import HomeInFigures
from tests.unit.report.homes import healthy
from uploader.times import text_of

USUAL = 200
TIMES = (1, 10, 1000)
PROMISE_MS = 50.0
_RUNS = 21
_BEHIND = "INSERT INTO runs VALUES (?, ?, 'healthy', 'normal-for-plan', 'x', 1)"


def _check(number: int, stored: int) -> Run:
    home = HomeInFigures()
    evidence = home.evidence()
    signs, verdict = judge(evidence, home.profile())
    return msgspec.structs.replace(
        healthy(),
        id=f"{number:032x}",
        started_at=_at(number, stored),
        plan=home.plan,
        readings=to_raw(evidence),
        signs=signs,
        verdict=verdict,
    )


def _at(number: int, stored: int) -> str:
    return text_of(datetime.now(UTC) - timedelta(days=(LONGEST_DAYS - 1) * number / stored))


def _filled(folder: Path, stored: int) -> History:
    """The documents of the oldest are left out: nobody reads them, and they take minutes."""
    history = open_history(folder)
    whole = min(stored, USUAL)
    for number in range(whole):
        history.keep(_check(number, stored))
    rows = ((f"{number:032x}", _at(number, stored)) for number in range(whole, stored))
    beside = sqlite3.connect(folder / "history.db")
    with beside:
        beside.executemany(_BEHIND, rows)
    beside.close()
    return history


def _ms(work: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(_RUNS):
        begun = time.process_time()
        work()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def main(argv: list[str]) -> int:
    if argv:
        sys.stderr.write("usage: python -m bench past_store\n")
        return 2
    worst = 0.0
    sys.stdout.write(
        "| stored checks | read, ms | handed on, kB | keep one, ms |\n|---|---|---|---|\n"
    )
    for times in TIMES:
        with tempfile.TemporaryDirectory() as folder:
            history = _filled(Path(folder), USUAL * times)
            read_ms = _ms(history.past)
            size_kb = len(msgspec.json.encode(history.past())) / 1000
            one = _check(0, USUAL)
            keep_ms = _ms(lambda one=one, history=history: history.keep(one))
            history.close()
        worst = max(worst, read_ms)
        stored = f"{USUAL * times:,}".replace(",", " ")
        sys.stdout.write(f"| {stored} | {read_ms:.1f} | {size_kb:.0f} | {keep_ms:.1f} |\n")
    return 0 if worst <= PROMISE_MS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
