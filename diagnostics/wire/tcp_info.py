"""What the kernel knows about a TCP connection.

Linux: struct tcp_info (linux/tcp.h).  macOS: struct tcp_connection_info
(netinet/tcp.h).  Windows 10 1703 and newer: TCP_INFO_v0 (mstcpip.h) by SIO_TCP_INFO.
"""

import functools
import socket
import struct
from collections.abc import Callable
from typing import Protocol

import msgspec

from diagnostics.wire.kernel import KERNEL, Kernel

_SIZE = 256
_NEEDED = 216  # up to tcpi_bytes_retrans, Linux 4.19
# options at 5; snd_mss, rcv_mss, sacked from 16; pmtu, rtt, snd_cwnd, rcv_rtt, total_retrans from
# 60; bytes_acked, bytes_received at 120; min_rtt, data_segs_in at 148; delivered at 192;
# bytes_sent, bytes_retrans at 200
_LINUX = struct.Struct("=5xB10xII4xI28xI4xI8xI8xI4xI16xQQ12xII36xI4xQQ")
_DARWIN_SIZE = 112
_DARWIN_NEEDED = 104  # up to tcpi_rxoutoforderbytes
_WINDOWS_SIZE = 88


class TcpInfo(msgspec.Struct, frozen=True, gc=False):
    """Sizes in bytes, times in milliseconds; `delivered` and `data_segs_in` in segments.

    `delivered` counts what the other side has, selectively acknowledged
    segments included; `data_segs_in` what arrived, out of order included: both
    move on while one lost segment holds up the stream.  They are 0 where only
    bytes are told (`segments` false: macOS, Windows).  `total_retrans` counts
    segments sent again, the SYN too; `pmtu` is what this computer believes.
    """

    snd_mss: int
    rcv_mss: int
    sacked: int
    rtt_ms: float
    min_rtt_ms: float
    rcv_rtt_ms: float
    cwnd: int
    bytes_acked: int
    bytes_received: int
    data_segs_in: int
    delivered: int
    bytes_sent: int
    bytes_retransmitted: int
    timestamps: bool
    total_retrans: int = 0
    pmtu: int = 0
    segments: bool = True


class Socket(Protocol):
    """The part of a socket that is asked here."""

    def fileno(self) -> int: ...

    def getsockopt(self, level: int, optname: int, buflen: int, /) -> bytes: ...


#: Handle of a socket in, TCP_INFO_v0 out; b"" when Windows does not tell.
AskWindows = Callable[[int], bytes]


def tcp_info(
    sock: Socket, given: int = 0, kernel: Kernel = KERNEL, ask: AskWindows | None = None
) -> TcpInfo | None:
    """None where the kernel does not tell.

    `given`: bytes handed to the kernel so far, from which macOS's count of what
    still waits for its acknowledgement is taken.  `ask` see `AskWindows`.
    """
    try:
        if kernel.tcp_connection_info is not None:
            data = sock.getsockopt(socket.IPPROTO_TCP, kernel.tcp_connection_info, _DARWIN_SIZE)
            return _of_darwin(data, given)
        if kernel.sio_tcp_info is not None:
            return _of_windows((ask or _asked_windows())(sock.fileno()))
        if kernel.tcp_info is None:
            return None
        data = sock.getsockopt(socket.IPPROTO_TCP, kernel.tcp_info, _SIZE)
    except OSError:
        return None
    return _of_linux(data)


def segment_info(sock: Socket) -> TcpInfo | None:
    """Only where the kernel counts segments and retransmissions (Linux), else None."""
    info = tcp_info(sock)
    return info if info is not None and info.segments else None


