"""Delay under load against the queue that the line is known to have.

    python -m bench delay [--runs 5]

The truth is read from the wire itself: how long what it has accepted will take, every 5 ms, while
the line is full. Cubic and Reno senders, queues of 30 to 500 ms.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self

import msgspec

from bench.delay_once import Delays
from bench.delay_once import Way as Found
from bench.harness import BenchError
from bench.line import FAR, BenchLine, Way, built
from tests.sim.home import Ways

_LOOK_S = 0.005


@dataclass(frozen=True)
class Case:
    """A line and who sends down (up is Reno, see docs/lab.md)."""

    down_mbps: float
    up_mbps: float
    rtt_ms: float
    queue_ms: float
    sends: str


CASES = (
    Case(100, 20, 20, 30, "cubic"),
    Case(100, 20, 20, 100, "cubic"),
    Case(100, 20, 20, 100, "reno"),
    Case(50, 10, 20, 200, "cubic"),
    Case(50, 10, 20, 200, "reno"),
    Case(30, 5, 30, 500, "cubic"),
    Case(250, 25, 10, 100, "cubic"),
)


class Watch:
    """A thread that looks at the wire's queues; seconds of the monotonic clock."""

    def __init__(self, line: BenchLine) -> None:
        self.line = line
        self.looks: list[tuple[float, float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_S):
            ways = msgspec.json.decode(self.line.tell("figures"), type=Ways)
            self.looks.append(
                (time.monotonic(), ways.down.queued_us / 1000, ways.up.queued_us / 1000)
            )

    def queue_ms(self, since_s: float, until_s: float, *, down: bool) -> tuple[float, float]:
        """Median and 90th percentile of what waited."""
        seen = [d if down else u for at_s, d, u in self.looks if since_s <= at_s < until_s]
        if len(seen) < 20:
            raise BenchError("the wire's queue was not looked at often enough")
        return median(seen), sorted(seen)[int(0.9 * (len(seen) - 1))]


def _one(line: BenchLine) -> tuple[Delays, list[tuple[float, float]]]:
    argv = [sys.executable, "-m", "bench.delay_once", "http://speed.lab-isp.example", FAR]
    with Watch(line) as watch:
        used = line.run(argv, timeout_s=60)
    if used.status:
        raise BenchError(f"it ended with {used.status}: {used.errors.strip()[-300:]}")
    found = msgspec.json.decode(used.output, type=Delays)
    truths = [
        watch.queue_ms(*found.down.full_s, down=True),
        watch.queue_ms(*found.up.full_s, down=False),
    ]
    return found, truths


def _row(case: Case, name: str, runs: Sequence[tuple[Found, tuple[float, float]]]) -> str:
    middle = [found.added_ms / truth[0] - 1 for found, truth in runs]
    tail = [found.added_p90_ms / truth[1] - 1 for found, truth in runs]
    last = runs[-1]
    return (
        f"| {case.down_mbps:g}/{case.up_mbps:g}, {case.rtt_ms:g} ms, queue {case.queue_ms:g} ms, "
        f"{case.sends if name == 'down' else 'reno'}, {name} | {last[1][0]:.1f} | "
        f"{last[0].added_ms:.1f} | {median(middle) * 100:+.1f} ({_worst(middle) * 100:.1f}) | "
        f"{median(tail) * 100:+.1f} ({_worst(tail) * 100:.1f}) | "
        f"{median([found.rpm for found, _ in runs]):.0f} {last[0].rpm_confidence} |"
    )


def _worst(values: Sequence[float]) -> float:
    return max(abs(value) for value in values)


def main(argv: Sequence[str]) -> int:
    """Print one row a line and way."""
    parser = argparse.ArgumentParser(prog="python -m bench delay", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    wanted = parser.parse_args(argv)
    sys.stdout.write(
        "| line and way | queue, ms | added, ms | error at the median, % (worst) | "
        "at the 90th percentile | RPM |\n|---|---|---|---|---|---|\n"
    )
    took: list[float] = []
    for case in CASES:
        both: list[tuple[Delays, list[tuple[float, float]]]] = []
        with built(case.sends) as line:
            line.shape(
                Way(case.down_mbps, case.queue_ms), Way(case.up_mbps, case.queue_ms), case.rtt_ms
            )
            for _ in range(wanted.runs):
                both.append(_one(line))
                line.settle()
        took += [found.took_s for found, _ in both]
        sys.stdout.write(_row(case, "down", [(d.down, t[0]) for d, t in both]) + "\n")
        sys.stdout.write(_row(case, "up", [(d.up, t[1]) for d, t in both]) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"\nBoth ways took {min(took):.1f} to {max(took):.1f} s.\n")
    return 0
