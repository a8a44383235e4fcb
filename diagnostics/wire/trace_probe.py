"""The probes of a trace: one socket, one flow, a hop limit a packet.

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
from typing import Literal

import msgspec

from diagnostics.wire import echo_message, meter, stamps
from diagnostics.wire.errors import NotSupported, WireError, wire_error
from diagnostics.wire.icmp_socket import IcmpSocket, open_icmp
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import SockAddr, Source, bind, family_of, sockaddr

TraceMethod = Literal["icmp", "udp"]

_TAG = struct.Struct("!HH")
_IPV6_HOPLIMIT: int = getattr(socket, "IPV6_HOPLIMIT", 52)
_PAYLOAD = 32


class Heard(msgspec.Struct, frozen=True):
    """An answer to probe `number`; ICMP type 0 or 129 is the target's own echo."""

    number: int
    by: str
    rtt_ms: float
    icmp_type: int
    icmp_code: int
    info: int


class TraceProbes:
    """Sends probes by number and hop limit; tells `heard` of each answer."""

    def __init__(
        self,
        target: str,
        method: TraceMethod,
        port: int,
        source: Source,
        heard: Callable[[Heard], None],
    ) -> None:
        self.family: socket.AddressFamily = family_of(target)
        self.method: TraceMethod = method
        self.vary_port: bool = False
        self.quoted_too_little: bool = False
        self.refusal: WireError | None = None
        self._target = target
        self._port = port
        self._heard = heard
        self._cookie = int.from_bytes(os.urandom(2), "big")
        self._loop = asyncio.get_running_loop()
        self._sent: dict[int, tuple[int, float]] = {}
        self._stamped: dict[int, int] = {}
        self._keyed: list[int] = []
        self._icmp: IcmpSocket | None = None
        self._sock = self._open(source)
        self._loop.add_reader(self._sock.fileno(), self._readable)

    def _open(self, source: Source) -> socket.socket:
        if KERNEL.recverr4 is None:
            raise NotSupported("tracing: this system does not hand out ICMP errors")
        if self.method == "icmp":
            self._icmp = open_icmp(self.family, source)
        sock = self._icmp.sock if self._icmp is not None else self._open_udp(source)
        try:
            stamps.enable(sock, sending=True)
            stamps.collect_errors(sock)
        except BaseException:
            sock.close()
            raise
        return sock

    def _open_udp(self, source: Source) -> socket.socket:
        try:
            sock = socket.socket(self.family, socket.SOCK_DGRAM)
        except OSError as error:
            raise wire_error(error, f"opening a socket to trace {self._target}") from None
        try:
            sock.setblocking(False)
            bind(sock, source)
        except BaseException:
            sock.close()
            raise
        return sock

    def send(self, number: int, ttl: int) -> None:
        """Send a probe; a refusal of the own machine is kept in `refusal`."""
        packet = self._packet(number)
        limit = struct.pack("@i", ttl)
        six = self.family == socket.AF_INET6
        level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
        option = [(level, _IPV6_HOPLIMIT if six else socket.IP_TTL, limit)]
        self._sent[number] = (time.time_ns(), self._loop.time())
        for attempt in range(3):
            try:
                self._sock.sendmsg([packet], option, 0, self._to(ttl))
            except OSError as error:
                # The error of an earlier packet may be reported here: clear it, try again.
                self._readable()
                if attempt == 2:
                    self.refusal = wire_error(error, f"tracing {self._target}")
            else:
                self._keyed.append(number)
                meter.current().sent(len(packet))
                return

    def _to(self, ttl: int) -> SockAddr:
        if self.method == "icmp":
            return sockaddr(self._target, 0)
        return sockaddr(self._target, self._port + (ttl if self.vary_port else 0))

    def _packet(self, number: int) -> bytes:
        if self.method == "udp":
            return _TAG.pack(self._cookie, number).ljust(_PAYLOAD, b"\0")
        # Two bytes of payload undo what the sequence adds: same checksum, same flow.
        balance = (~number & 0xFFFF).to_bytes(2, "big")
        cookie = balance + self._cookie.to_bytes(2, "big")
        return echo_message.request(self.family, self._cookie, number, cookie, _PAYLOAD)

    def _readable(self) -> None:
        while self._read_error():
            pass
        while self._read_reply():
            pass

    def _read_reply(self) -> bool:
        try:
            data, ancillary, _, sender = self._sock.recvmsg(1500, stamps.ANCILLARY_SIZE)
        except BlockingIOError:
            return False
        except OSError:
            return self._read_error()
        meter.current().received(len(data))
        reply = echo_message.reply(self.family, data) if self.method == "icmp" else None
        if reply is not None and self._is_ours(reply) and self._has_cookie(reply):
            kind = 129 if self.family == socket.AF_INET6 else 0
            self._enter(reply.sequence, str(sender[0]), (kind, 0, 0), ancillary)
        return True

    def _read_error(self) -> bool:
        try:
            data, ancillary, _, asked = self._sock.recvmsg(
                256, stamps.ANCILLARY_SIZE, stamps.MSG_ERRQUEUE
            )
        except OSError:
            return False
        notice = stamps.notice(ancillary)
        if notice is None:
            return True
        if notice.origin == stamps.ORIGIN_STAMP:
            stamp = stamps.stamp_ns(ancillary)
            if stamp is not None and notice.data < len(self._keyed):
                self._stamped[self._keyed[notice.data]] = stamp
        elif notice.origin in (stamps.ORIGIN_ICMP, stamps.ORIGIN_ICMP6):
            number = self._number(data, asked)
            if number is not None:
                icmp = (notice.icmp_type, notice.icmp_code, notice.info)
                self._enter(number, notice.by, icmp, ancillary)
        return True

    def _is_ours(self, message: echo_message.Reply) -> bool:
        return self._icmp is not None and self._icmp.is_ours(message.identifier, self._cookie)

    def _has_cookie(self, reply: echo_message.Reply) -> bool:
        return reply.cookie[2:4] == self._cookie.to_bytes(2, "big")

    def _number(self, quoted: bytes, asked: SockAddr) -> int | None:
        if self.method == "icmp":
            request = echo_message.quoted(self.family, quoted)
            return request.sequence if request is not None and self._is_ours(request) else None
        if len(quoted) >= _TAG.size:
            cookie, number = _TAG.unpack_from(quoted)
            return number if cookie == self._cookie else None
        if self.vary_port:
            ttl = asked[1] - self._port
            return max((n for n in self._sent if n % 64 == ttl), default=None)
        self.quoted_too_little = True
        return None

    def _enter(
        self, number: int, by: str, icmp: tuple[int, int, int], ancillary: stamps.Ancillary
    ) -> None:
        if number not in self._sent:
            return
        wall_ns, at_s = self._sent[number]
        rtt_ms = (self._loop.time() - at_s) * 1000
        arrived = stamps.stamp_ns(ancillary)
        if arrived is not None:
            stamped_ms = (arrived - self._stamped.get(number, wall_ns)) / 1e6
            # Wall time may be set meanwhile; the reader is late at times, never early.
            if 0 <= stamped_ms <= rtt_ms + 2:
                rtt_ms = stamped_ms
        self._heard(Heard(number, by.split("%", maxsplit=1)[0], rtt_ms, *icmp))

    def close(self) -> None:
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()
