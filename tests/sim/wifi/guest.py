"""First program in the guest: builds the home with its radios, runs the command, ends the guest.

The home is that of the other scenarios (tests.sim.country and its neighbours); only the line is
held by the guest's own kernel (tbf, netem), and the computer's hop is the air.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import msgspec

from tests.sim import country, spaces
from tests.sim.authority import certificates
from tests.sim.boxes import HomeServices
from tests.sim.complaint import LabError
from tests.sim.scenario import Scenario, changed
from tests.sim.servers.manners import Manners
from tests.sim.stage import Stage, wait_until
from tests.sim.subscriber import Subscriber, environ
from tests.sim.toolchain import cache, search_path, tools
from tests.sim.walls import raise_walls
from tests.sim.wifi.job import Job, Told
from tests.sim.wifi.radios import Radios

_POWER_OFF = 0x4321FEDC  # reboot(2)
_QUEUE_MS = 60
_FAILED = 125
_OVERTIME = 124


class AirHome:
    """The home in the guest."""

    def __init__(self, stage: Stage, scenario: Scenario) -> None:
        if scenario.air is None:
            raise LabError("This scenario has no air; it needs no guest.")
        self._stage = stage
        self._scenario = changed(scenario, {"hop.name": "wlan0"})
        self.radios = Radios(stage, scenario.air)
        self.client = self._build()

    def _build(self) -> Subscriber:
        stage, scenario = self._stage, self._scenario
        stage.make_networks(country.places(scenario))
        country.settle(stage, scenario)
        root = _tell_servers(stage, scenario)
        stage.start("servers", [sys.executable, "-m", "tests.sim.servers", str(stage.folder)])
        country.lay_roads(stage, scenario)
        _lay_line(stage)
        country.number(stage, scenario)
        _hold_line(stage, scenario)
        raise_walls(stage, scenario)
        HomeServices(stage).apply(scenario)
        self.radios.switch_on_points()
        client = Subscriber(stage, root)
        client.switch_on(scenario)
        self.radios.hand_over()
        if self.radios.join(client):
            client.configure(scenario)
        if not wait_until((stage.folder / "servers-ready").exists, 40):
            raise LabError("The guest's servers did not start.")
        return client


def _lay_line(stage: Stage) -> None:
    """The line, and a plug where the other homes' computer has its cable."""
    router, edge, lan = (stage.network(place) for place in ("router", "edge", "lan"))
    stage.batch(
        "",
        [
            f"link add wan netns {router} type veth peer name access0 netns {edge}",
            f"link add port-client netns {lan} type dummy",
        ],
    )


def _hold_line(stage: Stage, scenario: Scenario) -> None:
    """Rate and queue at the sender's end, the way's delay and loss behind them."""
    plan, line = scenario.plan, scenario.line
    for place, device, way, rate_mbps in (
        ("router", "wan", line.up, plan.up_mbps),
        ("edge", "access0", line.down, plan.down_mbps),
    ):
        rate = (way.rate_mbps or rate_mbps) * 1e6
        burst = max(3200, int(rate / 8 / 100))
        room = max(6000, int(rate / 8 * (way.queue_ms or _QUEUE_MS) / 1000))
        delay_ms = way.delay_ms or plan.rtt_ms / 2
        lines = [
            (
                f"qdisc add dev {device} root handle 1: netem delay {delay_ms:g}ms"
                f" loss {way.loss_percent:g}% limit 20000"
            ),
            f"qdisc add dev {device} parent 1: tbf rate {int(rate)}bit burst {burst} limit {room}",
        ]
        stage.run(place, ["tc", "-batch", "-"], "\n".join(lines) + "\n")
        # whole packets only, so that queue and loss see what a line sees
        stage.run(place, ["ip", "link", "set", device, "gso_max_segs", "1"])


def _tell_servers(stage: Stage, scenario: Scenario) -> Path:
    folder = cache() / "authority"
    folder.mkdir(exist_ok=True)
    made = certificates(folder, scenario.world.clock_offset_s)
    shutil.copy(made.server, stage.folder / "server.pem")
    (stage.folder / "manners.json").write_bytes(msgspec.json.encode(Manners()))
    return made.root


def _run(job: Job, home: AirHome, enter: str) -> int:
    """The command on the subscriber's computer, with what happens meanwhile."""
    path = f"{job.environ.get('PATH', '')}:{search_path()}"
    own = job.environ | environ(job.scenario) | {"PATH": path}
    line = [enter, "-t", str(home.client.pid), "-c", job.cwd, "--", *job.command]
    with Path(job.folder, "out").open("ab") as out, Path(job.folder, "err").open("ab") as err:
        process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=own, start_new_session=True
        )
        threading.Thread(target=home.radios.play, daemon=True).start()
        try:
            code = process.wait(job.limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return _OVERTIME
    return code if code >= 0 else 128 - code


def _tell(folder: Path, told: Told) -> None:
    with (folder / "told").open("ab") as file:
        file.write(msgspec.json.encode(told) + b"\n")


def _play(folder: Path) -> int:
    path = folder / "job.json"
    job = msgspec.json.decode(path.read_bytes(), type=Job)
    path.unlink()  # the command need not know what it is up against
    begun_s = time.monotonic()
    ground = cache() / "stage"
    ground.mkdir(exist_ok=True)
    spaces.keep_mounts_private()
    spaces.mount("none", ground, "tmpfs", 0, "mode=700,size=256m")
    stage = Stage(ground, tools())
    try:
        home = AirHome(stage, job.scenario)
        _tell(folder, Told(what="ready", after_s=round(time.monotonic() - begun_s, 2)))
        return _run(job, home, str(stage.tools.enter))
    finally:
        for log in sorted(ground.glob("*.log")):
            said = log.read_text(encoding="utf-8", errors="replace")[-4000:]
            sys.stdout.write(f"==> {log.name}\n{said}\n")
        sys.stdout.flush()


def main(folder: Path) -> None:
    """Play the job in `folder`, say how it ended, and switch the guest off."""
    code = _FAILED
    try:
        code = _play(folder)
    except LabError as fault:
        _tell(folder, Told(what="failed", text=str(fault)))
    except Exception:  # noqa: BLE001 - the guest must end, and say why
        _tell(folder, Told(what="failed", text=traceback.format_exc()[-1500:]))
    _tell(folder, Told(what="ended", code=code))
    os.sync()
    ctypes.CDLL(None).reboot(_POWER_OFF)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
