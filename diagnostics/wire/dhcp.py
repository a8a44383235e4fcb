"""A DHCPDISCOVER as it goes on the wire, and what comes back to it (RFC 2131, RFC 2132).

Only the question for offers: nothing is requested, so nothing is leased and no table changes.
"""

from __future__ import annotations

import ipaddress
import struct

_IP = struct.Struct("!BBHHHBBH4s4s")
_UDP = struct.Struct("!HHHH")
_BOOTP = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s4s")
_COOKIE = b"\x63\x82\x53\x63"
_SERVER_PORT, _CLIENT_PORT = 67, 68
_BROADCAST_FLAG = 0x8000  # the answer goes to everybody: our address is no part of the question
_REPLY, _OFFER, _PROTOCOL_UDP = 2, 2, 17
#: subnet mask, router, resolvers, lease time, server identifier
_WANTED = bytes((1, 3, 6, 51, 54))


def discover(mac: str, transaction: int) -> bytes:
    """An IPv4 packet from nobody to everybody, in the name of this hardware address."""
    hardware = bytes.fromhex(mac.replace(":", ""))
    options = bytes((53, 1, 1, 55, len(_WANTED))) + _WANTED + b"\xff"
    message = _BOOTP.pack(
        1, 1, len(hardware), 0, transaction, 0, _BROADCAST_FLAG,
        bytes(4), bytes(4), bytes(4), bytes(4), hardware, b"", b"", _COOKIE,
    ) + options  # fmt: skip
    message = message.ljust(300, b"\0")  # what BOOTP relays expect at least (RFC 1542, 2.1)
    datagram = _UDP.pack(_CLIENT_PORT, _SERVER_PORT, _UDP.size + len(message), 0) + message
    return _header(len(datagram)) + datagram


def _header(size: int) -> bytes:
    everybody = ipaddress.IPv4Address("255.255.255.255").packed
    fields = (0x45, 0, _IP.size + size, 0, 0, 16, _PROTOCOL_UDP)
    bare = _IP.pack(*fields, 0, bytes(4), everybody)
    total = sum(struct.unpack("!10H", bare))
    total = (total & 0xFFFF) + (total >> 16)
    return _IP.pack(*fields, ~(total + (total >> 16)) & 0xFFFF, bytes(4), everybody)


def offer_in(packet: bytes, transaction: int) -> bytes:
    """The DHCP message inside an IPv4 packet when it is an offer to us; b"" otherwise.

    Every length is the sender's word and is checked against what is there.
    """
    if len(packet) < _IP.size or packet[0] >> 4 != 4 or packet[9] != _PROTOCOL_UDP:
        return b""
    udp = packet[4 * (packet[0] & 0xF) :]
    if len(udp) < _UDP.size + _BOOTP.size or _UDP.unpack_from(udp)[1] != _CLIENT_PORT:
        return b""
    message = udp[_UDP.size :]
    if message[0] != _REPLY or struct.unpack_from("!I", message, 4)[0] != transaction:
        return b""
    return message if _kind(message[_BOOTP.size :]) == _OFFER else b""


def _kind(options: bytes) -> int:
    """Option 53; 0 where there is none."""
    at = 0
    while at + 2 < len(options) and options[at] != 255:
        if options[at] == 53:
            return options[at + 2]
        at += 1 if options[at] == 0 else 2 + options[at + 1]
    return 0
