"""First process of a lab's PID namespace: builds the home, obeys its owner, and takes all with it.

Everything of a lab lives in namespaces that this process holds. When its owner dies, the socket to
it ends, this process exits, and the kernel kills the rest and drops mounts, networks and TAPs.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import traceback
from pathlib import Path
from typing import Literal

import msgspec

from tests.sim import atlas, country, outside, spaces
from tests.sim.authority import certificates
from tests.sim.boxes import HomeServices
from tests.sim.complaint import LabError
from tests.sim.scenario import Computer, Hop, Scenario, Setting, Wire, changed
from tests.sim.servers.manners import Manners
from tests.sim.stage import Stage, wait_until
from tests.sim.subscriber import Subscriber, environ
from tests.sim.toolchain import cache, tools
from tests.sim.traffic import OtherComputers
from tests.sim.walls import raise_walls
from tests.sim.wires import End, RunningWire, Usual


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner asks for; `build` comes once and first."""

    verb: Literal["build", "set", "repair", "figures", "log"]
    scenario: Scenario | None = None
    settings: dict[str, Setting] = {}
    seed: int = 1


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is the answer, or the sentence that says what failed."""

    ok: bool
    text: str = ""
    client_pid: int = 0
    environ: dict[str, str] = {}


class Lab:
    """One built home and the scenario that it plays at present."""

    def __init__(self, stage: Stage, scenario: Scenario, seed: int) -> None:
        self._stage = stage
        self._wires: dict[str, RunningWire] = {}
        self._seed = seed
        self.scenario = scenario
        self._services = HomeServices(stage)
        self._others = OtherComputers(stage)
        self._client = self._build()

    @property
    def client_pid(self) -> int:
        """The client's first process, counted in this PID namespace."""
        return self._client.pid

    def _build(self) -> Subscriber:
        stage, scenario = self._stage, self.scenario
        stage.make_networks(country.places(scenario))
        country.settle(stage, scenario)
        root = self._tell_servers()
        stage.start("servers", [sys.executable, "-m", "tests.sim.servers", str(stage.folder)])
        country.lay_roads(stage, scenario)
        self._lay_wires()
        country.number(stage, scenario)
        self._apply_wires()
        # a router that dies has given the lease before
        raise_walls(stage, changed(scenario, {"router.alive": True}))
        self._services.apply(scenario)
        igd = [sys.executable, "-m", "tests.sim.servers.igd", str(stage.folder)]
        stage.start("igd", [*igd, scenario.home.router], "router")
        self._greet_neighbours()
        client = Subscriber(stage, root)
        client.switch_on(scenario)
        if scenario.computer.vpn == "working":
            self._serve_vpn()
        client.configure(scenario)
        self._apply_others(client)
        outside.admit(stage, scenario, changed(scenario, {"provider.login": "works"}))
        raise_walls(stage, scenario)
        if not wait_until((stage.folder / "servers-ready").exists, 10):
            raise LabError(f"The lab's servers did not start: {self.log()[-1500:]}")
        return client

    def _greet_neighbours(self) -> None:
        """A line in use knows its neighbours: the first packet need not wait for addresses."""
        near = country.near_end(self.scenario)
        gateway = "100.72.0.1" if self.scenario.provider.cgnat else "81.2.69.1"
        self._stage.start("greeting", ["ping", "-q", "-c", "1", "-w", "3", gateway], near)
        if country.has_ipv6(self.scenario):
            far = "2a0b:4d00:0:1::1"
            self._stage.start("greeting", ["ping", "-q", "-c", "1", "-w", "3", far], near)

    def _serve_vpn(self) -> None:
        network = str(self._stage.network("internet"))
        tunnel = [str(self._stage.tools.tunnel), network, "tun0", atlas.VPN_SERVER, "51820"]
        self._stage.start("vpn-server", tunnel)
        shown = lambda: "tun0" in self._stage.run("internet", ["ip", "-br", "link"])  # noqa: E731
        wait_until(shown, 3)
        lines = ["link set tun0 mtu 1420 up", "addr add 10.66.0.1/24 dev tun0"]
        self._stage.batch("internet", lines)

    def _lay_wires(self) -> None:
        scenario, near = self.scenario, country.near_end(self.scenario)
        ends = {
            "hop": (End("client", scenario.hop.name), End("lan", "port-client"), scenario.hop.mtu),
            "line": (End(near, "wan"), End("edge", "access0"), scenario.line.mtu),
        }
        if country.port_is_wire(scenario):
            port = (End("lan", "port-router"), End("router", "lan0"), scenario.router.port.mtu)
            ends["port"] = port
        if scenario.provider.use_backbone:
            ends["backbone"] = (End("core", "border0"), End("transit", "down0"), 1500)
        for number, (name, (here, there, mtu)) in enumerate(ends.items()):
            seed = self._seed * 16 + number
            self._wires[name] = RunningWire(self._stage, here, there, mtu, seed)

    def _apply_wires(self) -> None:
        scenario = self.scenario
        plan, hop = scenario.plan, scenario.hop
        usual = {
            "hop": (_hop_usual(hop), _hop_usual(hop)),
            "line": (
                Usual(plan.up_mbps, plan.rtt_ms / 2, 30),
                Usual(plan.down_mbps, plan.rtt_ms / 2, 30),
            ),
            "port": (Usual(1000, 0, 20), Usual(1000, 0, 20)),
            "backbone": (Usual(0, 0, 20), Usual(0, 0, 20)),
        }
        now: dict[str, Wire] = {
            "hop": hop,
            "line": scenario.line,
            "port": scenario.router.port,
            "backbone": scenario.provider.backbone,
        }
        for name, wire in self._wires.items():
            wire.apply(now[name], *usual[name])
        self._wires["hop"].show_speed(hop.speed_mbps, hop.duplex)

    def _apply_others(self, client: Subscriber) -> None:
        others = self.scenario.others
        same = client.address() if others.same_address else ""
        self._others.apply(others.busy, same, self.scenario.home.router)

    def _tell_servers(self) -> Path:
        """Write the servers' manners and certificate; returns the root certificate."""
        provider, world = self.scenario.provider, self.scenario.world
        made = certificates(_authority_folder(), world.clock_offset_s)
        shutil.copy(made.server, self._stage.folder / "server.new")
        (self._stage.folder / "server.new").replace(self._stage.folder / "server.pem")
        manners = Manners(
            resolver=provider.resolver,
            resolver_delay_ms=provider.resolver_delay_ms,
            resolver_loss_percent=provider.resolver_loss_percent,
            slow_sites=world.sites_slow,
            slow_ms=world.sites_slow_ms,
            clock_offset_s=world.clock_offset_s,
            desk_answers=provider.desk_answers,
            notice=provider.notice,
            sites_hidden=world.sites_hidden,
            sites_withheld=world.sites_withheld,
            sites_cut=world.sites_cut,
            line=outside.told(self.scenario),
        )
        fresh = self._stage.folder / "manners.new"
        fresh.write_bytes(msgspec.json.encode(manners))
        fresh.replace(self._stage.folder / "manners.json")
        return made.root

    def change(self, settings: dict[str, Setting]) -> None:
        """Change dotted settings while everything runs."""
        before, after = self.scenario, changed(self.scenario, settings)
        if country.port_is_wire(after) and "port" not in self._wires:
            raise LabError("router.port has to be a wire from the start: give it a figure then.")
        if after.home != before.home:
            raise LabError("A home's addresses are given when it is built, not while it runs.")
        self.scenario = after
        self._apply_wires()
        outside.admit(self._stage, after, before)
        raise_walls(self._stage, after)
        self._tell_servers()
        self._services.apply(after)
        if _of_client(after) != _of_client(before):
            self._client.configure(after)
        if after.others != before.others:
            self._apply_others(self._client)

    def figures(self) -> str:
        """Counters of all wires as one JSON object."""
        rows = [f'"{name}":{wire.tell("figures")}' for name, wire in self._wires.items()]
        return "{" + ",".join(rows) + "}"

    def log(self) -> str:
        """The ends of all logs, for whoever looks for a fault in the lab."""
        files = sorted(self._stage.folder.glob("*.log"))
        return "\n".join(f"==> {f.name}\n{f.read_text(errors='replace')[-2000:]}" for f in files)


