"""What the router says of its line: an address, a login, a link. It is believed with care.

Routers call themselves connected on a dead line, and one behind another router may have no outside
address and be well; so these signs speak only where the internet does not answer.
"""

from __future__ import annotations

from diagnostics.readings.router import (
    AccessKind,
    LinkState,
    RouterFacts,
    WanError,
    WanState,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import PRESENT_FROM, Grade, certain, sign, unknown
from diagnostics.signs.reach import internet_dead

_SILENT = "The router tells nothing of its line."
_LOGIN_ERRORS = (WanError.LOGIN_REFUSED, WanError.ENDED_BY_PROVIDER)


def _without_address(facts: RouterFacts) -> bool:
    told = facts.outside_address
    none = isinstance(told, Unmeasured) and told.reason is Reason.NOT_APPLICABLE
    waits = isinstance(facts.state, WanState) and facts.state is not WanState.CONNECTED
    return none or (waits and isinstance(told, Unmeasured))


@sign("router-no-address", "The router has no address from the provider.", reads=RouterFacts,
      leak=0.003)  # fmt: skip
def router_no_address(scene: Scene) -> Grade:
    facts = scene.evidence.value(RouterFacts)
    if scene.internet_reached is True:
        return certain(False, "The router has a way to the internet.")
    if isinstance(facts, Unmeasured):
        return unknown(_SILENT)
    if isinstance(facts.state, Unmeasured) and isinstance(facts.outside_address, Unmeasured):
        return unknown("The router does not say whether it has an address.")
    if _without_address(facts):
        return Grade(0.99, "The router says that it has no outside address.")
    return Grade(0.02, "The router says that it has an outside address.")


def line_in_sync(facts: RouterFacts) -> bool | Unmeasured:
    """The line itself is up: only a port that ends the line can tell, one to a modem cannot."""
    link, kind = facts.port.link, facts.port.kind
    if isinstance(link, Unmeasured) or isinstance(kind, Unmeasured):
        return Unmeasured(Reason.NOT_SUPPORTED, "the router does not say")
    if link is not LinkState.UP:
        return False
    if kind in (AccessKind.DSL, AccessKind.CABLE):
        return True
    return Unmeasured(Reason.NOT_SUPPORTED, "the router sees the cable to the modem only")


@sign("login-refused", "The line is up, yet the provider gives the router no address.",
      reads=RouterFacts, leak=0.0005)  # fmt: skip
def login_refused(scene: Scene) -> Grade:
    facts = scene.evidence.value(RouterFacts)
    if scene.internet_reached is True:
        return certain(False, "The router has a way to the internet.")
    if isinstance(facts, Unmeasured):
        return unknown(_SILENT)
    if internet_dead(scene).belief < PRESENT_FROM:
        return unknown("Too little was tried to say that nothing gets out.")
    if not _without_address(facts):
        return Grade(0.05, "The router says that it has an outside address.")
    return _refused(facts)


def _refused(facts: RouterFacts) -> Grade:
    if facts.last_error in _LOGIN_ERRORS:
        return Grade(0.995, "The router says that the provider refused its login.")
    in_sync = line_in_sync(facts)
    if in_sync is True and facts.last_error is not WanError.NO_CARRIER:
        return Grade(0.98, "The router's line is up, yet it got no address from the provider.")
    if in_sync is False or facts.last_error is WanError.NO_CARRIER:
        return Grade(0.01, "The router says that its line is down.")
    return unknown("The router cannot see whether the line behind the modem is up.")


@sign("router-line-down", "The router says that its line carries no signal.", reads=RouterFacts,
      leak=0.001)  # fmt: skip
def router_line_down(scene: Scene) -> Grade:
    facts = scene.evidence.value(RouterFacts)
    if scene.internet_reached is True:
        return certain(False, "The line carries traffic.")
    if isinstance(facts, Unmeasured):
        return unknown(_SILENT)
    if facts.last_error is WanError.NO_CARRIER or line_in_sync(facts) is False:
        return Grade(0.99, "The router says that its line carries no signal.")
    return unknown("The router says nothing against its line, which proves nothing.")
