"""Our side of the comparison of path MTU: `python -m bench.path_mtu_once WHAT ...`.

echo TARGET          by echoes to a literal address
tcp ADDRESS HOST     by TCP to port 443 of a web server

Prints a `Told` as JSON.
"""

from __future__ import annotations

# ruff: noqa: PLC0415 - each way loads what it needs, not what the other needs
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine

import msgspec

from diagnostics.wire.pmtu import PathMtu

Work = Callable[[], Coroutine[None, None, PathMtu]]


class Told(msgspec.Struct, frozen=True):
    """Both without the start of Python and without loading modules, which a check pays once."""

    took_s: float
    cpu_s: float
    found: PathMtu


def _echo(target: str) -> Work:
    from diagnostics.wire.pmtu import path_mtu

    return lambda: path_mtu(target)


def _tcp(address: str, host: str) -> Work:
    from diagnostics.wire.pmtu_tcp import Place, tcp_path_mtu

    return lambda: tcp_path_mtu(Place(address, 443, host, secure=True))


def main(what: str, *rest: str) -> Told:
    """One discovery."""
    work = {"echo": _echo, "tcp": _tcp}[what](*rest)
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    found = asyncio.run(work())
    return Told(time.monotonic() - begun_s, time.process_time() - begun_cpu_s, found)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(*sys.argv[1:])))
