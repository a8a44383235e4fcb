"""Who claims an address on the link (RFC 826, RFC 5227); needs CAP_NET_RAW and says so without."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct

from diagnostics.platforms.base import PlatformError
from diagnostics.result import Reason

_ETHERTYPE = 0x0806
_FRAME = struct.Struct("!6s6sHHHBBH6s4s6s4s")
_BROADCAST = b"\xff" * 6
_REQUEST, _REPLY = 1, 2


async def claimants(interface: str, address: str, own_mac: str, wait_s: float = 0.6) -> set[str]:
    """MACs of other machines that answer for an IPv4 address, asked twice by an ARP probe.

    Raises PlatformError: not_permitted without the right, not_supported without packet sockets.
    """
    family = getattr(socket, "AF_PACKET", None)
    if family is None:
        raise PlatformError(Reason.NOT_SUPPORTED, "this system has no packet sockets")
    try:
        sock = socket.socket(family, socket.SOCK_RAW, socket.htons(_ETHERTYPE))
    except PermissionError as error:
        detail = "seeing address conflicts needs the right to open packet sockets"
        raise PlatformError(Reason.NOT_PERMITTED, detail) from error
    with sock:
        sock.setblocking(False)
        sock.bind((interface, _ETHERTYPE))
        return await _asked(sock, address, own_mac, wait_s)


async def _asked(sock: socket.socket, address: str, own_mac: str, wait_s: float) -> set[str]:
    loop = asyncio.get_running_loop()
    found: set[str] = set()
    for _ in range(2):
        await loop.sock_sendall(sock, probe(address, own_mac))
        try:
            async with asyncio.timeout(wait_s / 2):
                while True:
                    mac = claimed_by(await loop.sock_recv(sock, 128), address)
                    if mac and mac != own_mac:
                        found.add(mac)
        except TimeoutError:
            continue
    return found


def probe(address: str, own_mac: str) -> bytes:
    """An ARP probe: sender address 0.0.0.0, so that nobody's table is changed by it."""
    mac = bytes.fromhex(own_mac.replace(":", ""))
    wanted = ipaddress.IPv4Address(address).packed
    return _FRAME.pack(
        _BROADCAST, mac, _ETHERTYPE, 1, 0x0800, 6, 4, _REQUEST, mac, bytes(4), bytes(6), wanted
    )


def claimed_by(frame: bytes, address: str) -> str:
    """Sender's MAC when the frame says "I have this address"; "" otherwise."""
    if len(frame) < _FRAME.size:
        return ""
    fields = _FRAME.unpack_from(frame)
    sender_mac, sender = fields[8], fields[9]
    if fields[3:7] != (1, 0x0800, 6, 4) or sender != ipaddress.IPv4Address(address).packed:
        return ""
    return sender_mac.hex(":")
