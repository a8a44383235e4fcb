"""Speed servers that answer otherwise than one would wish: what becomes of the figure."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from diagnostics.wire import errors, transfer_flow
from diagnostics.wire.throughput import Direction, SpeedServer, Throughput, TransferPlan
from diagnostics.wire.transfer import measure
from tests.unit.wire.authority import contexts

Answer = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]
_RATE_BPS = 16e6
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
_PLAN = TransferPlan(deadline_s=6.0, min_duration_s=0.8)


@asynccontextmanager
async def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str]:
    """A server that calls `answer` with each request's head until that says False."""

    at_work: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        at_work.add(task)
        try:
            while await answer(await reader.readuntil(b"\r\n\r\n"), reader, writer):
                await writer.drain()
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            at_work.discard(task)
            writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20, ssl=tls)
    try:
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{running.sockets[0].getsockname()[1]}"
    finally:
        running.close()
        await running.wait_closed()
        for task in (left := tuple(at_work)):
            task.cancel()
        await asyncio.gather(*left)


class _Pace:
    """What all connections together are given, as behind one line."""

    def __init__(self) -> None:
        self._free_s = 0.0

    async def carry(self, size: int) -> None:
        loop = asyncio.get_running_loop()
        self._free_s = max(self._free_s, loop.time() - 0.1) + size * 8 / _RATE_BPS
        await asyncio.sleep(self._free_s - loop.time())


def _measured(direction: Direction, answer: Answer, plan: TransferPlan = _PLAN) -> Throughput:
    async def run() -> Throughput:
        async with serving(answer) as place:
            server = SpeedServer("http", download_url=f"{place}/d", upload_url=f"{place}/u")
            return await measure(direction, server, plan)

    return asyncio.run(run())


def _length(head: bytes) -> int:
    found = re.search(rb"Content-Length: (\d+)", head)
    return int(found[1]) if found else 0


async def _swallow(size: int, reader: asyncio.StreamReader, pace: _Pace | None = None) -> None:
    """A request's body, as fast as `pace` carries it."""
    while size:
        data = await reader.read(min(size, 20_000 if pace else 1 << 20))
        if not data:
            raise ConnectionResetError
        size -= len(data)
        if pace:
            await pace.carry(len(data))


