"""Round trips a minute from known probes, and the probes themselves over loopback."""

from __future__ import annotations

import asyncio

import pytest

from diagnostics.wire import url
from diagnostics.wire.responsiveness import (
    ForeignProbe,
    ForeignProbes,
    SelfProbe,
    responsiveness,
)


def probes(until_s: float, tcp_ms: float, http_ms: float) -> list[ForeignProbe]:
    return [ForeignProbe(n / 20, tcp_ms, None, http_ms) for n in range(int(until_s * 20))]


def own(until_s: float, rtt_ms: float) -> list[SelfProbe]:
    return [SelfProbe(n / 20, rtt_ms) for n in range(int(until_s * 20))]


def test_the_drafts_sum_without_tls() -> None:
    found = responsiveness(probes(4, 100, 140), own(4, 60), 0.0, 4.0)
    assert found is not None
    # foreign 60000 / 120 = 500, self 60000 / 60 = 1000, the mean of both
    assert found.rpm == pytest.approx(750)
    assert (found.foreign_ms, found.self_ms) == (pytest.approx(120), pytest.approx(60))
    assert found.confidence == "high"


def test_the_drafts_sum_with_tls() -> None:
    foreign = [ForeignProbe(n / 20, 100, 50, 150) for n in range(80)]
    found = responsiveness(foreign, own(4, 100), 0.0, 4.0)
    assert found is not None
    assert found.rpm == pytest.approx(600)


def test_the_slowest_twentieth_is_left_out() -> None:
    foreign = probes(4, 100, 100)
    foreign[-3] = ForeignProbe(foreign[-3].at_s, 9000, None, 9000)
    found = responsiveness(foreign, own(4, 100), 0.0, 4.0)
    assert found is not None
    assert found.rpm == pytest.approx(600)


def test_a_short_stretch_is_low_a_wandering_one_medium() -> None:
    short = responsiveness(probes(4, 100, 100), own(4, 100), 3.4, 4.0)
    assert short is not None
    assert short.confidence == "low"
    delays_ms = [20.0 if n < 70 else 400.0 for n in range(80)]
    growing = [ForeignProbe(n / 20, ms, None, ms) for n, ms in enumerate(delays_ms)]
    filling = [SelfProbe(n / 20, ms) for n, ms in enumerate(delays_ms)]
    wandering = responsiveness(growing, filling, 0.0, 4.0)
    assert wandering is not None
    assert wandering.confidence == "medium"


def test_behind_a_long_queue_all_since_the_line_was_full_count() -> None:
    seldom = [ForeignProbe(n * 0.4, 500, None, 500) for n in range(8)]  # three in a second
    found = responsiveness(seldom, own(3, 500), 0.5, 3.0)
    assert found is not None
    assert found.rpm == pytest.approx(120)
    assert (found.probes, found.confidence) == (6, "low")


def test_too_few_probes_are_no_figure() -> None:
    assert responsiveness(probes(0.15, 100, 100), own(4, 100), 0.0, 4.0) is None
    assert responsiveness(probes(4, 100, 100), [], 0.0, 4.0) is None


def test_probes_over_loopback_and_nothing_stays() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        writer.close()

    async def run() -> list[ForeignProbe]:
        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        place = url.parse(f"http://127.0.0.1:{port}/small")
        async with ForeignProbes(place, ("127.0.0.1",)) as asked:
            await asyncio.sleep(0.6)
        listening.close()
        await listening.wait_closed()
        return asked.found

    found = asyncio.run(run())
    assert len(found) >= 4
    assert all(0 < probe.tcp_ms < 1000 for probe in found)
    assert all(probe.tls_ms is None for probe in found)


def test_on_a_slow_line_the_questions_come_less_often() -> None:
    """A twentieth of 200 kbit/s at most; all they can on a fast line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx")
        writer.close()

    async def asked_in_a_second(rate_bps: float) -> int:
        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        place = url.parse(f"http://127.0.0.1:{port}/small")
        async with ForeignProbes(place, ("127.0.0.1",)) as asked:
            asked.line_carries(rate_bps)
            await asyncio.sleep(1.0)
        listening.close()
        await listening.wait_closed()
        return len(asked.found)

    assert 1 <= asyncio.run(asked_in_a_second(200e3)) <= 3
    assert asyncio.run(asked_in_a_second(100e6)) >= 8
