"""What really passed a wire: round trips of echoes by the kernel's stamps at the interface.

`python -m bench.wire_watch INTERFACE` writes one line a round trip in ms until its input ends.
"""

from __future__ import annotations

import select
import socket
import struct
import sys

_STAMP_NS = 35  # SO_TIMESTAMPNS, linux/asm-generic/socket.h
_ALL = 0x0003  # ETH_P_ALL
_TIMESPEC = struct.Struct("@qq")


def _stamp_ms(ancillary: list[tuple[int, int, bytes]]) -> float:
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _STAMP_NS):
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return seconds * 1e3 + nanoseconds / 1e6
    return 0.0


def _echo(frame: bytes) -> tuple[int, tuple[bytes, bytes]] | None:
    """ICMP type (8 or 0) and identifier with sequence, of an IPv4 echo."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 1:
        return None
    start = 14 + (frame[14] & 0x0F) * 4
    return (frame[start], (frame[start + 4 : start + 6], frame[start + 6 : start + 8]))


def main(interface: str) -> None:
    sent: dict[tuple[bytes, bytes], float] = {}
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as sock:
        sock.setsockopt(socket.SOL_SOCKET, _STAMP_NS, 1)
        sock.bind((interface, _ALL))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([sock, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            frame, ancillary, _, _ = sock.recvmsg(256, 128)
            found = _echo(frame)
            if found is None:
                continue
            kind, key = found
            at_ms = _stamp_ms(ancillary)
            if kind == 8:
                sent[key] = at_ms
            elif kind == 0 and key in sent:
                sys.stdout.write(f"{at_ms - sent.pop(key):.4f}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
