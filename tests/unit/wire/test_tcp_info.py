"""What three kernels tell of a connection, as bytes at the operating system's border."""

import struct

import msgspec
import pytest

from diagnostics.wire.kernel import DARWIN, LINUX, WINDOWS, Kernel
from diagnostics.wire.tcp_info import tcp_info


class Told(msgspec.Struct):
    """A socket whose kernel answers with these bytes; None: it refuses."""

    data: bytes | None
    asked: tuple[int, int] = (0, 0)

    def fileno(self) -> int:
        return 77

    def getsockopt(self, level: int, optname: int, buflen: int, /) -> bytes:
        self.asked = (level, optname)
        if self.data is None:
            raise OSError(22, "invalid")
        return self.data[:buflen]


def darwin(waiting: int, timestamps: int = 1) -> bytes:
    """struct tcp_connection_info, as a Mac on x86 or ARM lays it out."""
    head = struct.pack("=4BIII", 4, 6, 6, 0, timestamps, 0, 230)
    sizes = struct.pack("=10I", 1448, 65_535, 90_000, 131_072, waiting, 131_072, 23, 24, 2, 0)
    return head + sizes + struct.pack("=7Q", 900, 1_300_000, 14_480, 2000, 2_896_000, 0, 10)


def windows() -> bytes:
    """TCP_INFO_v0 with its padding."""
    return struct.pack(
        "<IIQBxxx7IQQ5IB3x", 4, 1460, 5000, 0, 21_500, 20_100, 29_200, 43_800, 65_536, 65_536,
        65_536, 1_000_000, 2_000_000, 0, 14_600, 3, 9, 0, 1,
    )  # fmt: skip


def test_a_mac_counts_what_left_the_send_buffer() -> None:
    sock = Told(darwin(waiting=40_000))
    info = tcp_info(sock, 1_240_000, DARWIN)
    assert info is not None
    assert sock.asked == (6, 0x106)
    assert info.bytes_acked == 1_200_000
    assert info.bytes_received == 2_896_000
    assert (info.snd_mss, info.rtt_ms, info.bytes_retransmitted) == (1448, 24.0, 14_480)
    assert info.timestamps
    assert not info.segments


def test_windows_leaves_out_what_is_on_its_way_or_went_twice() -> None:
    handles: list[int] = []

    def ask(handle: int) -> bytes:
        handles.append(handle)
        return windows()

    info = tcp_info(Told(b""), 0, WINDOWS, ask)
    assert info is not None
    assert handles == [77]
    assert info.bytes_acked == 1_000_000 - 14_600 - 29_200
    assert info.bytes_received == 2_000_000
    assert (info.snd_mss, info.rtt_ms, info.min_rtt_ms) == (1460, 21.5, 20.1)
    assert not info.timestamps
    assert not info.segments


@pytest.mark.parametrize("kernel", [LINUX, DARWIN])
@pytest.mark.parametrize("data", [None, b"", bytes(50)])
def test_a_kernel_that_does_not_tell_is_no_zero(kernel: Kernel, data: bytes | None) -> None:
    assert tcp_info(Told(data), 0, kernel) is None


def test_an_old_windows_does_not_tell() -> None:
    assert tcp_info(Told(b""), 0, WINDOWS, lambda _: b"") is None


def test_nobody_tells_anything() -> None:
    assert tcp_info(Told(bytes(256)), 0, Kernel(name="other")) is None
