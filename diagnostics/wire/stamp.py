"""STAMP, the Simple Two-Way Active Measurement Protocol (RFC 8762, unauthenticated), as a sender.

Routers and test servers of providers speak it (port 862), and a TWAMP-Light reflector answers the
same packets. The bytes of a packet beyond the base are an extra padding TLV (RFC 8972, 4.1).

RFC 8762, 4.2.1, has the numbers of a session's packets grow by one. Here 1 is left out on purpose,
which is to a reflector as if that packet had been lost on its way: one that counts by itself is so
told from one that repeats our numbers also where nothing is lost on the way there.
"""

from __future__ import annotations

import asyncio
import math
import os
import socket
import struct

import msgspec

from diagnostics.wire import meter, stamps
from diagnostics.wire.errors import TimedOut, WireError, datagram_error, wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import ANY, Source, bind, family_of, sockaddr

PORT = 862
BASE_SIZE = 44
_SENT = struct.Struct("!IQHH")  # sequence, NTP time, error estimate, session (RFC 8972, 3)
_REPLY = struct.Struct("!IQHHQIQH")  # own sequence, T3, …, T2, the sender's sequence, T1, …
_PADDING = struct.Struct("!BBH")
_UNRECOGNISED, _EXTRA_PADDING = 0x80, 1
_SINCE_1900_S = 2_208_988_800
#: Error estimate (RFC 4656, 4.1.2): clock not set by an outside source, 2^-8 s at most.
_ESTIMATE = 0x1801
_NTP_ERA_S = 2**32
_LEFT_OUT = 1
_READ_EVERY = 10
#: The kernel stamps what comes in, so looking for the last ones later takes nothing from them.
_FIRST_POLL_S, _LAST_POLL_S = 0.01, 0.08


class StampPlan(msgspec.Struct, frozen=True):
    """A voice call with G.711 by default: 20 ms of speech, 12 + 160 bytes of RTP in a datagram.

    `silence_s`: it is given up when nothing has come back by then.
    """

    count: int = 125
    interval_s: float = 0.02
    size: int = 172
    timeout_s: float = 1.0
    port: int = PORT
    source: Source = ANY
    silence_s: float = math.inf


class Reflected(msgspec.Struct, frozen=True):
    """One packet that came back. Times in seconds: `*_theirs` of the reflector's clock (NTP).

    `number`: how many were sent before it; `back_number` is the reflector's own count, or the
    number that the packet bore when a stateless one repeats it.
    """

    number: int
    back_number: int
    sent_s: float
    arrived_s: float
    received_theirs_s: float
    sent_theirs_s: float

    @property
    def rtt_ms(self) -> float:
        """Without the time in the reflector."""
        inside_s = self.sent_theirs_s - self.received_theirs_s
        return 1000 * (self.arrived_s - self.sent_s - inside_s)

    @property
    def repeated(self) -> bool:
        """The reflector's number is the one that the packet bore."""
        return self.back_number == borne(self.number)


class StampSession(msgspec.Struct, frozen=True):
    """`reflected` in order of arrival, the first copy of each; `sent` packets left here."""

    target: str
    plan: StampPlan
    sent: int
    reflected: tuple[Reflected, ...]
    duplicates: int


def borne(number: int) -> int:
    """The number in the packet that is sent after `number` others."""
    return number + (number >= _LEFT_OUT)


async def stamp(target: str, plan: StampPlan | None = None) -> StampSession:
    """Exchange packets with a reflector at a literal address, at the plan's rhythm.

    Raises TimedOut when none came back, Unreachable or Refused when a router or the reflector's
    machine says that nobody is there.
    """
    plan = plan or StampPlan()
    session = _Session(target, plan)
    try:
        await session.run()
    finally:
        session.close()
    return session.result()


