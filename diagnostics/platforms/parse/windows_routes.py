"""`route print` and `netsh interface ipv6 show interfaces` in any language, by shape."""

from __future__ import annotations

import ipaddress

import msgspec


class WindowsRoute(msgspec.Struct, frozen=True, kw_only=True):
    """`interface` is the own address (IPv4) or the interface's number (IPv6).

    `gateway` "" where the route leads onto the link itself.
    """

    family: int
    prefix_length: int
    gateway: str
    interface: str
    metric: int


def parse_route_print(text: str) -> tuple[WindowsRoute, ...]:
    """Active default routes and the halves (0/1, 128/1) by which a VPN goes before them."""
    found: list[WindowsRoute] = []
    for line in text.splitlines():
        words = line.split()
        route = _four(words) if len(words) >= 5 else None
        route = route or (_six(words) if len(words) >= 3 else None)
        if route is not None:
            found.append(route)
    return tuple(found)


def _four(words: list[str]) -> WindowsRoute | None:
    """destination, mask, gateway (or a word for "on link"), own address, metric.

    Persistent routes have no own address: four columns, left out.
    """
    if words[0] not in {"0.0.0.0", "128.0.0.0"} or words[1] not in {"0.0.0.0", "128.0.0.0"}:  # noqa: S104 - networks
        return None
    own, metric = words[-2], words[-1]
    if not metric.isdigit() or not _is_address(own):
        return None
    return WindowsRoute(
        family=4,
        prefix_length=0 if words[1] == "0.0.0.0" else 1,  # noqa: S104 - a mask
        gateway=words[2] if _is_address(words[2]) else "",
        interface=own,
        metric=int(metric),
    )


def _six(words: list[str]) -> WindowsRoute | None:
    """interface number, metric, network, gateway (or a word for "on link")."""
    if (
        not words[0].isdigit()
        or not words[1].isdigit()
        or words[2] not in {"::/0", "::/1", "8000::/1"}
    ):
        return None
    gateway = words[3] if len(words) > 3 and _is_address(words[3]) else ""
    return WindowsRoute(
        family=6,
        prefix_length=int(words[2].rpartition("/")[2]),
        gateway=gateway,
        interface=words[0],
        metric=int(words[1]),
    )


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word.partition("%")[0])
    except ValueError:
        return False
    return True


def parse_interface_numbers(text: str) -> dict[str, str]:
    """Name by number: number, metric, MTU, state in one word, name with spaces."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split(maxsplit=4)
        if len(words) == 5 and all(word.isdigit() for word in words[:3]):
            found[words[0]] = words[4].strip()
    return found
