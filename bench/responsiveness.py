"""Delay under load and RPM beside goresponsiveness, on one line and against one server.

    python -m bench responsiveness [--runs 5]

100/20 Mbit/s, 20 ms, a queue of 100 ms, Reno senders. Both sides load and ask the same nginx
(`bench/quality_server.py`) over TLS. The error is that of the added delay at the median against
what the wire had queued at the same moments, the worse of the two ways. Ours takes it from its
echoes; goresponsiveness does not tell it, so it is taken from its log: a third of each foreign
probe (TCP, TLS, request), less the line's own round trip, which is given to it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import msgspec

from bench import peers
from bench.delay import Compared, Watch, compared
from bench.delay_once import Delays
from bench.harness import BenchError, Outcome, Spread, Used, paired, table, usual_rows
from bench.line import FAR, BenchLine, built
from bench.line import Way as LineWay
from bench.quality_server import HOST, PLACE, PORT, serving
from bench.responsiveness_peer import ROUND_TRIPS, Probe, Told, Way, probes, told

_DOWN, _UP, _RTT_MS = LineWay(100, 100), LineWay(20, 100), 20.0
_MODULE = "github.com/network-quality/goresponsiveness@v0.0.0-20240129151524-343954285090"
#: with fewer the queue that they met says little
_LEAST_PROBES = 20


@dataclass(frozen=True)
class WayFound:
    """One way of one run, ms. `line_rpm`: what a round trip took on the wire at these moments."""

    side: str
    way: Way
    added_ms: float
    queue_ms: float
    rpm: float | None
    line_rpm: float
    said: str

    @property
    def error(self) -> float:
        """Relative, of the added delay."""
        return self.added_ms / self.queue_ms - 1


def _rpm(queue_ms: float) -> float:
    return 60_000 / (_RTT_MS + queue_ms)


def of_ours(way: Way, run: Compared) -> WayFound:
    """Our own figure; confidence as it is shown to the subscriber."""
    rpm = run.found.rpm or None
    (added_ms, _), (queue_ms, _) = run.added, run.queue
    said = f"{run.found.rpm_confidence} confidence"
    return WayFound("ours", way, added_ms, queue_ms, rpm, _rpm(queue_ms), said)


def of_peer(way: Way, text: Told, log: Sequence[Probe], watch: Watch, offset_s: float) -> WayFound:
    """From its log; `offset_s`: the monotonic clock less the clock of the log."""
    down = way == "down"
    both = [
        (probe.took_s * 1000 / ROUND_TRIPS - _RTT_MS, queue_ms)
        for probe in log
        if (queue_ms := _met(probe, watch, offset_s, down=down)) is not None
    ]
    if len(both) < _LEAST_PROBES:
        raise BenchError(f"the queue is known for {len(both)} of {len(log)} probes {way}")
    added, queue = zip(*both, strict=True)
    said = "stable" if text.stable else "not stable"
    return WayFound(
        "goresponsiveness", way, median(added), median(queue), text.rpm, _rpm(median(queue)), said
    )


def _met(probe: Probe, watch: Watch, offset_s: float, *, down: bool) -> float | None:
    """The mean of what its three round trips found queued; None where nobody looked."""
    trip_s = probe.took_s / ROUND_TRIPS
    begun_s = probe.at_s + offset_s + (_RTT_MS / 2000 if down else 0.0)
    looks = [watch.waited_ms(begun_s + n * trip_s, down=down) for n in range(ROUND_TRIPS)]
    known = [look for look in looks if look is not None]
    return fmean(known) if len(known) == ROUND_TRIPS else None


def _ours(line: BenchLine, found: list[WayFound]) -> Outcome:
    argv = [sys.executable, "-m", "bench.delay_once", PLACE, FAR]

    def read(used: Used, watch: Watch) -> list[WayFound]:
        both = msgspec.json.decode(used.output, type=Delays)
        return [
            of_ours("down", compared(both.down, watch, _RTT_MS, down=True)),
            of_ours("up", compared(both.up, watch, _RTT_MS, down=False)),
        ]

    return _run(line, argv, read, found)


def _theirs(line: BenchLine, program: str, found: list[WayFound]) -> Outcome:
    logs = line.stage.folder / f"probes{len(found)}"
    logs.mkdir()
    argv = [program, "-config", HOST, "-port", str(PORT), "-path", "/config"]
    # its log's name is cut at the first dot, also at one of a folder
    argv = ["env", "-C", str(logs), *argv, "-logger-filename", "probes.csv"]

    def read(used: Used, watch: Watch) -> list[WayFound]:
        (log,) = logs.glob("probes-foreign-*")
        text, asked = told(used.output), probes(log.read_text("ascii"))
        offset_s = time.monotonic() - time.time()
        ways: tuple[Way, Way] = ("down", "up")
        return [of_peer(way, text[way], asked[way], watch, offset_s) for way in ways]

    return _run(line, argv, read, found)


def _run(
    line: BenchLine,
    argv: list[str],
    read: Callable[[Used, Watch], list[WayFound]],
    found: list[WayFound],
) -> Outcome:
    """What it took and, added to `found`, what it told; then wait until the line is at rest."""
    before = line.moved_bytes()
    with Watch(line) as watch:
        used = line.run(argv)
    moved = line.moved_bytes() - before
    line.settle()
    if used.status:
        raise BenchError(f"{argv[0]} ended with {used.status}: {used.errors.strip()[-300:]}")
    ways = read(used, watch)
    found += ways
    worst = max((way.error for way in ways), key=abs)
    return Outcome(used.wall_s, used.cpu_s, used.peak_bytes, moved, worst)


def detail(found: Sequence[WayFound]) -> str:
    """A line for each side and way, min / median / max of the runs."""
    lines = [
        "| side, way | added, ms | queue, ms | error, % | RPM | RPM of the line itself | it says |",
        "|---|---|---|---|---|---|---|",
    ]
    for side, way in dict.fromkeys((run.side, run.way) for run in found):
        runs = [run for run in found if (run.side, run.way) == (side, way)]
        rpms = [run.rpm for run in runs if run.rpm is not None]
        silent = len(runs) - len(rpms)
        told_rpm = f"{Spread.of(rpms) or ''}{f' ({silent} without)' if silent else ''}".strip()
        said = ", ".join(sorted({run.said for run in runs}))
        lines.append(
            f"| {side}, {way} | {Spread.of([run.added_ms for run in runs])} | "
            f"{Spread.of([run.queue_ms for run in runs])} | "
            f"{Spread.of([run.error * 100 for run in runs])} | {told_rpm} | "
            f"{Spread.of([run.line_rpm for run in runs])} | {said} |"
        )
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """Print what it took and what each side told."""
    parser = argparse.ArgumentParser(prog="python -m bench responsiveness", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    wanted = parser.parse_args(argv)
    program = str(peers.go("goresponsiveness", _MODULE))
    found: list[WayFound] = []
    with built("reno") as line, serving(line):
        line.shape(_DOWN, _UP, _RTT_MS)
        pairs = paired(
            lambda: _ours(line, found), lambda: _theirs(line, program, found), wanted.runs
        )
    title = "Delay under load, 100/20 Mbit/s, 20 ms, queue 100 ms"
    sys.stdout.write(table(title, usual_rows(pairs), "goresponsiveness") + "\n" + detail(found))
    return 0
