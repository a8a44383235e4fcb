"""The router's services: DHCP, DNS forwarding and router advertisements, by dnsmasq."""

from __future__ import annotations

import subprocess

from tests.sim import atlas
from tests.sim.country import DISK, HOME6, NOBODY, has_ipv6
from tests.sim.scenario import Scenario
from tests.sim.stage import Stage

_ADVERTS = ("doubleclick.net", "ads.tracker.example")


def arguments(stage: Stage, scenario: Scenario) -> list[str]:
    """dnsmasq's command line for this home."""
    home = scenario.home
    line = [
        "dnsmasq",
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--user=root",
        "--pid-file=",
        "--log-facility=-",
        "--interface=lan0",
        "--bind-interfaces",
        "--domain=lan",
        f"--host-record=router.lan,{home.router}",
        f"--host-record=disk.lan,{home.address(DISK)}",
        f"--server={atlas.PROVIDER_RESOLVER}",
        f"--dhcp-leasefile={stage.folder}/leases",
        "--dhcp-authoritative",
        "--no-ping",
        "--cache-size=500",
    ]
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


class RouterServices:
    """The running dnsmasq; `apply` starts it anew when the scenario says something else."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._process: subprocess.Popen[bytes] | None = None
        self._line: list[str] = []

    def apply(self, scenario: Scenario) -> None:
        """Serve as this scenario says."""
        line = arguments(self._stage, scenario)
        if line == self._line:
            return
        if self._process:
            self._process.terminate()
            self._process.wait()
        self._line = line
        self._process = self._stage.start("router", line, "router")
