"""wpa_supplicant's control socket, where the person may use it (group netdev on Debian)."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import tempfile
from pathlib import Path

_FOLDERS = (Path("/run/wpa_supplicant"), Path("/var/run/wpa_supplicant"))
_WITHIN_S = 0.8
_MOST_BYTES = 65_536
#: printf_encode of wpa_supplicant: C escapes in what is not printable ASCII.
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"e": b"\x1b"}


async def request_scan(interface: str) -> bool:
    """FAIL-BUSY: it is scanning already."""
    answer = await _ask(interface, b"SCAN")
    return answer is not None and answer.startswith((b"OK", b"FAIL-BUSY"))


async def known_ssids(interface: str) -> list[bytes] | None:
    """Networks that it joins by itself; None where it does not answer."""
    answer = await _ask(interface, b"LIST_NETWORKS")
    return None if answer is None else listed(answer)


def listed(answer: bytes) -> list[bytes]:
    """Rows of `network id / ssid / bssid / flags`, tabs between."""
    found: list[bytes] = []
    for line in answer.split(b"\n")[1:]:
        fields = line.split(b"\t")
        if len(fields) == 4 and b"[DISABLED]" not in fields[3]:
            found.append(_ESCAPE.sub(_unescaped, fields[1]))
    return found


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match.group(1)
    return bytes.fromhex(code[1:].decode()) if len(code) == 3 else _LETTERS.get(code, code)


async def _ask(interface: str, question: bytes) -> bytes | None:
    for folder in _FOLDERS:
        answer = await _answer(folder / interface, question)
        if answer is not None:
            return answer
    return None


async def _answer(path: Path, question: bytes) -> bytes | None:
    """One datagram there, one back; the answer needs a name to come to."""
    loop = asyncio.get_running_loop()
    with (
        tempfile.TemporaryDirectory(prefix="firsthop-", ignore_cleanup_errors=True) as own,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asked,
    ):
        asked.setblocking(False)
        try:
            asked.bind(f"{own}/answer")
            asked.connect(os.fspath(path))
            asked.send(question)
            async with asyncio.timeout(_WITHIN_S):
                while True:
                    answer = await loop.sock_recv(asked, _MOST_BYTES)
                    if not answer.startswith(b"<"):  # an event that somebody else attached to
                        return answer
        except (OSError, TimeoutError):
            return None
