"""Windows' ICMP functions played over raw sockets of Linux, so that they meet a real path."""

from __future__ import annotations

import contextlib
import errno
import itertools
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import cast

from diagnostics.wire import echo_message
from diagnostics.wire.icmp_error import bare, icmp_error
from diagnostics.wire.icmp_windows import COMPLAINTS4, COMPLAINTS6, IO_PENDING, IpOptions
from diagnostics.wire.source import sockaddr
from tests.unit.wire.windows_icmp import FakeIcmp, Play, behind

_IDENTIFIER = 1
#: one after another for all handles of the computer
_NUMBERS = itertools.count(1000)
_MTU_DISCOVER, _DONT, _PROBE = 10, 0, 3  # linux/in.h
_TOO_BIG, _LATE, _NO_NETWORK = 11009, 11010, 1231
_FAMILIES = (socket.AF_INET, socket.AF_INET6)


@dataclass(frozen=True)
class _Waiting:
    event: int
    memory: object
    begun_s: float
    until_s: float
    six: bool


class LiveIcmp(FakeIcmp):
    """One handle; a thread hears everything for all its requests."""

    def __init__(self) -> None:
        super().__init__()
        self._sockets = {family: _raw(family) for family in _FAMILIES}
        self._lock = threading.Lock()
        self._waiting: dict[int, _Waiting] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="live icmp")
        self._thread.start()

    def IcmpCloseHandle(self, handle: int, /) -> int:  # noqa: N802 - Windows' own name
        self._over.set()
        self._thread.join()
        for sock in self._sockets.values():
            sock.close()
        return super().IcmpCloseHandle(handle)

    def _sent(self, event: int, target: str, rest: tuple[object, ...]) -> int:
        data, size, options, buffer, _room, wait_ms = rest
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        asked = behind(options, IpOptions)
        payload = cast("bytes", getattr(data, "raw", b""))[: cast("int", size)]
        now_s = time.monotonic()
        until_s = now_s + cast("int", wait_ms) / 1000
        with self._lock:
            number = next(_NUMBERS) & 0xFFFF
            waits = _Waiting(event, buffer, now_s, until_s, family == socket.AF_INET6)
            self._waiting[number] = waits
            self._error = self._transmit(family, target, number, payload, asked)
            if self._error not in {IO_PENDING, _TOO_BIG}:
                del self._waiting[number]
        if self._error == _TOO_BIG:
            self._error = IO_PENDING
            self._end(number, Play(status=_TOO_BIG, by="::" if waits.six else "0.0.0.0"))
        return 0

    def _transmit(
        self,
        family: socket.AddressFamily,
        target: str,
        number: int,
        payload: bytes,
        asked: IpOptions,
    ) -> int:
        sock = self._sockets[family]
        packet = echo_message.request(family, _IDENTIFIER, number, payload, len(payload))
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, asked.ttl)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, asked.ttl)
            kept_whole = _PROBE if asked.flags & 2 else _DONT
            sock.setsockopt(socket.IPPROTO_IP, _MTU_DISCOVER, kept_whole)
        try:
            sock.sendto(packet, sockaddr(target, 0))
        except OSError as error:
            return _TOO_BIG if error.errno == errno.EMSGSIZE else _NO_NETWORK
        return IO_PENDING

    def _listen(self) -> None:
        while not self._over.is_set():
            ready, _, _ = select.select(list(self._sockets.values()), [], [], 0.005)
            for sock in ready:
                with contextlib.suppress(OSError):
                    data, place = sock.recvfrom(10_000)
                    self._heard(socket.AddressFamily(sock.family), data, str(place[0]))
            now_s = time.monotonic()
            with self._lock:
                late = [n for n, one in self._waiting.items() if one.until_s <= now_s]
            for number in late:
                self._end(number, Play(status=_LATE, by="0.0.0.0"))

    def _heard(self, family: socket.AddressFamily, data: bytes, by: str) -> None:
        reply = echo_message.reply(family, data)
        if reply is not None:
            if reply.identifier == _IDENTIFIER:
                self._end(reply.sequence, Play(by=by, ttl=data[8] if bare(family, data) else 0))
            return
        error = icmp_error(family, data)
        request = echo_message.quoted(family, error.quoted) if error is not None else None
        if error is None or request is None or request.identifier != _IDENTIFIER:
            return
        known = COMPLAINTS6 if family == socket.AF_INET6 else COMPLAINTS4
        kind = (error.icmp_type, error.icmp_code)
        status = next((one for one, (_, icmp) in known.items() if icmp == kind), 11050)
        self._end(request.sequence, Play(status=status, by=by))

    def _end(self, number: int, play: Play) -> None:
        with self._lock:
            waits = self._waiting.pop(number, None)
        if waits is None:
            return
        told_ms = int(1000 * (time.monotonic() - waits.begun_s))
        by = "::" if waits.six and ":" not in play.by else play.by
        known = Play(status=play.status, told_ms=told_ms, by=by, ttl=play.ttl)
        self.came(waits.event, waits.memory, known, six=waits.six)


def _raw(family: socket.AddressFamily) -> socket.socket:
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    sock = socket.socket(family, socket.SOCK_RAW, protocol)
    sock.setblocking(False)
    if family == socket.AF_INET6:
        # IPV6_MTU_DISCOVER: what Linux has learnt of the path is left alone, as Windows would not
        sock.setsockopt(socket.IPPROTO_IPV6, 23, struct.pack("=i", _PROBE))
    return sock
