"""Throughput against a paced server on loopback."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from diagnostics.wire import errors
from diagnostics.wire.speed_server import endpoint
from diagnostics.wire.throughput import Hold, SpeedServer, TransferPlan
from diagnostics.wire.transfer import measure
from tests.unit.wire.authority import contexts

RATE_BPS = 8e6
_PIECE = 2500


class _Line:
    """All connections together get RATE_BPS, as behind one line."""

    def __init__(self) -> None:
        self._free_s = 0.0

    async def carry(self, size: int) -> None:
        loop = asyncio.get_running_loop()
        self._free_s = max(self._free_s, loop.time() - 0.2) + size * 8 / RATE_BPS
        await asyncio.sleep(self._free_s - loop.time())


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if match := re.search(rb"bytes=(\d+)", head):
                left = int(match[1])
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % left)
                while left:
                    size = min(left, _PIECE)
                    await line.carry(size)
                    writer.write(bytes(size))
                    await writer.drain()
                    left -= size
    except (ConnectionError, asyncio.IncompleteReadError):
        return
    finally:
        writer.close()


@asynccontextmanager
async def speed_server(tls: ssl.SSLContext | None = None) -> AsyncGenerator[SpeedServer]:
    line = _Line()
    running = await asyncio.start_server(lambda r, w: _serve(r, w, line), "127.0.0.1", 0, ssl=tls)
    port = running.sockets[0].getsockname()[1]
    scheme = "https" if tls else "http"
    place = f"{scheme}://127.0.0.1:{port}"
    try:
        yield SpeedServer("http", download_url=f"{place}/down", upload_url=f"{place}/up")
    finally:
        running.close()
        await running.wait_closed()


def test_download_of_a_paced_server() -> None:
    async def run() -> None:
        async with speed_server() as server:
            found = await measure("down", server)
        assert found.rate_bps == pytest.approx(RATE_BPS, rel=0.1)
        assert found.low_bps <= found.rate_bps <= found.high_bps
        assert found.stopped_by == "stable"
        assert found.duration_s < 10
        assert found.ip_rate_bps > found.rate_bps
        assert found.samples[-1].bytes <= found.bytes
        assert found.connections_failed == 0

    asyncio.run(run())


def test_the_same_over_tls() -> None:
    served, trusting = contexts("127.0.0.1", "the speed server")

    async def run() -> None:
        async with speed_server(served) as server:
            found = await measure("down", server, context=trusting)
            assert found.rate_bps == pytest.approx(RATE_BPS, rel=0.1)
            with pytest.raises(errors.TlsFailed):
                await measure("down", server)

    asyncio.run(run())


def test_what_somebody_beside_it_raises_ends_it_too() -> None:
    """It is called out of the loop, where nobody would hear of it."""

    def told(rate_bps: float) -> None:
        raise LookupError(f"{rate_bps:.0f}")

    async def run() -> None:
        async with speed_server() as server:
            with pytest.raises(LookupError):
                await measure("down", server, TransferPlan(told=told))

    asyncio.run(asyncio.wait_for(run(), 5))


def test_the_budget_ends_it() -> None:
    async def run() -> None:
        async with speed_server() as server:
            plan = TransferPlan(budget_bytes=300_000, budget_s=0.0, precision=1e-9)
            found = await measure("down", server, plan)
        assert found.stopped_by == "budget"
        assert found.bytes < 1_000_000

    asyncio.run(run())


def test_a_budget_does_not_end_a_fast_line_before_its_figure() -> None:
    async def run() -> None:
        async with speed_server() as server:
            plan = TransferPlan(budget_bytes=10_000, budget_s=0.8, precision=1e-9)
            found = await measure("down", server, plan)
        assert found.stopped_by == "budget"
        assert found.duration_s >= 0.8

    asyncio.run(run())


def test_whoever_measures_beside_it_may_hold_it_for_a_while() -> None:
    async def seconds(hold: Hold, most_s: float) -> float:
        plan = TransferPlan(precision=0.3, min_duration_s=0.1, most_duration_s=most_s, hold=hold)
        async with speed_server() as server:
            return (await measure("down", server, plan)).duration_s

    asked: list[float] = []

    def twice() -> bool:
        asked.append(time.monotonic())
        return len(asked) < 3

    async def run() -> None:
        assert await seconds(lambda: True, 2.0) >= 2.0
        await seconds(twice, 60.0)  # ends by itself: the deadline of 12 s is not reached
        assert len(asked) == 3

    asyncio.run(run())


def test_the_deadline_ends_it() -> None:
    async def run() -> None:
        async with speed_server() as server:
            plan = TransferPlan(deadline_s=0.6, precision=1e-9)
            found = await measure("down", server, plan)
        assert found.stopped_by == "deadline"
        assert found.duration_s < 1.0

    asyncio.run(run())


@pytest.mark.parametrize("answer", [b"HTTP/1.1 403 Forbidden\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b""])
def test_a_server_that_will_not_is_an_error(answer: bytes) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)
        writer.close()

    async def run() -> None:
        running = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = running.sockets[0].getsockname()[1]
        server = SpeedServer("http", download_url=f"http://127.0.0.1:{port}/d")
        try:
            with pytest.raises((errors.BadAnswer, errors.Reset)):
                await measure("down", server)
        finally:
            running.close()
            await running.wait_closed()

    asyncio.run(run())


def test_a_silent_server_times_out() -> None:
    async def run() -> None:
        running = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
        port = running.sockets[0].getsockname()[1]
        server = SpeedServer("http", download_url=f"http://127.0.0.1:{port}/d")
        try:
            with pytest.raises(errors.TimedOut):
                await measure("down", server, TransferPlan(deadline_s=0.4))
        finally:
            running.close()
            await running.wait_closed()

    asyncio.run(run())


def test_cancel_leaves_nothing() -> None:
    async def run() -> None:
        async with speed_server() as server:
            task = asyncio.create_task(measure("down", server, TransferPlan(precision=1e-9)))
            await asyncio.sleep(0.4)
            begun = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - begun < 0.3

    asyncio.run(run())


def test_requests_of_each_kind() -> None:
    libre = SpeedServer("librespeed", url="https://speed.example/backend/")
    assert str(endpoint(libre, "down").target).startswith(
        "https://speed.example/backend/garbage.php?r="
    )
    assert "/backend/empty.php?r=" in str(endpoint(libre, "up").target)
    cloud = SpeedServer("cloudflare", url="https://speed.example")
    assert endpoint(cloud, "down").target.path == "/__down?bytes=50000000"
    assert endpoint(cloud, "up").target.path == "/__up"
    with pytest.raises(ValueError, match="upload_url"):
        endpoint(SpeedServer("http", download_url="http://a/"), "up")
