"""A path of routers behind a macOS socket: packets in the shape in which xnu hands them over.

IPv4: the outer header is there, its length in host order and without the header, and so is the
length of the quoted one; IPv6: neither header nor scope. The descriptor is a real one, so that
the loop is woken as by a socket.
"""

from __future__ import annotations

import socket
import struct
import time
from collections import deque

import msgspec

from diagnostics.wire.echo_message import checksum
from diagnostics.wire.source import SockAddr, Source
from diagnostics.wire.stamps import Ancillary
from diagnostics.wire.trace_darwin import PacketSocket
from diagnostics.wire.trace_flow import Flow

OWN4, OWN6 = "192.168.1.20", "2001:db8:1::20"
OWN_PORT = 50123


class Router(msgspec.Struct, frozen=True):
    """Who stands at a distance and what it says; `quotes` bytes behind the packet's IP header."""

    address: str
    kind: int = 11
    code: int = 0
    mtu: int = 0
    quotes: int = 1000


class Path:
    """`routers` by distance; beyond the last stands the target, who answers if `answers`."""

    def __init__(self, *routers: Router | None, answers: bool = True) -> None:
        self.routers = routers
        self.answers = answers
        self.sent: list[tuple[int, bytes]] = []
        self.options: list[tuple[int, int, int]] = []
        self.closed = 0
        self._ttl = 0
        self._waiting: deque[tuple[bytes, str]] = deque()
        self._near, self._far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._near.setblocking(False)

    def __call__(self, flow: Flow, source: Source) -> tuple[PacketSocket, PacketSocket]:
        del source
        self.flow = flow
        self.six = flow.family == socket.AF_INET6
        return self, self

    def fileno(self) -> int:
        return self._near.fileno()

    def getsockname(self) -> SockAddr:
        return (OWN6 if self.six else OWN4, OWN_PORT)

    def setsockopt(self, level: int, optname: int, value: int, /) -> None:
        self.options.append((level, optname, value))
        self._ttl = value

    def sendto(self, data: bytes, address: SockAddr, /) -> int:
        self.sent.append((self._ttl, data))
        if self._ttl > len(self.routers):
            if self.answers:
                self.tell(self._answer(data, address[1]), self.flow.target)
        elif (router := self.routers[self._ttl - 1]) is not None:
            payload = data if self.flow.method == "icmp" else _udp(data, address[1])
            self.tell(self.error(router, payload), router.address)
        return len(data)

    def _answer(self, data: bytes, port: int) -> bytes:
        if self.flow.method == "udp":
            port_closed = (1, 4) if self.six else (3, 3)
            return self.error(Router(self.flow.target, *port_closed), _udp(data, port))
        reply = bytes([129 if self.six else 0]) + data[1:]
        return reply if self.six else _outer4(self.flow.target, reply)

    def error(self, router: Router, payload: bytes) -> bytes:
        kind = 3 if self.six and router.kind == 11 else router.kind
        rest = struct.pack("!I" if self.six else "!xxH", router.mtu)
        quoted = payload[: router.quotes]
        head = struct.pack("!BBH", kind, router.code, 0) + rest
        if self.six:
            return head + self._inner6(len(payload)) + quoted
        return _outer4(router.address, head + self._inner4(len(payload)) + quoted)

    def _protocol(self) -> int:
        if self.flow.method == "udp":
            return 17
        return 58 if self.six else 1

    def _inner4(self, size: int) -> bytes:
        ends = socket.inet_aton(OWN4) + socket.inet_aton(self.flow.target)
        length = struct.pack("=H", 20 + size)  # ip_icmp.c has turned it round
        middle = struct.pack("!HHBBH", 4711, 0, 1, self._protocol(), 0)
        return b"\x45\0" + length + middle + ends

    def _inner6(self, size: int) -> bytes:
        ends = [socket.inet_pton(socket.AF_INET6, one) for one in (OWN6, self.flow.target)]
        return struct.pack("!IHBB", 6 << 28, size, self._protocol(), 1) + b"".join(ends)

    def tell(self, packet: bytes, by: str) -> None:
        self._waiting.append((packet, by))
        self._far.send(b"!")

    def recvmsg(
        self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[bytes, Ancillary, int, SockAddr]:
        del ancbufsize, flags
        self._near.recv(1)  # BlockingIOError where nothing waits
        packet, by = self._waiting.popleft()
        now_ns = time.time_ns()
        stamp = struct.pack("@ql", now_ns // 10**9, now_ns % 10**9 // 1000)
        place = (by, 0, 0, 0) if self.six else (by, 0)
        return packet[:bufsize], [(socket.SOL_SOCKET, 2, stamp)], 0, place

    def close(self) -> None:
        self.closed += 1
        self._near.close()
        self._far.close()


def _udp(data: bytes, port: int) -> bytes:
    return struct.pack("!HHHH", OWN_PORT, port, 8 + len(data), 0xBEEF) + data


def _outer4(by: str, message: bytes) -> bytes:
    """Of a received packet: ip_len is in host order and counts what is behind the header alone."""
    ends = socket.inet_aton(by) + socket.inet_aton(OWN4)
    length = struct.pack("=H", len(message))
    return b"\x45\0" + length + struct.pack("!HHBBH", 99, 0, 60, 1, 0) + ends + message


def sums(path: Path) -> set[int]:
    """Internet checksums of the ICMP packets that were sent."""
    assert all(checksum(packet) == 0 for _, packet in path.sent)
    return {int.from_bytes(packet[2:4], "big") for _, packet in path.sent}
