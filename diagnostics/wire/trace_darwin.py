"""The probes of a trace where the socket itself is given ICMP errors, as packets (macOS).

Everybody's datagram ICMP socket hears every ICMP message of the computer there, time exceeded and
unreachable included, and may set the hop limit (icmp_dgram_ctloutput, rip_input and
icmp6_rip6_input of xnu). Probes by UDP leave by a socket of their own; what is said of them
comes to the ICMP one all the same.
"""

import asyncio
import socket
from typing import Protocol

from diagnostics.wire import echo_message, meter, stamps
from diagnostics.wire.errors import WireError, wire_error
from diagnostics.wire.icmp_error import IcmpError, icmp_error
from diagnostics.wire.icmp_socket import open_icmp
from diagnostics.wire.source import SockAddr, Source, plain
from diagnostics.wire.trace_flow import Flow
from diagnostics.wire.trace_probe import open_udp

_ICMP, _UDP, _ICMP6 = 1, 17, 58
_UDP_HEADER = 8
_ROOM = 2048


class PacketSocket(Protocol):
    """The part of a socket that is used here: the border to the system."""

    def fileno(self) -> int: ...

    def setsockopt(self, level: int, optname: int, value: int, /) -> None: ...

    def sendto(self, data: bytes, address: SockAddr, /) -> int: ...

    def recvmsg(
        self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[bytes, stamps.Ancillary, int, SockAddr]: ...

    def getsockname(self) -> SockAddr: ...

    def close(self) -> None: ...


class DarwinSockets(Protocol):
    """Opens what a flow needs: the socket that sends, and the ICMP one that hears."""

    def __call__(self, flow: Flow, source: Source) -> tuple[PacketSocket, PacketSocket]: ...


def darwin_sockets(flow: Flow, source: Source) -> tuple[PacketSocket, PacketSocket]:
    """One for both where the probes are ICMP. Raises as `open_icmp`."""
    icmp = open_icmp(flow.family, source).sock
    stamps.enable(icmp, sending=False)
    if flow.method == "icmp":
        return icmp, icmp
    try:
        return bound_udp(flow, source), icmp
    except BaseException:
        icmp.close()
        raise


def bound_udp(flow: Flow, source: Source) -> socket.socket:
    """With a port from the beginning: the errors are told apart by it."""
    sock = open_udp(flow, source)
    try:
        if not source.address:
            sock.bind(("::" if flow.family == socket.AF_INET6 else "0.0.0.0", 0))  # noqa: S104
    except OSError as error:
        sock.close()
        raise wire_error(error, f"tracing {flow.target}") from None
    return sock


class DarwinProbes:
    """Sends probes by number and hop limit; what comes is entered as it comes."""

    def __init__(self, flow: Flow, source: Source, sockets: DarwinSockets = darwin_sockets) -> None:
        self.flow: Flow = flow
        self.refusal: WireError | None = None
        self._six = flow.family == socket.AF_INET6
        self._loop = asyncio.get_running_loop()
        self._target = plain(flow.target)
        self._sending, self._hearing = sockets(flow, source)
        self._own_port = self._sending.getsockname()[1] if flow.method == "udp" else 0
        self._loop.add_reader(self._hearing.fileno(), self._readable)

    def send(self, number: int, ttl: int) -> None:
        """Send a probe; a refusal of the own machine is kept in `refusal`."""
        packet = self.flow.packet(number)
        level = socket.IPPROTO_IPV6 if self._six else socket.IPPROTO_IP
        option = socket.IPV6_UNICAST_HOPS if self._six else socket.IP_TTL
        try:
            self._sending.setsockopt(level, option, ttl)
            self.flow.leaves(number)
            self._sending.sendto(packet, self.flow.to(ttl))
        except OSError as error:
            self.refusal = wire_error(error, f"tracing {self.flow.target}")
            return
        meter.current().sent(len(packet))

    def collect(self) -> None:
        """Nothing is left to be done."""

    def _readable(self) -> None:
        while True:
            try:
                data, ancillary, _, sender = self._hearing.recvmsg(_ROOM, stamps.ANCILLARY_SIZE)
            except OSError:
                return
            self._hear(data, str(sender[0]), stamps.stamp_ns(ancillary))

    def _hear(self, data: bytes, by: str, arrived_ns: int | None) -> None:
        family = self.flow.family
        reply = echo_message.reply(family, data) if self.flow.method == "icmp" else None
        if reply is not None:
            if reply.identifier == self.flow.cookie and self.flow.has_cookie(reply):
                meter.current().received(len(data))
                self.flow.enter(reply.sequence, by, (129 if self._six else 0, 0, 0), arrived_ns)
            return
        error = icmp_error(family, data)
        number = self._number(error) if error is not None else None
        if error is not None and number is not None:
            meter.current().received(len(data))
            icmp = (error.icmp_type, error.icmp_code, error.mtu)
            self.flow.enter(number, by, icmp, arrived_ns)

    def _number(self, error: IcmpError) -> int | None:
        """The probe that it is about; None for what other programs sent."""
        if error.destination != self._target:
            return None
        if self.flow.method == "udp":
            return self._datagram(error)
        if error.protocol != (_ICMP6 if self._six else _ICMP):
            return None
        request = echo_message.quoted(self.flow.family, error.quoted)
        ours = request is not None and request.identifier == self.flow.cookie
        return request.sequence if request is not None and ours else None

    def _datagram(self, error: IcmpError) -> int | None:
        ports = error.quoted[:4]
        if error.protocol != _UDP or len(ports) < 4:
            return None
        if int.from_bytes(ports[:2], "big") != self._own_port:
            return None
        asked = int.from_bytes(ports[2:], "big")
        return self.flow.datagram(error.quoted[_UDP_HEADER:], asked)

    def close(self) -> None:
        self._loop.remove_reader(self._hearing.fileno())
        self._hearing.close()
        if self._sending is not self._hearing:
            self._sending.close()
