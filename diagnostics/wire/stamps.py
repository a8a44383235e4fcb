"""Kernel time stamps and the error queue, out of a socket's ancillary data.

Linux Documentation/networking/timestamping.rst; struct sock_extended_err of
include/uapi/linux/errqueue.h.  Stamps are wall-clock nanoseconds: only ever
used as differences, and checked against the monotonic clock by who uses them.
"""

import socket
import struct
import time
from typing import Protocol

import msgspec

from diagnostics.wire.kernel import KERNEL, Kernel

Ancillary = list[tuple[int, int, bytes]]

MSG_ERRQUEUE: int = getattr(socket, "MSG_ERRQUEUE", 0)
ANCILLARY_SIZE = 512

_TX_SOFTWARE, _RX_SOFTWARE, _SOFTWARE = 1 << 1, 1 << 3, 1 << 4
_OPT_ID, _OPT_TSONLY = 1 << 7, 1 << 11
_TIMESPEC = struct.Struct("@qq")
#: macOS has 32 bits of microseconds, and 32 bits of nothing behind them
_TIMEVAL = struct.Struct("@qi" if KERNEL.name == "darwin" else "@ql")
_EXTENDED_ERR = struct.Struct("=IBBBBII")
_SCM_TIMESTAMP_DARWIN = 2

_AT_START_NS = time.time_ns() - time.perf_counter_ns()

ORIGIN_LOCAL, ORIGIN_ICMP, ORIGIN_ICMP6, ORIGIN_STAMP = 1, 2, 3, 4


class Notice(msgspec.Struct, frozen=True):
    """One entry of the error queue. `by`: who sent the ICMP message, "" for none."""

    error_number: int
    origin: int
    icmp_type: int
    icmp_code: int
    info: int
    data: int
    by: str


class Receiver(Protocol):
    """The part of a socket that is read here."""

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes: ...


def receive(sock: Receiver, size: int) -> tuple[bytes, Ancillary]:
    """The next datagram and what the kernel says of it; Windows' sockets say nothing."""
    if not hasattr(sock, "recvmsg"):
        return sock.recv(size), []
    assert isinstance(sock, socket.socket)  # noqa: S101 - nothing else has it
    data, ancillary, _, _ = sock.recvmsg(size, ANCILLARY_SIZE)
    return data, ancillary


def wall_ns(kernel: Kernel = KERNEL) -> int:
    """Unix time, on the clock of the kernel's stamps where it stamps.

    Windows' own moves on by 15.6 ms at a time in Python before 3.13; its performance counter goes
    on from the time at the start.
    """
    if kernel.name == "windows":
        return _AT_START_NS + time.perf_counter_ns()
    return time.time_ns()


def enable(sock: socket.socket, *, sending: bool) -> bool:
    """Ask for stamps; True when the kernel will also stamp what is sent."""
    flags = _RX_SOFTWARE | _SOFTWARE
    if sending:
        flags |= _TX_SOFTWARE | _OPT_ID | _OPT_TSONLY
    if _set(sock, KERNEL.timestamping, flags):
        return sending
    if not _set(sock, KERNEL.timestamp_ns, 1):
        _set(sock, KERNEL.timestamp, 1)
    return False


def _set(sock: socket.socket, option: int | None, value: int) -> bool:
    if option is None:
        return False
    try:
        sock.setsockopt(socket.SOL_SOCKET, option, value)
    except OSError:
        return False
    return True


def stamp_ns(ancillary: Ancillary) -> int | None:
    """The kernel's time of a received or sent packet, if it left one."""
    for level, kind, data in ancillary:
        if level != socket.SOL_SOCKET:
            continue
        if kind in (KERNEL.timestamping, KERNEL.timestamp_ns) and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return seconds * 1_000_000_000 + nanoseconds
        if kind in (KERNEL.timestamp, _SCM_TIMESTAMP_DARWIN) and len(data) >= _TIMEVAL.size:
            seconds, microseconds = _TIMEVAL.unpack_from(data)
            return seconds * 1_000_000_000 + microseconds * 1000
    return None


def sent_stamp(ancillary: Ancillary) -> tuple[int, int] | None:
    """Number and time of a packet that left, where the error queue's entry is such a stamp.

    Two of three entries that an echo makes pass here, so nothing is made that is not needed.
    """
    key = at_ns = -1
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == KERNEL.timestamping:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            at_ns = seconds * 1_000_000_000 + nanoseconds
        elif level != socket.SOL_SOCKET and len(data) >= _EXTENDED_ERR.size:
            _, origin, _, _, _, _, extra = _EXTENDED_ERR.unpack_from(data)
            key = extra if origin == ORIGIN_STAMP else -1
    return (key, at_ns) if key >= 0 and at_ns >= 0 else None


def notice(ancillary: Ancillary) -> Notice | None:
    """The extended error among the ancillary data."""
    for level, kind, data in ancillary:
        if (level, kind) in (
            (socket.IPPROTO_IP, KERNEL.recverr4),
            (socket.IPPROTO_IPV6, KERNEL.recverr6),
        ) and len(data) >= _EXTENDED_ERR.size:
            number, origin, icmp_type, code, _, info, extra = _EXTENDED_ERR.unpack_from(data)
            by = _offender(data[_EXTENDED_ERR.size :])
            return Notice(number, origin, icmp_type, code, info, extra, by)
    return None


def _offender(data: bytes) -> str:
    """The socket address behind sock_extended_err (SO_EE_OFFENDER)."""
    if len(data) < 8:
        return ""
    (family,) = struct.unpack_from("=H", data)
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, data[4:8])
    if family == socket.AF_INET6 and len(data) >= 24:
        return socket.inet_ntop(socket.AF_INET6, data[8:24])
    return ""


def hop_limit(ancillary: Ancillary) -> int:
    """TTL or hop limit the packet arrived with; 0 when the kernel did not say."""
    for level, kind, data in ancillary:
        # Linux answers with IP_TTL, Darwin with the option that was set.
        ttl4 = level == socket.IPPROTO_IP and kind in (socket.IP_TTL, KERNEL.receive_ttl4)
        ttl6 = level == socket.IPPROTO_IPV6 and kind == getattr(socket, "IPV6_HOPLIMIT", -1)
        if (ttl4 or ttl6) and data:
            return int.from_bytes(data[:4], "little")
    return 0


def collect_errors(sock: socket.socket) -> bool:
    """Have ICMP errors queued on the socket; False where the kernel cannot."""
    six = sock.family == socket.AF_INET6
    option = KERNEL.recverr6 if six else KERNEL.recverr4
    if option is None:
        return False
    sock.setsockopt(socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP, option, 1)
    return True
