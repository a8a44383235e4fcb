"""The router's outside port: the address that the provider gives it, and what it says of it."""

from __future__ import annotations

from tests.sim.country import modem_network, near_end
from tests.sim.scenario import Scenario
from tests.sim.servers.manners import Line
from tests.sim.stage import Stage

_DSL = {"adsl", "vdsl", "fttc"}
_ERRORS = {
    "works": "ERROR_NONE",
    "refused": "ERROR_AUTHENTICATION_FAILURE",
    "no-answer": "ERROR_ISP_TIME_OUT",
}


def address(scenario: Scenario) -> tuple[str, str, str]:
    """Address with prefix length and gateway of the own router's port, and its IPv4 address."""
    if scenario.router.behind_another:
        between = modem_network(scenario)
        return f"{between}.77/24", f"{between}.1", f"{between}.77"
    if scenario.provider.cgnat:
        return "100.72.13.77/16", "100.72.0.1", "100.72.13.77"
    return "81.2.69.77/24", "81.2.69.1", "81.2.69.77"


def admit(stage: Stage, scenario: Scenario, before: Scenario) -> None:
    """Give the line its address when the login works from now on, take it when it does no more."""
    was, now = before.provider.login == "works", scenario.provider.login == "works"
    if was == now:
        return
    place = near_end(scenario)
    if not now:
        stage.batch(place, ["addr flush dev wan scope global"])
        return
    shared = scenario.provider.cgnat
    given, gateway = ("100.72.13.77/16", "100.72.0.1") if shared else ("81.2.69.77/24", "81.2.69.1")
    lines = [f"addr add {given} dev wan", f"route add default via {gateway}"]
    if scenario.provider.ipv6 != "none" and place == "router":
        lines += [
            "addr add 2a0b:4d00:0:1::2/64 dev wan nodad",
            "route replace ::/0 via 2a0b:4d00:0:1::1",
        ]
    stage.batch(place, lines)


def told(scenario: Scenario) -> Line:
    """What the router says of its line by UPnP. It calls a silent line connected, as most do."""
    plan, login = scenario.plan, scenario.provider.login
    plugged = scenario.line.carrier or scenario.router.behind_another
    admitted = plugged and (login == "works" or scenario.router.behind_another)
    dialled = plan.technology in _DSL and not scenario.router.behind_another
    kind = "DSL" if dialled else "Cable" if plan.technology == "cable" else "Ethernet"
    own = scenario.router.behind_another
    return Line(
        upnp=scenario.router.upnp,
        dialled=dialled or (login == "refused" and not own),
        state="Connected" if admitted else "Disconnected",
        error=_ERRORS[login] if plugged else "ERROR_NO_CARRIER",
        address=address(scenario)[2] if admitted else "",
        kind="Ethernet" if own else kind,
        link="Up" if plugged else "Down",
        down_bps=1e9 if own else plan.down_mbps * 1e6,
        up_bps=1e9 if own else plan.up_mbps * 1e6,
    )
