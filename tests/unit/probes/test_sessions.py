"""What a barred port, a dead place and a full table each look like among forty new connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator

import pytest

from diagnostics.evidence import Evidence
from diagnostics.platforms.linux import Linux
from diagnostics.probe import Context
from diagnostics.probes import sessions
from diagnostics.profile import Profile, Targets
from diagnostics.readings.sessions import Sessions
from diagnostics.run import Depth
from diagnostics.wire.meter import Meter

_HERE = "127.0.0.1"


@contextlib.asynccontextmanager
async def _listening() -> AsyncGenerator[int]:
    """A resolver by TCP that answers anything."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while await reader.read(512):
                writer.write(b"\0\x0c" + bytes(12))
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.ensure_future(serve(reader, writer)))

    server = await asyncio.start_server(accept, _HERE, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*serving)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HERE, 0))
        return int(probe.getsockname()[1])


def _context() -> Context:
    targets = Targets(anchors=(_HERE,), resolvers=(_HERE,))
    return Context(
        profile=Profile(targets=targets),
        platform=Linux(),
        earlier=Evidence({}),
        depth=Depth.NORMAL,
        meter=Meter(),
        progress=lambda _fraction, _word: None,
    )


async def _measured(patch: pytest.MonkeyPatch, *, barred: bool) -> Sessions:
    async with _listening() as port:
        other = _free_port() if barred else port
        patch.setattr(sessions, "_DNS_PORT", port)
        patch.setattr(sessions, "_PORTS", (other, port))
        return await sessions.SessionsProbe().measure(_context())


def test_all_come_about(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asyncio.run(_measured(monkeypatch, barred=False))
    assert (found.tried, found.opened, found.kept_alive) == (40, 40, True)


def test_a_port_that_takes_nobody_says_nothing_of_a_full_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = asyncio.run(_measured(monkeypatch, barred=True))
    assert (found.tried, found.opened, found.kept_alive) == (20, 20, True)
