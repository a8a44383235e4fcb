"""Linux's routing socket (RFC 3549, rtnetlink(7)), asked for typed rows.

pyroute2 speaks it too, yet loading it takes longer than all that a check asks the kernel
(measured: 0.25 s of CPU a check), so the four kinds of rows that are needed are read here.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import lru_cache

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.result import Reason

_MAIN_TABLE = 254  # linux/rtnetlink.h
_UNICAST = 1  # RTN_UNICAST
_GET_LINK, _GET_ADDRESS, _GET_ROUTE, _GET_NEIGHBOUR = 18, 22, 26, 30  # RTM_GET*
_ERROR, _DONE = 2, 3  # NLMSG_*
_REQUEST, _DUMP, _INTERRUPTED = 0x01, 0x300, 0x10  # NLM_F_*
_TYPE_MASK = 0x3FFF  # NLA_TYPE_MASK
_IFLA_ADDRESS, _IFLA_IFNAME, _IFLA_MTU, _IFLA_LINKINFO = 1, 3, 4, 18
_IFLA_CARRIER, _IFLA_CARRIER_CHANGES, _IFLA_INFO_KIND = 33, 35, 1
_IFA_ADDRESS, _IFA_LOCAL, _IFA_CACHEINFO, _IFA_FLAGS, _IFA_PROTO = 1, 2, 6, 8, 11
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_PRIORITY = 1, 4, 5, 6
_RTA_MULTIPATH, _RTA_TABLE, _RTA_VIA = 9, 15, 18
_NDA_DST, _NDA_LLADDR = 1, 2
_FAMILIES = {4: socket.AF_INET, 16: socket.AF_INET6}
#: none, incomplete, failed: without a hardware address (NUD_VALID in linux/net/neighbour.h)
_NO_MAC = (0x00, 0x01, 0x20)
_HEAD = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_LINK = struct.Struct("=BxHiII")  # ifinfomsg: family, ARPHRD_*, index, flags, change
_ADDRESS = struct.Struct("=BBBBI")  # ifaddrmsg: family, prefix length, flags, scope, index
_ROUTE = struct.Struct("=8BI")  # rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type
_NEIGHBOUR = struct.Struct("=BxxxiHBB")  # ndmsg: family, index, state, flags, type
_NEXT_HOP = struct.Struct("=HBBi")  # rtnexthop: length, flags, hops, index
_ATTRIBUTE = struct.Struct("=HH")
#: of an ndmsg without a hardware address: its state, and how the first attribute begins
_SILENT = frozenset(struct.pack("=H", state) for state in _NO_MAC)
_FIRST_IS_ADDRESS4 = _ATTRIBUTE.pack(8, _NDA_DST)
_WITHOUT_MAC = 20
_GENERIC = struct.Struct("=BBxx")  # genlmsghdr: command, version
_NETLINK_GENERIC, _CONTROL, _GET_FAMILY = 16, 0x10, 3  # NETLINK_GENERIC, GENL_ID_CTRL
_BUFFER = 1 << 16
_TRIES = 3
#: The kernel answers at once; the limit is only there so that nothing can hang.
_WAIT_S = 1.0
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


Attributes = dict[int, bytes]


class Netlink:
    """The rows of one open routing socket. Each raises OSError as the kernel says."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self._sequence = 0

    async def links(self) -> list[LinkRow]:
        return [_link(m) for m in self._dump(_GET_LINK, _LINK.size)]

    async def addresses(self) -> list[AddressRow]:
        return [_address(m) for m in self._dump(_GET_ADDRESS, _ADDRESS.size)]

    async def routes(self, family: int) -> list[RouteRow]:
        """Unicast routes of the main table; of a route with several next hops the first."""
        messages = self._dump(_GET_ROUTE, _ROUTE.size, family)
        return [_route(m) for m in messages if m[0] == family and _in_main_table(m)]

    async def route_to(self, destination: str) -> RouteRow | None:
        """The route the system would take, policy rules included; None when there is none."""
        family = socket.AF_INET6 if ":" in destination else socket.AF_INET
        wanted = socket.inet_pton(family, destination.partition("%")[0])
        attribute = _ATTRIBUTE.pack(_ATTRIBUTE.size + len(wanted), _RTA_DST) + wanted
        body = _ROUTE.pack(family, 8 * len(wanted), 0, 0, 0, 0, 0, 0, 0) + attribute
        try:
            found = self._ask(_GET_ROUTE, _REQUEST, body)
        except OSError:
            return None
        return _route(found[0]) if found else None

    async def neighbours(self) -> list[NeighbourRow]:
        return [_neighbour(m) for m in self._dump(_GET_NEIGHBOUR, _NEIGHBOUR.size)]

    def _dump(self, kind: int, size: int, family: int = 0) -> list[bytes]:
        """All rows. What changed while it was read out is read again."""
        found: list[bytes] | None = None
        for _ in range(_TRIES):
            found = self._ask(kind, _REQUEST | _DUMP, bytes([family]).ljust(size, b"\0"))
            if found is not None:
                return found
        raise OSError(errno.EAGAIN, "the tables change too fast to be read")

    def _ask(self, kind: int, flags: int, body: bytes) -> list[bytes] | None:
        """Messages without their header; None for a dump that was interrupted."""
        self._sequence += 1
        head = _HEAD.pack(_HEAD.size + len(body), kind, flags, self._sequence, 0)
        self._socket.send(head + body)
        found: list[bytes] = []
        whole = True
        while True:
            for number, told, marks, payload in _messages(self._socket.recv(_BUFFER)):
                if number != self._sequence:
                    continue  # of a request that was given up
                whole = whole and not marks & _INTERRUPTED
                if told == _DONE:
                    return found if whole else None
                if told == _ERROR:
                    raise _failure(payload)
                found.append(payload)
                if not flags & _DUMP:
                    return found


