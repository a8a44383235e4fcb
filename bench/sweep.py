"""The sweep of a /24 beside `nmap -sn` and arp-scan, where some hosts answer late."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from bench import peers
from bench.harness import Outcome, Used, paired, table, usual_rows
from bench.harness import run as taken
from diagnostics.wire.sweep import WAKES_S
from tests.sim.home import Home
from tests.sim.scenario import load

_NETWORK = "192.168.1.0/24"
#: the router, the disk, the other computer
_AWAKE = {"192.168.1.1", "192.168.1.50", "192.168.1.120"}
#: nothing shows this one before it answers: ours is asked as a check asks, which looks again then
_ALONE = "a phone answers after 950 ms, and no other late"
_HOMES = (
    ("everybody awake", ()),
    ("a phone answers after 350 ms", ("210:350",)),
    ("phones answer after 350 and 600 ms", ("210:350", "211:600")),
    ("phones answer after 350, 600 and 950 ms", ("210:350", "211:600", "212:950")),
    (_ALONE, ("212:950",)),
)
_ADDRESS = re.compile(r"192\.168\.1\.\d+")


@contextmanager
def _sleeping(home: Home, hosts: Sequence[str]) -> Generator[set[str]]:
    """Everybody who is there."""
    if not hosts:
        yield _AWAKE
        return
    command = [sys.executable, "-m", "bench.sleepers", "eth0", "192.168.1", *hosts]
    with home.popen(command, place="pc") as program:
        try:
            assert program.stdout is not None  # noqa: S101 - made with pipes
            program.stdout.readline()
            yield _AWAKE | {f"192.168.1.{host.partition(':')[0]}" for host in hosts}
        finally:
            program.terminate()


def _side(home: Home, command: list[str], there: set[str]) -> Outcome:
    """Error is the number of hosts that were missed."""
    home.run(["ip", "neigh", "flush", "all"])
    used = taken(home.command(command), environ=home.environ())
    missed = there - set(_ADDRESS.findall(used.output))
    return Outcome(_without_start(used), used.cpu_s, used.peak_bytes, error=float(len(missed)))


def _without_start(used: Used) -> float:
    """Ours tells how long it took without the start of Python, which a check pays once."""
    last = used.errors.strip().rpartition("\n")[2]
    return float(last) if re.fullmatch(r"\d+\.\d{4}", last) else used.wall_s


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench sweep", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    wanted = parser.parse_args(argv)
    ours = [sys.executable, "-m", "bench.echo_once", "sweep", _NETWORK]
    nmap = str(peers.debian("nmap", "nmap"))
    scan = str(peers.debian("arp-scan", "arp-scan"))
    theirs = (
        ("nmap -sn", [nmap, "-sn", "-n", _NETWORK]),
        ("arp-scan", [scan, "-q", "-I", "eth0", _NETWORK]),
    )
    with Home.build(load("healthy-cable")) as home:
        for title, hosts in _HOMES:
            asked = [*ours, str(WAKES_S)] if title == _ALONE else ours
            with _sleeping(home, hosts) as there:
                for name, command in theirs:
                    pairs = paired(
                        lambda at=there, call=asked: _side(home, call, at),
                        lambda at=there, call=command: _side(home, call, at),
                        wanted.runs,
                    )
                    rows = usual_rows(pairs, error_unit="hosts missed", error_scale=1)
                    sys.stdout.write(table(f"Sweep of a /24, {title}", rows, name) + "\n")
    return 0
