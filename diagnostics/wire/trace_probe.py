"""The probes of a trace where the kernel queues ICMP errors on the socket (Linux): one socket, a
hop limit a packet."""

import asyncio
import socket
import struct

from diagnostics.wire import echo_message, meter, stamps
from diagnostics.wire.errors import NotSupported, WireError, wire_error
from diagnostics.wire.icmp_socket import IcmpSocket, open_icmp
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import SockAddr, Source, bind
from diagnostics.wire.trace_flow import Flow

_IPV6_HOPLIMIT: int = getattr(socket, "IPV6_HOPLIMIT", 52)


class TraceProbes:
    """Sends probes by number and hop limit; what comes is entered as it comes."""

    def __init__(self, flow: Flow, source: Source) -> None:
        self.flow: Flow = flow
        self.refusal: WireError | None = None
        self._loop = asyncio.get_running_loop()
        self._stamped: dict[int, int] = {}
        self._keyed: list[int] = []
        self._icmp: IcmpSocket | None = None
        self._sock = self._open(source)
        self._loop.add_reader(self._sock.fileno(), self._readable)

    def _open(self, source: Source) -> socket.socket:
        if KERNEL.recverr4 is None:
            raise NotSupported("tracing: this system does not hand out ICMP errors")
        if self.flow.method == "icmp":
            self._icmp = open_icmp(self.flow.family, source)
        sock = self._icmp.sock if self._icmp is not None else open_udp(self.flow, source)
        try:
            stamps.enable(sock, sending=True)
            stamps.collect_errors(sock)
        except BaseException:
            sock.close()
            raise
        return sock

    def send(self, number: int, ttl: int) -> None:
        """Send a probe; a refusal of the own machine is kept in `refusal`."""
        packet = self.flow.packet(number)
        limit = struct.pack("@i", ttl)
        six = self.flow.family == socket.AF_INET6
        level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
        option = [(level, _IPV6_HOPLIMIT if six else socket.IP_TTL, limit)]
        self.flow.leaves(number)
        for attempt in range(3):
            try:
                self._sock.sendmsg([packet], option, 0, self.flow.to(ttl))
            except OSError as error:
                # The error of an earlier packet may be reported here: clear it, try again.
                self._readable()
                if attempt == 2:
                    self.refusal = wire_error(error, f"tracing {self.flow.target}")
            else:
                self._keyed.append(number)
                meter.current().sent(len(packet))
                return

    def collect(self) -> None:
        """Nothing is left to be done."""

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
        family = self.flow.family
        reply = echo_message.reply(family, data) if self.flow.method == "icmp" else None
        if reply is not None and self._is_ours(reply) and self.flow.has_cookie(reply):
            kind = 129 if family == socket.AF_INET6 else 0
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
        return self._icmp is not None and self._icmp.is_ours(message.identifier, self.flow.cookie)

    def _number(self, quoted: bytes, asked: SockAddr) -> int | None:
        if self.flow.method == "icmp":
            request = echo_message.quoted(self.flow.family, quoted)
            return request.sequence if request is not None and self._is_ours(request) else None
        return self.flow.datagram(quoted, asked[1])

    def _enter(
        self, number: int, by: str, icmp: tuple[int, int, int], ancillary: stamps.Ancillary
    ) -> None:
        self.flow.enter(number, by, icmp, stamps.stamp_ns(ancillary), self._stamped.get(number))

    def close(self) -> None:
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()


def open_udp(flow: Flow, source: Source) -> socket.socket:
    """Non-blocking and bound to `source`. Raises WireError."""
    try:
        sock = socket.socket(flow.family, socket.SOCK_DGRAM)
    except OSError as error:
        raise wire_error(error, f"opening a socket to trace {flow.target}") from None
    try:
        sock.setblocking(False)
        bind(sock, source)
    except BaseException:
        sock.close()
        raise
    return sock