@asynccontextmanager
async def netlink() -> AsyncGenerator[Netlink, None]:
    """Open the routing socket; PlatformError where the kernel refuses."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as opened:
            opened.settimeout(_WAIT_S)
            opened.bind((0, 0))
            yield Netlink(opened)
    except OSError as error:
        raise PlatformError(Reason.NOT_PERMITTED, f"no routing socket: {error}") from error


def knows_family(name: str) -> bool:
    """Whether the kernel speaks this generic netlink family now (genetlink, CTRL_CMD_GETFAMILY).

    PlatformError where it may not be asked.
    """
    label = name.encode() + b"\0"
    body = _GENERIC.pack(_GET_FAMILY, 1) + _ATTRIBUTE.pack(_ATTRIBUTE.size + len(label), 2) + label
    head = _HEAD.pack(_HEAD.size + len(body), _CONTROL, _REQUEST, 1, 0)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_GENERIC) as opened:
            opened.settimeout(_WAIT_S)
            opened.bind((0, 0))
            opened.send(head + body.ljust((len(body) + 3) & ~3, b"\0"))
            kinds = [kind for _, kind, _, _ in _messages(opened.recv(_BUFFER))]
    except OSError as error:
        raise PlatformError(Reason.NOT_PERMITTED, f"no generic netlink: {error}") from error
    return bool(kinds) and kinds[0] != _ERROR


def _failure(payload: bytes) -> OSError:
    (number,) = struct.unpack_from("=i", payload)
    return OSError(-number, "the kernel refused")


def _messages(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Sequence, type, flags and payload of each message of one datagram."""
    at = 0
    while at + _HEAD.size <= len(data):
        length, kind, flags, sequence, _ = _HEAD.unpack_from(data, at)
        if length < _HEAD.size:
            return
        yield sequence, kind, flags, data[at + _HEAD.size : at + length]
        at += (length + 3) & ~3


def _attributes(data: bytes) -> Attributes:
    """struct rtattr: the first of each type, as the kernel writes none twice."""
    found: Attributes = {}
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            break
        found.setdefault(kind & _TYPE_MASK, data[at + _ATTRIBUTE.size : at + length])
        at += (length + 3) & ~3
    return found


def _text(value: bytes | None) -> str:
    return (value or b"").rstrip(b"\0").decode("utf-8", errors="replace")


def _number(value: bytes | None, default: int = 0) -> int:
    return int.from_bytes(value, "little") if value else default


def _place(value: bytes | None) -> str:
    """An address of either family as text, "" for none."""
    if value is None or len(value) not in _FAMILIES:
        return ""
    return socket.inet_ntop(_FAMILIES[len(value)], value)


def _mac(value: bytes | None) -> str:
    """Only what is 48 bits long; a tunnel has its end's address in that place."""
    return value.hex(":") if value is not None and len(value) == 6 else ""


