"""Who is on the local network by IPv6: an echo to all nodes (ff02::1), without root.

An unprivileged ICMPv6 socket may ask a group and hears every answer to its own number (Linux since
3.11, macOS). Answers come from an address of the scope of ours, so we ask once from each of our
own. Who keeps silent to groups (Windows does, RFC 4443 allows it) is touched where it may be: at
addresses that are known, and at those that a hardware address makes (RFC 4291, appendix A).
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress

import msgspec

from diagnostics.wire import echo_message, meter
from diagnostics.wire.errors import WireError, wire_error
from diagnostics.wire.icmp_socket import IcmpSocket, open_icmp
from diagnostics.wire.source import Source
from diagnostics.wire.sweep import LONGEST_S, SHORTEST_S, STRETCH, Neighbour, NeighbourTable

ALL_NODES = "ff02::1"
#: A second question for a lost first one; both are out before the first sleeper wakes.
_ASK_AT_S = (0.0, 0.15)
_POLL_S = 0.1
_MOST_TOUCHED = 256
_DISCARD_PORT = 9  # RFC 863
_SIZE = 24


class Link6(msgspec.Struct, frozen=True, kw_only=True):
    """`own`: our IPv6 addresses on the interface. `known`: others that may be there. `macs` of
    machines seen in other ways, in lower case with colons."""

    interface: str
    own: tuple[str, ...]
    known: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()


async def sweep6(
    link: Link6, table: NeighbourTable, least_s: float = SHORTEST_S
) -> tuple[Neighbour, ...]:
    """Everybody who answers or whom the system's neighbour `table` has found, ours left out.

    Ends after `least_s`, later where somebody answers late, at 1.6 s at the latest. A single phone
    that dozes shows itself by nothing before it answers, and the kernel keeps no answer to a group
    for later: give `WAKES_S` where the time is to be had. The hardware
    address is "" where the table does not tell it. Raises WireError when nothing can be sent.
    """
    index = _index(link.interface)
    with ExitStack() as opened:
        asking = _sockets(link, opened)
        _touch(link, index, asking[0].sock.family)
        found = await _answering(link, index, asking, table, least_s)
    own = {_bare(address) for address in link.own}
    order = sorted(found.keys() - own, key=ipaddress.ip_address)
    return tuple(found[address] for address in order)


def eui64(mac: str) -> str:
    """The link-local address that a machine makes of its hardware address (RFC 4291); ValueError
    for what is none."""
    parts = bytes.fromhex(mac.replace(":", ""))
    if len(parts) != 6:
        raise ValueError(f"{mac!r} is no hardware address of 48 bits")
    half = bytes((parts[0] ^ 2, *parts[1:3], 0xFF, 0xFE, *parts[3:]))
    return str(ipaddress.IPv6Address(bytes.fromhex("fe80000000000000") + half))


def _bare(address: str) -> str:
    return str(ipaddress.IPv6Address(address.partition("%")[0]))


def _index(interface: str) -> int:
    try:
        return socket.if_nametoindex(interface)
    except OSError as error:
        raise wire_error(error, f"using interface {interface}") from None


class _Asking:
    """One socket: it sends from one of our addresses and knows its own answers."""

    def __init__(self, icmp: IcmpSocket) -> None:
        self.sock: socket.socket = icmp.sock
        self._icmp = icmp
        self._cookie = os.urandom(echo_message.COOKIE_SIZE)
        self._identifier = int.from_bytes(os.urandom(2), "big")
        self._meter = meter.current()

    def ask(self, number: int, index: int) -> OSError | None:
        packet = echo_message.request(
            socket.AF_INET6, self._identifier, number, self._cookie, _SIZE
        )
        try:
            self.sock.sendto(packet, (ALL_NODES, 0, 0, index))
        except OSError as error:
            return error
        self._meter.sent(len(packet))
        return None

    def heard(self) -> list[str]:
        """Who has answered since."""
        found: list[str] = []
        while True:
            try:
                data, place = self.sock.recvfrom(512)
            except OSError:
                return found
            reply = echo_message.reply(socket.AF_INET6, data)
            if reply is None or not self._icmp.is_ours(reply.identifier, self._identifier):
                continue
            if reply.cookie == self._cookie:
                self._meter.received(len(data))
                found.append(str(place[0]))


def _sockets(link: Link6, opened: ExitStack) -> list[_Asking]:
    """One for each of our addresses; WireError when there is not one."""
    index = _index(link.interface)
    failure: WireError | None = None
    found: list[_Asking] = []
    for address in link.own:
        scope = f"%{index}" if ipaddress.IPv6Address(_bare(address)).is_link_local else ""
        try:
            icmp = open_icmp(socket.AF_INET6, Source(address=f"{_bare(address)}{scope}"))
        except WireError as error:
            failure = error  # an address that is not usable yet (duplicate detection) cannot send
            continue
        opened.enter_context(icmp.sock)
        icmp.sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        found.append(_Asking(icmp))
    if not found:
        raise failure or wire_error(OSError("no IPv6 address"), "asking the local network")
    return found


def _touch(link: Link6, index: int, family: socket.AddressFamily) -> None:
    """A datagram to each makes the kernel ask who has the address (RFC 4861)."""
    made: list[str] = []
    for mac in link.macs:
        with suppress(ValueError):
            made.append(eui64(mac))
    wanted = list(dict.fromkeys((*(_bare(one) for one in link.known), *made)))[:_MOST_TOUCHED]
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        for address in wanted:
            near = ipaddress.IPv6Address(address).is_link_local
            with suppress(OSError):  # what one address is refused says nothing of the others
                sock.sendto(b"", (address, _DISCARD_PORT, 0, index if near else 0))


async def _answering(
    link: Link6, index: int, asking: Sequence[_Asking], table: NeighbourTable, least_s: float
) -> dict[str, Neighbour]:
    """By address, until nobody new is to be expected."""
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    found: set[str] = set()
    questions = list(enumerate(_ASK_AT_S))
    until_s = least_s
    own = {_bare(address) for address in link.own}
    while True:
        now_s = loop.time() - begun_s
        if questions and now_s >= questions[0][1]:
            _ask(asking, questions.pop(0)[0], index)
        heard = {_bare(one) for each in asking for one in each.heard()} - own
        if heard - found:
            until_s = min(max(until_s, STRETCH * now_s), LONGEST_S)
        found |= heard
        if now_s >= until_s:
            return _with_macs(found, await table())
        next_s = min(until_s, now_s + _POLL_S, *(at_s for _, at_s in questions))
        await asyncio.sleep(max(next_s - now_s, 0.0))


def _ask(asking: Iterable[_Asking], number: int, index: int) -> None:
    failures = [each.ask(number, index) for each in asking]
    first = next((one for one in failures if one is not None), None)
    if first is not None and None not in failures and number == 0:
        raise wire_error(first, "asking the local network") from None


def _with_macs(found: set[str], entries: Sequence[Neighbour]) -> dict[str, Neighbour]:
    """With those of the table, who were touched and did not echo."""
    told = {_bare(entry.address): entry.mac for entry in entries if ":" in entry.address}
    every = told.keys() | found
    return {text: Neighbour(text, told.get(text, ""), text in found) for text in every}
