"""What really happened to datagrams of one size between the two ends of a bench line.

A packet socket at each end keeps what passes, with the kernel's stamps; it is read when all is
over. One machine, one clock: both ends' stamps can be compared.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bench.line import NEAR, BenchLine
from tests.sim import spaces

_STAMP_NS = 35  # SO_TIMESTAMPNS, linux/asm-generic/socket.h
_BUFFER_BY_FORCE = 33  # SO_RCVBUFFORCE, the same
_BUFFER_BYTES = 32 << 20
_ALL = 0x0003  # ETH_P_ALL
_TIMESPEC = struct.Struct("@qq")
_ETHERNET, _UDP, _HEADER = 14, 17, 8
#: so many bytes of a payload tell it from all others: numbers and times stand at the beginning
_KEY_BYTES = 28
_GAIN = 1 / 16  # RFC 3550, 6.4.1
#: a side may end so many packets before the last of a session comes
_LAST = 5


@dataclass(frozen=True)
class Seen:
    """A datagram at an interface; `key` is the same at both ends."""

    key: bytes
    at_ns: int
    up: bool


@dataclass(frozen=True)
class Passed:
    """One way: what left, what of it came out, and how.

    `jitters_ms`: jitter is a running figure, so this is what it was after each of the last packets.
    """

    left: int
    lost: int
    jitters_ms: tuple[float, ...]
    reordered: int

    @property
    def loss_percent(self) -> float:
        return 100 * self.lost / self.left if self.left else 0.0

    def jitter_ms(self, told_ms: float) -> float:
        """The nearest of the last ones to what was told."""
        return min(self.jitters_ms, key=lambda jitter_ms: abs(jitter_ms - told_ms))


def passed(near: Sequence[Seen], far: Sequence[Seen], count: int, *, up: bool) -> Passed:
    """Of the first `count` that left; jitter by RFC 3550 (6.4.1), order by RFC 4737 (3.3)."""
    left, came = (near, far) if up else (far, near)
    sent_ns = dict([(one.key, one.at_ns) for one in left if one.up == up][:count])
    place = {key: at for at, key in enumerate(sent_ns)}
    arrived = [one for one in came if one.up == up and one.key in sent_ns]
    transits_ms = [(one.at_ns - sent_ns[one.key]) / 1e6 for one in arrived]
    jitters_ms = [0.0]
    for before, after in pairwise(transits_ms):
        jitters_ms.append(jitters_ms[-1] + (abs(after - before) - jitters_ms[-1]) * _GAIN)
    places = [place[one.key] for one in arrived]
    highest = accumulate(places, max)
    reordered = sum(at < most for at, most in zip(places, highest, strict=True))
    lost = len(sent_ns) - len(set(places))
    return Passed(len(sent_ns), lost, tuple(jitters_ms[-_LAST:]), reordered)


class Taps:
    """Ears at both ends, open inside the block; read once, afterwards."""

    def __init__(self, near: socket.socket, far: socket.socket, size: int) -> None:
        self._near, self._far, self._size = near, far, size

    def read(self, count: int) -> tuple[Passed, Passed]:
        """Up and down, each of the first `count` that left."""
        near, far = (_seen(sock, self._size) for sock in (self._near, self._far))
        return passed(near, far, count, up=True), passed(near, far, count, up=False)


@contextmanager
def tapped(line: BenchLine, size: int) -> Generator[Taps]:
    """Hear the datagrams of `size` bytes of payload."""
    with _ear(line, "near") as near, _ear(line, "far") as far:
        yield Taps(near, far, size)


def _ear(line: BenchLine, place: str) -> socket.socket:
    with spaces.inside(line.stage.network(place)):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.setsockopt(socket.SOL_SOCKET, _STAMP_NS, 1)
        sock.setsockopt(socket.SOL_SOCKET, _BUFFER_BY_FORCE, _BUFFER_BYTES)
        sock.bind(("eth0", _ALL))
        sock.setblocking(False)
    return sock


def _seen(sock: socket.socket, size: int) -> list[Seen]:
    found: list[Seen] = []
    while True:
        try:
            frame, ancillary, _, _ = sock.recvmsg(512, 128)
        except BlockingIOError:
            return found
        if (one := datagram(frame, size)) is not None:
            key, up = one
            found.append(Seen(key, _stamp_ns(ancillary), up))


def datagram(frame: bytes, size: int) -> tuple[bytes, bool] | None:
    """Key and way of an IPv4 datagram with `size` bytes of payload; None for anything else."""
    if frame[12:14] != b"\x08\x00" or frame[_ETHERNET + 9] != _UDP:
        return None
    udp = _ETHERNET + (frame[_ETHERNET] & 0x0F) * 4
    if int.from_bytes(frame[udp + 4 : udp + 6], "big") != _HEADER + size:
        return None
    payload = frame[udp + _HEADER :]
    up = frame[_ETHERNET + 12 : _ETHERNET + 16] == socket.inet_aton(NEAR)
    return payload[:_KEY_BYTES], up


def _stamp_ns(ancillary: Sequence[tuple[int, int, bytes]]) -> int:
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _STAMP_NS):
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return seconds * 1_000_000_000 + nanoseconds
    return 0
