"""A web proxy (CONNECT and absolute targets) for homes that are set up to use one."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.sim import atlas, spaces


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the end, then close the far side."""
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


class Proxy:
    """Connects on behalf of its clients from the network it stands in, by the lab's own names."""

    def __init__(self, network: Path) -> None:
        self._network = network

    async def _connect(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        site = atlas.SITES.get(host)
        address = site.v4 if site else str(ipaddress.IPv4Address(host))
        with spaces.inside(self._network):
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
        return await asyncio.open_connection(sock=sock)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of a client to its end."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            line, _, rest = head.decode("latin-1").partition("\r\n")
            method, target, version = line.split(" ")
            parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
            port = parts.port or (443 if method == "CONNECT" else 80)
            far_reader, far_writer = await self._connect(parts.hostname or "", port)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            far_writer.write(f"{method} {path} {version}\r\n{rest}".encode("latin-1"))
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))


async def serve(sock: socket.socket, network: Path) -> None:
    """Serve on a bound TCP socket until the loop ends; connections go out from `network`."""
    await asyncio.start_server(Proxy(network).talk, sock=sock)
