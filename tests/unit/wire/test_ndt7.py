"""ndt7 on loopback: a server of few words, frames in every shape, and what a client must refuse."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.wire import errors, transfer_flow, websocket
from diagnostics.wire.ndt7 import confirmed
from diagnostics.wire.speed_server import endpoint
from diagnostics.wire.throughput import SpeedServer, TransferPlan
from diagnostics.wire.transfer import measure

_PIECE = 4096


def frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    """A server's frame: not masked."""
    first = opcode | (128 if final else 0)
    if len(payload) < 126:
        return struct.pack(">BB", first, len(payload)) + payload
    if len(payload) < 65_536:
        return struct.pack(">BBH", first, 126, len(payload)) + payload
    return struct.pack(">BBQ", first, 127, len(payload)) + payload


class Server:
    """Counts what it hears; `mean` spoils the handshake."""

    def __init__(self, mean: str = "") -> None:
        self.mean = mean
        self.pongs: list[bytes] = []
        self.binary_bytes = 0
        self.masked = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = re.search(r"Sec-WebSocket-Key: (\S+)", head)
        assert key is not None
        accept = websocket.accepted("another" if self.mean == "key" else key[1])
        protocol = "chat" if self.mean == "protocol" else "net.measurementlab.ndt.v7"
        status = "200 OK" if self.mean == "status" else "101 Switching Protocols"
        writer.write(
            f"HTTP/1.1 {status}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n".encode()
        )
        if "/download" in head:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(reader, writer))
                group.create_task(self._give(writer))
        else:
            await self._hear(reader, writer)

    async def _give(self, writer: asyncio.StreamWriter) -> None:
        """About 8 Mbit/s, messages in two frames with a ping between them, texts now and then."""
        loop = asyncio.get_running_loop()
        due_s, number = loop.time(), 0
        while True:
            writer.write(frame(websocket.BINARY, bytes(_PIECE // 2), final=False))
            writer.write(frame(websocket.PING, b"%d" % number))
            writer.write(frame(0, bytes(_PIECE // 2)))
            if number % 50 == 10:
                writer.write(frame(websocket.TEXT, b'{"AppInfo":{"NumBytes":1}}'))
            await writer.drain()
            number += 1
            due_s = max(due_s + _PIECE * 8 / 8e6, loop.time() - 0.2)
            await asyncio.sleep(due_s - loop.time())

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            first, second = await reader.readexactly(2)
            self.masked = self.masked and bool(second & 128)
            size = second & 127
            if size >= 126:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
            mask = await reader.readexactly(4)
            payload = await reader.readexactly(size)
            if first & 15 == websocket.PONG:
                self.pongs.append(bytes(b ^ mask[n % 4] for n, b in enumerate(payload)))
            if first & 15 == websocket.BINARY:
                self.binary_bytes += size
                await asyncio.sleep(size * 8 / 40e6)
                told = b'{"TCPInfo":{"BytesReceived":%d}}' % self.binary_bytes
                writer.write(frame(websocket.TEXT, told))


@asynccontextmanager
async def running(mean: str = "") -> AsyncGenerator[tuple[Server, SpeedServer]]:
    server = Server(mean)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield server, SpeedServer("ndt7", url=f"ws://127.0.0.1:{port}")
    finally:
        listening.close()
        await listening.wait_closed()


def test_a_download_counts_payload_and_answers_pings() -> None:
    async def run() -> None:
        async with running() as (server, place):
            plan = TransferPlan(connections=1, deadline_s=1.5, precision=1e-9)
            found = await measure("down", place, plan)
            await asyncio.sleep(0.05)
        assert found.bytes > 50_000
        assert server.pongs[:3] == [b"0", b"1", b"2"]
        assert server.masked

    asyncio.run(run())


def test_an_upload_sends_whole_masked_messages() -> None:
    async def run() -> None:
        async with running() as (server, place):
            plan = TransferPlan(connections=1, deadline_s=1.0, precision=1e-9)
            found = await measure("up", place, plan)
        assert server.binary_bytes > 20_000
        assert server.masked
        assert found.bytes > 20_000

    asyncio.run(run())


def test_an_upload_where_the_kernel_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One handshake, then messages; what has arrived is what the server says."""

    def untold(_sock: object, _given: int = 0) -> None:
        return None

    async def run() -> None:
        async with running() as (server, place):
            plan = TransferPlan(connections=2, deadline_s=1.5, precision=1e-9)
            found = await measure("up", place, plan)
        assert found.counted_by == "confirmed"
        assert 20_000 < found.bytes <= 2 * server.binary_bytes
        assert server.masked

    monkeypatch.setattr(transfer_flow, "tcp_info", untold)
    asyncio.run(run())


@pytest.mark.parametrize("mean", ["key", "protocol", "status"])
def test_a_server_that_is_something_else_is_refused(mean: str) -> None:
    async def run() -> None:
        async with running(mean) as (_, place):
            with pytest.raises(errors.BadAnswer):
                await measure("down", place, TransferPlan(deadline_s=2.0))

    asyncio.run(run())


def test_addresses_of_both_ways() -> None:
    plain = SpeedServer("ndt7", url="wss://ndt.example/")
    assert str(endpoint(plain, "down").target) == "https://ndt.example/ndt/v7/download"
    named = SpeedServer("ndt7", download_url="wss://a.example/d?token=1", upload_url="ws://b/u")
    assert str(endpoint(named, "down").target) == "https://a.example/d?token=1"
    assert str(endpoint(named, "up").target) == "http://b/u"
    ookla = SpeedServer("ookla", url="http://host.example:8080/speedtest/upload.php")
    down = str(endpoint(ookla, "down").target)
    assert down.startswith("http://host.example:8080/speedtest/random4000x4000.jpg?")
    assert "/speedtest/upload.php?" in str(endpoint(ookla, "up").target)


def test_the_rfcs_own_example_of_a_key() -> None:
    assert websocket.accepted("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@given(st.integers(0, 1 << 40), st.sampled_from([websocket.TEXT, websocket.BINARY]))
def test_heads_say_the_size(size: int, opcode: int) -> None:
    written = websocket.frame_head(opcode, size, b"abcd")
    unmasked = bytes([written[0], written[1] & 127]) + written[2:-4]
    head = websocket.parse_head(unmasked)
    assert head is not None
    assert (head.opcode, head.size, head.final) == (opcode, size, True)
    assert head.length == len(unmasked)


@given(st.binary(max_size=12))
def test_no_head_breaks_the_reader(data: bytes) -> None:
    try:
        head = websocket.parse_head(data)
    except errors.BadAnswer:
        return
    assert head is None or 0 <= head.size < 1 << 64


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"AppInfo":3}', b"\xff"])
def test_a_text_that_says_nothing_confirms_nothing(text: bytes) -> None:
    assert confirmed(text) == 0
    assert confirmed(b'{"AppInfo":{"NumBytes":5},"TCPInfo":{"BytesReceived":9}}') == 9
