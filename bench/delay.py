"""Delay under load against the queue that the line is known to have.

    python -m bench delay [--runs 5]

The truth is read from the wire itself: how long what it has accepted would take when each echo
came to it. Cubic and Reno senders, queues of 30 to 500 ms.
"""

from __future__ import annotations

import argparse
import sys
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import msgspec

from bench.delay_once import Delays
from bench.delay_once import Way as Found
from bench.harness import BenchError
from bench.line import FAR, BenchLine, Way, built
from bench.looker import Looker
from tests.sim.home import Ways

_LOOK_S = 0.004
_LONGEST_GAP_S = 0.05


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


class Watch(Looker):
    """Looks at the wire's queues; seconds of the monotonic clock."""

    def __init__(self, line: BenchLine) -> None:
        super().__init__(_LOOK_S)
        self.line = line
        self.looks: list[tuple[float, float, float]] = []

    def look(self) -> None:
        ways = msgspec.json.decode(self.line.tell("figures"), type=Ways)
        self.looks.append((time.monotonic(), ways.down.queued_us / 1000, ways.up.queued_us / 1000))

    def waited_ms(self, at_s: float, *, down: bool) -> float | None:
        """What a packet that came to the queue then had before it; None: nobody looked."""
        times = [look[0] for look in self.looks]
        right = min(max(1, bisect_left(times, at_s)), len(times) - 1)
        before, after = self.looks[right - 1], self.looks[right]
        if after[0] - before[0] > _LONGEST_GAP_S:
            return None
        share = (at_s - before[0]) / (after[0] - before[0])
        both = (before[1], after[1]) if down else (before[2], after[2])
        return both[0] * (1 - share) + both[1] * share


@dataclass(frozen=True)
class Compared:
    """Added delay and the queue, ms, at the median and the 90th percentile of the same echoes."""

    added: tuple[float, float]
    queue: tuple[float, float]
    found: Found


def _p90(values: Sequence[float]) -> float:
    return sorted(values)[int(0.9 * (len(values) - 1))]


def compared(found: Found, watch: Watch, rtt_ms: float, *, down: bool) -> Compared:
    """An answer's added delay and the queue that its echo met; BenchError when few are known."""
    # upstream of the queue down the line lies half of the round trip
    late_s = rtt_ms / 2000 if down else 0.0
    both = [
        (rtt, waited)
        for at_s, rtt in zip(found.sent_at_s, found.rtts_ms, strict=True)
        if (waited := watch.waited_ms(at_s + late_s, down=down)) is not None
    ]
    if len(both) < 20:
        raise BenchError(f"the queue is known for {len(both)} of {len(found.rtts_ms)} echoes")
    rtts, queue = [rtt for rtt, _ in both], [waited for _, waited in both]
    added = (median(rtts) - found.idle_ms, _p90(rtts) - found.idle_p90_ms)
    return Compared(added, (median(queue), _p90(queue)), found)


def _one(line: BenchLine, rtt_ms: float) -> tuple[Compared, Compared, float]:
    argv = [sys.executable, "-m", "bench.delay_once", "http://speed.lab-isp.example", FAR]
    with Watch(line) as watch:
        used = line.run(argv, timeout_s=60)
    if used.status:
        raise BenchError(f"it ended with {used.status}: {used.errors.strip()[-300:]}")
    found = msgspec.json.decode(used.output, type=Delays)
    return (
        compared(found.down, watch, rtt_ms, down=True),
        compared(found.up, watch, rtt_ms, down=False),
        found.took_s,
    )


def _tried(line: BenchLine, rtt_ms: float) -> tuple[Compared, Compared, float]:
    """A busy machine may have stopped one side or the other for too long: twice more."""
    for _ in range(2):
        try:
            return _one(line, rtt_ms)
        except BenchError as failed:
            sys.stderr.write(f"again: {failed}\n")
            line.settle()
    return _one(line, rtt_ms)


def _row(case: Case, name: str, runs: Sequence[Compared]) -> str:
    middle = [run.added[0] / run.queue[0] - 1 for run in runs]
    tail = [run.added[1] / run.queue[1] - 1 for run in runs]
    last = runs[-1]
    return (
        f"| {case.down_mbps:g}/{case.up_mbps:g}, {case.rtt_ms:g} ms, queue {case.queue_ms:g} ms, "
        f"{case.sends if name == 'down' else 'reno'}, {name} | {last.queue[0]:.1f} | "
        f"{last.added[0]:.1f} | {median(middle) * 100:+.1f} ({_worst(middle) * 100:.1f}) | "
        f"{median(tail) * 100:+.1f} ({_worst(tail) * 100:.1f}) | "
        f"{median([run.found.rpm for run in runs]):.0f} {last.found.rpm_confidence} |"
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
        runs: list[tuple[Compared, Compared, float]] = []
        with built(case.sends) as line:
            line.shape(
                Way(case.down_mbps, case.queue_ms), Way(case.up_mbps, case.queue_ms), case.rtt_ms
            )
            for _ in range(wanted.runs):
                runs.append(_tried(line, case.rtt_ms))
                line.settle()
        took += [took_s for _, _, took_s in runs]
        sys.stdout.write(_row(case, "down", [down for down, _, _ in runs]) + "\n")
        sys.stdout.write(_row(case, "up", [up for _, up, _ in runs]) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"\nBoth ways took {min(took):.1f} to {max(took):.1f} s.\n")
    return 0
