"""The sweep of a /24 beside `nmap -sn` and arp-scan, and by IPv6 beside nmap's scripts and ping.

In some homes phones answer late; each side is held against everybody who is there. --homes takes
the homes whose title holds a text (`--homes IPv6`). The peers are run as root, ours needs no
rights.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence

from bench import peers
from bench.harness import Outcome, Used, paired
from bench.harness import run as taken
from bench.ipv6 import await_ipv6
from bench.spreads import spread_table, usual_kinds
from bench.sweep_homes import (
    NETWORK,
    SweptHome,
    addresses4,
    addresses6,
    chosen,
    furnished,
    missed,
)
from diagnostics.wire.sweep import SHORTEST_S, WAKES_S
from tests.sim.home import Home
from tests.sim.scenario import load

#: an echo to all nodes; to a group with a wrong option, which a host must complain of; a question
#: for the groups that are listened to. The fourth, slaac, gives the home's computers addresses.
_SCRIPTS = "targets-ipv6-multicast-"
_ONE, _ALL = ("echo",), ("echo", "invalid-dst", "mld")
Peer = tuple[str, list[str]]


def _side(
    home: Home, command: list[str], swept: SweptHome, there: Sequence[frozenset[str]]
) -> Outcome:
    """Error is the number of hosts that were missed."""
    for family in ("-4", "-6"):
        home.run(["ip", family, "neigh", "flush", "all"])
    used = taken(home.command(command), environ=home.environ())
    named = addresses6(used.output) if swept.ipv6 else addresses4(used.output)
    wrong = float(missed(there, named))
    return Outcome(_without_start(used), used.cpu_s, used.peak_bytes, error=wrong)


def _without_start(used: Used) -> float:
    """Ours tells how long it took without the start of Python, which a check pays once."""
    last = used.errors.strip().rpartition("\n")[2]
    return float(last) if re.fullmatch(r"\d+\.\d{4}", last) else used.wall_s


def _ours(swept: SweptHome) -> list[str]:
    if swept.ipv6:
        least_s = WAKES_S if swept.alone else SHORTEST_S
        words = ["sweep6", "eth0", str(least_s), *([NETWORK] if swept.silent else [])]
    else:
        words = ["sweep", NETWORK, *([str(WAKES_S)] if swept.alone else [])]
    return [sys.executable, "-m", "bench.echo_once", *words]


def _peers(swept: SweptHome) -> list[Peer]:
    nmap = str(peers.debian("nmap", "nmap"))
    if not swept.ipv6:
        scan = str(peers.debian("arp-scan", "arp-scan"))
        return [
            ("nmap -sn", [nmap, "-sn", "-n", NETWORK]),
            ("arp-scan", [scan, "-q", "-I", "eth0", NETWORK]),
        ]
    scripts = ",".join(_SCRIPTS + name for name in (_ALL if swept.silent else _ONE))
    words = ["-6", "-e", "eth0", "--script", scripts, "--script-args", "newtargets", "-sn", "-n"]
    ping = str(peers.debian("ping", "iputils-ping"))
    return [
        ("nmap -6, 3 scripts" if swept.silent else "nmap -6", [nmap, *words]),
        ("ping ff02::1", [ping, "-6", "-n", "-c", "2", "ff02::1%eth0"]),
    ]


def main(argv: Sequence[str]) -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench sweep", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--homes", default="", help="those whose title holds this text")
    wanted = parser.parse_args(argv)
    homes = chosen(wanted.homes)
    with Home.build(load("healthy-cable")) as home:
        await_ipv6(home)
        for swept in homes:
            with furnished(home, swept) as there:
                for name, command in _peers(swept):
                    pairs = paired(
                        lambda at=there, of=swept: _side(home, _ours(of), of, at),
                        lambda at=there, of=swept, call=command: _side(home, call, of, at),
                        wanted.runs,
                    )
                    title = f"Sweep, {swept.title}, {name}"
                    kinds = usual_kinds(f"hosts missed of {len(there)}")
                    sys.stdout.write(spread_table(title, pairs, kinds, name) + "\n")
                    sys.stdout.flush()
    return 0
