"""The router's services, and those of a second server of addresses: DHCP, DNS, RA, by dnsmasq."""

from __future__ import annotations

import subprocess
import sys

from tests.sim import atlas
from tests.sim.country import DISK, HOME6, NOBODY, has_ipv6
from tests.sim.scenario import Scenario
from tests.sim.stage import Stage

_ADVERTS = ("doubleclick.net", "ads.tracker.example")


_COMMON = (
    "dnsmasq",
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--no-resolv",
    "--no-hosts",
    "--user=root",
    "--pid-file=",
    "--log-facility=-",
    "--bind-interfaces",
    "--dhcp-authoritative",
    "--no-ping",
)


def arguments(stage: Stage, scenario: Scenario) -> list[str]:
    """dnsmasq's command line for this home."""
    home = scenario.home
    line = [
        *_COMMON,
        "--interface=lan0",
        "--domain=lan",
        f"--host-record=router.lan,{home.router}",
        f"--host-record=disk.lan,{home.address(DISK)}",
        f"--server={atlas.PROVIDER_RESOLVER}",
        f"--dhcp-leasefile={stage.folder}/leases",
        "--cache-size=500",
    ]
    if scenario.others.dhcp_server != "none":
        line.append("--dhcp-reply-delay=1")  # so that the second server is always the first
    if scenario.router.dns == "blocks-adverts":
        line += [f"--address=/{name}/0.0.0.0" for name in _ADVERTS]
    if scenario.router.dhcp:
        first, last = home.address(100), home.address(119)
        line.append(f"--dhcp-range={first},{last},255.255.255.0,1h")
    nobody = home.address(NOBODY)
    if scenario.router.offers_gateway == "nobody":
        line.append(f"--dhcp-option=3,{nobody}")
    if scenario.router.offers_resolver != "router":
        provider = scenario.router.offers_resolver == "provider"
        line.append(f"--dhcp-option=6,{atlas.PROVIDER_RESOLVER if provider else nobody}")
    if has_ipv6(scenario) and scenario.router.dhcp:
        line += ["--enable-ra", f"--dhcp-range={HOME6},ra-stateless,64"]
    return line


def second_network(scenario: Scenario) -> str:
    """First three numbers of the network that the second server has of its own."""
    return "192.168.31" if scenario.home.subnet.startswith("192.168.8.") else "192.168.8"


def second_server(stage: Stage, scenario: Scenario) -> list[str]:
    """dnsmasq's command line on the PC; empty when it serves nobody."""
    home, kind = scenario.home, scenario.others.dhcp_server
    if kind == "none":
        return []
    first, last = home.address(130), home.address(139)
    if kind == "own-network":
        first, last = f"{second_network(scenario)}.100", f"{second_network(scenario)}.119"
    line = [*_COMMON, "--interface=eth0", f"--dhcp-leasefile={stage.folder}/second-leases"]
    line.append(f"--dhcp-range={first},{last},255.255.255.0,1h")
    if kind == "names-nobody":
        line.append(f"--dhcp-option=3,{home.address(NOBODY)}")
    if kind == "names-router":
        line += [f"--dhcp-option=3,{home.router}", f"--dhcp-option=6,{home.router}"]
    return line


def modem_page(scenario: Scenario) -> list[str]:
    """Command line of the page on which the modem shows its signal; empty when it shows none."""
    kind = scenario.router.modem_page
    if kind == "none":
        return []
    return [sys.executable, "-m", "tests.sim.servers.modem", scenario.home.router, kind]


class HomeServices:
    """The running dnsmasqs; `apply` starts one anew when the scenario says something else."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lines: dict[str, list[str]] = {}

    def apply(self, scenario: Scenario) -> None:
        """Serve as this scenario says."""
        own = scenario.others.dhcp_server == "own-network"
        command = ["ip", "addr", "replace" if own else "del", f"{second_network(scenario)}.1/24"]
        shown = self._stage.run("pc", ["ip", "-4", "-br", "addr", "show", "eth0"])
        if own != (command[3] in shown):
            self._stage.run("pc", [*command, "dev", "eth0"])
        self._serve("router", arguments(self._stage, scenario))
        self._serve("pc", second_server(self._stage, scenario))
        self._serve("modem", modem_page(scenario))

    def _serve(self, place: str, line: list[str]) -> None:
        if line == self._lines.get(place, []):
            return
        if running := self._processes.pop(place, None):
            running.terminate()
            running.wait()
        self._lines[place] = line
        if line:
            name = {"pc": "second-server"}.get(place, place)
            inside = "pc" if place == "pc" else "router"
            self._processes[place] = self._stage.start(name, line, inside)
