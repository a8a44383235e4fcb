"""Ping beside fping: bias against the wire's own stamps, processor time of an echo, memory.

Both ask the router and a far place of the home `healthy-cable`, and three places at once, as a
check does, by IPv4 or, with --ipv6, by IPv6; what one echo costs is the difference of a long and a
short run, so that starting costs neither side.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from statistics import median

import msgspec

from bench import peers
from bench.harness import BenchError, Outcome, Row, Used, paired, row, run, table
from bench.ipv6 import FAR6, FARTHER6, ROUTER6, await_ipv6
from bench.watched import watching
from tests.sim.home import Home
from tests.sim.scenario import load

_AT_ONCE = ("192.168.1.1", "1.1.1.1", "8.8.8.8")
_AT_ONCE6 = (ROUTER6, FAR6, FARTHER6)
_SHORT, _LONG = 25, 275
_INTERVAL_S, _AT_ONCE_S = 0.02, 0.04
_RTT = re.compile(r"\d+\.\d+|\d+")


class _Ping(msgspec.Struct):
    """How to call one side, and how to read its round trips."""

    command: Callable[[str, int], list[str]]
    rtts_ms: Callable[[Used], list[float]]


def _ours() -> _Ping:
    base = [sys.executable, "-m", "bench.echo_once", "ping"]
    return _Ping(
        lambda target, count: [*base, target, str(count), str(_INTERVAL_S)],
        lambda used: [float(line) for line in used.output.split()],
    )


def _fping(program: list[str]) -> _Ping:
    def rtts_ms(used: Used) -> list[float]:
        _, _, told = used.errors.partition(" : ")
        return [float(word) for word in _RTT.findall(told)]

    period = f"{1000 * _INTERVAL_S:g}"
    return _Ping(
        lambda target, count: [*program, "-q", "-C", str(count), "-p", period, target], rtts_ms
    )


def _measured(home: Home, side: _Ping, target: str) -> Outcome:
    """Error is the bias in ms: median of the program less median of the wire."""
    with watching(home, "echo") as passed:
        short = run(home.command(side.command(target, _SHORT)), environ=home.environ())
        long = run(home.command(side.command(target, _LONG)), environ=home.environ())
    rtts_ms = side.rtts_ms(long)
    wire_ms = passed.rtts_ms[-_LONG:]
    if len(rtts_ms) < _LONG // 2 or not wire_ms:
        raise BenchError(f"echoes to {target} got lost: {long.errors.strip()[-200:]}")
    cpu_s = (long.cpu_s - short.cpu_s) / (_LONG - _SHORT)
    return Outcome(
        wall_s=long.wall_s,
        cpu_s=cpu_s,
        peak_bytes=long.peak_bytes,
        error=median(rtts_ms) - median(wire_ms),
    )


def _came_back(used: Used, count: int, places: int) -> int:
    """Ours says how many, a place a line: on a busy machine a few less than asked for are sent."""
    lines = [int(line) for line in used.output.split()] or [count] * places
    if used.status or min(lines) < count - 1 - count // 50:
        raise BenchError(f"echoes got lost: {lines} of {count}, {used.errors.strip()[-200:]}")
    return sum(lines)


def _measured_at_once(home: Home, command: Callable[[int], list[str]], places: int) -> Outcome:
    """Processor time of one echo of many, memory."""
    short = run(home.command(command(_SHORT)), environ=home.environ())
    long = run(home.command(command(_LONG)), environ=home.environ())
    echoes = _came_back(long, _LONG, places) - _came_back(short, _SHORT, places)
    cpu_s = (long.cpu_s - short.cpu_s) / echoes
    return Outcome(wall_s=long.wall_s, cpu_s=cpu_s, peak_bytes=long.peak_bytes)


def _at_once(home: Home, fping: list[str], targets: Sequence[str], runs: int) -> list[Row]:
    ours = [sys.executable, "-m", "bench.echo_once", "pings", ",".join(targets)]
    # its own pause between two places, 10 ms, would not fit in
    peer = [*fping, "-q", "-i", "1", "-p", f"{1000 * _AT_ONCE_S:g}", "-C"]
    places = len(targets)
    pairs = paired(
        lambda: _measured_at_once(home, lambda n: [*ours, str(n), str(_AT_ONCE_S)], places),
        lambda: _measured_at_once(home, lambda n: [*peer, str(n), *targets], places),
        runs,
    )
    return [
        row("CPU an echo", "µs", pairs, lambda o: o.cpu_s * 1e6),
        row("peak memory", "MB", pairs, lambda o: o.peak_bytes / 1e6),
    ]


def _one_place(home: Home, sides: tuple[_Ping, _Ping], target: str, runs: int) -> list[Row]:
    ours, peer = sides
    pairs = paired(
        lambda: _measured(home, ours, target), lambda: _measured(home, peer, target), runs
    )
    return [
        row("bias", "µs", pairs, lambda o: None if o.error is None else abs(o.error) * 1e3),
        row("CPU an echo", "µs", pairs, lambda o: o.cpu_s * 1e6),
        row("peak memory", "MB", pairs, lambda o: o.peak_bytes / 1e6),
    ]


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench echo", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ipv6", action="store_true", help="the same by IPv6")
    wanted = parser.parse_args(argv)
    program = str(peers.debian("fping", "fping"))
    fping = [program, "-6"] if wanted.ipv6 else [program]
    way, places = (" by IPv6", _AT_ONCE6) if wanted.ipv6 else ("", _AT_ONCE)
    sides = (_ours(), _fping(fping))
    with Home.build(load("healthy-cable")) as home:
        if wanted.ipv6:
            await_ipv6(home)
        for name, target in zip(("router", "far place"), places, strict=False):
            rows = _one_place(home, sides, target, wanted.runs)
            sys.stdout.write(table(f"Ping{way}, {name}", rows, "fping") + "\n")
        rows = _at_once(home, fping, places, wanted.runs)
        sys.stdout.write(table(f"Ping{way}, three places at once", rows, "fping") + "\n")
    return 0
