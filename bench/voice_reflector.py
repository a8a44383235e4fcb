"""The lab's STAMP reflector on every IPv4 address: `python -m bench.voice_reflector`."""

from __future__ import annotations

import asyncio
import socket
import sys

from diagnostics.wire.stamp import PORT
from tests.sim.servers.reflector import serve


async def main() -> None:
    """Write "ready", then reflect until it is ended."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", PORT))  # noqa: S104 - a namespace of its own
    sock.setblocking(False)
    await serve(sock)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
