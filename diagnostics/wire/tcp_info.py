"""What the kernel knows about a TCP connection (Linux struct tcp_info, linux/tcp.h)."""

import socket
import struct

import msgspec

from diagnostics.wire.kernel import KERNEL

_SIZE = 256
_NEEDED = 216  # up to tcpi_bytes_retrans, Linux 4.19


class TcpInfo(msgspec.Struct, frozen=True):
    """Sizes in bytes, times in milliseconds; `delivered` and `data_segs_in` in segments.

    `delivered` counts what the other side has, selectively acknowledged
    segments included; `data_segs_in` what arrived, out of order included: both
    move on while one lost segment holds up the stream.  `total_retrans` counts
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


def tcp_info(sock: socket.socket) -> TcpInfo | None:
    """None where the kernel does not tell."""
    if KERNEL.tcp_info is None:
        return None
    try:
        data = sock.getsockopt(socket.IPPROTO_TCP, KERNEL.tcp_info, _SIZE)
    except OSError:
        return None
    if len(data) < _NEEDED:
        return None
    (snd_mss, rcv_mss, _, sacked) = struct.unpack_from("=4I", data, 16)
    (pmtu,) = struct.unpack_from("=I", data, 60)
    (total_retrans,) = struct.unpack_from("=I", data, 100)
    (rtt_us,) = struct.unpack_from("=I", data, 68)
    (rcv_rtt_us,) = struct.unpack_from("=I", data, 92)
    (cwnd,) = struct.unpack_from("=I", data, 80)
    bytes_acked, bytes_received = struct.unpack_from("=QQ", data, 120)
    min_rtt_us, data_segs_in = struct.unpack_from("=II", data, 148)
    (delivered,) = struct.unpack_from("=I", data, 192)
    bytes_sent, bytes_retransmitted = struct.unpack_from("=QQ", data, 200)
    return TcpInfo(
        snd_mss=snd_mss,
        rcv_mss=rcv_mss,
        sacked=sacked,
        rtt_ms=rtt_us / 1000,
        min_rtt_ms=min_rtt_us / 1000,
        rcv_rtt_ms=rcv_rtt_us / 1000,
        cwnd=cwnd,
        bytes_acked=bytes_acked,
        bytes_received=bytes_received,
        data_segs_in=data_segs_in,
        delivered=delivered,
        bytes_sent=bytes_sent,
        bytes_retransmitted=bytes_retransmitted,
        timestamps=bool(data[5] & 1),  # TCPI_OPT_TIMESTAMPS
        total_retrans=total_retrans,
        pmtu=pmtu,
    )


def congestion_control(sock: socket.socket) -> str:
    """Name of the own sender's congestion control, "" when the kernel does not tell."""
    if KERNEL.tcp_congestion is None:
        return ""
    try:
        data = sock.getsockopt(socket.IPPROTO_TCP, KERNEL.tcp_congestion, 16)
    except OSError:
        return ""
    return data.split(b"\0")[0].decode("ascii", "replace")
