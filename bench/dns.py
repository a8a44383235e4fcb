"""DNS timing beside `dig`: bias against the wire's stamps, processor time of a lookup, lost ones.

Both ask the router and the provider's resolver of the home `healthy-cable`, by IPv4 and IPv6, one
question after the other; what one costs is the difference of a long and a short run. Then both ask
all that a check asks four resolvers, we at once, dig one after the other, which is what it can.
Last, the same of a resolver that drops four questions in ten (`isp-dns-flaky`): what each tells.
"""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench import dig, peers
from bench.harness import BenchError, Figure, Outcome, Row, Used, paired, row, run, table
from bench.ipv6 import ROUTER6, await_ipv6
from bench.spreads import Kind, spread_table
from bench.watched import Passed, watching
from tests.sim.atlas import PROVIDER_RESOLVER, PROVIDER_RESOLVER6
from tests.sim.home import Home
from tests.sim.scenario import load

_ROUTER = "192.168.1.1"
_SERVERS = (
    ("router, IPv4", _ROUTER),
    ("router, IPv6", ROUTER6),
    ("provider's resolver, IPv4", PROVIDER_RESOLVER),
    ("provider's resolver, IPv6", PROVIDER_RESOLVER6),
)
#: those that a check of the lab's homes asks (tests/sim/profile.py), and its first sites
_OF_A_CHECK = (_ROUTER, PROVIDER_RESOLVER, "9.9.9.9", "1.1.1.1")
_NAMES = ("www.wikipedia.org", "www.google.com")
_SHORT, _LONG = 25, 175
#: ours asks so often where some of a handful stay unanswered (diagnostics/probes/names.py)
_MORE = 16
#: as long as ours waits, in whole seconds, and once
_PATIENT = ("+tries=1", "+time=2")
_FLAKY = "isp-dns-flaky"


@dataclass(frozen=True)
class Asked(Outcome):
    """A whole set of questions: how many were told of and how many told as lost, and the wire's."""

    questions: int = 0
    told_lost: float = 0.0
    wire_lost: float = 0.0


Ask = Callable[[str, int], tuple[Used, Sequence[float]]]


def _ours(home: Home) -> Ask:
    def ask(server: str, count: int) -> tuple[Used, Sequence[float]]:
        words = [sys.executable, "-m", "bench.echo_once", "dns", server, _NAMES[0], str(count)]
        used = run(home.command(words), environ=home.environ())
        return used, [float(line) for line in used.output.split()]

    return ask


def _dig(home: Home, program: str) -> Ask:
    def ask(server: str, count: int) -> tuple[Used, Sequence[float]]:
        text = dig.questions([(server, _NAMES[0])] * count)
        used = run(home.command(dig.command(program)), environ=home.environ(), text=text)
        return used, dig.told(used.output).rtts_ms

    return ask


def _timed(home: Home, ask: Ask, server: str) -> Outcome:
    """Error is the bias in ms: median of the program less median of the wire."""
    with watching(home, "dns") as passed:
        short, _ = ask(server, _SHORT)
        long, rtts_ms = ask(server, _LONG)
    wire_ms = passed.rtts_ms[-_LONG:]
    if len(rtts_ms) < _LONG or len(wire_ms) < _LONG:
        raise BenchError(f"questions to {server} got lost: {long.errors.strip()[-200:]}")
    return Outcome(
        wall_s=long.wall_s,
        cpu_s=(long.cpu_s - short.cpu_s) / (_LONG - _SHORT),
        peak_bytes=long.peak_bytes,
        error=median(rtts_ms) - median(wire_ms),
    )


def _one_server(home: Home, program: str, server: str, runs: int) -> list[Row]:
    pairs = paired(
        lambda: _timed(home, _ours(home), server),
        lambda: _timed(home, _dig(home, program), server),
        runs,
    )
    return [
        row("bias", "µs", pairs, lambda o: None if o.error is None else abs(o.error) * 1e3),
        row("CPU a lookup", "µs", pairs, lambda o: o.cpu_s * 1e6),
        row("peak memory", "MB", pairs, lambda o: o.peak_bytes / 1e6),
    ]


