"""Echoes of the router at a distance, without rights: datagrams whose hop limit ends there."""

import asyncio
import os
import socket
import struct
import time

from diagnostics.wire import echo_message, meter, stamps
from diagnostics.wire.echo import EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.errors import NotSupported, wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import bind, family_of, sockaddr

_PORT = 33434  # traceroute's
_TAG = struct.Struct("!4sI")
_PAYLOAD = 32
_POLL_S = 0.005


class DatagramEchoes:
    """One flow of UDP with `plan.ttl`; "time exceeded" comes in as a complaint with its delay."""

    def __init__(self, target: str, plan: EchoPlan) -> None:
        self.ledger: Ledger = Ledger(target, "udp_ttl", plan)
        self._family = family_of(target)
        self._to = sockaddr(target, _PORT)
        self._cookie = os.urandom(4)
        self._loop = asyncio.get_running_loop()
        self._sock = _open(self._family, plan)
        self._loop.add_reader(self._sock.fileno(), self._readable)

    def send(self) -> None:
        seq = self.ledger.sent(self._loop.time(), time.time_ns())
        packet = _TAG.pack(self._cookie, seq).ljust(_PAYLOAD, b"\0")
        for _ in range(2):
            try:
                self._sock.sendto(packet, self._to)
            except OSError:
                self._readable()  # the error of an earlier packet is reported at the next call
            else:
                meter.current().sent(len(packet))
                return
        self.ledger.complained(seq, self._loop.time(), None, "", "net_unreachable", (0, 0))

    def _readable(self) -> None:
        while self._read_error():
            pass
        try:
            self._sock.recv(1)  # takes the pending error, or an answer that nobody asked for
        except OSError:
            return

    def _read_error(self) -> bool:
        try:
            data, ancillary, _, _ = self._sock.recvmsg(
                _PAYLOAD, stamps.ANCILLARY_SIZE, stamps.MSG_ERRQUEUE
            )
        except OSError:
            return False
        notice = stamps.notice(ancillary)
        if notice is None or notice.origin not in (stamps.ORIGIN_ICMP, stamps.ORIGIN_ICMP6):
            return True
        seq = self._seq(data)
        kind = echo_message.complaint_kind(self._family, notice.icmp_type, notice.icmp_code)
        icmp = (notice.icmp_type, notice.icmp_code)
        arrived_ns = stamps.stamp_ns(ancillary)
        self.ledger.complained(seq, self._loop.time(), arrived_ns, notice.by, kind, icmp)
        return True

    def _seq(self, quoted: bytes) -> int:
        """The newest where the router quotes less than our tag (RFC 792 asks for no payload)."""
        if len(quoted) >= _TAG.size:
            cookie, seq = _TAG.unpack_from(quoted)
            return int(seq) if cookie == self._cookie else -1
        return self.ledger.next_seq - 1

    def collect(self) -> None:
        self._readable()

    async def settled(self) -> None:
        while True:
            self.ledger.settle(self._loop.time())
            if not self.ledger.open_count:
                return
            await asyncio.sleep(_POLL_S)

    async def close(self) -> None:
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()


def _open(family: socket.AddressFamily, plan: EchoPlan) -> socket.socket:
    if KERNEL.recverr4 is None:
        raise NotSupported("asking a router by hop limit: this system hands out no ICMP errors")
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM)
    except OSError as error:
        raise wire_error(error, "opening a datagram socket") from None
    try:
        sock.setblocking(False)
        bind(sock, plan.source)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, plan.ttl)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, plan.ttl)
        stamps.enable(sock, sending=False)
        stamps.collect_errors(sock)
    except BaseException:
        sock.close()
        raise
    return sock