class _Session:
    def __init__(self, target: str, plan: StampPlan) -> None:
        self._target = target
        self._plan = plan
        self._doing = f"measuring with the reflector {target} port {plan.port}"
        self._loop = asyncio.get_running_loop()
        self._session = int.from_bytes(os.urandom(2), "big") or 1
        self._padding = _padding(plan.size)
        self._meter = meter.current()
        self._sent_ns: list[int] = []
        self._sent_at_s: list[float] = []
        self._found: dict[int, Reflected] = {}
        self._duplicates = 0
        self._refusal: WireError | None = None
        self._sock = self._open()
        # Where the kernel stamps what comes in, nobody need be woken by it.
        self._woken = KERNEL.timestamping is None
        if self._woken:
            self._loop.add_reader(self._sock.fileno(), self._readable)

    def _open(self) -> socket.socket:
        try:
            sock = socket.socket(family_of(self._target), socket.SOCK_DGRAM)
        except OSError as error:
            raise wire_error(error, self._doing) from None
        try:
            sock.setblocking(False)
            bind(sock, self._plan.source)
            sock.connect(sockaddr(self._target, self._plan.port))
            stamps.enable(sock, sending=False)
        except OSError as error:
            sock.close()
            raise wire_error(error, self._doing) from None
        except BaseException:
            sock.close()
            raise
        return sock

    async def run(self) -> None:
        begun_s = self._loop.time()
        for number in range(self._plan.count):
            await asyncio.sleep(begun_s + number * self._plan.interval_s - self._loop.time())
            silent = not self._found and self._loop.time() - begun_s > self._plan.silence_s
            if silent or (self._refusal is not None and not self._found):
                return
            self._send(number)
            if not self._woken and number % _READ_EVERY == 0:
                self._readable()
        until_s = self._loop.time() + self._plan.timeout_s
        poll_s = _FIRST_POLL_S
        while self._missing() and self._loop.time() < until_s:
            await asyncio.sleep(min(poll_s, until_s - self._loop.time()))
            poll_s = min(1.5 * poll_s, _LAST_POLL_S)

    def _missing(self) -> bool:
        if not self._woken:
            self._readable()
        return len(self._found) < len(self._sent_ns)

    def _send(self, number: int) -> None:
        now_ns = stamps.wall_ns()
        head = _SENT.pack(borne(number), _ntp(now_ns), _ESTIMATE, self._session)
        packet = head.ljust(BASE_SIZE, b"\0") + self._padding
        self._sent_ns.append(now_ns)
        self._sent_at_s.append(self._loop.time())
        try:
            self._sock.send(packet)
        except BlockingIOError:
            return  # our own queue is full: as lost as on the way
        except OSError as error:
            self._refusal = datagram_error(error, self._doing)
            return
        self._meter.sent(len(packet))

    def _readable(self) -> None:
        while True:
            try:
                data, ancillary = stamps.receive(self._sock, 2048)
            except BlockingIOError:
                return
            except OSError as error:
                self._refusal = datagram_error(error, self._doing)
                return
            self._meter.received(len(data))
            self._enter(data, ancillary)

    def _enter(self, data: bytes, ancillary: stamps.Ancillary) -> None:
        if len(data) < BASE_SIZE:
            return
        figures: tuple[int, ...] = _REPLY.unpack_from(data)
        back, sent_theirs, _, _, received_theirs, ours, first, _ = figures
        number = ours - (ours > _LEFT_OUT)
        # The moment of sending is in the packet: nobody who did not see it can make it up.
        if number >= len(self._sent_ns) or first != _ntp(self._sent_ns[number]):
            return
        if number in self._found:
            self._duplicates += 1
            return
        self._found[number] = Reflected(
            number=number,
            back_number=back,
            sent_s=self._sent_ns[number] / 1e9,
            arrived_s=self._arrived_s(number, ancillary),
            received_theirs_s=received_theirs / 2**32,
            sent_theirs_s=sent_theirs / 2**32,
        )

    def _arrived_s(self, number: int, ancillary: stamps.Ancillary) -> float:
        """By the kernel's stamp where it agrees with the monotonic clock."""
        sent_s = self._sent_ns[number] / 1e9
        waited_s = self._loop.time() - self._sent_at_s[number]
        stamp_ns = stamps.stamp_ns(ancillary)
        if stamp_ns is not None and 0 <= stamp_ns / 1e9 - sent_s <= waited_s + 0.002:
            return stamp_ns / 1e9
        return sent_s + waited_s

    def result(self) -> StampSession:
        if not self._found:
            refused = self._refusal
            if refused is not None and not isinstance(refused, TimedOut):
                raise refused
            raise TimedOut(f"{self._doing}: nothing came back")
        return StampSession(
            target=self._target,
            plan=self._plan,
            sent=len(self._sent_ns),
            reflected=tuple(self._found.values()),
            duplicates=self._duplicates,
        )

    def close(self) -> None:
        if self._woken:
            self._loop.remove_reader(self._sock.fileno())
        self._sock.close()


def _ntp(unix_ns: int) -> int:
    """Unix nanoseconds as NTP's 64 bit time (RFC 5905)."""
    seconds, rest = divmod(unix_ns, 1_000_000_000)
    return (seconds + _SINCE_1900_S) % _NTP_ERA_S << 32 | (rest << 32) // 1_000_000_000


def _padding(size: int) -> bytes:
    """The TLV that makes a packet `size` bytes long; none for less than its own head."""
    length = size - BASE_SIZE - _PADDING.size
    if length < 0:
        return b""
    return _PADDING.pack(_UNRECOGNISED, _EXTRA_PADDING, length) + bytes(length)
