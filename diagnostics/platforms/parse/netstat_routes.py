"""`netstat -rn` of macOS and the BSDs."""

from __future__ import annotations

import ipaddress

import msgspec

_HALVES = {"default", "0/1", "128.0/1", "0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"}


class RouteLine(msgspec.Struct, frozen=True, kw_only=True):
    """`gateway` "" where the route leads onto the link itself (a tunnel)."""

    destination: str
    gateway: str
    interface: str


def parse_netstat_routes(text: str) -> tuple[RouteLine, ...]:
    """Default routes, and the two halves by which a VPN goes before them, in their order.

    Only rows with flags U: the columns are destination, gateway, flags, [refs, use,] interface.
    """
    found: list[RouteLine] = []
    for line in text.splitlines():
        words = line.split()
        if len(words) < 4 or words[0] not in _HALVES or "U" not in words[2]:
            continue
        # Old systems print two counters before the interface.
        interface = next(word for word in words[3:] if not word.isdigit())
        found.append(
            RouteLine(destination=words[0], gateway=_literal(words[1]), interface=interface)
        )
    return tuple(found)


def _literal(word: str) -> str:
    try:
        ipaddress.ip_address(word.partition("%")[0])
    except ValueError:
        return ""
    return word.partition("%")[0]
