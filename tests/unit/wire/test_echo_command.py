"""The system's own `ping` of macOS: how it is called, and what its lines say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from diagnostics.wire.echo import EchoPlan, EchoSeries
from diagnostics.wire.echo_command import CommandEchoes
from diagnostics.wire.kernel import DARWIN, LINUX, Kernel
from diagnostics.wire.source import Source


class _Ping:
    """Plays a program: `called` is how, `lines` what it prints, and then it stays silent."""

    def __init__(self, *lines: str) -> None:
        self.called: list[list[str]] = []
        self._lines = lines

    @asynccontextmanager
    async def __call__(self, argv: Sequence[str]) -> AsyncGenerator[AsyncIterator[str], None]:
        self.called.append(list(argv))
        yield self._told()

    async def _told(self) -> AsyncIterator[str]:
        for line in self._lines:
            yield line
        await asyncio.sleep(60)


def _series(target: str, ping: _Ping, kernel: Kernel, source: Source | None = None) -> EchoSeries:
    plan = EchoPlan(count=4, interval_s=0.2, timeout_s=0.3, source=source or Source())

    async def run() -> EchoSeries:
        echoes = CommandEchoes(target, plan, ping, kernel)
        assert await echoes.start()
        await asyncio.sleep(0)
        await echoes.settled()
        await echoes.close()
        return echoes.ledger.series(asyncio.get_running_loop().time() + 1)

    return asyncio.run(run())


IPV6 = (
    "PING6(56=40+8+8 bytes) 2001:db8::2 --> 2001:db8::1",
    "16 bytes from 2001:db8::1, icmp_seq=0 hlim=64 time=4.210 ms",
    "16 bytes from 2001:db8::1, icmp_seq=1 hlim=64 time=4.110 ms",
    "Request timeout for seq 2",
    "16 bytes from 2001:db8::1, icmp_seq=3 hlim=64 time=5.010 ms",
)
IPV4 = (
    "PING 192.168.1.1 (192.168.1.1): 56 data bytes",
    "64 bytes from 192.168.1.1: icmp_seq=0 ttl=64 time=2.210 ms",
    "Request timeout for icmp_seq 1",
    "64 bytes from 192.168.1.1: icmp_seq=2 ttl=64 time=2.110 ms",
    "64 bytes from 192.168.1.1: icmp_seq=3 ttl=64 time=3.010 ms",
)


@pytest.mark.parametrize(
    ("target", "lines", "program", "least_ms"),
    [("2001:db8::1", IPV6, "ping6", 4.11), ("192.168.1.1", IPV4, "ping", 2.11)],
)
def test_of_macos(target: str, lines: tuple[str, ...], program: str, least_ms: float) -> None:
    ping = _Ping(*lines)
    found = _series(target, ping, DARWIN, Source(address=target, interface="en0"))
    assert ping.called == [
        [program, "-n", "-i", "0.2", "-s", "56", "-S", target, "-B", "en0", target]
    ]
    assert (found.sent, found.received, found.lost) == (4, 3, 1)
    assert min(found.rtts_ms) == least_ms
    assert {echo.ttl for echo in found.echoes} == {64}


def test_of_linux_is_called_as_before() -> None:
    ping = _Ping(*IPV4)
    _series("2001:db8::1", ping, LINUX, Source(interface="eth0"))
    assert ping.called == [
        ["ping", "-6", "-n", "-i", "0.2", "-s", "56", "-O", "-I", "eth0", "2001:db8::1"]
    ]
