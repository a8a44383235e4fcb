"""How long the verdict takes, from readings to what to ask next: `python -m bench inference`.

Median and worst over the written cases (every cause alone, pairs, healthy homes), each as a whole
and without the tests under load; the promise is 50 ms. Processor time, the least of five runs, so
that a busy machine measures the program and not its neighbours.
"""

from __future__ import annotations

import statistics
import sys
import time

from diagnostics.judge import judge
from diagnostics.readings.load import Throughput
from diagnostics.readings.web import Web
from tests.cases.faults import FAULTS, PAIRS
from tests.cases.healthy import HOME
from tests.cases.home import HomeInFigures

PROMISE_MS = 50.0
RUNS = 5


def took_ms(home: HomeInFigures, complaint: str) -> float:
    evidence, profile = home.evidence(), home.profile()
    times: list[float] = []
    for _ in range(RUNS):
        begun = time.process_time()
        judge(evidence, profile, complaint=complaint)
        times.append((time.process_time() - begun) * 1000)
    return min(times)


def homes() -> dict[str, tuple[HomeInFigures, str]]:
    """Every written home, as it is and with parts not measured, which leaves more to ask."""
    written = {case.name: (case.home(), case.complaint) for case in (*FAULTS, *PAIRS)}
    written["healthy"] = (HOME, "")
    cut = {
        f"{name}, cut short": (home.without(Throughput, Web), said)
        for name, (home, said) in written.items()
    }
    return written | cut


def main(argv: list[str]) -> int:
    if argv:
        sys.stderr.write("usage: python -m bench inference\n")
        return 2
    judge(HOME.evidence(), HOME.profile())  # files are read once a process
    rows = sorted((took_ms(home, said), name) for name, (home, said) in homes().items())
    times = [row[0] for row in rows]
    sys.stdout.write(f"{len(rows)} homes: median {statistics.median(times):.1f} ms\n")
    for took, name in rows[-3:]:
        sys.stdout.write(f"worst {took:.1f} ms: {name}\n")
    return 0 if times[-1] <= PROMISE_MS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