@pytest.mark.parametrize("status", ["503 Service Unavailable", "403 Forbidden", "301 Moved"])
@pytest.mark.parametrize("after_s", [0.0, 0.2])
def test_an_upload_that_is_refused_is_no_figure(status: str, after_s: float) -> None:
    async def refuse(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(after_s)
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        return False

    with pytest.raises((errors.BadAnswer, errors.Reset)):
        _measured("up", refuse)


def test_an_upload_that_is_refused_after_a_while_is_none_either() -> None:
    pace = _Pace()

    async def refuse(_h: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for _ in range(20):
            await pace.carry(len(await reader.read(20_000)))
        writer.write(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await reader.read(1 << 20)
        return False

    with pytest.raises(errors.Declined) as told:
        _measured("up", refuse)
    assert told.value.status == 429


def test_a_server_that_takes_little_at_once_is_offered_less() -> None:
    pace, sizes = _Pace(), set[int]()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        left = _length(head)
        sizes.add(left)
        if left > 2_000_000:
            writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            await reader.read(1 << 20)
            return False
        await _swallow(left, reader, pace)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        return True

    found = _measured("up", take)
    # Loopback's own buffers take in much of a request at once: no figure to compare.
    assert found.bytes > 3_000_000
    assert found.connections_failed <= 4
    assert sizes == {1_000_000_000, 1_000_000}


@pytest.mark.parametrize("size", [600, 6_000, 60_000])
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_a_page_instead_of_a_file_is_no_figure(size: int, framing: str) -> None:
    async def page(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.01)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        if framing == "length":
            writer.write(b"Content-Length: %d\r\n\r\n" % size + b"x" * size)
        elif framing == "chunked":
            body = b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n"
            writer.write(b"Transfer-Encoding: chunked\r\n\r\n" + body)
        else:
            writer.write(b"\r\n" + b"x" * size)
        return framing != "close"

    with pytest.raises(errors.BadAnswer, match="instead of a file"):
        _measured("down", page)


@pytest.mark.parametrize("framing", ["chunked", "close", "http10"])
def test_files_by_chunks_and_connections_that_end(framing: str) -> None:
    """400 kB each, so some ten of them a second pass over four connections."""
    pace = _Pace()

    async def give(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        chunked = framing == "chunked"
        version = b"1.0" if framing == "http10" else b"1.1"
        writer.write(b"HTTP/" + version + b" 200 OK\r\n")
        writer.write(b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n")
        for _ in range(50):
            await pace.carry(8_000)
            piece = bytes(8_000)
            writer.write(b"1f40;x=y\r\n" + piece + b"\r\n" if chunked else piece)
            await writer.drain()
        writer.write(b"0\r\nTrailer: x\r\n\r\n" if chunked else b"")
        return chunked

    found = _measured("down", give)
    assert found.stopped_by in {"stable", "varying"}
    assert found.rate_bps == pytest.approx(_RATE_BPS, rel=0.15)
    if framing != "chunked":
        assert found.connections > 4


def test_a_small_early_answered_upload_is_followed_by_another() -> None:
    """20 MB pass in several requests of LibreSpeed's kind at 160 Mbit/s."""
    requests: list[int] = []

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        requests.append(_length(head))
        await _swallow(requests[-1], reader)
        return True

    async def run() -> Throughput:
        async with serving(take) as place:
            plan = TransferPlan(deadline_s=4.0, budget_bytes=100_000_000, precision=1e-9)
            return await measure("up", SpeedServer("librespeed", url=place), plan)

    assert asyncio.run(run()).stopped_by in {"budget", "deadline"}
    assert len(requests) > 4


def test_a_server_that_answers_ends_its_half_and_reads_on() -> None:
    """As nginx does where what is behind it answers before it has the whole body."""
    pace = _Pace()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(0.01)  # all the same after some of it
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.write_eof()
        await _swallow(_length(head), reader, pace)
        return False

    found = _measured("up", take)
    assert found.bytes > 3_000_000
    assert found.connections_failed == 0
    assert found.stopped_by != "server_closed"


def test_a_server_that_ends_its_half_and_reads_no_more_is_no_figure() -> None:
    async def take(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.write_eof()
        await asyncio.sleep(0.05)
        writer.transport.abort()
        return False

    with pytest.raises(errors.BadAnswer, match="which it cuts"):
        _measured("up", take)


def test_a_dead_address_is_left_for_the_next_one() -> None:
    pace = _Pace()

    async def give(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n")
        while True:
            await pace.carry(8_000)
            writer.write(bytes(8_000))
            await writer.drain()

    async def run() -> Throughput:
        async with serving(give) as place:
            server = SpeedServer("http", download_url=f"{place}/d")
            plan = TransferPlan(addresses=("::1", "127.0.0.1"))  # nobody listens on the first
            return await measure("down", server, plan)

    found = asyncio.run(run())
    assert found.address == "127.0.0.1"
    assert found.rate_bps == pytest.approx(_RATE_BPS, rel=0.15)


@pytest.mark.parametrize("after_s", [0.0, 0.05])
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"])
def test_an_upload_that_is_cut_is_no_figure(answer: bytes, after_s: float) -> None:
    """What the other system's buffers took in meanwhile was not carried for anybody."""
    asked: list[bytes] = []

    async def cut(head: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked.append(head)
        await asyncio.sleep(after_s)
        writer.write(answer)
        await writer.drain()
        writer.transport.abort()
        return False

    if answer:
        found = _measured("up", cut)  # it said that it has all: not much is claimed of that
        assert found.confidence == "low"
    else:
        with pytest.raises((errors.Reset, errors.BadAnswer)):
            _measured("up", cut)
        assert len(asked) <= 8


def test_a_download_that_is_cut_early_is_no_figure() -> None:
    async def cut(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n" + bytes(20_000))
        return False

    with pytest.raises(errors.Reset):
        _measured("down", cut)


@pytest.mark.parametrize("refused", [1, 2])
def test_connections_that_are_refused_are_replaced_by_the_others(refused: int) -> None:
    pace, seen = _Pace(), list[bytes]()

    async def give(head: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        seen.append(head)
        if len(seen) <= refused:
            writer.write(b"HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n")
            return False
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n")
        while True:
            await pace.carry(8_000)
            writer.write(bytes(8_000))
            await writer.drain()

    found = _measured("down", give)
    assert found.rate_bps == pytest.approx(_RATE_BPS, rel=0.15)
    assert len(seen) >= refused + 2  # two at work again


@pytest.mark.parametrize("size", [10, 12_000])
def test_a_long_answer_to_an_upload_over_tls(size: int) -> None:
    served, trusting = contexts("127.0.0.1", "the speed server")
    requests: list[int] = []

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        requests.append(_length(head))
        await _swallow(requests[-1], reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
        return True

    async def run() -> Throughput:
        async with serving(take, served) as place:
            plan = TransferPlan(deadline_s=6.0, budget_bytes=150_000_000, precision=1e-9)
            server = SpeedServer("librespeed", url=place)
            return await measure("up", server, plan, context=trusting)

    assert asyncio.run(run()).rate_bps > 1e6
    assert len(requests) > 4  # a second request on a connection at least


def test_an_answer_without_a_length_ends_the_connection() -> None:
    requests: list[int] = []

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        requests.append(_length(head))
        await _swallow(requests[-1], reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n<html>\r\n\r\nthank you</html>")
        return False

    async def run() -> Throughput:
        async with serving(take) as place:
            plan = TransferPlan(deadline_s=4.0, budget_bytes=200_000_000, precision=1e-9)
            return await measure("up", SpeedServer("librespeed", url=place), plan)

    found = asyncio.run(run())
    assert found.stopped_by in {"budget", "unclear", "deadline"}
    assert len(requests) > 4


class _Behind:
    """Answers that arrive as late as over a long path, one after the other."""

    def __init__(self, late_s: float) -> None:
        self._late_s = late_s
        self._open: Counter[asyncio.StreamWriter] = Counter()

    def open(self, writer: asyncio.StreamWriter) -> bool:
        """An answer to this one is still on its way."""
        return self._open[writer] > 0

    def answer(self, writer: asyncio.StreamWriter, text: bytes) -> None:
        self._open[writer] += 1

        def write() -> None:
            self._open[writer] -= 1
            if not writer.is_closing():
                writer.write(text)

        asyncio.get_running_loop().call_later(self._late_s, write)


@pytest.mark.parametrize("answer", [_OK, _EMPTY, _CHUNKED])
def test_answers_tell_the_rate_where_the_kernel_does_not(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As over 200 ms: a request that waited for the last one's answer would lose most of it."""
    monkeypatch.setattr(transfer_flow, "tcp_info", _untold)
    pace, behind = _Pace(), _Behind(0.2)
    waiting, ahead = [0], [0]

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        ahead[0] += behind.open(writer)
        waiting[0] += 1
        await _swallow(_length(head), reader, pace)
        behind.answer(writer, answer)
        return True

    found = _measured("up", take)
    assert found.counted_by == "confirmed"
    assert ahead[0] > waiting[0] / 2  # asked before the last one was answered
    assert found.rate_bps == pytest.approx(_RATE_BPS, rel=0.1)
    assert found.confidence != "high"


def test_connections_of_one_answer_each_where_the_kernel_does_not_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transfer_flow, "tcp_info", _untold)
    pace, requests = _Pace(), list[int]()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        requests.append(_length(head))
        await _swallow(_length(head), reader, pace)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        return False

    found = _measured("up", take)
    assert max(requests) > 10 * min(requests)
    assert found.rate_bps == pytest.approx(_RATE_BPS, rel=0.3)
    assert found.confidence != "high"


@pytest.mark.parametrize("stray", [b"\r\n\r\n", b"0\r\n\r\n", b"more than was announced"])
def test_what_nobody_asked_for_is_dropped(stray: bytes) -> None:
    pace, requests = _Pace(), list[int]()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        requests.append(_length(head))
        await _swallow(_length(head), reader, pace)
        writer.write(_EMPTY + stray)
        return True

    async def run() -> Throughput:
        async with serving(take) as place:
            plan = TransferPlan(deadline_s=3.0, budget_bytes=4_000_000, connections=1)
            return await measure("up", SpeedServer("librespeed", url=place), plan)

    assert asyncio.run(run()).connections_failed == 0
    assert requests


def test_early_answers_where_the_kernel_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are no confirmation; what was sent whole counts, and nothing is asked ahead."""
    monkeypatch.setattr(transfer_flow, "tcp_info", _untold)
    pace, whole = _Pace(), [0]

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(_OK)
        await writer.drain()
        await _swallow(_length(head), reader, pace)
        whole[0] += _length(head)
        return True

    found = _measured("up", take)
    assert whole[0] <= found.bytes + 1_000_000
    assert found.bytes > 500_000


def _untold(_sock: object, _given: int = 0) -> None:
    return None
