"""What a whole check takes at 100/20 Mbit/s: time, first verdict, bytes, processor time, memory."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import BenchError, Spread, run
from diagnostics.run import Run, decode_run
from tests.sim.home import Home
from tests.sim.scenario import load


def _checked(home: Home) -> tuple[Run, float, int]:
    """The Run document, CPU-seconds and peak bytes of the whole program, its start included."""
    with TemporaryDirectory(prefix="firsthop-bench-") as folder:
        path = Path(folder) / "run.json"
        command = [sys.executable, "-m", "agent.cli", "check", "--json", str(path)]
        used = run(home.command(command), environ=home.environ({"HOME": folder}))
        if not path.exists():
            raise BenchError(f"the check wrote no result: {used.errors.strip()[-300:]}")
        return decode_run(path.read_bytes()), used.cpu_s, used.peak_bytes


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench check_cost", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--home", default="healthy-cable")
    wanted = parser.parse_args(argv)
    with Home.build(load(wanted.home)) as home:
        done = [_checked(home) for _ in range(wanted.runs)]
    figures = {
        "time, s": [one.duration_s for one, _, _ in done],
        "first verdict, s": [one.first_verdict_s for one, _, _ in done],
        "moved, MB": [(one.bytes_sent + one.bytes_received) / 1e6 for one, _, _ in done],
        "CPU-seconds": [cpu_s for _, cpu_s, _ in done],
        "peak memory, MB": [peak / 1e6 for _, _, peak in done],
    }
    sys.stdout.write(
        f"### A whole check, {wanted.home}\n\n| | minimum / median / maximum |\n|---|---|\n"
    )
    for name, values in figures.items():
        sys.stdout.write(f"| {name} | {Spread.of(values)} |\n")
    return 0
