"""An ICMP error as a packet, for systems that hand it to the socket itself (macOS).

IPv4 comes with its header, whose length fields macOS has turned round already (ip_icmp.c of xnu),
so none of them is read here; IPv6 comes without. RFC 792, RFC 1191 (the MTU), RFC 4443.
"""

import socket
import struct

import msgspec

_ERRORS = {socket.AF_INET: {3, 11}, socket.AF_INET6: {1, 2, 3}}
_HEAD = struct.Struct("!BBHHH")
_PROTOCOL4, _DESTINATION4, _LEAST4 = 9, 16, 20
_NEXT6, _DESTINATION6, _SIZE6 = 6, 24, 40
#: IPv6 headers that may stand between (RFC 8200), and the one of 8 bytes without a length
_EXTENSIONS, _FRAGMENT = {0, 43, 44, 60}, 44


class IcmpError(msgspec.Struct, frozen=True):
    """`mtu` of a "too big", else 0; `quoted` what it repeats behind the packet's IP header."""

    icmp_type: int
    icmp_code: int
    mtu: int
    destination: str
    protocol: int
    quoted: bytes


def bare(family: socket.AddressFamily, data: bytes) -> bytes:
    """Without the IPv4 header in front."""
    if family == socket.AF_INET and data and data[0] >> 4 == 4:
        return data[(data[0] & 0x0F) * 4 :]
    return data


def icmp_error(family: socket.AddressFamily, data: bytes) -> IcmpError | None:
    """None for what is no error, or quotes too little to know whose packet it was about."""
    message = bare(family, data)
    if len(message) < _HEAD.size or message[0] not in _ERRORS[family]:
        return None
    kind, code, _, high, low = _HEAD.unpack_from(message)
    packet = message[_HEAD.size :]
    if family == socket.AF_INET6:
        mtu = (high << 16 | low) if kind == 2 else 0
        return _quoted6(packet, kind, code, mtu)
    return _quoted4(packet, kind, code, low if (kind, code) == (3, 4) else 0)


def _quoted4(packet: bytes, kind: int, code: int, mtu: int) -> IcmpError | None:
    if len(packet) < _LEAST4 or packet[0] >> 4 != 4:
        return None
    destination = socket.inet_ntop(socket.AF_INET, packet[_DESTINATION4:_LEAST4])
    rest = packet[(packet[0] & 0x0F) * 4 :]
    return IcmpError(kind, code, mtu, destination, packet[_PROTOCOL4], rest)


def _quoted6(packet: bytes, kind: int, code: int, mtu: int) -> IcmpError | None:
    if len(packet) < _SIZE6 or packet[0] >> 4 != 6:
        return None
    destination = socket.inet_ntop(socket.AF_INET6, packet[_DESTINATION6:_SIZE6])
    protocol, rest = packet[_NEXT6], packet[_SIZE6:]
    while protocol in _EXTENSIONS and len(rest) >= 8:
        size = 8 if protocol == _FRAGMENT else 8 + rest[1] * 8
        protocol, rest = rest[0], rest[size:]
    return IcmpError(kind, code, mtu, destination, protocol, rest)
