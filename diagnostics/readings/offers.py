"""Who hands out addresses on this link, asked of everybody at once."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from diagnostics.private import Address, Mac
from diagnostics.result import Reading, Unmeasured


class DhcpOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What one server offers (RFC 2132). `mac`: the machine that the offer came from."""

    server: Address
    mac: Mac | Unmeasured
    address: Address
    gateway: Address | Unmeasured
    resolvers: tuple[Address, ...]


class DhcpOffers(Reading, frozen=True, kw_only=True):
    """`offers` came to one question just now; Unmeasured without the right to ask it.

    `former` are leases of this link that the system still keeps, of servers that are on the link
    now and are not the one whose lease is in force. The hardware addresses tell which of server,
    gateway and IPv6 router are one machine.
    """

    PROBE: ClassVar[str] = "dhcp-offers"
    offers: tuple[DhcpOffer, ...] | Unmeasured
    former: tuple[DhcpOffer, ...]
    server_mac: Mac | Unmeasured
    gateway_mac: Mac | Unmeasured
    ipv6_router_mac: Mac | Unmeasured
    #: it knows that a name made up just now does not exist, which it can only have asked outside
    ipv6_router_reaches: bool | Unmeasured
