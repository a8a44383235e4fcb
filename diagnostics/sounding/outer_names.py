"""Who says "unreachable": the provider's edge, or the home's own router with its outside address.

Linux, as many home routers run it, says "host unreachable" once nobody on a dead line has answered
its ARP for three seconds, and says it with the outside address, which answers echoes from the home
too. Taken for the provider's first hop it would turn a dead line into the provider's outage.
"""

from __future__ import annotations

from contextlib import suppress

from diagnostics.wire import trace as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.trace import TracePlan, trace


def says_unreachable(hop: wire.Hop) -> bool:
    """ICMP type 3 in IPv4 and 1 in IPv6, but not "port unreachable", which is the target's own."""
    six = ":" in hop.address
    return (
        not hop.is_target
        and hop.icmp_type == (1 if six else 3)
        and hop.icmp_code != (4 if six else 3)
    )


async def outer_names(found: wire.Trace, known: set[str]) -> set[str]:
    """Addresses that complained in this trace and are not proven to stand where they seem to.

    `known` are the home's own addresses, which need no proof.
    """
    speakers = {
        hop.address: hop.ttl
        for hop in reversed(found.hops)
        if isinstance(hop, wire.Hop) and hop.ttl > 1 and says_unreachable(hop)
    }
    return {
        address
        for address, ttl in speakers.items()
        if address not in known and not await _stands_at(address, ttl)
    }


async def _stands_at(address: str, ttl: int) -> bool:
    """Proof that the address is at that distance: a nearer hop had to pass the packet on to it."""
    with suppress(WireError):
        found = await trace(address, TracePlan(max_hops=ttl, rounds=2, timeout_s=0.5))
        if found.reached:
            return found.hops[-1].ttl == ttl
        before = [hop for hop in found.hops if hop.ttl == ttl - 1]
        return any(isinstance(hop, wire.Hop) and not says_unreachable(hop) for hop in before)
    return False
