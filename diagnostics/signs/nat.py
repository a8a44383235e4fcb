"""Signs of address translation: once at home, twice, or once more at the provider's."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from diagnostics.belief import SURE
from diagnostics.readings.addressing import AddressScope
from diagnostics.readings.path import Hop, Path
from diagnostics.readings.router import RouterFacts
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown
from diagnostics.sounding.address import scope_of

#: what home routers hand out; providers number their own first hops from 10/8 and 172.16/12
_HOME_NET = ip_network("192.168.0.0/16")
#: a second router in the home is one cable or WiFi hop away (see WIFI_GATEWAY_MS); a line is not
_NEXT_DOOR_MS = 1.5


@sign("second-router", "A second router of the home lies on the way.", reads=Path, leak=0.0002)
def second_router(scene: Scene) -> Grade:
    told = _told(scene)
    if not isinstance(told, Unmeasured) and ip_address(told) in _HOME_NET:
        text = f"The router's own outside address, {told}, is one that home routers hand out."
        return Grade(SURE, text, told)
    path = scene.evidence.value(Path)
    if isinstance(path, Unmeasured) or path.family != 4:
        return unknown("The IPv4 path was not measured.")
    if path.private_hops < 2:
        return certain(False, "Only one router of the home lies on the way.")
    first, second = _first_two(path)
    if isinstance(first, Unmeasured) or isinstance(second, Unmeasured):
        return unknown("The second private hop does not show itself.")
    text = f"Behind the router {first.address} comes another private one, {second.address}."
    if ip_address(str(second.address)) in _HOME_NET:
        return Grade(SURE, text, str(second.address))
    # private addresses of the other ranges stand in many providers' networks
    return Grade(0.75 if _next_door(first, second) else 0.1, text, str(second.address))


def _told(scene: Scene) -> str | Unmeasured:
    """The IPv4 address that the router says it has outside."""
    facts = scene.evidence.value(RouterFacts)
    if isinstance(facts, Unmeasured):
        return facts
    told = facts.outside_address
    if isinstance(told, str) and ":" in told:
        return Unmeasured(Reason.NOT_APPLICABLE, "an IPv6 address")
    return told


def _first_two(path: Path) -> tuple[Hop | Unmeasured, Hop | Unmeasured]:
    private = [
        hop
        for hop in path.hops
        if not isinstance(hop.address, Unmeasured) and ip_address(hop.address).is_private
    ]
    nothing = Unmeasured(Reason.NO_ANSWER, "the hop is silent")
    return (private[0] if private else nothing, private[1] if len(private) > 1 else nothing)


def _next_door(first: Hop, second: Hop) -> bool:
    if isinstance(first.rtt_min_ms, Unmeasured) or isinstance(second.rtt_min_ms, Unmeasured):
        return False
    return second.rtt_min_ms - first.rtt_min_ms < _NEXT_DOOR_MS


@sign("shared-address", "The provider shares one outside address among many.", reads=Path,
      leak=0.003)  # fmt: skip
def shared_address(scene: Scene) -> Grade:
    told = _told(scene)
    if not isinstance(told, Unmeasured) and scope_of(told) is AddressScope.SHARED:
        text = f"The router's outside address, {told}, is one that providers share (100.64.0.0/10)."
        return Grade(SURE, text, told)
    path = scene.evidence.value(Path)
    if isinstance(path, Unmeasured) or path.family != 4:
        return unknown("The IPv4 path was not measured.")
    shared = path.shared_hops > 0
    word = "passes" if shared else "does not pass"
    return certain(shared, f"The way {word} the provider's shared addresses (100.64.0.0/10).")