def _link(message: bytes) -> LinkRow:
    _, hardware_type, index, flags, _ = _LINK.unpack_from(message)
    told = _attributes(message[_LINK.size :])
    carrier, changes = told.get(_IFLA_CARRIER), told.get(_IFLA_CARRIER_CHANGES)
    return LinkRow(
        index=index,
        name=_text(told.get(_IFLA_IFNAME)),
        hardware_type=hardware_type,
        flags=flags,
        mtu=_number(told.get(_IFLA_MTU)),
        mac=_mac(told.get(_IFLA_ADDRESS)),
        carrier=None if carrier is None else bool(_number(carrier)),
        carrier_changes=None if changes is None else _number(changes),
        kind=_text(_attributes(told.get(_IFLA_LINKINFO, b"")).get(_IFLA_INFO_KIND)),
    )


def _address(message: bytes) -> AddressRow:
    family, prefix_length, flags, _, index = _ADDRESS.unpack_from(message)
    told = _attributes(message[_ADDRESS.size :])
    # IFA_LOCAL is our end; on a point-to-point link IFA_ADDRESS is the other one.
    own = told.get(_IFA_LOCAL) or told.get(_IFA_ADDRESS)
    life = told.get(_IFA_CACHEINFO, b"")
    return AddressRow(
        index=index,
        address=_place(own),
        prefix_length=prefix_length,
        family=6 if family == socket.AF_INET6 else 4,
        flags=_number(told.get(_IFA_FLAGS), flags),
        valid_s=_number(life[4:8], FOREVER),
        origin=_number(told.get(_IFA_PROTO)),
    )


def _in_main_table(message: bytes) -> bool:
    head = _ROUTE.unpack_from(message)
    table = _number(_attributes(message[_ROUTE.size :]).get(_RTA_TABLE), head[4])
    return table == _MAIN_TABLE and head[7] == _UNICAST


def _route(message: bytes) -> RouteRow:
    family, prefix_length = message[0], message[1]
    told = _attributes(message[_ROUTE.size :])
    index, priority = _number(told.get(_RTA_OIF)), _number(told.get(_RTA_PRIORITY))
    destination = _place(told.get(_RTA_DST))
    if several := told.get(_RTA_MULTIPATH):
        length, _, _, index = _NEXT_HOP.unpack_from(several)
        told = _attributes(several[_NEXT_HOP.size : length])
    # RTA_VIA: a next hop of the other family (RFC 8950), its family in two bytes before it.
    gateway = told.get(_RTA_GATEWAY) or told.get(_RTA_VIA, b"")[2:]
    return RouteRow(
        index=index,
        family=6 if family == socket.AF_INET6 else 4,
        destination=destination,
        prefix_length=prefix_length,
        gateway=_place(gateway),
        metric=priority,
    )


def _neighbour(message: bytes) -> NeighbourRow:
    """Of a swept /24 some 250 rows come at each look, nearly all of them as they were before."""
    if message[8:10] in _SILENT and message[12:16] == _FIRST_IS_ADDRESS4:
        return _without_mac(message[:_WITHOUT_MAC])
    return _neighbour_read(message)


@lru_cache(maxsize=2048)
def _without_mac(message: bytes) -> NeighbourRow:
    """Where nobody answers, the first attribute (the address) is all; what follows are ages."""
    return _neighbour_read(message)


def _neighbour_read(message: bytes) -> NeighbourRow:
    _, index, state, flags, _ = _NEIGHBOUR.unpack_from(message)
    address = mac = b""
    at, end = _NEIGHBOUR.size, len(message)
    while at + _ATTRIBUTE.size <= end:
        length, kind = _ATTRIBUTE.unpack_from(message, at)
        if length < _ATTRIBUTE.size:
            break
        if kind == _NDA_DST:
            address = message[at + _ATTRIBUTE.size : at + length]
        elif kind == _NDA_LLADDR:
            mac = message[at + _ATTRIBUTE.size : at + length]
        if address and (mac or state in _NO_MAC):
            break  # the kernel writes these two first (neigh_fill_info)
        at += (length + 3) & ~3
    return NeighbourRow(
        index=index,
        address=_place(address),
        mac=_mac(mac),
        state=state,
        flags=flags,
    )
