"""A web proxy (CONNECT and absolute targets) for homes that are set up to use one."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        line, _, rest = head.decode("latin-1").partition("\r\n")
        method, target, version = line.split(" ")
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        port = parts.port or (443 if method == "CONNECT" else 80)
        far_reader, far_writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, ValueError, asyncio.IncompleteReadError):
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        return
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    else:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        far_writer.write(f"{method} {path} {version}\r\n{rest}".encode("latin-1"))
    await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))


async def serve(sock: socket.socket) -> None:
    """Serve on a bound TCP socket until the loop ends."""
    await asyncio.start_server(_talk, sock=sock)