def of_a_check(server: str, more: int = 0) -> list[tuple[str, str]]:
    """What ours asks one resolver: two names, kept ones of them, new ones and ones nobody has."""
    label = secrets.token_hex(6)
    known = [_NAMES[i % 2] for i in range(2 + 8)]
    fresh = [f"{label}.{name.partition('.')[2]}" for name in _NAMES]
    nowhere = [f"fh{label}{i}.{end}" for i, end in enumerate(("com", "org"))]
    return [(server, name) for name in (*known, *fresh, *nowhere, *_NAMES[:1] * more)]


def _asked(used: Used, wall_s: float, told: tuple[int, int], passed: Passed) -> Asked:
    """`told`: how many questions the program counts, and how many of them as lost."""
    counted, lost = told
    if not counted or not passed.questions:
        raise BenchError(f"nothing was asked: {used.errors.strip()[-200:]}")
    told_lost, wire_lost = lost / counted, passed.unanswered / passed.questions
    return Asked(
        wall_s=wall_s,
        cpu_s=used.cpu_s,
        peak_bytes=used.peak_bytes,
        error=told_lost - wire_lost,
        questions=passed.questions,
        told_lost=told_lost,
        wire_lost=wire_lost,
    )


def _our_set(home: Home, servers: Sequence[str]) -> Asked:
    words = ["names", ",".join(servers), ",".join(_NAMES)]
    with watching(home, "dns") as passed:
        used = run(
            home.command([sys.executable, "-m", "bench.echo_once", *words]), environ=home.environ()
        )
    rows = [line.split() for line in used.output.splitlines()]
    sent, answered = sum(int(r[1]) for r in rows), sum(int(r[2]) for r in rows)
    last = used.errors.strip().rpartition("\n")[2]
    wall_s = float(last) if re.fullmatch(r"\d+\.\d{4}", last) else used.wall_s
    return _asked(used, wall_s, (sent, sent - answered), passed)


def _dig_set(home: Home, program: str, servers: Sequence[str], more: int = 0) -> Asked:
    asked = [pair for server in servers for pair in of_a_check(server, more)]
    with watching(home, "dns") as passed:
        used = run(
            home.command(dig.command(program, *_PATIENT)),
            environ=home.environ(),
            text=dig.questions(asked),
        )
    told = dig.told(used.output)
    return _asked(used, used.wall_s, (len(told.rtts_ms) + told.silent, told.silent), passed)


def _of(figure: Callable[[Asked], float]) -> Figure:
    return lambda outcome: figure(outcome) if isinstance(outcome, Asked) else None


_SET = (
    Kind("time", "s", lambda o: o.wall_s),
    Kind("CPU", "CPU-s", lambda o: o.cpu_s),
    Kind("peak memory", "MB", lambda o: o.peak_bytes / 1e6),
    Kind("questions on the wire", "", _of(lambda o: o.questions)),
)
_LOSS = (
    *_SET,
    Kind("told as lost", "%", _of(lambda o: 100 * o.told_lost), compared=False),
    Kind("lost on the wire", "%", _of(lambda o: 100 * o.wire_lost), compared=False),
    Kind("told less true", "points", _of(lambda o: 100 * (o.error or 0)), compared=False),
)


def _healthy(program: str, runs: int) -> None:
    with Home.build(load("healthy-cable")) as home:
        await_ipv6(home)
        for name, server in _SERVERS:
            rows = _one_server(home, program, server, runs)
            sys.stdout.write(table(f"DNS, {name}", rows, "dig") + "\n")
        pairs = paired(
            lambda: _our_set(home, _OF_A_CHECK),
            lambda: _dig_set(home, program, _OF_A_CHECK),
            runs,
        )
        title = "DNS, all that a check asks four resolvers"
        sys.stdout.write(spread_table(title, pairs, _SET, "dig") + "\n")


def _flaky(program: str, runs: int) -> None:
    servers = (PROVIDER_RESOLVER,)
    scenario = load(_FLAKY)
    with Home.build(scenario) as home:
        pairs = paired(
            lambda: _our_set(home, servers),
            lambda: _dig_set(home, program, servers, _MORE),
            runs,
        )
    title = f"DNS, a resolver that drops {scenario.provider.resolver_loss_percent:g} % of questions"
    sys.stdout.write(spread_table(title, pairs, _LOSS, "dig") + "\n")


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench dns", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    wanted = parser.parse_args(argv)
    program = str(peers.debian("dig", "bind9-dnsutils"))
    _healthy(program, wanted.runs)
    _flaky(program, wanted.runs)
    return 0
