"""A line of the lab for the wire's own tests: near = wire = edge - mid - far, in namespaces.

`mid` does not tell when a hop limit runs out there (a silent hop).  The wire between
`near` and `edge` has the rate, delay, queue and loss that a test asks for.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.sim.stage import Stage, environment, wait_until
from tests.sim.toolchain import tools

ROOT = Path(__file__).parents[3]
PLACES = ("near", "edge", "mid", "far")
FAR4, FAR6 = "10.8.2.2", "fd08:2::2"
HOPS4 = ("10.8.0.2", "10.8.1.2", FAR4)
HOPS6 = ("fd08::2", "fd08:1::2", FAR6)

_SETTINGS = {
    "ipv4/ip_forward": "1",
    "ipv6/conf/all/forwarding": "1",
    "ipv6/conf/all/accept_dad": "0",
    "ipv6/conf/default/accept_dad": "0",
    "ipv4/ping_group_range": "0 2147483647",
    "ipv4/tcp_congestion_control": "first of cubic reno",
    "ipv4/tcp_no_metrics_save": "1",
    "ipv4/icmp_ratelimit": "0",
    "ipv6/icmp/ratelimit": "0",
}
_SILENT = """table inet silent {
 chain out { type filter hook output priority 0;
 icmp type time-exceeded drop
 icmpv6 type time-exceeded drop
}
}"""


@dataclass
class Line:
    """`tell` sets the wire's figures; `near` runs one measurement in the namespace."""

    stage: Stage
    wire: subprocess.Popen[str]

    def tell(self, command: str) -> str:
        assert self.wire.stdin is not None
        assert self.wire.stdout is not None
        self.wire.stdin.write(command + "\n")
        self.wire.stdin.flush()
        answer = self.wire.stdout.readline().strip()
        assert answer
        assert not answer.startswith("error"), answer
        return answer

    def way(self, way: str, rate_mbps: float, rtt_ms: float, queue_ms: float, loss: float) -> None:
        self.tell(
            f"{way} rate_bps={rate_mbps * 1e6:.0f} delay_us={rtt_ms * 500:.0f}"
            f" queue_us={queue_ms * 1000:.0f} loss={loss}"
        )

    def near(self, *words: str) -> bytes:
        """What `near_end` prints: one JSON document."""
        command = [sys.executable, "-m", "tests.unit.wire.near_end", *words]
        done = subprocess.run(
            self.stage.within("near", command),
            capture_output=True,
            timeout=60,
            check=False,
            cwd=ROOT,
            env=environment(),
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


def decoded(data: bytes, kind: type[msgspec.Struct]) -> msgspec.Struct:
    return msgspec.json.decode(data, type=kind)


@contextmanager
def built(folder: Path) -> Generator[Line]:
    """Needs root: the caller skips without."""
    stage = Stage(folder, tools())
    with ExitStack() as stack:
        stage.make_networks(PLACES)
        for place in PLACES:
            stack.callback(_unmount, stage.network(place))
            stage.settle(place, _SETTINGS)
            stage.batch(place, ["link set lo up"])
        wire = stack.enter_context(_wire(stage))
        _connect(stage)
        stage.firewall("mid", _SILENT)
        stack.enter_context(_far_end(stage))
        yield Line(stage, wire)


def _unmount(path: Path) -> None:
    subprocess.run(["umount", "-l", str(path)], check=True)


@contextmanager
def _wire(stage: Stage) -> Generator[subprocess.Popen[str]]:
    ends = [str(stage.network("near")), "up0", "1500", str(stage.network("edge")), "dn0", "1500"]
    wire = subprocess.Popen(
        [str(stage.tools.link), *ends, "7"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert wire.stdin is not None
    assert wire.stdout is not None
    try:
        assert wire.stdout.readline().strip() == "ready"
        for side in "ab":
            wire.stdin.write(f"carrier {side} 1\n")
            wire.stdin.flush()
            wire.stdout.readline()
        yield wire
    finally:
        wire.stdin.close()
        wire.wait(10)
        wire.stdout.close()


def _connect(stage: Stage) -> None:
    for number, (one, other) in enumerate((("edge", "mid"), ("mid", "far")), start=1):
        peer = f"peer name dn{number} netns {stage.network(other)}"
        stage.batch(one, [f"link add up{number} type veth {peer}"])
    for number in range(3):
        one, other = PLACES[number], PLACES[number + 1]
        six = "" if number == 0 else f":{number}"
        stage.batch(
            one,
            [
                f"addr add 10.8.{number}.1/24 dev up{number}",
                f"addr add fd08{six}::1/64 dev up{number} nodad",
                f"link set up{number} up",
            ],
        )
        stage.batch(
            other,
            [
                f"addr add 10.8.{number}.2/24 dev dn{number}",
                f"addr add fd08{six}::2/64 dev dn{number} nodad",
                f"link set dn{number} up",
            ],
        )
    for place, way in (("near", "10.8.0.2"), ("edge", "10.8.1.2")):
        stage.batch(place, [f"route add default via {way}"])
    for place, way in (("far", "10.8.2.1"), ("mid", "10.8.1.1")):
        stage.batch(place, [f"route add default via {way}"])
    for place, way in (("near", "fd08::2"), ("edge", "fd08:1::2")):
        stage.batch(place, [f"route add ::/0 via {way}"])
    for place, way in (("far", "fd08:2::1"), ("mid", "fd08:1::1")):
        stage.batch(place, [f"route add ::/0 via {way}"])


@contextmanager
def _far_end(stage: Stage) -> Generator[None]:
    command = [sys.executable, "-m", "tests.unit.wire.far_end"]
    server = subprocess.Popen(
        stage.within("far", command), cwd=ROOT, env=environment(), stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        assert server.stdout.readline() == b"ready\n"
        yield
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()
        assert wait_until(lambda: server.poll() is not None, 1)


def settle_s(seconds: float) -> None:
    """Let what is still on the wire run out before the next measurement."""
    time.sleep(seconds)