def _of_client(scenario: Scenario) -> tuple[Computer, str, str]:
    """What the computer has to be set up anew for; it asks for a lease then."""
    return (scenario.computer, scenario.hop.name, scenario.others.dhcp_server)


def _hop_usual(hop: Hop) -> Usual:
    air = hop.name.startswith("wl")
    return Usual(hop.speed_mbps * (0.6 if air else 1.0), 0.8 if air else 0.0, 60 if air else 20)


def _authority_folder() -> Path:
    folder = cache() / "authority"
    folder.mkdir(exist_ok=True)
    return folder


def _obey(lab: Lab, request: Request) -> str:
    if request.verb == "set":
        lab.change(request.settings)
    elif request.verb == "repair":
        lab.change(lab.scenario.repair)
    elif request.verb == "figures":
        return lab.figures()
    elif request.verb == "log":
        return lab.log()
    return ""


def _build(stage: Stage, request: Request) -> Lab:
    if request.scenario is None:
        raise LabError("The first request has to be a build.")
    return Lab(stage, request.scenario, request.seed)


def _answer(lab: Lab | None, request: Request, stage: Stage) -> tuple[Lab | None, Reply]:
    try:
        if lab is None:
            lab = _build(stage, request)
        text = _obey(lab, request)
        return lab, Reply(
            ok=True, text=text, client_pid=lab.client_pid, environ=environ(lab.scenario)
        )
    except LabError as fault:
        return lab, Reply(ok=False, text=str(fault))
    except Exception as fault:  # noqa: BLE001 - the owner must get a sentence, whatever broke
        traceback.print_exc()
        return lab, Reply(ok=False, text=f"The lab failed: {fault!r}.")


def main(handle: int) -> None:
    """Serve the owner at the other end of this socket until it is gone."""
    if os.getpid() != 1:
        raise SystemExit("the warden is the first process of a PID namespace, or nothing")
    spaces.keep_mounts_private()
    spaces.mount("proc", Path("/proc"), "proc")
    folder = cache() / "stage"
    folder.mkdir(exist_ok=True)
    spaces.mount("none", folder, "tmpfs", 0, "mode=700,size=256m")
    stage = Stage(folder, tools())
    lab: Lab | None = None
    with socket.socket(fileno=handle) as owner, owner.makefile("rb") as requests:
        for line in requests:
            request = msgspec.json.decode(line, type=Request)
            lab, reply = _answer(lab, request, stage)
            owner.sendall(msgspec.json.encode(reply) + b"\n")
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
