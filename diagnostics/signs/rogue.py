"""Signs of a second machine that hands out addresses, and leads devices the wrong way."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from diagnostics.belief import SURE
from diagnostics.readings.addressing import Dhcp, Lease
from diagnostics.readings.home import LanHosts
from diagnostics.readings.offers import DhcpOffer, DhcpOffers
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import NOTHING_SAYS, Scene
from diagnostics.signbook import PRESENT_FROM, Grade, certain, sign, unknown

_ONE_WAY = "All that hand out addresses here name the same way out."


@sign("two-dhcp-servers", "Two machines hand out addresses and name different ways out.",
      reads=DhcpOffers, leak=0.0003)  # fmt: skip
def two_dhcp_servers(scene: Scene) -> Grade:
    reading = scene.evidence.value(DhcpOffers)
    if isinstance(reading, Unmeasured):
        return unknown("Nobody was asked who hands out addresses.")
    if isinstance(reading.offers, Unmeasured):
        return _by_memory(scene, reading)
    rival = _rival(reading.offers)
    if rival is not None:
        return certain(True, _told(*rival), rival[1].server)
    if reading.offers:
        return certain(False, _ONE_WAY, reading.offers[0].server)
    return unknown("Nobody answered the question who hands out addresses.")


def _rival(offers: Sequence[DhcpOffer]) -> tuple[DhcpOffer, DhcpOffer] | None:
    """Two private offers of two machines that name different ways out.

    A provider's own servers may offer several networks to a computer at the bare line, and one
    machine may serve two networks: neither is a rival. Nor is a helper that names the same router.
    """
    private = [one for one in offers if ip_address(one.address).is_private]
    for index, first in enumerate(private):
        for second in private[index + 1 :]:
            if first.mac != second.mac and first.gateway != second.gateway:
                return first, second
    return None


def _told(first: DhcpOffer, second: DhcpOffer) -> str:
    def name(one: DhcpOffer) -> str:
        mac = "" if isinstance(one.mac, Unmeasured) else f" ({one.mac})"
        return f"{one.server}{mac}"

    return f"Addresses are handed out by {name(first)} and by {name(second)}."


def _by_memory(scene: Scene, reading: DhcpOffers) -> Grade:
    """A server of before that is still here proves a rival only where the one in force fails.

    Whoever buys a new router may keep the old one as an access point at its old address.
    """
    lease = _lease(scene)
    if not reading.former or isinstance(lease, Unmeasured):
        return unknown("This computer may not ask who hands out addresses.")
    rivals = [
        one
        for one in reading.former
        if one.mac not in (reading.server_mac, reading.gateway_mac) and one.gateway != lease.gateway
    ]
    if not rivals or isinstance(lease.server, Unmeasured):
        return unknown("No other machine that gave an address before is on the link.")
    if scene.internet_reached is not False:
        return unknown("Another machine gave an address before, and all works with this one.")
    text = f"{lease.server} gave this address; {rivals[-1].server} gave one before and is here too."
    return Grade(SURE, text, rivals[-1].server)


def _lease(scene: Scene) -> Lease | Unmeasured:
    dhcp, active = scene.evidence.value(Dhcp), scene.active
    if isinstance(dhcp, Unmeasured) or isinstance(active, Unmeasured):
        return dhcp if isinstance(dhcp, Unmeasured) else NOTHING_SAYS
    return next((one for one in dhcp.leases if one.interface == active.name), NOTHING_SAYS)


@sign("dhcp-not-by-router", "A machine that is not the router handed out a way that leads nowhere.",
      reads=DhcpOffers, leak=0.0003)  # fmt: skip
def dhcp_not_by_router(scene: Scene) -> Grade:
    lease = _lease(scene)
    if scene.reached_over(4):
        return unknown("The way out that was handed out works, whoever handed it out.")
    if isinstance(lease, Unmeasured):
        return unknown("It is not known who handed out the address.")
    if isinstance(lease.server, Unmeasured) or isinstance(lease.gateway, Unmeasured):
        return unknown("The lease does not name its server and a way out.")
    router = _real_router(scene, lease)
    if isinstance(router, Unmeasured):
        return unknown("No other machine was found that leads out.")
    text = f"{lease.server} handed out {lease.gateway} as the way out, which leads nowhere;"
    return certain(True, f"{text} {router} leads out.", lease.server)


def _real_router(scene: Scene, lease: Lease) -> str | Unmeasured:
    """A machine that has just been on the internet, and is neither server nor gateway."""
    hosts, reading = scene.evidence.value(LanHosts), scene.evidence.value(DhcpOffers)
    macs: tuple[str | Unmeasured, ...] = ()
    if not isinstance(reading, Unmeasured):
        macs = (reading.server_mac, reading.gateway_mac)
    if not isinstance(hosts, Unmeasured):
        known = {one.address: one.mac for one in hosts.neighbours}
        for address in hosts.reaching:
            if address not in (lease.server, lease.gateway) and known.get(address) not in macs:
                return address
    if isinstance(reading, Unmeasured) or not (
        scene.reached_over(6) or reading.ipv6_router_reaches is True
    ):
        return Unmeasured(Reason.NO_ANSWER, "nobody else leads out")
    seen = (reading.ipv6_router_mac, *macs)
    texts = [one for one in seen if isinstance(one, str)]
    if len(texts) == len(seen) and texts[0] not in texts[1:]:
        return "the router of IPv6"
    return Unmeasured(Reason.NO_ANSWER, "nobody else leads out")


def misled(scene: Scene) -> str:
    """Why nothing behind the gateway can be judged by it; empty when it can.

    Where two name different ways and ours is dead, it may well be the wrong one that we were given.
    """
    if scene.reached_over(4):
        return ""
    found = max(dhcp_not_by_router(scene).belief, two_dhcp_servers(scene).belief)
    if found < PRESENT_FROM:
        return ""
    return "The way out in use may have been handed out by another machine than the router."
