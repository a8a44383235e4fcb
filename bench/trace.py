"""Trace beside `mtr -r -c 3` and trippy on a path with a silent hop: time, hops found, CPU."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence

from bench import peers
from bench.harness import BenchError, Outcome, Used, paired, table, usual_rows
from bench.harness import run as taken
from bench.ipv6 import EDGE6, FAR6, ROUTER6, TRANSIT6, await_ipv6
from tests.sim.home import Home
from tests.sim.scenario import load

_TARGET = "1.1.1.1"
#: the home's road, hop by hop (docs/lab.md); the third does not answer in this scenario
TRUTH = ["192.168.1.1", "81.2.69.1", "-", "62.115.0.2", _TARGET]
TRUTH6 = [ROUTER6, EDGE6, "-", TRANSIT6, FAR6]
_TRIPPY = "0.13.0"
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]+:[0-9a-f:]+")
Read = Callable[[str], list[str]]


def by_hop(text: str) -> list[str]:
    """Of a report with a line a hop (mtr's, or trippy's table): each address, "-" for none."""
    lines = [line for line in text.splitlines() if re.match(r"[\s│]*\d+[.\s|]", line)]
    return [found[0] if (found := _ADDRESS.search(line)) else "-" for line in lines]


def _side(home: Home, command: list[str], read: Read, truth: list[str]) -> Outcome:
    """Error is the number of hops that are not as they should be."""
    used = taken(home.command(command), environ=home.environ())
    hops = read(used.output)
    if not hops:
        raise BenchError(f"{command[0]} told of no hop: {used.errors.strip()[-300:]}")
    pairs = zip(hops, truth, strict=False)
    wrong = sum(a != b for a, b in pairs) + abs(len(hops) - len(truth))
    return Outcome(_without_start(used), used.cpu_s, used.peak_bytes, error=float(wrong))


def _without_start(used: Used) -> float:
    """Ours tells how long it took without the start of Python, which a check pays once."""
    last = used.errors.strip().rpartition("\n")[2]
    return float(last) if re.fullmatch(r"\d+\.\d{4}", last) else used.wall_s


def _peers(target: str, *, with_trippy: bool) -> list[tuple[str, list[str]]]:
    """Both take the address's family."""
    found = [("mtr", [str(peers.debian("mtr", "mtr-tiny")), "-n", "-r", "-c", "3", target])]
    if with_trippy:
        trip = str(peers.rust("trip", "trippy", _TRIPPY))
        found.append(("trippy", [trip, "-m", "pretty", "-C", "3", "-a", "ip", target]))
    return found


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench trace", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--trippy", action="store_true", help="build it by cargo (minutes)")
    parser.add_argument("--ipv6", action="store_true", help="the same by IPv6")
    wanted = parser.parse_args(argv)
    way, truth = (" by IPv6", TRUTH6) if wanted.ipv6 else ("", TRUTH)
    ours = [sys.executable, "-m", "bench.echo_once", "trace", truth[-1]]
    with Home.build(load("healthy-silent-hop")) as home:
        if wanted.ipv6:
            await_ipv6(home)
        for name, command in _peers(truth[-1], with_trippy=wanted.trippy):
            pairs = paired(
                lambda: _side(home, ours, str.split, truth),
                lambda at=command: _side(home, at, by_hop, truth),
                wanted.runs,
            )
            rows = usual_rows(pairs, error_unit="hops told otherwise", error_scale=1)
            sys.stdout.write(table(f"Trace{way} with a silent hop, {name}", rows, name) + "\n")
    return 0
