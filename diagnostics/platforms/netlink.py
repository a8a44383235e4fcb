"""Linux's routing socket, asked for typed rows. pyroute2 speaks it; only this module sees that."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, cast

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.result import Reason

_MAIN_TABLE = 254  # linux/rtnetlink.h
_UNICAST = 1  # RTN_UNICAST
FOREVER = 0xFFFFFFFF


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """`hardware_type` is ARPHRD_*; `kind` is "" for a real adapter; None where not told."""

    index: int
    name: str
    hardware_type: int
    flags: int
    mtu: int
    mac: str
    carrier: bool | None
    carrier_changes: int | None
    kind: str


class AddressRow(msgspec.Struct, frozen=True, kw_only=True):
    index: int
    address: str
    prefix_length: int
    family: int
    flags: int
    valid_s: int
    origin: int  # IFA_PROTO, linux 5.18 and later; 0 unknown


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    index: int
    family: int
    destination: str  # "" for the default route
    prefix_length: int
    gateway: str
    metric: int


class NeighbourRow(msgspec.Struct, frozen=True, kw_only=True):
    index: int
    address: str
    mac: str
    state: int
    flags: int


class _Message(Protocol):
    def get(self, key: str) -> object: ...
    def get_attr(self, name: str) -> object: ...
    def get_nested(self, *names: str) -> object: ...


Ask = Callable[..., Awaitable[object]]


class _Socket(Protocol):
    get_links: Ask
    get_addr: Ask
    get_routes: Ask
    get_neighbours: Ask
    route: Ask


class Netlink:
    """The rows of one open routing socket."""

    def __init__(self, opened: _Socket) -> None:
        self._socket = opened

    async def links(self) -> list[LinkRow]:
        return [_link(m) for m in await _rows(self._socket.get_links())]

    async def addresses(self) -> list[AddressRow]:
        return [_address(m) for m in await _rows(self._socket.get_addr())]

    async def routes(self, family: int) -> list[RouteRow]:
        """Unicast routes of the main table; of a route with several next hops the first."""
        messages = await _rows(self._socket.get_routes(family=family))
        return [_route(m) for m in messages if _in_main_table(m)]

    async def route_to(self, destination: str) -> RouteRow | None:
        """The route the system would take, policy rules included; None when there is none."""
        from pyroute2.netlink.exceptions import NetlinkError  # noqa: PLC0415

        family = socket.AF_INET6 if ":" in destination else socket.AF_INET
        try:
            found = await _rows(self._socket.route("get", dst=destination, family=family))
        except NetlinkError:
            return None
        return _route(found[0]) if found else None

    async def neighbours(self) -> list[NeighbourRow]:
        return [_neighbour(m) for m in await _rows(self._socket.get_neighbours())]


@asynccontextmanager
async def netlink() -> AsyncGenerator[Netlink, None]:
    """Open the routing socket; PlatformError where the kernel refuses."""
    from pyroute2 import AsyncIPRoute  # noqa: PLC0415

    try:
        async with AsyncIPRoute() as opened:
            yield Netlink(cast("_Socket", cast("object", opened)))
    except OSError as error:
        raise PlatformError(Reason.NOT_PERMITTED, f"no routing socket: {error}") from error


async def _rows(asked: Awaitable[object]) -> Sequence[_Message]:
    answer = await asked
    if isinstance(answer, list):
        return cast("list[_Message]", answer)
    stream = cast("AsyncIterator[_Message]", answer)
    return [message async for message in stream]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object, default: int = 0) -> int:
    return value if isinstance(value, int) else default


def _optional(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _link(message: _Message) -> LinkRow:
    carrier = _optional(message.get_attr("IFLA_CARRIER"))
    return LinkRow(
        index=_number(message.get("index")),
        name=_text(message.get_attr("IFLA_IFNAME")),
        hardware_type=_number(message.get("ifi_type")),
        flags=_number(message.get("flags")),
        mtu=_number(message.get_attr("IFLA_MTU")),
        mac=_text(message.get_attr("IFLA_ADDRESS")).lower(),
        carrier=None if carrier is None else bool(carrier),
        carrier_changes=_optional(message.get_attr("IFLA_CARRIER_CHANGES")),
        kind=_text(message.get_nested("IFLA_LINKINFO", "IFLA_INFO_KIND")),
    )


def _address(message: _Message) -> AddressRow:
    life = cast("dict[str, object]", message.get_attr("IFA_CACHEINFO") or {})
    # IFA_LOCAL is our end; on a point-to-point link IFA_ADDRESS is the other one.
    own = message.get_attr("IFA_LOCAL") or message.get_attr("IFA_ADDRESS")
    return AddressRow(
        index=_number(message.get("index")),
        address=_text(own),
        prefix_length=_number(message.get("prefixlen")),
        family=6 if message.get("family") == socket.AF_INET6 else 4,
        flags=_number(message.get_attr("IFA_FLAGS"), _number(message.get("flags"))),
        valid_s=_number(life.get("ifa_valid"), FOREVER),
        origin=_number(message.get_attr("IFA_PROTO")),
    )


def _in_main_table(message: _Message) -> bool:
    table = _number(message.get_attr("RTA_TABLE"), _number(message.get("table")))
    return table == _MAIN_TABLE and message.get("type") == _UNICAST


def _route(message: _Message) -> RouteRow:
    hops = cast("list[_Message] | None", message.get_attr("RTA_MULTIPATH"))
    gateway, index = message.get_attr("RTA_GATEWAY"), message.get_attr("RTA_OIF")
    if hops:
        gateway, index = hops[0].get_attr("RTA_GATEWAY"), hops[0].get("oif")
    return RouteRow(
        index=_number(index),
        family=6 if message.get("family") == socket.AF_INET6 else 4,
        destination=_text(message.get_attr("RTA_DST")),
        prefix_length=_number(message.get("dst_len")),
        gateway=_text(gateway),
        metric=_number(message.get_attr("RTA_PRIORITY")),
    )


def _neighbour(message: _Message) -> NeighbourRow:
    return NeighbourRow(
        index=_number(message.get("ifindex")),
        address=_text(message.get_attr("NDA_DST")),
        mac=_text(message.get_attr("NDA_LLADDR")).lower(),
        state=_number(message.get("state")),
        flags=_number(message.get("flags")),
    )
