"""One ICMP socket towards one target.

Where the kernel stamps both ways nobody need be woken by a packet: what has come is read when the
next echo is sent, or when somebody asks. That halves the processor time of an echo.
"""

import asyncio
import errno
import os
import socket
import struct
import time
from contextlib import suppress

from diagnostics.wire import echo_message, meter, stamps
from diagnostics.wire.echo import Complaint, EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.errors import NotSupported, Unreachable, wire_error
from diagnostics.wire.icmp_error import icmp_error
from diagnostics.wire.icmp_socket import IcmpSocket, open_icmp
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.link_mtu import link_mtu
from diagnostics.wire.source import family_of, plain, sockaddr

_ROOM = 1024  # for what is longer than our echo: headers, another's reply on a raw socket
_PMTUDISC_PROBE = 3  # linux/in.h
_TOO_LONG = 65_000
#: The ledger takes no stamp that is read more than 2 s late, and a busy computer adds its own.
_LONGEST_PAUSE_S = 0.5


class EchoSocket:
    """Sends numbered echoes and enters what comes back into the ledger.

    `at_once` enters it as it comes; else `collect` must be called before the ledger is read.
    """

    def __init__(
        self, target: str, plan: EchoPlan, ledger: Ledger, *, at_once: bool = True
    ) -> None:
        self.family: socket.AddressFamily = family_of(target)
        self._target = target
        self._to = sockaddr(target, 0)
        self._plan = plan
        self._ledger = ledger
        self._cookie = os.urandom(echo_message.COOKIE_SIZE)
        self._identifier = int.from_bytes(os.urandom(2), "big")
        self._loop = asyncio.get_running_loop()
        self._keyed: list[int] = []
        self._stamps_due = 0
        self._requests: dict[int, echo_message.Request] = {}
        self._room = 0
        #: what goes with every packet
        self._each: list[tuple[int, int, bytes]] = []
        self._read_every = max(1, int(_LONGEST_PAUSE_S / plan.interval_s))
        self._read_from = self._read_every
        self._meter = meter.current()
        #: MTU of the own interface, once a packet was too big for it.
        self.interface_mtu: int | None = None
        self._icmp = _open(self.family, plan)
        self._sock = self._icmp.sock
        self._stamps_sending = stamps.enable(self._sock, sending=KERNEL.recverr4 is not None)
        self._errors = stamps.collect_errors(self._sock)
        idle = self._stamps_sending and plan.interval_s <= _LONGEST_PAUSE_S
        if at_once or not idle:
            self._loop.add_reader(self._sock.fileno(), self._readable)

    def send(self, size: int | None = None) -> int:
        """Send the next echo, of another payload size at will; returns its number.

        A local refusal is entered as a complaint.
        """
        if len(self._keyed) >= self._read_from:
            self._read_from = len(self._keyed) + self._read_every
            self._read_expected()
        packet = self._request(self._plan.size if size is None else size, self._ledger.next_seq)
        seq = self._ledger.sent(self._loop.time(), time.time_ns())
        for attempt in range(2):
            try:
                self._hand_over(packet)
            except OSError as error:
                # An error of an earlier packet is reported at the next call: once more.
                self._readable()
                if attempt:
                    self._refused(seq, error)
            else:
                self._keyed.append(seq)
                self._stamps_due += 1
                self._meter.sent(len(packet))
                break
        return seq

    def _hand_over(self, packet: bytes) -> None:
        if self._each:
            self._sock.sendmsg([packet], self._each, 0, self._to)
        else:
            self._sock.sendto(packet, self._to)

    def _request(self, size: int, seq: int) -> bytes:
        known = self._requests.get(size)
        if known is None:
            known = echo_message.Request(self.family, self._identifier, self._cookie, size)
            self._requests[size] = known
            self._room = max(self._room, size + _ROOM)
        return known.numbered(seq & 0xFFFF)

    def _read_expected(self) -> None:
        """As `collect`, but without a look for what nobody waits for."""
        if self._errors:
            while self._stamps_due and self._read_error():
                pass
        while self._ledger.open_count and self._read_reply():
            pass
        if self._errors and self._ledger.open_count:
            while self._read_error():
                pass

    def collect(self) -> None:
        """Enter everything that has come so far."""
        self._readable()

    def _refused(self, seq: int, error: OSError) -> None:
        kind = wire_error(error, "sending").kind
        named = {"unreachable": "net_unreachable", "not_permitted": "not_permitted"}
        if error.errno == errno.EMSGSIZE:
            named[kind] = "too_big"
        self._ledger.complained(
            seq, self._loop.time(), None, "", named.get(kind, "other"), (0, error.errno or 0)
        )

    def _readable(self) -> None:
        if self._errors:
            while self._read_error():
                pass
        while self._read_reply():
            pass

    def _read_reply(self) -> bool:
        try:
            data, ancillary, _, sender = self._sock.recvmsg(self._room, stamps.ANCILLARY_SIZE)
        except BlockingIOError:
            return False
        except OSError:
            return self._errors and self._read_error()
        reply = echo_message.reply(self.family, data)
        if reply is None:
            if KERNEL.errors_as_packets:
                self._error_packet(data, str(sender[0]), stamps.stamp_ns(ancillary))
            return True
        if not self._is_ours(reply):
            return True
        self._meter.received(len(data))
        seq = self._ledger.full_number(reply.sequence)
        if seq is not None:
            self._ledger.answered(
                seq, self._loop.time(), stamps.stamp_ns(ancillary), stamps.hop_limit(ancillary)
            )
        return True

    def _is_ours(self, reply: echo_message.Reply) -> bool:
        if not self._icmp.is_ours(reply.identifier, self._identifier):
            return False
        return self._cookie.startswith(reply.cookie)

    def _read_error(self) -> bool:
        try:
            data, ancillary, _, _ = self._sock.recvmsg(
                128, stamps.ANCILLARY_SIZE, stamps.MSG_ERRQUEUE
            )
        except OSError:
            return False
        if (stamp := stamps.sent_stamp(ancillary)) is not None:
            self._stamps_due -= 1
            key, left_ns = stamp
            if key < len(self._keyed):
                self._ledger.stamped(self._keyed[key], left_ns)
            return True
        notice = stamps.notice(ancillary)
        if notice is None:
            return True
        if notice.origin == stamps.ORIGIN_STAMP:
            self._stamps_due -= 1  # without a time
        elif notice.origin in (stamps.ORIGIN_ICMP, stamps.ORIGIN_ICMP6):
            self._icmp_error(data, notice, stamps.stamp_ns(ancillary))
        elif notice.error_number == errno.EMSGSIZE:
            self.interface_mtu = notice.info
        return True

    def _error_packet(self, data: bytes, by: str, arrived_ns: int | None) -> None:
        """Where the socket hears the ICMP errors of the whole computer (macOS)."""
        error = icmp_error(self.family, data)
        if error is None or error.destination != plain(self._to[0]):
            return
        icmp = (error.icmp_type, error.icmp_code, error.mtu)
        notice = stamps.Notice(0, stamps.ORIGIN_ICMP, *icmp, 0, by.partition("%")[0])
        self._icmp_error(error.quoted, notice, arrived_ns)

    def _icmp_error(self, data: bytes, notice: stamps.Notice, arrived_ns: int | None) -> None:
        quoted = echo_message.quoted(self.family, data)
        if quoted is None or not self._icmp.is_ours(quoted.identifier, self._identifier):
            return
        seq = self._ledger.full_number(quoted.sequence)
        if seq is None:
            return
        kind = echo_message.complaint_kind(self.family, notice.icmp_type, notice.icmp_code)
        self._ledger.complained(
            seq,
            self._loop.time(),
            arrived_ns,
            notice.by,
            kind,
            (notice.icmp_type, notice.icmp_code),
            notice.info if kind == "too_big" else None,
        )

    def never_fragment(self) -> None:
        """Set "don't fragment" and ignore what the kernel has learnt about the path.

        Raises NotSupported where the kernel cannot.
        """
        six = self.family == socket.AF_INET6
        level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
        if KERNEL.dont_fragment4 is not None and not six:
            self._sock.setsockopt(level, KERNEL.dont_fragment4, 1)
            return
        if KERNEL.dont_fragment6 is not None and six:
            # xnu refuses it as an option of such a socket, but takes it with a packet (RFC 3542)
            self._each = [(level, KERNEL.dont_fragment6, struct.pack("@i", 1))]
            return
        option = KERNEL.mtu_discover6 if six else KERNEL.mtu_discover4
        if option is None:
            raise NotSupported("measuring the path MTU: not possible on this system")
        self._sock.setsockopt(level, option, _PMTUDISC_PROBE)

    def link_mtu(self) -> int | None:
        """MTU of the way out, asked by a packet that no interface takes; else as the system tells.

        Raises Unreachable where nothing leads there.
        """
        seq = self.send(_TOO_LONG)
        outcome = self._ledger.outcome(seq)
        if self.interface_mtu is not None:
            return self.interface_mtu
        if isinstance(outcome, Complaint) and outcome.kind != "too_big":
            raise Unreachable(f"measuring the path MTU to {self._target}: {outcome.kind}")
        return link_mtu(self._target, self._plan.source)

    def close(self) -> None:
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()


def _open(family: socket.AddressFamily, plan: EchoPlan) -> IcmpSocket:
    found = open_icmp(family, plan.source)
    sock = found.sock
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, plan.ttl)
            _ask_for(sock, socket.IPPROTO_IPV6, KERNEL.receive_hops6)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, plan.ttl)
            _ask_for(sock, socket.IPPROTO_IP, KERNEL.receive_ttl4)
    except BaseException:
        sock.close()
        raise
    return found


def _ask_for(sock: socket.socket, level: int, option: int | None) -> None:
    """How far an answer has come is nice to know; without it the TTL of an echo is 0."""
    if option is not None:
        with suppress(OSError):
            sock.setsockopt(level, option, 1)
