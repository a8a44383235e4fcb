"""What one core of a speed server bears: nginx as in docs/test-servers.md, and two real servers.

    python -m bench test_servers [--runs 5] [--at-once 1,10,100]

Gbit and new connections a CPU-second of the server alone, by loopback in a network of its own;
who loads it is not counted. A test has four connections, of ndt7 one (asked with ten at once). Then
how many limit_conn lets in, and whether our own test takes the second server of the profile.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Literal

from bench.harness import BenchError, Spread
from bench.provider_sums import Assumed, PerCore, sums_table, with_tls
from bench.server_full import Full
from bench.server_load import Load, Moved
from bench.server_visits import Visits
from bench.speed_nginx import kernel_has_tls
from bench.speed_servers import HERE, Space, Standing, librespeed, ndt, nginx, space

Way = Literal["download", "upload"]
#: of one run, over all its connections
_RUN_MIB = 400
_OPEN, _AS_DOCUMENTED, _TOO_MANY = 4000, 160, 40
_NDT_AT_ONCE = 10
#: new connections at the same moment
_VISITORS = 16
_MOST_RUNS = 20
#: of what loopback shows, for cards and interrupts: down, up
CAUTION = 1 / 5, 1 / 2
CAUTION_VISITS = 1 / 2
LINES = 100_000, 10_000_000


@dataclass(frozen=True)
class Case:
    """One load, the same for every server."""

    way: Way
    tls: bool
    at_once: int

    def __str__(self) -> str:
        return f"{self.way}{', TLS' if self.tls else ''}, {self.at_once} at once"


@dataclass(frozen=True)
class Found:
    """One run: Gbit a CPU-second, and how much of a core the server had."""

    server: str
    case: Case
    gbit: float
    of_core: float


@dataclass(frozen=True)
class Visited:
    """One run: new connections a CPU-second, each with a small request."""

    server: str
    tls: bool
    per_cpu_s: float


def each_mib(tests: int, connections: int) -> int:
    """What one of the connections of a run moves; no run moves less than two MiB on one."""
    return max(2, _RUN_MIB // (tests * connections))


def _load(server: Standing, here: Space, case: Case) -> Found:
    door, asked = server.door(tls=case.tls), server.asked
    up = case.way == "upload"
    mib = each_mib(case.at_once, asked.connections)
    head = asked.up if up else asked.down
    for name, value in (("mib", mib), ("size", mib << 20), ("last", (mib << 20) - 1)):
        head = head.replace(f"{{{name}}}", str(value))
    load = Load(
        host=HERE,
        port=door.port,
        pid=door.pid,
        head=head,
        up=asked.pieces if up else "",
        trusted=str(here.trusted) if case.tls else "",
        connections=asked.connections * case.at_once,
        each_bytes=mib << 20,
    )
    moved = here.told("bench.server_load", load, Moved)
    gbit = moved.moved_bytes * 8e-9 / moved.cpu_s
    return Found(server.name, case, gbit, moved.cpu_s / moved.wall_s)


def _visits(server: Standing, here: Space, *, tls: bool) -> Visited:
    door = server.door(tls=tls)
    load = Load(
        host=HERE,
        port=door.port,
        pid=door.pid,
        head=server.asked.small,
        trusted=str(here.trusted) if tls else "",
        connections=_VISITORS,
    )
    found = here.told("bench.server_visits", load, Visits)
    return Visited(server.name, tls, found.count / found.cpu_s)


def in_turn(sides: Sequence[Callable[[], None]], runs: int) -> None:
    """Each run begins with another side."""
    for number in range(runs):
        at = number % len(sides)
        for side in (*sides[at:], *sides[:at]):
            side()


def _gbits(found: Sequence[Found], server: str, case: Case) -> list[float]:
    return [one.gbit for one in found if (one.server, one.case) == (server, case)]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread | None:
    """How many times the CPU the peer took, run by run, from what a CPU-second does."""
    return Spread.of([a / b for a, b in zip(ours, theirs, strict=True)])


def capacity_table(found: Sequence[Found], peer: str) -> str:
    """Cases that both servers have, min / median / max."""
    head = (
        "| Gbit a CPU-second | nginx | of a core | {0} | of a core | {0} ÷ nginx, CPU a gigabit |"
    )
    lines = [head.format(peer), "|---|---|---|---|---|---|"]
    for case in dict.fromkeys(one.case for one in found if one.server == peer):
        ours, theirs = _gbits(found, "nginx", case), _gbits(found, peer, case)
        shares = [
            f"{100 * median(f.of_core for f in found if (f.server, f.case) == (name, case)):.0f} %"
            for name in ("nginx", peer)
        ]
        lines.append(
            f"| {case} | {Spread.of(ours)} | {shares[0]} | {Spread.of(theirs)} | {shares[1]} | "
            f"{ratio(ours, theirs)} |"
        )
    return "\n".join(lines) + "\n"


def per_core(found: Sequence[Found], visited: Sequence[Visited]) -> tuple[PerCore, PerCore]:
    """Plain and with TLS: of the slower way, with the caution of the document; rounded down.

    A way's figure is its least median, however many tests there were at once.
    """
    plain, tls = (
        [_least(found, way, tls=secure) for way in ("download", "upload")]
        for secure in (False, True)
    )
    cautious = [gbit * share for gbit, share in zip(plain, CAUTION, strict=True)]
    encrypted = [with_tls(*both) for both in zip(cautious, plain, tls, strict=True)]
    open_plain, open_tls = (
        median(_visits_of(visited, "nginx", tls=secure)) for secure in (False, True)
    )
    half = open_plain * CAUTION_VISITS
    return (
        _rounded(min(cautious), half),
        _rounded(min(encrypted), with_tls(half, open_plain, open_tls)),
    )


def _rounded(gbps: float, connections: float) -> PerCore:
    return PerCore(math.floor(gbps * 10) / 10, math.floor(connections / 10) * 10)


def _least(found: Sequence[Found], way: Way, *, tls: bool) -> float:
    cases = {one.case for one in found if (one.case.way, one.case.tls) == (way, tls)}
    return min(median(_gbits(found, "nginx", case)) for case in cases)


def visits_table(visited: Sequence[Visited], peer: str) -> str:
    """Without and with TLS, min / median / max."""
    lines = [
        f"| new connections a CPU-second | nginx | {peer} | {peer} ÷ nginx, CPU a connection |",
        "|---|---|---|---|",
    ]
    for tls, name in ((False, "plain"), (True, "with a TLS handshake")):
        ours, theirs = (_visits_of(visited, side, tls=tls) for side in ("nginx", peer))
        lines.append(f"| {name} | {_whole(ours)} | {_whole(theirs)} | {ratio(ours, theirs)} |")
    return "\n".join(lines) + "\n"


def _visits_of(visited: Sequence[Visited], server: str, *, tls: bool) -> list[float]:
    return [one.per_cpu_s for one in visited if (one.server, one.tls) == (server, tls)]


def _whole(values: Sequence[float]) -> str:
    return f"{min(values):,.0f} / {median(values):,.0f} / {max(values):,.0f}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _cases(sizes: Sequence[int]) -> list[Case]:
    ways: tuple[Way, ...] = ("download", "upload")
    return [Case(way, tls, size) for size in sizes for tls in (False, True) for way in ways]


def _capacity(here: Space, sizes: Sequence[int], runs: int) -> tuple[list[Found], list[Visited]]:
    """Every case of every server, the servers in turn."""
    found: list[Found] = []
    with ExitStack() as stack:
        servers = [
            stack.enter_context(server)
            for server in (nginx(here, _OPEN), librespeed(here), ndt(here))
        ]
        for case in _cases(sizes):
            sides = [
                lambda server=server, case=case: found.append(_load(server, here, case))
                for server in servers
                if server.asked.small or case.at_once == _NDT_AT_ONCE
            ]
            in_turn(sides, runs)
            sys.stderr.write(f"{case}\n")
        visited: list[Visited] = []
        for tls in (False, True):
            sides = [
                lambda server=server, tls=tls: visited.append(_visits(server, here, tls=tls))
                for server in servers
                if server.asked.small
            ]
            in_turn(sides, runs)
    _say(capacity_table(found, servers[1].name))
    _say(capacity_table(found, servers[2].name))
    _say(visits_table(visited, servers[1].name))
    return found, visited


def _kernel_tls(here: Space, runs: int) -> None:
    if not kernel_has_tls():
        _say("The kernel of this machine does not encrypt (CONFIG_TLS): not measured.\n")
        return
    found: list[Found] = []
    with nginx(here, _OPEN, kernel_tls=True) as server:
        for way in ("download", "upload"):
            case = Case(way, True, _NDT_AT_ONCE)
            in_turn([lambda case=case: found.append(_load(server, here, case))], runs)
            _say(f"The kernel encrypts: {case}: {Spread.of(_gbits(found, 'nginx', case))}\n")


def full_text(told: Full) -> str:
    """A sentence or two; BenchError when the limit did not hold or nobody took its place."""
    if (told.let_in, told.refused) != (_AS_DOCUMENTED, _TOO_MANY):
        raise BenchError(
            f"limit_conn {_AS_DOCUMENTED} let in {told.let_in} and refused {told.refused}"
        )
    for way, servers in (("down", told.down), ("up", told.up)):
        if not servers or any(server.startswith(told.first) for server in servers):
            raise BenchError(f"our test {way} has figures of {servers or 'nobody'}")
    return (
        f"Of {_AS_DOCUMENTED + _TOO_MANY} downloads at once limit_conn {_AS_DOCUMENTED} let in "
        f"{told.let_in} and refused {told.refused} with 503. Our test, refused both ways "
        f"({told.down_failed}; {told.up_failed}), measured both at the second server.\n"
    )


def _full(here: Space) -> Full:
    with nginx(here, _AS_DOCUMENTED) as first, librespeed(here) as second:
        load = Load(
            host=HERE,
            port=first.plain.port,
            pid=first.plain.pid,
            head="GET /download HTTP/1.1\r\nHost: speed\r\n\r\n",
            connections=_AS_DOCUMENTED + _TOO_MANY,
        )
        return here.told(
            "bench.server_full", load, Full, f"http://{HERE}:{second.plain.port}/backend"
        )


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(word) for word in text.split(","))
    if not all(0 < size <= 200 for size in sizes):
        raise argparse.ArgumentTypeError("from 1 to 200 tests at once")
    return sizes


def main(argv: Sequence[str]) -> int:
    """Print the tables, then the sums of the document with the figures found here."""
    parser = argparse.ArgumentParser(prog="python -m bench test_servers", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, choices=range(1, _MOST_RUNS + 1))
    parser.add_argument("--at-once", type=_sizes, default=(1, 10, 100))
    wanted = parser.parse_args(argv)
    with space() as here:
        found, visited = _capacity(here, wanted.at_once, wanted.runs)
        _kernel_tls(here, wanted.runs)
        _say(full_text(_full(here)))
    _say("The sums of docs/test-servers.md with the least of these medians:\n")
    _say(sums_table(LINES, *per_core(found, visited), Assumed()))
    return 0
