"""The path MTU beside `tracepath -n`: told by a router, or larger packets vanish; IPv4 and IPv6.

    python -m bench path_mtu [--runs 5] [--hops 5]

In homes of the lab whose line takes packets of 1500, 1492, 1400 bytes, or lets larger ones than
1420 vanish without a word. Ours asks by echoes and, where that differs most, by TCP too (what a
check does where nobody answers echoes). tracepath is held to the five hops that the road has: it
waits three seconds for each silent one, and would go on to the thirtieth.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench import peers
from bench.harness import BenchError
from bench.harness import run as taken
from bench.path_mtu_report import Found, compared, said, summary, summary_head
from bench.path_mtu_told import MtuTold, of_ours, of_tracepath
from tests.sim.atlas import PUBLIC_RESOLVERS, PUBLIC_RESOLVERS6, SITES
from tests.sim.home import Home
from tests.sim.scenario import Scenario, Setting, load

_SITE = SITES["www.wikipedia.org"]
_TARGETS = {"IPv4": PUBLIC_RESOLVERS[0], "IPv6": PUBLIC_RESOLVERS6[0]}
_SITES = {"IPv4": _SITE.v4, "IPv6": _SITE.v6}
_BLACK_HOLE: dict[str, Setting] = {"line.up.max_bytes": 1420, "line.down.max_bytes": 1420}


@dataclass(frozen=True)
class Case:
    """A home. `by_tcp`: ours is asked by TCP, too."""

    title: str
    scenario: Scenario
    by_tcp: bool = False

    @property
    def mtu(self) -> int:
        """What the line lets pass, both ways alike."""
        line = self.scenario.line
        limits = (line.mtu, line.up.max_bytes, line.down.max_bytes)
        return int(min(limit for limit in limits if limit))


def cases() -> tuple[Case, ...]:
    """Nothing narrow, a router that tells, and nobody who does."""
    return (
        Case("1500 bytes", load("healthy-cable")),
        Case("1492 bytes, told by the router", load("healthy-pppoe"), by_tcp=True),
        Case("1400 bytes, told by the router", load("healthy-cable", {"line.mtu": 1400})),
        Case("above 1420 they vanish", load("mtu-black-hole", _BLACK_HOLE), by_tcp=True),
    )


@dataclass(frozen=True)
class _Side:
    name: str
    command: list[str]
    read: Callable[[str], MtuTold]


def _sides(case: Case, family: str, tracepath: str, hops: int) -> list[_Side]:
    """The peer is the last."""
    target = _TARGETS[family]
    once = [sys.executable, "-m", "bench.path_mtu_once"]
    sides = [_Side("ours", [*once, "echo", target], of_ours)]
    if case.by_tcp:
        sides.append(_Side("ours by TCP", [*once, "tcp", _SITES[family], _SITE.name], of_ours))
    return [*sides, _Side("tracepath", [tracepath, "-n", "-m", str(hops), target], of_tracepath)]


def _measured(home: Home, side: _Side, true: int) -> Found:
    """Error in bytes. What earlier runs have taught the kernels is forgotten before."""
    for place in ("client", "internet"):
        for family in ("-4", "-6"):
            home.run(["ip", family, "route", "flush", "cache"], place)
    before = home.figures()["hop"]
    used = taken(home.command(side.command), environ=home.environ())
    after = home.figures()["hop"]
    if not used.output:
        raise BenchError(f"{side.name} ended with {used.status}: {used.errors.strip()[-200:]}")
    told = side.read(used.output)
    return Found(
        wall_s=used.wall_s if told.took_s is None else told.took_s,
        cpu_s=used.cpu_s,
        peak_bytes=used.peak_bytes,
        moved_bytes=after.up.bytes + after.down.bytes - before.up.bytes - before.down.bytes,
        error=float(told.mtu - true),
        told=told,
        packets=after.up.packets + after.down.packets - before.up.packets - before.down.packets,
    )


def _runs(home: Home, sides: Sequence[_Side], true: int, runs: int) -> list[list[Found]]:
    """By side; who goes first changes from one run to the next."""
    found: list[list[Found]] = [[] for _ in sides]
    for number in range(runs):
        order = list(enumerate(sides))
        for place, side in reversed(order) if number % 2 else order:
            found[place].append(_measured(home, side, true))
    return found


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench path_mtu", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--hops", type=int, default=5, help="at which tracepath ends, 5 to 30")
    wanted = parser.parse_args(argv)
    if wanted.runs < 1 or not 5 <= wanted.hops <= 30:
        parser.error("there has to be a run, of 5 to 30 hops")
    tracepath = str(peers.debian("tracepath", "iputils-tracepath"))
    lines = [summary_head()]
    for case in cases():
        with Home.build(case.scenario) as home:
            for family in _TARGETS:
                sides = _sides(case, family, tracepath, wanted.hops)
                found = _runs(home, sides, case.mtu, wanted.runs)
                lines += _shown(f"{family}, {case.title}", case.mtu, sides, found)
    sys.stdout.write("\n".join(["### Path MTU, all", "", *lines]) + "\n")
    return 0


def _shown(
    title: str, true: int, sides: Sequence[_Side], found: Sequence[Sequence[Found]]
) -> list[str]:
    """Prints the tables of one home and family; the lines of the summary."""
    lines: list[str] = []
    for side, ours in zip(sides[:-1], found[:-1], strict=True):
        name = title + side.name.removeprefix("ours").replace(" by", ", by")
        sys.stdout.write(compared(f"Path MTU, {name}", ours, found[-1]) + "\n")
        lines.append(summary(name, true, ours, found[-1]))
    told = [said(side.name, runs) for side, runs in zip(sides, found, strict=True)]
    sys.stdout.write(f"True: {true}. {'; '.join(told)}.\n\n")
    sys.stdout.flush()
    return lines
