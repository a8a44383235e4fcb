"""Speed servers that answer an upload before they have it all."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import cast

import pytest

from diagnostics.wire import errors
from diagnostics.wire.throughput import SpeedServer, TransferPlan
from diagnostics.wire.transfer import measure
from tests.unit.wire.speed_answers import (
    OK,
    PLAN,
    RATE_BPS,
    Pace,
    length_of,
    measured,
    serving,
    swallow,
)


def test_one_ends_its_half_and_reads_on() -> None:
    """As nginx does where what is behind it answers before it has the whole body."""
    pace = Pace()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.01)  # all the same after some of it
        writer.write(OK)
        writer.write_eof()
        await swallow(length_of(head), reader, pace)
        return False

    found = measured("up", take)
    assert found.bytes > 3_000_000
    assert found.connections_failed == 0
    assert found.stopped_by != "server_closed"


def test_one_reads_for_a_while_and_cuts_then() -> None:
    """It has read on, so what was measured is the line."""
    pace = Pace()

    async def take(_h: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(OK)
        await writer.drain()
        end_s = time.monotonic() + 1.0
        while time.monotonic() < end_s:
            await pace.carry(len(await reader.read(20_000)))
        writer.write_eof()
        writer.transport.abort()
        return False

    found = measured("up", take, PLAN, 65_536)
    assert found.bytes > RATE_BPS / 8
    assert RATE_BPS / 2 < found.rate_bps < 2 * RATE_BPS


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.5])  # the last is what Go's server does
def test_one_ends_its_half_and_reads_no_more_is_no_figure(after_s: float) -> None:
    async def take(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        cast("asyncio.Transport", writer.transport).pause_reading()
        writer.write(OK)
        writer.write_eof()
        await asyncio.sleep(after_s)
        writer.transport.abort()
        return False

    with pytest.raises(errors.BadAnswer, match="which it cuts"):
        measured("up", take)


def test_a_socket_that_is_never_full_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core that encrypts more slowly than the line carries, say."""
    real = socket.socket.send

    def send(sock: socket.socket, data: bytes | memoryview, *flags: int) -> int:
        if len(data) < 50_000:
            return real(sock, data, *flags)
        time.sleep(0.002)
        return len(data)

    async def take(_h: bytes, reader: asyncio.StreamReader, _w: asyncio.StreamWriter) -> bool:
        return bool(await reader.read(1))

    async def run() -> float:
        async with serving(take) as place:
            monkeypatch.setattr(socket.socket, "send", send)
            server = SpeedServer("http", upload_url=f"{place}/u")
            measuring = asyncio.create_task(measure("up", server, TransferPlan(precision=1e-9)))
            await asyncio.sleep(0.3)
            begun_s = time.monotonic()
            measuring.cancel()
            with pytest.raises(asyncio.CancelledError):
                await measuring
            return time.monotonic() - begun_s

    begun_s = time.monotonic()
    assert asyncio.run(run()) < 1.0
    assert time.monotonic() - begun_s < 3.0
