"""What the CSR does next, and whether somebody must visit: by where the fault sits."""

from __future__ import annotations

import msgspec

from desk.console.dossier import Dossier
from diagnostics.verdict import Status


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """`visit` is yes, no or not yet; `why` is one sentence."""

    action: str
    visit: str
    why: str


_HOME = "Go through the next untried step of the guide with the subscriber; no access to the line."
_ADVICE = {
    "device": Advice(action=_HOME, visit="No", why="The fault sits in the subscriber's device."),
    "wifi": Advice(action=_HOME, visit="No", why="The line itself was measured without fault."),
    "lan": Advice(action=_HOME, visit="No", why="The fault sits in the home's own cabling."),
    "router": Advice(
        action="Check the router's state from your side, then restart or replace it.",
        visit="No",
        why="A router can be exchanged without a visit.",
    ),
    "access": Advice(
        action="Run a line test from your side and compare it with the figures below.",
        visit="Not yet",
        why="A visit is needed if the line test shows it too; the technician's page is ready.",
    ),
    "isp": Advice(
        action="Tie the ticket to the known outage, or hand it to the network team.",
        visit="No",
        why="The fault sits in the provider's network; nothing at the home would help.",
    ),
    "beyond": Advice(
        action="Tell the subscriber that the fault lies beyond this network.",
        visit="No",
        why="Line and provider network were measured without fault.",
    ),
    "service": Advice(
        action="Tell the subscriber that only this service is affected.",
        visit="No",
        why="Other sites were proven reachable from the home.",
    ),
}
_HEALTHY = Advice(
    action="Tell the subscriber that everything lies within the plan; ask when it happens.",
    visit="No",
    why="No fault was measured.",
)
_OPEN = Advice(
    action="Ask the subscriber for the missing test named below.",
    visit="Not yet",
    why="The evidence does not decide; nobody is sent on a guess.",
)


def advice(dossier: Dossier) -> Advice:
    if dossier.status is Status.HEALTHY:
        return _HEALTHY
    if dossier.status is Status.CANNOT_TELL or not dossier.causes:
        return _OPEN
    return _ADVICE.get(dossier.causes[0].segment, _OPEN)
