"""Echo request and reply as bytes (RFC 792, RFC 4443)."""

import socket
import struct

import msgspec

_HEADER = struct.Struct("!BBHHH")
COOKIE_SIZE = 8

_REQUEST = {socket.AF_INET: 8, socket.AF_INET6: 128}
_REPLY = {socket.AF_INET: 0, socket.AF_INET6: 129}

_UNREACHABLE4 = {
    0: "net_unreachable",
    1: "host_unreachable",
    2: "host_unreachable",
    3: "port_unreachable",
    4: "too_big",
    6: "net_unreachable",
    7: "host_unreachable",
    9: "prohibited",
    10: "prohibited",
    13: "prohibited",
}
_UNREACHABLE6 = {
    0: "net_unreachable",
    1: "prohibited",
    3: "host_unreachable",
    4: "port_unreachable",
    5: "prohibited",
    6: "net_unreachable",
}


class Reply(msgspec.Struct, frozen=True):
    identifier: int
    sequence: int
    cookie: bytes


class Request:
    """Echo requests of one size that differ in their number alone; the kernel does IPv6's checksum.

    The sum of everything else is taken once (RFC 1624): it is most of the work of an echo.
    """

    def __init__(
        self, family: socket.AddressFamily, identifier: int, cookie: bytes, size: int
    ) -> None:
        self._kind = _REQUEST[family]
        self._identifier = identifier
        self._payload = cookie[:size].ljust(size, b"\x55")
        bare = _HEADER.pack(self._kind, 0, 0, identifier, 0) + self._payload
        self._sum: int | None = None if family == socket.AF_INET6 else ~checksum(bare) & 0xFFFF

    def numbered(self, sequence: int) -> bytes:
        check = 0
        if self._sum is not None:
            total = self._sum + sequence
            check = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
        return _HEADER.pack(self._kind, 0, check, self._identifier, sequence) + self._payload


def request(
    family: socket.AddressFamily, identifier: int, sequence: int, cookie: bytes, size: int
) -> bytes:
    """One echo request with `size` bytes of payload."""
    return Request(family, identifier, cookie, size).numbered(sequence)


def checksum(data: bytes) -> int:
    """Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def reply(family: socket.AddressFamily, data: bytes) -> Reply | None:
    """An echo reply, with or without the IP header in front (Darwin leaves it on)."""
    if family == socket.AF_INET and data and data[0] >> 4 == 4:
        data = data[(data[0] & 0x0F) * 4 :]
    return _parse(data, _REPLY[family])


def quoted(family: socket.AddressFamily, data: bytes) -> Reply | None:
    """The request that an ICMP error quotes, as far as it is quoted."""
    return _parse(data, _REQUEST[family])


def _parse(data: bytes, kind: int) -> Reply | None:
    if len(data) < _HEADER.size or data[0] != kind:
        return None
    _, _, _, identifier, sequence = _HEADER.unpack_from(data)
    return Reply(identifier, sequence, data[_HEADER.size : _HEADER.size + COOKIE_SIZE])


def complaint_kind(family: socket.AddressFamily, icmp_type: int, code: int) -> str:
    """Name of an ICMP error; see `icmp.Complaint.kind`."""
    if family == socket.AF_INET6:
        if icmp_type == 1:
            return _UNREACHABLE6.get(code, "other")
        return {2: "too_big", 3: "ttl_exceeded"}.get(icmp_type, "other")
    if icmp_type == 3:
        return _UNREACHABLE4.get(code, "other")
    return {11: "ttl_exceeded"}.get(icmp_type, "other")
