"""`ss -tinpHO`: one TCP connection a line, with what it has moved (ss(8), linux/tcp.h tcp_info)."""

from __future__ import annotations

import re

import msgspec

_PROGRAM = re.compile(r'users:\(\("([^"]+)"')
_FIGURE = re.compile(r"\b(bytes_acked|bytes_received):(\d+)")


class TcpSocket(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is both ends; `program` "" when it belongs to another user."""

    key: str
    program: str
    moved_bytes: int


def parse_ss(text: str) -> tuple[TcpSocket, ...]:
    """Connections off loopback."""
    found: list[TcpSocket] = []
    for line in text.splitlines():
        words = line.split()
        if len(words) < 5 or words[4].startswith(("127.", "[::1]")):
            continue
        program = _PROGRAM.search(line)
        found.append(
            TcpSocket(
                key=f"{words[3]} {words[4]}",
                program=program[1] if program else "",
                moved_bytes=sum(int(amount) for _, amount in _FIGURE.findall(line)),
            )
        )
    return tuple(found)
