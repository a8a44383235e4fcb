"""The receive path beside iperf3 and httpx: CPU a gigabit, over a fast line in the lab.

    python -m bench receive [--runs 5] [--mbps 1000]

Both sides receive from a server at the far end of the same line; what is compared is the CPU that
the receiving program took for what the line delivered, its start left out (a run that moves next
to nothing is subtracted).  Ours is stated plain and with TLS; iperf3 has none, httpx has both.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from statistics import median

from bench import peers
from bench.harness import BenchError, Outcome, Pair, Used, paired, row, table
from bench.line import FAR, BenchLine, Way, built

#: arguments of iperf3; what a server says after each test would fill a pipe that nobody reads
SERVES = ("-s", "--logfile", "/dev/null")
_SECONDS = 5.0
_OURS, _HTTPX = "bench.receive_once", "bench.receive_httpx"


def _checked(used: Used) -> Used:
    if used.status:
        raise BenchError(f"a side ended with {used.status}: {used.errors.strip()[-300:]}")
    return used


def _outcome(line: BenchLine, argv: list[str], start_cpu_s: float) -> Outcome:
    before = line.moved_bytes()
    used = _checked(line.run(argv))
    moved = line.moved_bytes() - before
    line.settle()
    cpu_s = max(0.001, used.cpu_s - start_cpu_s)
    return Outcome(used.wall_s, cpu_s, used.peak_bytes, moved)


def _start_cpu_s(line: BenchLine, argv: list[str]) -> float:
    found = [_checked(line.run(argv)).cpu_s for _ in range(3)]
    line.settle()
    return median(found)


def _by_http(module: str, scheme: str, seconds: float) -> list[str]:
    return [sys.executable, "-m", module, f"{scheme}://speed.lab-isp.example", str(seconds)]


def main(argv: Sequence[str]) -> int:
    """Print one table for plain and one for TLS."""
    parser = argparse.ArgumentParser(prog="python -m bench receive", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--mbps", type=float, default=1000)
    wanted = parser.parse_args(argv)
    iperf3 = str(peers.debian("iperf3", "iperf3"))
    theirs = [iperf3, "-c", FAR, "-R", "-P", "4", "-t", str(int(_SECONDS)), "-C", "cubic"]
    with built() as line:
        line.shape(Way(wanted.mbps, 50), Way(wanted.mbps, 50), 5)
        with line.started([iperf3, *SERVES], "far"):
            time.sleep(0.5)
            their_start = _start_cpu_s(line, [*theirs[:-4], "-n", "100K"])
            for scheme in ("http", "https"):
                our_start = _start_cpu_s(line, _by_http(_OURS, scheme, 0))
                httpx_start = _start_cpu_s(line, _by_http(_HTTPX, scheme, 0))

                def ours(scheme: str = scheme, start: float = our_start) -> Outcome:
                    return _outcome(line, _by_http(_OURS, scheme, _SECONDS), start)

                def httpx(scheme: str = scheme, start: float = httpx_start) -> Outcome:
                    return _outcome(line, _by_http(_HTTPX, scheme, _SECONDS), start)

                def iperf() -> Outcome:
                    return _outcome(line, theirs, their_start)

                title = f"{wanted.mbps:g} Mbit/s, ours by {scheme}"
                for name, peer in (("iperf3", iperf), ("httpx", httpx)):
                    pairs = paired(ours, peer, wanted.runs)
                    sys.stdout.write(_table(f"{title}, beside {name}", name, pairs))
                    sys.stdout.flush()
    return 0


def _table(title: str, peer: str, pairs: Sequence[Pair]) -> str:
    rows = [
        row("CPU a gigabit", "CPU-s", pairs, lambda o: o.cpu_s / ((o.moved_bytes or 1) * 8e-9)),
        row("of one core", "%", pairs, lambda o: 100 * o.cpu_s / _SECONDS),
        row("rate", "Mbit/s", pairs, lambda o: (o.moved_bytes or 0) * 8e-6 / _SECONDS),
        row("peak memory", "MB", pairs, lambda o: o.peak_bytes / 1e6),
    ]
    return table(title, rows, peer) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
