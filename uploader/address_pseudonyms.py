"""Other addresses for the home's own: same scope, same neighbourhood, never a real one.

What stays and what goes is set down in docs/design/0007-bundle-and-privacy.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IP = IPv4Address | IPv6Address

#: RFC 1918, RFC 3927, RFC 6598: the scope stays readable
_KEPT_BLOCKS = tuple(
    IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")
)
#: RFC 1112 section 4: reserved, used by nobody, so that nobody takes it for a real address
_OWN_BLOCK = IPv4Network("240.0.0.0/4")
_DOCUMENTATION = IPv6Network("2001:db8::/32")  # RFC 3849
_LINK_LOCAL = IPv6Network("fe80::/10")
_UNIQUE_LOCAL = IPv6Network("fc00::/7")
_SOLICITED = IPv6Network("ff02::1:ff00:0/104")  # RFC 4291: ends with the end of an address
#: 6to4, Teredo, NAT64: an IPv4 address stands inside
_HOLDING_IPV4 = tuple(IPv6Network(text) for text in ("2002::/16", "2001::/32", "64:ff9b::/96"))


class AddressPseudonyms:
    """`own` are this computer's addresses, `public` what everybody knows, `real` all that occur."""

    def __init__(
        self, key: bytes, own: Iterable[IP], public: Iterable[IP], real: Iterable[IP]
    ) -> None:
        self._key = key
        self._public = frozenset(public)
        self._real = frozenset(real)
        self._real_nets = {net for ip in self._real if (net := _net24(ip))}
        self._own_nets = {net for ip in own if (net := _neighbourhood(ip))}
        self._given: dict[IP, IP] = {}
        self._taken: set[IP] = set()

    def kept(self, address: IP) -> bool:
        """Tells nothing about the home: well-known, loopback, multicast, unspecified."""
        if address in self._public or address.is_loopback or address.is_unspecified:
            return True
        if address == IPv4Address("255.255.255.255"):
            return True
        solicited = isinstance(address, IPv6Address) and address in _SOLICITED
        return address.is_multicast and not solicited

    def of(self, address: IP) -> IP:
        if self.kept(address):
            return address
        if address not in self._given:
            other = self._fresh(address)
            self._taken.add(other)
            self._given[address] = other
        return self._given[address]

    def _fresh(self, address: IP) -> IP:
        for attempt in range(4096):
            if isinstance(address, IPv4Address):
                other: IP = self._other4(address, attempt)
            else:
                other = self._other6(address, attempt)
            if other not in self._taken and other not in self._real:
                return other
        raise OverflowError("more addresses in one network than it can hold")

    def _other4(self, address: IPv4Address, attempt: int) -> IPv4Address:
        host = 1 + self._number("host", address, attempt) % 254
        return IPv4Address((int(self._net4(address).network_address) & ~0xFF) | host)

    def _net4(self, address: IPv4Address) -> IPv4Network:
        net = IPv4Network((int(address) & ~0xFF, 24))
        block = next((block for block in _KEPT_BLOCKS if address in block), None)
        if block is None:
            if net not in self._own_nets:
                return net  # the provider's or a stranger's: its /24 tells which part of the net
            block = _OWN_BLOCK
        count = block.num_addresses >> 8
        for attempt in range(4096):
            index = self._number("net", net.network_address, attempt) % count
            other = IPv4Network((int(block.network_address) + (index << 8), 24))
            if other not in self._real_nets:
                return other
        raise OverflowError("more networks than the block can hold")

    def _other6(self, address: IPv6Address, attempt: int) -> IPv6Address:
        mapped = address.ipv4_mapped
        if mapped is not None:
            other = int(self.of(mapped)) if not self.kept(mapped) else int(mapped)
            return IPv6Address((0xFFFF << 32) | other)
        value, tail = int(address), self._number("tail", address, attempt)
        low64 = tail & ((1 << 64) - 1)
        if address in _LINK_LOCAL:
            return IPv6Address((0xFE80 << 112) | low64)
        if address in _SOLICITED:
            return IPv6Address(int(_SOLICITED.network_address) | (tail & 0xFFFFFF))
        net = self._number("net", IPv6Address(value >> 64 << 64), 0)
        if address in _UNIQUE_LOCAL:
            return IPv6Address((0xFD << 120) | ((net & ((1 << 56) - 1)) << 64) | low64)
        if _neighbourhood(address) in self._own_nets or _holds_ipv4(address):
            prefix = int(_DOCUMENTATION.network_address)
            return IPv6Address(prefix | ((net & 0xFFFFFFFF) << 64) | low64)
        return IPv6Address((value >> 80 << 80) | (tail & ((1 << 80) - 1)))

    def _number(self, use: str, address: IP, attempt: int) -> int:
        text = f"{use}|{address}|{attempt}".encode()
        return int.from_bytes(hmac.new(self._key, text, hashlib.sha256).digest()[:16], "big")


def parsed(text: str) -> IP | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _net24(address: IP) -> IPv4Network | None:
    return IPv4Network((int(address) & ~0xFF, 24)) if isinstance(address, IPv4Address) else None


def _neighbourhood(address: IP) -> IPv4Network | IPv6Network:
    """What a subscriber is given: an IPv4 address, and up to a /48 (RFC 6177)."""
    if isinstance(address, IPv4Address):
        return IPv4Network((int(address) & ~0xFF, 24))
    return IPv6Network((int(address) >> 80 << 80, 48))


def _holds_ipv4(address: IPv6Address) -> bool:
    return any(address in net for net in _HOLDING_IPV4)
