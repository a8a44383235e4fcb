"""What really passed a wire: times between question and answer by the kernel's stamps there.

`python -m bench.wire_watch INTERFACE echo|dns` writes one line an answer, in ms, until its input
ends, then "-" for each question that was not answered.
"""

from __future__ import annotations

import select
import socket
import struct
import sys
from collections.abc import Callable

_STAMP_NS = 35  # SO_TIMESTAMPNS, linux/asm-generic/socket.h
_ALL = 0x0003  # ETH_P_ALL
_TIMESPEC = struct.Struct("@qq")
_IPV4, _IPV6 = b"\x08\x00", b"\x86\xdd"
_ICMP, _UDP, _ICMPV6 = 1, 17, 58
#: type of the question and of the answer (RFC 792, RFC 4443)
_ECHOES = {_ICMP: (8, 0), _ICMPV6: (128, 129)}
_DNS_PORT = (53).to_bytes(2, "big")

#: whether it is a question, and what the answer has in common with it; None: something else
Seen = tuple[bool, bytes] | None


def _stamp_ms(ancillary: list[tuple[int, int, bytes]]) -> float:
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _STAMP_NS):
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return seconds * 1e3 + nanoseconds / 1e6
    return 0.0


def _carried(frame: bytes) -> tuple[int, bytes]:
    """Protocol and payload of an IP packet without extension headers; 0 for another frame."""
    if frame[12:14] == _IPV4 and len(frame) >= 34:
        return frame[23], frame[14 + (frame[14] & 0x0F) * 4 :]
    if frame[12:14] == _IPV6 and len(frame) >= 54:
        return frame[20], frame[54:]
    return 0, b""


def echo(frame: bytes) -> Seen:
    """Of an echo by IPv4 or IPv6: its identifier and number."""
    protocol, data = _carried(frame)
    kinds = _ECHOES.get(protocol)
    if kinds is None or len(data) < 8 or data[0] not in kinds:
        return None
    return data[0] == kinds[0], data[4:8]


def dns(frame: bytes) -> Seen:
    """Of a question by UDP to port 53: the asker's port and the message's id."""
    protocol, data = _carried(frame)
    if protocol != _UDP or len(data) < 10:
        return None
    asks = data[2:4] == _DNS_PORT
    if not asks and data[:2] != _DNS_PORT:
        return None
    return asks, data[:2] + data[8:10] if asks else data[2:4] + data[8:10]


class Ledger:
    """Which question is open since when."""

    def __init__(self, seen: Callable[[bytes], Seen]) -> None:
        self._seen = seen
        self._open: dict[bytes, float] = {}
        self._repeated = 0

    def note(self, frame: bytes, at_ms: float) -> float | None:
        """How long an answer took; None for what is none."""
        found = self._seen(frame)
        if found is None:
            return None
        asks, key = found
        if not asks:
            since_ms = self._open.pop(key, None)
            return None if since_ms is None else at_ms - since_ms
        self._repeated += key in self._open
        self._open[key] = at_ms
        return None

    @property
    def unanswered(self) -> int:
        """Those that are still open, and those that were asked again."""
        return len(self._open) + self._repeated


def _read(sock: socket.socket, ledger: Ledger) -> None:
    """All that waits there."""
    while True:
        try:
            frame, ancillary, _, _ = sock.recvmsg(256, 128)
        except BlockingIOError:
            return
        took_ms = ledger.note(frame, _stamp_ms(ancillary))
        if took_ms is not None:
            sys.stdout.write(f"{took_ms:.4f}\n")


def main(interface: str, what: str) -> None:
    ledger = Ledger({"echo": echo, "dns": dns}[what])
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as sock:
        sock.setsockopt(socket.SOL_SOCKET, _STAMP_NS, 1)
        sock.setblocking(False)
        sock.bind((interface, _ALL))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([sock, sys.stdin], [], [])
            _read(sock, ledger)
            sys.stdout.flush()
            if sys.stdin in ready:
                break
    sys.stdout.write("-\n" * ledger.unanswered)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
