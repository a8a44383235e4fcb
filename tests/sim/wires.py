"""The user-space wires: starting them, telling them their figures, pulling their plugs."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from tests.sim.complaint import LabError
from tests.sim.scenario import Way, Wire
from tests.sim.stage import Stage, environment


@dataclass(frozen=True)
class End:
    """A network and the name of the wire's interface there."""

    place: str
    interface: str


@dataclass(frozen=True)
class Usual:
    """What a way of this wire has when the scenario does not say."""

    rate_mbps: float
    delay_ms: float
    queue_ms: float


def words(way: Way, usual: Usual, plugged: bool) -> str:
    """The figures of a way as the wire's program reads them.

    The kernel takes up to a second to act on a lost carrier, so an unplugged wire is also cut.
    """
    rate = usual.rate_mbps if way.rate_mbps is None else way.rate_mbps
    delay = usual.delay_ms if way.delay_ms is None else way.delay_ms
    queue = usual.queue_ms if way.queue_ms is None else way.queue_ms
    figures = {
        "rate_bps": rate * 1e6,
        "delay_us": delay * 1e3,
        "jitter_us": way.jitter_ms * 1e3,
        "jitter_step_us": way.jitter_step_ms * 1e3,
        "loss": way.loss_percent / 100,
        "bad_loss": way.burst_loss_percent / 100,
        "good_us": way.burst_good_ms * 1e3,
        "bad_us": way.burst_bad_ms * 1e3,
        "drop_every_us": way.drop_every_ms * 1e3,
        "drop_for_us": way.drop_for_ms * 1e3,
        "reorder": way.reorder_percent / 100,
        "reorder_us": way.reorder_ms * 1e3,
        "duplicate": way.duplicate_percent / 100,
        "queue_us": queue * 1e3,
        "queue_bytes": way.queue_bytes,
        "police_bps": way.police_mbps * 1e6,
        "police_bytes": way.police_bytes,
        "max_bytes": way.max_bytes,
        "cut": float(way.cut or not plugged),
    }
    return " ".join(f"{key}={value:.9g}" for key, value in figures.items())


class RunningWire:
    """One wire's process."""

    def __init__(self, stage: Stage, near: End, far: End, mtu: int, seed: int) -> None:
        self._near, self._far = near, far
        self._stage = stage
        command = [str(stage.tools.link)]
        for end in (near, far):
            command += [str(stage.network(end.place)), end.interface, str(mtu)]
        self._process = subprocess.Popen(
            [*command, str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        if self._line() != "ready":
            raise LabError("The lab's wire did not start; is /dev/net/tun there and writable?")

    def _line(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""

    def tell(self, command: str) -> str:
        """One control line (see link.c) and its answer; LabError when it is refused."""
        if self._process.stdin is None:
            raise LabError("The lab's wire has no control.")
        self._process.stdin.write(command + "\n")
        answer = self._line()
        if not answer or answer.startswith("error"):
            raise LabError(f"The lab's wire refused `{command}`: {answer or 'it has ended'}.")
        return answer

    def end(self) -> None:
        """Take the wire and its devices down."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(10)
        if self._process.stdout:
            self._process.stdout.close()

    def apply(self, wire: Wire, up: Usual, down: Usual) -> None:
        """Take on the wire's figures, and its plug."""
        self.tell(f"up {words(wire.up, up, wire.carrier)}")
        self.tell(f"down {words(wire.down, down, wire.carrier)}")
        for side in "ab":
            self.tell(f"carrier {side} {int(wire.carrier)}")

    def show_speed(self, speed_mbps: int, duplex: str) -> None:
        """What both ends report as negotiated."""
        for end in (self._near, self._far):
            setting = ["speed", str(speed_mbps), "duplex", duplex, "autoneg", "on"]
            self._stage.run(end.place, ["ethtool", "-s", end.interface, *setting])
