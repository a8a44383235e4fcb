"""Speed servers that answer otherwise than one would wish: what becomes of the figure."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from diagnostics.wire import errors, transfer_flow
from diagnostics.wire.throughput import SpeedServer, Throughput, TransferPlan
from diagnostics.wire.transfer import measure
from tests.unit.wire.authority import contexts
from tests.unit.wire.speed_answers import (
    OK,
    RATE_BPS,
    Pace,
    length_of,
    measured,
    serving,
    swallow,
)

_EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"


@pytest.mark.parametrize("status", ["503 Service Unavailable", "403 Forbidden", "301 Moved"])
@pytest.mark.parametrize("after_s", [0.0, 0.2])
def test_an_upload_that_is_refused_is_no_figure(status: str, after_s: float) -> None:
    async def refuse(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(after_s)
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        return False

    with pytest.raises((errors.BadAnswer, errors.Reset)):
        measured("up", refuse)


def test_an_upload_that_is_refused_after_a_while_is_none_either() -> None:
    pace = Pace()

    async def refuse(_h: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for _ in range(20):
            await pace.carry(len(await reader.read(20_000)))
        writer.write(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await reader.read(1 << 20)
        return False

    with pytest.raises(errors.Declined) as told:
        measured("up", refuse)
    assert told.value.status == 429


def test_a_server_that_takes_little_at_once_is_offered_less() -> None:
    pace, sizes = Pace(), set[int]()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        left = length_of(head)
        sizes.add(left)
        if left > 2_000_000:
            writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            await reader.read(1 << 20)
            return False
        await swallow(left, reader, pace)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        return True

    found = measured("up", take)
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
        measured("down", page)


@pytest.mark.parametrize("framing", ["chunked", "close", "http10"])
def test_files_by_chunks_and_connections_that_end(framing: str) -> None:
    """400 kB each, so some ten of them a second pass over four connections."""
    pace = Pace()

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

    found = measured("down", give)
    assert found.stopped_by in {"stable", "varying"}
    assert found.rate_bps == pytest.approx(RATE_BPS, rel=0.15)
    if framing != "chunked":
        assert found.connections > 4


def test_a_small_early_answered_upload_is_followed_by_another() -> None:
    """20 MB pass in several requests of LibreSpeed's kind at 160 Mbit/s."""
    requests: list[int] = []

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        requests.append(length_of(head))
        await swallow(requests[-1], reader)
        return True

    async def run() -> Throughput:
        async with serving(take) as place:
            plan = TransferPlan(deadline_s=4.0, budget_bytes=100_000_000, precision=1e-9)
            return await measure("up", SpeedServer("librespeed", url=place), plan)

    assert asyncio.run(run()).stopped_by in {"budget", "deadline"}
    assert len(requests) > 4


def test_a_dead_address_is_left_for_the_next_one() -> None:
    pace = Pace()

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
    assert found.rate_bps == pytest.approx(RATE_BPS, rel=0.15)


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
        found = measured("up", cut)  # it said that it has all: not much is claimed of that
        assert found.confidence == "low"
    else:
        with pytest.raises((errors.Reset, errors.BadAnswer)):
            measured("up", cut)
        assert len(asked) <= 8


def test_a_download_that_is_cut_early_is_no_figure() -> None:
    async def cut(_h: bytes, _r: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n" + bytes(20_000))
        return False

    with pytest.raises(errors.Reset):
        measured("down", cut)


@pytest.mark.parametrize("refused", [1, 2])
def test_connections_that_are_refused_are_replaced_by_the_others(refused: int) -> None:
    pace, seen = Pace(), list[bytes]()

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

    found = measured("down", give)
    assert found.rate_bps == pytest.approx(RATE_BPS, rel=0.15)
    assert len(seen) >= refused + 2  # two at work again


@pytest.mark.parametrize("size", [10, 12_000])
def test_a_long_answer_to_an_upload_over_tls(size: int) -> None:
    served, trusting = contexts("127.0.0.1", "the speed server")
    requests: list[int] = []

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        requests.append(length_of(head))
        await swallow(requests[-1], reader)
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
        requests.append(length_of(head))
        await swallow(requests[-1], reader)
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


@pytest.mark.parametrize("answer", [OK, _EMPTY, _CHUNKED])
def test_answers_tell_the_rate_where_the_kernel_does_not(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As over 200 ms: a request that waited for the last one's answer would lose most of it."""
    monkeypatch.setattr(transfer_flow, "tcp_info", _untold)
    pace, behind = Pace(), _Behind(0.2)
    waiting, ahead = [0], [0]

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        ahead[0] += behind.open(writer)
        waiting[0] += 1
        await swallow(length_of(head), reader, pace)
        behind.answer(writer, answer)
        return True

    found = measured("up", take)
    assert found.counted_by == "confirmed"
    assert ahead[0] > waiting[0] / 2  # asked before the last one was answered
    assert found.rate_bps == pytest.approx(RATE_BPS, rel=0.1)
    assert found.confidence != "high"


def test_connections_of_one_answer_each_where_the_kernel_does_not_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transfer_flow, "tcp_info", _untold)
    pace, requests = Pace(), list[int]()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        requests.append(length_of(head))
        await swallow(length_of(head), reader, pace)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        return False

    found = measured("up", take)
    assert max(requests) > 10 * min(requests)
    assert found.rate_bps == pytest.approx(RATE_BPS, rel=0.3)
    assert found.confidence != "high"


@pytest.mark.parametrize("stray", [b"\r\n\r\n", b"0\r\n\r\n", b"more than was announced"])
def test_what_nobody_asked_for_is_dropped(stray: bytes) -> None:
    pace, requests = Pace(), list[int]()

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        requests.append(length_of(head))
        await swallow(length_of(head), reader, pace)
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
    pace, whole = Pace(), [0]

    async def take(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(OK)
        await writer.drain()
        await swallow(length_of(head), reader, pace)
        whole[0] += length_of(head)
        return True

    found = measured("up", take)
    assert whole[0] <= found.bytes + 1_000_000
    assert found.bytes > 500_000


def _untold(_sock: object, _given: int = 0) -> None:
    return None
