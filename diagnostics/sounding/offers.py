"""Asks everybody on the link for an offer by DHCP; needs CAP_NET_RAW and says so without.

The port of DHCP clients belongs to the system's own one, so the answers are read beside it.
"""

from __future__ import annotations

import asyncio
import ctypes
import secrets
import socket
import struct

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.parse.leases import Offer, parse_dhcp_message
from diagnostics.result import Reason
from diagnostics.wire import meter
from diagnostics.wire.dhcp import discover, offer_in

_IPV4 = 0x0800
_EVERYBODY = b"\xff" * 6
_MOST = 16
#: BusyBox's udhcpd asks the air for 2 s whether an address is free before it offers it (arpping.c)
_ASK_AT_S = (0.0, 0.9)
_LISTEN_S = 2.9
_ATTACH_FILTER = 26  # SO_ATTACH_FILTER, asm-generic/socket.h
#: classic BPF on an IPv4 packet: UDP, no later fragment, to port 68; all else never wakes us
_FILTER = (
    (0x30, 0, 0, 9), (0x15, 0, 6, 17), (0x28, 0, 0, 6), (0x45, 4, 0, 0x1FFF),
    (0xB1, 0, 0, 0), (0x48, 0, 0, 2), (0x15, 0, 1, 68), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0),
)  # fmt: skip


class Heard(msgspec.Struct, frozen=True):
    """An offer and the hardware address that it came from."""

    offer: Offer
    mac: str


async def ask_everybody(
    interface: str, own_mac: str, listen_s: float = _LISTEN_S
) -> tuple[Heard, ...]:
    """Every offer that came, one a server and hardware address, in the order they came.

    Raises PlatformError: not_permitted without the right, not_supported without packet sockets.
    """
    family = getattr(socket, "AF_PACKET", None)
    if family is None:
        raise PlatformError(Reason.NOT_SUPPORTED, "this system has no packet sockets")
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM, 0)
    except PermissionError as error:
        detail = "asking for offers needs the right to open packet sockets"
        raise PlatformError(Reason.NOT_PERMITTED, detail) from error
    with sock:
        try:
            sock.setblocking(False)
            _filter(sock)
            sock.bind((interface, _IPV4))
        except OSError as error:
            raise PlatformError(Reason.NOT_SUPPORTED, str(error)) from error
        return await _asked(sock, interface, own_mac, listen_s)


def _filter(sock: socket.socket) -> None:
    code = b"".join(struct.pack("HBBI", *row) for row in _FILTER)
    held = ctypes.create_string_buffer(code)
    program = struct.pack("HP", len(_FILTER), ctypes.addressof(held))
    sock.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)


async def _asked(
    sock: socket.socket, interface: str, own_mac: str, listen_s: float
) -> tuple[Heard, ...]:
    loop = asyncio.get_running_loop()
    transaction = secrets.randbits(32)
    question = discover(own_mac, transaction)
    found: dict[tuple[str, str], Heard] = {}
    loop.add_reader(sock.fileno(), _hear, sock, transaction, found)
    try:
        spent_s = 0.0
        for at_s in _ASK_AT_S:
            await asyncio.sleep(max(min(at_s, listen_s) - spent_s, 0))
            spent_s = at_s
            _send(sock, question, interface)
        await asyncio.sleep(max(listen_s - spent_s, 0))
    finally:
        loop.remove_reader(sock.fileno())
    return tuple(found.values())


def _send(sock: socket.socket, question: bytes, interface: str) -> None:
    try:
        sock.sendto(question, (interface, _IPV4, 0, 0, _EVERYBODY))
    except OSError as error:
        raise PlatformError(Reason.NO_ANSWER, f"nothing can be sent: {error}") from error
    meter.current().sent(len(question))


def _hear(sock: socket.socket, transaction: int, found: dict[tuple[str, str], Heard]) -> None:
    while len(found) < _MOST:
        try:
            packet, sender = sock.recvfrom(2048)
        except OSError:
            return
        message = offer_in(packet, transaction)
        offer = parse_dhcp_message(message) if message else None
        if offer is None or not offer.server:
            continue
        meter.current().received(len(packet))
        mac = bytes(sender[4]).hex(":")
        found.setdefault((offer.server, mac), Heard(offer, mac))
