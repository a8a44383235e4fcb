"""A voice call's packets beside iperf3 in UDP mode: loss, jitter, order, and what it takes.

    python -m bench voice [--runs 5] [--seconds 3]

50 datagrams of 172 bytes a second, both ways at once, on a line that is clean, loses, delays now
more and now less, or lets packets overtake. Ours asks the lab's reflector (STAMP), iperf3 its own
server (`--bidir`). What is true is computed from what the kernel saw at the interface of each end,
packet by packet: loss, the jitter of RFC 3550, and packets that were overtaken (RFC 4737). Jitter
is a running figure: it is compared with the nearest that was true within the last five packets.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from bench import peers
from bench.harness import BenchError, Outcome, paired
from bench.line import FAR, BenchLine, Way, built
from bench.voice_report import Session, alone, costs, errors
from bench.voice_told import SideTold, of_iperf3, of_ours
from bench.voice_wire import tapped
from diagnostics.wire.stamp import StampPlan

_WANDERS = "jitter_us=5000"
_OVERTAKEN = "reorder=0.05 reorder_us=30000"
#: a name, and figures of the lab's wire (tests/sim/link/link.c) up and down
CASES = (
    ("a clean line", "", ""),
    ("2 % loss each way", "loss=0.02", "loss=0.02"),
    ("3 % loss, down only", "", "loss=0.03"),
    ("a delay that wanders, 5 ms on average", _WANDERS, _WANDERS),
    ("5 % wait 30 ms and are overtaken", _OVERTAKEN, _OVERTAKEN),
)
_CLEAN = "loss=0 jitter_us=0 reorder=0"
_DOWN, _UP, _RTT_MS = Way(50), Way(10), 20.0
_PLAN = StampPlan()
_PER_S = round(1 / _PLAN.interval_s)
_RATE_BPS = _PLAN.size * 8 * _PER_S
_SHORT_S = 1
#: until iperf3's server listens
_STARTS_S = 0.3
#: longer than what is on its way when a side ends
_REST_S = 0.2
#: a session that takes so much longer than its packets does not come about
_PATIENCE_S = 6.0
_MOST_TRIES = 6


@dataclass
class _Side:
    """How to ask for so many seconds of packets, and how to read what is told.

    `vain`: what became of sessions that did not come about.
    """

    name: str
    command: Callable[[int], list[str]]
    server: list[str]
    told: Callable[[str], SideTold]
    vain: list[str] = field(default_factory=list[str])
    short_cpu_s: float = 0.0


def _ours() -> _Side:
    def command(seconds: int) -> list[str]:
        return [sys.executable, "-m", "bench.voice_once", FAR, str(seconds * _PER_S)]

    return _Side("ours", command, [], of_ours)


def _iperf3(program: str) -> _Side:
    """Its server's own output is asked for: only that tells of order upwards."""
    stream = ["-u", "-b", str(_RATE_BPS), "-l", str(_PLAN.size), "--bidir"]
    call = [program, *stream, "-i", "0", "--json", "--get-server-output"]

    def command(seconds: int) -> list[str]:
        return [*call, "-t", str(seconds), "-c", FAR]

    return _Side("iperf3", command, [program, "-s", "-1", "--json"], of_iperf3)


def _session(line: BenchLine, side: _Side, seconds: int) -> tuple[Outcome, Session]:
    """The first that comes about."""
    for _ in range(_MOST_TRIES):
        try:
            return _attempt(line, side, seconds)
        except BenchError as failed:
            side.vain.append(str(failed))
    raise BenchError(f"{side.name} failed {_MOST_TRIES} times: {side.vain[-1]}")


def _attempt(line: BenchLine, side: _Side, seconds: int) -> tuple[Outcome, Session]:
    with ExitStack() as stack:
        if side.server:
            stack.enter_context(line.started(side.server, "far"))
            time.sleep(_STARTS_S)
        taps = stack.enter_context(tapped(line, _PLAN.size))
        before = line.moved_bytes()
        used = line.run(side.command(seconds), seconds + _PATIENCE_S)
        time.sleep(_REST_S)
        moved = line.moved_bytes() - before
        up, down = taps.read(seconds * _PER_S)
    if not used.output:
        raise BenchError(f"{side.name} ended with {used.status}: {used.errors.strip()[-200:]}")
    told = side.told(used.output)
    wall_s = used.wall_s if told.took_s is None else told.took_s
    outcome = Outcome(wall_s, used.cpu_s, used.peak_bytes, moved)
    return outcome, Session(side.name, told, up, down)


def _short_cpu_s(line: BenchLine, side: _Side) -> float:
    return median(_session(line, side, _SHORT_S)[0].cpu_s for _ in range(3))


def _tables(line: BenchLine, title: str, ours: _Side, peer: _Side, wanted: _Wanted) -> str:
    sessions: list[Session] = []

    def measured(side: _Side) -> Outcome:
        outcome, session = _session(line, side, wanted.seconds)
        sessions.append(session)
        return outcome

    pairs = paired(lambda: measured(ours), lambda: measured(peer), wanted.runs)
    short_cpu_s = (ours.short_cpu_s, peer.short_cpu_s)
    more = (wanted.seconds - _SHORT_S) * _PER_S
    made = costs(f"Voice packets, {title}", pairs, short_cpu_s, more)
    return "\n".join([made, errors(sessions), alone(sessions), *_in_vain(ours), *_in_vain(peer)])


def _in_vain(side: _Side) -> list[str]:
    """Said once, then forgotten."""
    if not side.vain:
        return []
    text = f"{side.name}: {len(side.vain)} more did not come about; the last: {side.vain[-1]}.\n"
    side.vain.clear()
    return [text]


class _Wanted(argparse.Namespace):
    runs: int
    seconds: int


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench voice", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of packets, 2 to 60")
    wanted = parser.parse_args(argv, _Wanted())
    if wanted.runs < 1 or not _SHORT_S < wanted.seconds <= 60:
        parser.error("there has to be a run, of 2 to 60 seconds")
    ours, peer = _ours(), _iperf3(str(peers.debian("iperf3", "iperf3")))
    reflector = [sys.executable, "-m", "bench.voice_reflector"]
    with built() as line, line.started(reflector, "far") as reflects:
        line.shape(_DOWN, _UP, _RTT_MS)
        assert reflects.stdout is not None  # noqa: S101 - made with a pipe
        reflects.stdout.readline()
        for side in (ours, peer):
            side.short_cpu_s = _short_cpu_s(line, side)
        for title, up, down in CASES:
            line.tell(f"up {_CLEAN} {up}")
            line.tell(f"down {_CLEAN} {down}")
            sys.stdout.write(_tables(line, title, ours, peer, wanted) + "\n")
            sys.stdout.flush()
    return 0