def _of_linux(data: bytes) -> TcpInfo | None:
    if len(data) < _NEEDED:
        return None
    told = _LINUX.unpack_from(data)
    options, snd_mss, rcv_mss, sacked, pmtu, rtt_us, cwnd, rcv_rtt_us, total_retrans = told[:9]
    bytes_acked, bytes_received, min_rtt_us, data_segs_in, delivered, sent, again = told[9:]
    return TcpInfo(
        snd_mss,
        rcv_mss,
        sacked,
        rtt_us / 1000,
        min_rtt_us / 1000,
        rcv_rtt_us / 1000,
        cwnd,
        bytes_acked,
        bytes_received,
        data_segs_in,
        delivered,
        sent,
        again,
        bool(options & 1),  # TCPI_OPT_TIMESTAMPS
        total_retrans,
        pmtu,
    )


def _of_darwin(data: bytes, given: int) -> TcpInfo | None:
    if len(data) < _DARWIN_NEEDED:
        return None
    (options,) = struct.unpack_from("=I", data, 4)
    (segment,) = struct.unpack_from("=I", data, 16)
    cwnd, _, waiting, _, _, smoothed_ms = struct.unpack_from("=6I", data, 24)
    _, sent, again, _, received = struct.unpack_from("=5Q", data, 56)
    return TcpInfo(
        snd_mss=segment,
        rcv_mss=segment,
        sacked=0,
        rtt_ms=float(smoothed_ms),
        min_rtt_ms=float(smoothed_ms),
        rcv_rtt_ms=0.0,
        cwnd=cwnd,
        bytes_acked=max(0, given - waiting),
        bytes_received=received,
        data_segs_in=0,
        delivered=0,
        bytes_sent=sent,
        bytes_retransmitted=again,
        timestamps=bool(options & 1),  # TCPCI_OPT_TIMESTAMPS
        segments=False,
    )


def _of_windows(data: bytes) -> TcpInfo | None:
    if len(data) < _WINDOWS_SIZE:
        return None
    segment, _, timestamps = struct.unpack_from("<IQB", data, 4)
    rtt_us, min_rtt_us, in_flight, window = struct.unpack_from("<4I", data, 20)
    sent, received, _, again = struct.unpack_from("<2Q2I", data, 48)
    return TcpInfo(
        snd_mss=segment,
        rcv_mss=segment,
        sacked=0,
        rtt_ms=rtt_us / 1000,
        min_rtt_ms=min_rtt_us / 1000,
        rcv_rtt_ms=0.0,
        cwnd=window,
        # What is on its way, and what was sent twice, has not arrived by being sent.
        bytes_acked=max(0, sent - again - in_flight),
        bytes_received=received,
        data_segs_in=0,
        delivered=0,
        bytes_sent=sent,
        bytes_retransmitted=again,
        timestamps=bool(timestamps),
        segments=False,
    )


@functools.cache
def _asked_windows() -> AskWindows:
    """WSAIoctl of ws2_32; Python's own `ioctl` of sockets does not take this code."""
    import ctypes  # noqa: PLC0415 - only there

    library = ctypes.CDLL("ws2_32")

    def ask(handle: int) -> bytes:
        version, returned = ctypes.c_uint32(0), ctypes.c_uint32(0)
        answer = ctypes.create_string_buffer(_WINDOWS_SIZE)
        failed = library.WSAIoctl(
            ctypes.c_void_p(handle),
            ctypes.c_uint32(KERNEL.sio_tcp_info or 0),
            ctypes.byref(version),
            ctypes.c_uint32(4),
            answer,
            ctypes.c_uint32(_WINDOWS_SIZE),
            ctypes.byref(returned),
            None,
            None,
        )
        return b"" if failed else answer.raw[: returned.value]

    return ask


def congestion_control(sock: socket.socket) -> str:
    """Name of the own sender's congestion control, "" when the kernel does not tell."""
    if KERNEL.tcp_congestion is None:
        return ""
    try:
        data = sock.getsockopt(socket.IPPROTO_TCP, KERNEL.tcp_congestion, 16)
    except OSError:
        return ""
    return data.split(b"\0")[0].decode("ascii", "replace")
