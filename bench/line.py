"""One line in namespaces whose rate, delay, queue and loss are known: near - gate = wire = far.

`near` is the subscriber's computer, `gate` its router; `far` has the servers of `bench/far_end.py`.
Load stays in these namespaces, which have no way out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.harness import Used, run
from tests.sim.authority import certificates
from tests.sim.home import Ways
from tests.sim.servers.manners import Manners
from tests.sim.stage import Stage, environment, wait_until
from tests.sim.toolchain import cache, tools
from tests.sim.wires import End, RunningWire

ROOT = Path(__file__).parents[1]
PLACES = ("near", "gate", "far")
NEAR, GATE, WAN, FAR = "10.9.0.2", "10.9.0.1", "10.9.1.1", "10.9.1.2"
#: packets to there end at the gate: what somebody else at home fetches
ELSEWHERE = "10.9.9.9"
NAMES = (
    "www.speedtest.net",
    "c.speedtest.net",
    "speed.lab-isp.example",
    "speed.transit.example",
)
_END_S = 3.0
#: the bench's own programs, both sides alike, go before the machine's other work
_FIRST = ("chrt", "-r", "1")
#: bytes of payload in bytes of IP: TCP with time stamps over Ethernet's 1500
PAYLOAD_SHARE = 1448 / 1500


@dataclass(frozen=True)
class Way:
    """One direction: rate of IP packets, queue before it, share that is lost after it."""

    rate_mbps: float
    queue_ms: float = 50.0
    loss: float = 0.0
    police_mbps: float = 0.0
    police_bytes: float = 0.0

    def words(self, rtt_ms: float) -> str:
        """As the wire's program reads it; half of the round trip is this way's delay."""
        return (
            f"rate_bps={self.rate_mbps * 1e6:.0f} delay_us={rtt_ms * 500:.0f}"
            f" queue_us={self.queue_ms * 1000:.0f} loss={self.loss}"
            f" police_bps={self.police_mbps * 1e6:.0f} police_bytes={self.police_bytes:.0f}"
        )


class Joined:
    """Networks that are joined to each other; `run` runs a program at `near`."""

    def __init__(self, stage: Stage, trusted: Path) -> None:
        self.stage = stage
        self._trusted = trusted

    def command(self, argv: Sequence[str], place: str = "near") -> list[str]:
        """The command line that runs `argv` in a place, with the lab's names known."""
        hosts = self.stage.folder / "hosts"
        script = f'mount --bind {hosts} /etc/hosts && exec "$@"'
        words = ["unshare", "-m", "sh", "-c", script, "sh", *argv]
        return self.stage.within(place, [*_FIRST, *words])

    def environ(self) -> dict[str, str]:
        """Without proxies; the lab's own authority is trusted."""
        return environment() | {
            "SSL_CERT_FILE": str(self._trusted),
            "PYTHONPATH": str(ROOT),
        }

    def run(self, argv: Sequence[str], timeout_s: float = 120.0) -> Used:
        """Run a program at `near` to its end."""
        return run(self.command(argv), timeout_s=timeout_s, environ=self.environ(), cwd=ROOT)

    @contextmanager
    def started(self, argv: Sequence[str], place: str) -> Generator[subprocess.Popen[str]]:
        """A program that runs in a place while inside the block."""
        child = subprocess.Popen(
            self.command(argv, place),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=self.environ(),
            cwd=ROOT,
        )
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(_END_S)
            except subprocess.TimeoutExpired:  # ndt-server waits for its clients
                child.kill()
                child.wait()
            if child.stdout:
                child.stdout.close()


class BenchLine(Joined):
    """A built line; `tell` changes the wire."""

    def __init__(self, stage: Stage, wire: RunningWire, trusted: Path) -> None:
        super().__init__(stage, trusted)
        self._wire = wire
        self._one_at_a_time = threading.Lock()

    def tell(self, command: str) -> str:
        """One control line of the wire (tests/sim/link/link.c)."""
        with self._one_at_a_time:
            return self._wire.tell(command)

    def shape(self, down: Way, up: Way, rtt_ms: float) -> None:
        """Take on these figures."""
        self.tell(f"up {up.words(rtt_ms)}")
        self.tell(f"down {down.words(rtt_ms)}")

    def moved_bytes(self) -> int:
        """IP bytes that the wire has delivered so far, both ways."""
        ways = msgspec.json.decode(self.tell("figures"), type=Ways)
        return ways.up.bytes + ways.down.bytes

    def settle(self) -> None:
        """Wait until nobody sends any more, five seconds at most."""
        before = self.moved_bytes()
        for _ in range(20):
            time.sleep(0.25)
            now = self.moved_bytes()
            if now - before < 20_000:
                return
            before = now


@contextmanager
def built(server_sends: str = "cubic", near_sends: str = "reno") -> Generator[BenchLine]:
    """A line with its servers; `…_sends` names the congestion control of each side's TCP."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firsthop-bench-")))
        stage = Stage(folder, tools())
        stage.make_networks(PLACES)
        for place in PLACES:
            network = str(stage.network(place))
            stack.callback(subprocess.run, ["umount", "-l", network], check=True)
        wire = RunningWire(stage, End("gate", "wan"), End("far", "eth0"), 1500, 7)
        stack.callback(wire.end)
        for side in "ab":
            wire.tell(f"carrier {side} 1")
        _connect(stage, near_sends)
        trusted = write_files(folder)
        line = BenchLine(stage, wire, trusted)
        far_end = [sys.executable, "-m", "bench.far_end", str(folder), server_sends]
        stack.enter_context(line.started(far_end, "far"))
        wait_until((folder / "servers-ready").exists, 10)
        yield line


def write_files(folder: Path) -> Path:
    """Names, manners and certificate of the lab's servers; returns whom to trust."""
    rows = ["127.0.0.1 localhost", *(f"{FAR} {name}" for name in NAMES)]
    (folder / "hosts").write_text("\n".join(rows) + "\n", encoding="ascii")
    (folder / "manners.json").write_bytes(msgspec.json.encode(Manners()))
    authority = cache() / "authority"
    authority.mkdir(exist_ok=True)
    made = certificates(authority, 0)
    (folder / "server.pem").write_bytes(made.server.read_bytes())
    return made.root


def _connect(stage: Stage, near_sends: str) -> None:
    settings = {
        "ipv4/tcp_congestion_control": near_sends,
        "ipv4/tcp_no_metrics_save": "1",
        "ipv4/ping_group_range": "0 2147483647",
        "ipv4/icmp_ratelimit": "0",
        "ipv4/ip_forward": "1",
    }
    for place in PLACES:
        stage.settle(place, settings)
    stage.batch("near", [f"link add eth0 type veth peer name lan netns {stage.network('gate')}"])
    for place, lines in {
        "near": [f"addr add {NEAR}/24 dev eth0", f"route add default via {GATE}"],
        "gate": [
            f"addr add {GATE}/24 dev lan",
            f"addr add {WAN}/24 dev wan",
            f"route add blackhole {ELSEWHERE}/32",
            "link set lan up",
            "link set wan up",
        ],
        "far": [f"addr add {FAR}/24 dev eth0", f"route add default via {WAN}"],
    }.items():
        ups = ["link set lo up"] + (["link set eth0 up"] if place != "gate" else [])
        addresses = [text for text in lines if text.startswith(("addr", "link"))]
        routes = [text for text in lines if text.startswith("route")]
        stage.batch(place, [*ups, *addresses, *routes])
