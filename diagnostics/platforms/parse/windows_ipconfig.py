"""`ipconfig /all` in any language: by the shape of values and their order, never by a label.

A section begins with a line that is not indented. In it come, in this order on every version since
XP: MAC, IPv6 addresses, IPv4 address, its mask, two dates of the lease (only with DHCP), gateway,
DHCP server (only with DHCP), numbers of DHCPv6, DNS servers.
"""

from __future__ import annotations

import ipaddress
import re

import msgspec

from diagnostics.platforms.parse.leases import Offer

_MAC = re.compile(r"^(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}$")


class WindowsAdapter(msgspec.Struct, frozen=True, kw_only=True):
    """`title` is the section's head as printed; `offer` None without a DHCP lease."""

    title: str
    mac: str = ""
    address: str = ""
    mask: str = ""
    gateways: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    offer: Offer | None = None


class _Line(msgspec.Struct):
    """A labelled line with its continuations: literal addresses, or other text."""

    text: str
    addresses: list[str]


def parse_ipconfig(text: str) -> tuple[WindowsAdapter, ...]:
    """Adapters that print a MAC or an IPv4 address."""
    found: list[WindowsAdapter] = []
    title, lines = "", list[_Line]()
    for raw in [*text.splitlines(), "end"]:
        line = raw.rstrip()
        if line and not line[0].isspace() and (line.endswith(":") or raw == "end"):
            found.append(_adapter(title, lines))
            title, lines = line.rstrip(": "), []
        elif line.strip():
            _take(line, lines)
    return tuple(a for a in found if a.mac or a.address)


def _take(line: str, lines: list[_Line]) -> None:
    stripped = line.strip()
    if address := _literal(stripped):
        if lines:
            lines[-1].addresses.append(address)
        return
    _, colon, value = stripped.partition(":")
    if colon:
        address = _literal(value.strip())
        lines.append(_Line(text=value.strip(), addresses=[address] if address else []))


def _literal(text: str) -> str:
    """The address without `(Preferred)` and %zone; "" when it is none."""
    bare = text.partition("(")[0].strip().partition("%")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""


def _adapter(title: str, lines: list[_Line]) -> WindowsAdapter:
    mac = next((line.text for line in lines if _MAC.match(line.text)), "")
    mac = mac.replace("-", ":").lower()
    at = next((i for i, line in enumerate(lines) if _is_mask(line)), -1)
    if at < 1:
        return WindowsAdapter(title=title, mac=mac)
    address = next(iter(lines[at - 1].addresses), "")
    behind = lines[at + 1 :]
    dates, rest = _split_dates(behind)
    gateways, rest = (rest[0].addresses, rest[1:]) if rest else ([], rest)
    groups = [line.addresses for line in rest if line.addresses]
    leased = dates >= 2 and bool(groups)
    server = groups[0][0] if leased else ""
    resolvers = tuple((groups[1:] if leased else groups)[0]) if groups[leased:] else ()
    four = [g for g in gateways if "." in g]
    offer = Offer(address=address, server=server, gateway=four[0] if four else "",
                  resolvers=resolvers)  # fmt: skip
    return WindowsAdapter(
        title=title,
        mac=mac,
        address=address,
        mask=lines[at].addresses[0],
        gateways=tuple(gateways),
        resolvers=resolvers,
        offer=offer if leased else None,
    )


def _is_mask(line: _Line) -> bool:
    return bool(line.addresses) and line.addresses[0].startswith("255.")


def _split_dates(lines: list[_Line]) -> tuple[int, list[_Line]]:
    """Lines with text but no address before the first address line (or the empty gateway)."""
    count = 0
    for line in lines:
        if line.addresses or not line.text:
            break
        count += 1
    return count, lines[count:]
