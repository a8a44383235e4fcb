"""One flow towards one target: what the probes of a trace are, and which one an answer is about.

By ICMP where the system lets us: the sequence number stands in the part of the
packet that every router quotes, and the checksum is held constant, so that
balancing routers see one flow (Augustin et al., Paris traceroute, IMC 2006).
By UDP otherwise: ports fixed, number in the payload; a router that quotes less
than that is told apart by the port in a second way of counting.
"""

import asyncio
import os
import socket
import struct
import time
from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

from diagnostics.wire import echo_message
from diagnostics.wire.errors import WireError
from diagnostics.wire.source import SockAddr, family_of, sockaddr

TraceMethod = Literal["icmp", "udp"]

_TAG = struct.Struct("!HH")
PAYLOAD = 32


class Heard(msgspec.Struct, frozen=True):
    """An answer to probe `number`; ICMP type 0 or 129 is the target's own echo."""

    number: int
    by: str
    rtt_ms: float
    icmp_type: int
    icmp_code: int
    info: int


class Probes(Protocol):
    """What sends the probes of one flow on one system. `refusal`: of the own machine."""

    flow: "Flow"
    refusal: WireError | None

    def send(self, number: int, ttl: int) -> None: ...

    def collect(self) -> None:
        """Enter what has come; what comes in may not be entered before."""
        ...

    def close(self) -> None: ...


class Flow:
    """Numbers, packets and times; tells `heard` of each answer."""

    def __init__(
        self, target: str, method: TraceMethod, port: int, heard: Callable[[Heard], None]
    ) -> None:
        self.target: str = target
        self.family: socket.AddressFamily = family_of(target)
        self.method: TraceMethod = method
        self.vary_port: bool = False
        self.quoted_too_little: bool = False
        self.cookie: int = int.from_bytes(os.urandom(2), "big")
        self._port = port
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        self._sent: dict[int, tuple[int, float]] = {}

    def to(self, ttl: int) -> SockAddr:
        if self.method == "icmp":
            return sockaddr(self.target, 0)
        return sockaddr(self.target, self._port + (ttl if self.vary_port else 0))

    def packet(self, number: int) -> bytes:
        if self.method == "udp":
            return _TAG.pack(self.cookie, number).ljust(PAYLOAD, b"\0")
        cookie = balanced(number, self.cookie)
        return echo_message.request(self.family, self.cookie, number, cookie, PAYLOAD)

    def leaves(self, number: int) -> None:
        """To be called just before a probe is sent."""
        self._sent[number] = (time.time_ns(), self._loop.time())

    def has_cookie(self, reply: echo_message.Reply) -> bool:
        return reply.cookie[2:4] == self.cookie.to_bytes(2, "big")

    def datagram(self, quoted: bytes, asked_port: int) -> int | None:
        """The number of the UDP probe of which so much payload, and the port, is quoted."""
        if len(quoted) >= _TAG.size:
            cookie, number = _TAG.unpack_from(quoted)
            return number if cookie == self.cookie else None
        if self.vary_port:
            ttl = asked_port - self._port
            return max((n for n in self._sent if n % 64 == ttl), default=None)
        self.quoted_too_little = True
        return None

    def enter(
        self,
        number: int,
        by: str,
        icmp: tuple[int, int, int],
        arrived_ns: int | None,
        left_ns: int | None = None,
    ) -> None:
        """`icmp`: type, code, info. Times of the kernel, where it gave any."""
        if number not in self._sent:
            return
        wall_ns, at_s = self._sent[number]
        rtt_ms = (self._loop.time() - at_s) * 1000
        if arrived_ns is not None:
            stamped_ms = (arrived_ns - (wall_ns if left_ns is None else left_ns)) / 1e6
            # Wall time may be set meanwhile; the reader is late at times, never early.
            if 0 <= stamped_ms <= rtt_ms + 2:
                rtt_ms = stamped_ms
        self.tell(number, by, icmp, rtt_ms)

    def tell(self, number: int, by: str, icmp: tuple[int, int, int], rtt_ms: float) -> None:
        """The same for whoever takes the time himself."""
        self._heard(Heard(number, by.split("%", maxsplit=1)[0], rtt_ms, *icmp))


def balanced(number: int, cookie: int) -> bytes:
    """Two bytes of payload undo what the sequence adds: same checksum, same flow."""
    return (~number & 0xFFFF).to_bytes(2, "big") + cookie.to_bytes(2, "big")
