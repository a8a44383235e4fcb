"""The loop that a check has on Windows, as far as it runs elsewhere."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from diagnostics.platforms.loop import SelectLoop, run_check, starts_programs
from diagnostics.wire.echo_tcp import TcpEchoes
from diagnostics.wire.errors import Refused
from diagnostics.wire.icmp import EchoPlan
from diagnostics.wire.tcp import connect_time


def _run(work: object) -> None:
    assert asyncio.iscoroutine(work)
    with asyncio.Runner(loop_factory=SelectLoop) as runner:
        runner.run(work)


def test_its_clock_goes_on_from_the_monotonic_one() -> None:
    async def slept() -> None:
        loop = asyncio.get_running_loop()
        assert loop.time() == pytest.approx(time.monotonic(), abs=0.1)
        begun_s = loop.time()
        await asyncio.sleep(0.05)
        assert 0.049 <= loop.time() - begun_s < 5
        assert loop.time() != loop.time(), "fine enough to tell two calls apart"

    _run(slept())


def test_here_a_check_runs_on_the_usual_loop_and_there_it_starts_no_program() -> None:
    async def usual() -> bool:
        return starts_programs()

    async def unusual() -> None:
        assert not starts_programs()

    assert run_check(usual())
    _run(unusual())


def test_connections_and_refusals() -> None:
    async def connected() -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            host, port = server.getsockname()
            found = await connect_time(host, port)
            assert 0 < found.rtt_ms < 2000
        with pytest.raises(Refused):
            await connect_time(host, port)

    _run(connected())


def test_echoes_by_connects_leave_nothing_behind() -> None:
    async def echoed() -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            plan = EchoPlan(interval_s=0.1, timeout_s=1.0, tcp_port=server.getsockname()[1])
            echoes = TcpEchoes("127.0.0.1", plan)
            await echoes.start()
            for _ in range(3):
                echoes.send()
                await asyncio.sleep(0.11)
            await echoes.settled()
            await echoes.close()
            assert echoes.ledger.series(asyncio.get_running_loop().time() + 1).received >= 2

    _run(echoed())
