"""Throughput from 1 to 10 Gbit/s beside iperf3: error against the line, CPU, time, bytes.

    python -m bench fast [--runs 5] [--gbps 1 2.5 5 10]

The user-space wire ends at about 1 Gbit/s; here the kernel's own token bucket (tbf) holds both ways
of a pair of veth devices to a rate, which it counts over Ethernet frames.  There is no delay but
that of its queue.  Our side downloads from and uploads to nginx; iperf3 does the same with four
connections for five seconds each way.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from bench import peers
from bench.harness import BenchError, Outcome, Pair, Used, paired, row, table, usual_rows
from bench.line import FAR, Joined, write_files
from bench.receive import SERVES
from bench.speed_nginx import own_folders
from bench.throughput_once import Both
from tests.sim import spaces
from tests.sim.stage import Stage, wait_until
from tests.sim.toolchain import tools

_NEAR = "10.9.1.1"
#: payload of full segments in Ethernet frames, as tbf counts them
_PAYLOAD_SHARE = 1448 / 1514
_SECONDS, _CONNECTIONS = 5, 4
_LARGE_BYTES = 8 << 30
_START_S = 10.0
_LEAST_GBPS, _MOST_GBPS = 0.1, 40.0
_SETTINGS = """\
daemon off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    sendfile_max_chunk 512k;
    client_max_body_size 0;
    client_body_temp_path {folder}/body;
{own}    default_type application/octet-stream;
    server {{
        listen 80;
        root {folder};
        location = /download {{ try_files /large =404; }}
        location = /upload {{ return 200 ok; }}
    }}
}}
"""


class _Sum(msgspec.Struct, frozen=True):
    bits_per_second: float


class _End(msgspec.Struct, frozen=True):
    sum_received: _Sum


class Iperf(msgspec.Struct, frozen=True):
    """What `iperf3 -J` prints, as far as it is looked at."""

    end: _End


@contextmanager
def _joined() -> Generator[Joined]:
    """near = far, with nginx at the far end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firsthop-bench-")))
        stage = Stage(folder, tools())
        stage.make_networks(("near", "far"))
        for place in ("near", "far"):
            stack.callback(subprocess.run, ["umount", "-l", str(stage.network(place))], check=True)
        both = Joined(stage, write_files(folder))
        far = stage.network("far")
        stage.batch("near", [f"link add eth0 type veth peer name eth0 netns {far}"])
        for place, address in (("near", _NEAR), ("far", FAR)):
            ups = ["link set lo up", "link set eth0 up"]
            stage.batch(place, [*ups, f"addr add {address}/24 dev eth0"])
        stack.enter_context(both.started([str(_nginx()), "-c", str(_write(folder))], "far"))
        if not wait_until((folder / "nginx.pid").exists, _START_S):
            raise BenchError("nginx did not start")
        yield both


def _nginx() -> Path:
    return peers.debian("nginx", "nginx-light")


def _write(folder: Path) -> Path:
    with (folder / "large").open("wb") as large:  # takes no room
        large.truncate(_LARGE_BYTES)
    settings = folder / "nginx.conf"
    settings.write_text(_SETTINGS.format(folder=folder, own=own_folders(folder)), encoding="ascii")
    return settings


def _shape(both: Joined, gbps: float) -> None:
    """A bucket of a quarter of a millisecond's, not less than the largest packet of the kernel."""
    burst = max(131_072, int(gbps * 1e9 / 8 / 4000))
    words = f"rate {gbps * 1e9:.0f} burst {burst} latency 20ms"
    for place in ("near", "far"):
        both.stage.run(
            place, ["tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", *words.split()]
        )


def _moved_bytes(both: Joined) -> int:
    with spaces.inside(both.stage.network("near")):
        rows = Path("/proc/thread-self/net/dev").read_text("ascii").splitlines()
    words = next(line for line in rows if "eth0:" in line).split(":")[1].split()
    return int(words[0]) + int(words[8])


def _checked(used: Used) -> Used:
    if used.status:
        raise BenchError(f"a side ended with {used.status}: {used.errors.strip()[-300:]}")
    return used


def _worse(gbps: float, down_bps: float, up_bps: float) -> float:
    true_bps = gbps * 1e9 * _PAYLOAD_SHARE
    down, up = down_bps / true_bps - 1, up_bps / true_bps - 1
    sys.stderr.write(f"  {gbps:g} Gbit/s: down {100 * down:+.2f} %, up {100 * up:+.2f} %\n")
    return max(down, up, key=abs)


def _ours(both: Joined, gbps: float) -> Outcome:
    before = _moved_bytes(both)
    place = "http://speed.lab-isp.example"
    used = _checked(both.run([sys.executable, "-m", "bench.throughput_once", place]))
    found = msgspec.json.decode(used.output, type=Both)
    error = _worse(gbps, found.down.rate_bps, found.up.rate_bps)
    moved = _moved_bytes(both) - before
    return Outcome(used.wall_s, used.cpu_s, used.peak_bytes, moved, error)


def _theirs(both: Joined, gbps: float, program: str) -> Outcome:
    before = _moved_bytes(both)
    words = [program, "-c", FAR, "-P", str(_CONNECTIONS), "-t", str(_SECONDS), "-J"]
    ways = [_checked(both.run([*words, *more])) for more in (["-R"], [])]
    rates = [
        msgspec.json.decode(used.output, type=Iperf).end.sum_received.bits_per_second
        for used in ways
    ]
    return Outcome(
        sum(used.wall_s for used in ways),
        sum(used.cpu_s for used in ways),
        max(used.peak_bytes for used in ways),
        _moved_bytes(both) - before,
        _worse(gbps, rates[0], rates[1]),
    )


def _table(gbps: float, pairs: Sequence[Pair]) -> str:
    a_gigabit = row("CPU a gigabit", "CPU-s", pairs, _cpu_a_gigabit)
    return table(f"{gbps:g} Gbit/s", [*usual_rows(pairs), a_gigabit], "iperf3") + "\n"


def _cpu_a_gigabit(side: Outcome) -> float:
    return side.cpu_s / ((side.moved_bytes or 1) * 8e-9)


def main(argv: Sequence[str]) -> int:
    """One table a rate; 0 when all were measured."""
    parser = argparse.ArgumentParser(prog="python -m bench fast", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--gbps", type=float, nargs="+", default=[1.0, 2.5, 5.0, 10.0])
    wanted = parser.parse_args(argv)
    if any(not _LEAST_GBPS <= gbps <= _MOST_GBPS for gbps in wanted.gbps):
        raise BenchError(f"--gbps takes {_LEAST_GBPS:g} to {_MOST_GBPS:g}.")
    iperf3 = str(peers.debian("iperf3", "iperf3"))
    with _joined() as both, both.started([iperf3, *SERVES], "far"):
        for gbps in wanted.gbps:
            _shape(both, gbps)

            def ours(gbps: float = gbps) -> Outcome:
                return _ours(both, gbps)

            def theirs(gbps: float = gbps) -> Outcome:
                return _theirs(both, gbps, iperf3)

            sys.stdout.write(_table(gbps, paired(ours, theirs, wanted.runs)))
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
