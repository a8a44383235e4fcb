"""Signs of the router as seen from the home: is it there, is it one, is it the right one."""

from __future__ import annotations

from diagnostics.belief import SURE, above
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.home import Gateway, LanHosts, Neighbour, NeighbourState
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.series import answered
from diagnostics.signbook import Grade, certain, sign, unknown


@sign("gateway-absent", "The router's address is silent even on the cable.", reads=Gateway,
      leak=0.0005)  # fmt: skip
def gateway_absent(scene: Scene) -> Grade:
    gateway = scene.evidence.value(Gateway)
    if isinstance(gateway, Unmeasured):
        return unknown("The router was not asked.")
    if scene.link_up is False or scene.addressed is False:
        return unknown("Without link and address the router cannot be judged.")
    if scene.gateway_alive is True or scene.gateway_on_link is True:
        return certain(False, "The router answers on the home network.", gateway.address)
    addressing = scene.evidence.value(Addressing)
    if not isinstance(addressing, Unmeasured) and addressing.gateway_off_link is True:
        return unknown("The gateway is set outside the subnet, so its silence says nothing.")
    if isinstance(scene.gateway_on_link, Unmeasured):
        return unknown("The router's hardware address is known from before, which says nothing.")
    text = f"Nothing on the home network answers for the router's address {gateway.address}."
    return certain(True, text, gateway.address)


@sign("gateway-deaf", "The router is on the link but answers nothing.", reads=Gateway, leak=0.002)
def gateway_deaf(scene: Scene) -> Grade:
    gateway = scene.evidence.value(Gateway)
    if isinstance(gateway, Unmeasured):
        return unknown("The router was not asked.")
    if scene.gateway_alive is True:
        return certain(False, "The router answers or forwards.", gateway.address)
    if scene.gateway_on_link is False or isinstance(gateway.answers, Unmeasured):
        return unknown("The router is not there at all, or was not asked enough.")
    return Grade(0.995, "The router was there before and answers nothing at all.", gateway.address)


@sign("home-hosts-alive", "Other devices of the home answer.", reads=LanHosts, leak=0.5)
def home_hosts_alive(scene: Scene) -> Grade:
    hosts = scene.evidence.value(LanHosts)
    if isinstance(hosts, Unmeasured):
        return unknown("Other devices of the home were not looked for.")
    alive = any(answered(series) for series in hosts.echoes) or any(
        one.state is NeighbourState.REACHABLE for one in _others(scene, hosts)
    )
    if not alive:
        return unknown("No other device of the home was found; it may simply have none.")
    return certain(True, "Other devices of the home answer.")


def _others(scene: Scene, hosts: LanHosts) -> list[Neighbour]:
    gateway = scene.evidence.value(Gateway)
    own = "" if isinstance(gateway, Unmeasured) else gateway.address
    return [one for one in hosts.neighbours if one.address != own]


@sign("other-router", "Another machine of the home is the router.", reads=LanHosts, leak=0.0005)
def other_router(scene: Scene) -> Grade:
    if scene.gateway_alive is True:
        return certain(False, "The gateway that is set is a router that works.")
    if scene.gateway_alive is False and scene.reached_over(6):
        return certain(True, "Another router is the way out over IPv6; the gateway set is silent.")
    hosts = scene.evidence.value(LanHosts)
    if isinstance(hosts, Unmeasured):
        return unknown("Other devices of the home were not looked for.")
    if scene.addressed is False or scene.routed is False:
        return unknown("No gateway is set that another router could be compared with.")
    if hosts.other_routers:
        text = f"{hosts.other_routers[0]} is a router, the gateway that is set does not answer."
        return certain(True, text, hosts.other_routers[0])
    return certain(False, "No other router was found in the home.")


@sign("gateway-two-machines", "Two machines answer for the router's address.", reads=Gateway,
      leak=0.0005)  # fmt: skip
def gateway_two_machines(scene: Scene) -> Grade:
    gateway = scene.evidence.value(Gateway)
    if isinstance(gateway, Unmeasured):
        return unknown("The router was not asked.")
    macs = [mac for mac in gateway.macs_seen if not _virtual_router(mac)]
    if not macs:
        return unknown("No hardware address of the router was seen.")
    text = f"{len(macs)} hardware address(es) answer for the router's address."
    return Grade(SURE if len(macs) >= 2 else 1 - SURE, text, float(len(macs)), 2.0)


def _virtual_router(mac: str) -> bool:
    """VRRP (RFC 9568) and HSRP announce a second, virtual address by design."""
    return mac.startswith(("00:00:5e:00:01", "00:00:5e:00:02", "00:00:0c:07:ac", "00:00:0c:9f:f"))


@sign("own-address-taken", "Another machine uses this computer's address.", reads=LanHosts,
      leak=0.0002)  # fmt: skip
def own_address_taken(scene: Scene) -> Grade:
    hosts = scene.evidence.value(LanHosts)
    if isinstance(hosts, Unmeasured) or isinstance(hosts.own_address_taken, Unmeasured):
        return unknown("It was not possible to see whether the address is used twice.")
    word = "Another machine also uses" if hosts.own_address_taken else "No other machine uses"
    return certain(hosts.own_address_taken, f"{word} this computer's address.")


@sign("duplicate-replies", "Replies of the home network arrive twice.", reads=Gateway, unit="%",
      leak=0.0004)  # fmt: skip
def duplicate_replies(scene: Scene) -> Grade:
    near = scene.near
    if isinstance(near, Unmeasured) or near.received < 5:
        return unknown("Too few replies from the home network to tell.")
    share = 100 * near.duplicates / near.received
    text = f"{share:.0f} % of the replies in the home arrived more than once."
    return Grade(above(share, 5, width=0.25, samples=near.received), text, share, 5.0)
