"""TLS in front of the provider's desk: `python -m tests.sim.servers.front FOLDER PORT`.

The desk itself listens on loopback; here stand the certificate and, when a scenario says so, the
accident that the answer is lost after the last byte of the request.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path

from tests.sim import atlas
from tests.sim.servers.manners import Present
from tests.sim.servers.proxy import pipe


class Front:
    """Passes TLS connections on to a port of loopback."""

    def __init__(self, present: Present, port: int) -> None:
        self._present = present
        self._port = port

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        try:
            near_reader, near_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pipe(reader, near_writer), self._answers(near_reader, writer))

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._present.manners().desk_answers:
            await pipe(reader, writer)
            return
        await reader.read(1 << 16)
        writer.transport.abort()


async def _serve(folder: Path, port: int) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.pem")
    front = Front(Present(folder / "manners.json"), port)
    server = await asyncio.start_server(front.talk, atlas.DESK, 443, ssl=tls)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
