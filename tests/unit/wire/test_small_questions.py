"""TCP connect, system look-up, time server, sweep: what each says over loopback."""

import asyncio
import contextlib
import itertools
import socket
import struct
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from diagnostics.wire import errors
from diagnostics.wire import pinger as pinger_module
from diagnostics.wire.command import StreamCommand
from diagnostics.wire.echo_command import CommandEchoes
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.echo_method import Echoes
from diagnostics.wire.icmp import EchoPlan, ping
from diagnostics.wire.lookup import system_lookup
from diagnostics.wire.ntp import clock_offset
from diagnostics.wire.pinger import Pinger
from diagnostics.wire.source import Source, sockaddr
from diagnostics.wire.sweep import Neighbour, sweep
from diagnostics.wire.tcp import connect_time
from diagnostics.wire.udp import UdpExchange


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_connect_time_and_refusal(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listening:
        port = listening.getsockname()[1]
        found = asyncio.run(connect_time(host, port))
    assert 0 < found.rtt_ms < 100
    assert found.local_address == host
    with pytest.raises(errors.Refused):
        asyncio.run(connect_time(host, port))


def test_a_connect_that_hangs_ends_in_time() -> None:
    """A full backlog on loopback drops further SYNs."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        place = listening.getsockname()
        with socket.create_connection(place), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(place)
            begun = time.monotonic()
            with pytest.raises(errors.TimedOut):
                asyncio.run(connect_time("127.0.0.1", place[1], timeout_s=0.3))
            assert time.monotonic() - begun < 1


def test_a_connect_that_came_about_while_the_computer_was_busy_counts() -> None:
    """The first SYN meets a full queue; room is made, and the second one finds it."""

    async def connected(place: tuple[str, int], server: socket.socket) -> float:
        loop = asyncio.get_running_loop()
        trying = asyncio.create_task(connect_time(place[0], place[1], timeout_s=0.5))
        await asyncio.sleep(0.05)
        for _ in range(2):
            server.accept()[0].close()
        until_s = loop.time() + 1.5  # a SYN is sent again after a second (RFC 6298)
        while loop.time() < until_s:
            pass
        return (await trying).rtt_ms

    with socket.socket() as server, socket.socket() as first, socket.socket() as second:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(server.getsockname())
        assert asyncio.run(connected(server.getsockname(), server)) > 500


def test_a_source_that_is_not_ours_is_said() -> None:
    with pytest.raises(errors.Unreachable, match=r"198\.51\.100\.9"):
        asyncio.run(connect_time("127.0.0.1", 9, source=Source("198.51.100.9")))


def test_scoped_addresses() -> None:
    assert sockaddr("fe80::1%1", 53) == ("fe80::1", 53, 0, 1)
    with pytest.raises(errors.WireError):
        sockaddr("fe80::1%no-such-interface", 53)


def test_lookup_by_the_system() -> None:
    found = asyncio.run(system_lookup("localhost"))
    assert {"127.0.0.1", "::1"} & set(found.addresses)
    assert set(found.ipv4) | set(found.ipv6) == set(found.addresses)
    assert asyncio.run(system_lookup("127.0.0.9")).addresses == ("127.0.0.9",)
    with pytest.raises(errors.NameNotFound):
        asyncio.run(system_lookup("a" * 80 + ".invalid"))


@asynccontextmanager
async def getent(argv: Sequence[str]) -> AsyncGenerator[AsyncIterator[str]]:
    """Lines as getent prints them, for the names of this test."""
    assert list(argv[:2]) == ["getent", "ahosts"]

    async def lines() -> AsyncIterator[str]:
        if argv[2] == "slow.example":
            await asyncio.sleep(30)
        if argv[2] == "good.example":
            for line in ("192.0.2.1 STREAM good", "192.0.2.1 DGRAM", "::ffff:192.0.2.2 RAW", ""):
                yield line

    yield lines()


def test_lookup_by_a_child_can_be_ended() -> None:
    found = asyncio.run(system_lookup("good.example", command=getent))
    assert found.addresses == ("192.0.2.1", "192.0.2.2")
    with pytest.raises(errors.NameNotFound):
        asyncio.run(system_lookup("absent.example", command=getent))
    begun = time.monotonic()
    with pytest.raises(errors.TimedOut):
        asyncio.run(system_lookup("slow.example", 0.2, getent))
    assert time.monotonic() - begun < 1


class _TimeServer(asyncio.DatagramProtocol):
    """Its clock is 100 s ahead of ours; `flaw` spoils the answer."""

    def __init__(self, flaw: str) -> None:
        self._flaw = flaw
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        now = time.time() + 100 + 2_208_988_800
        stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
        first = b"\xe4\x00" if self._flaw == "unsynchronised" else b"\x24\x02"
        echoed = b"12345678" if self._flaw == "forged" else data[40:48]
        self._transport.sendto(first + bytes(22) + echoed + stamp + stamp, addr)


async def _offset(flaw: str) -> float:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _TimeServer(flaw), local_addr=("127.0.0.1", 0)
    )
    try:
        port: int = transport.get_extra_info("sockname")[1]
        found = await clock_offset("127.0.0.1", port, timeout_s=0.2)
        assert found.stratum == 2
        assert found.error_s < 0.1
        return found.offset_s
    finally:
        transport.close()


def test_clock_offset() -> None:
    assert asyncio.run(_offset("")) == pytest.approx(100, abs=0.1)
    with pytest.raises(errors.BadAnswer):
        asyncio.run(_offset("unsynchronised"))
    with pytest.raises(errors.TimedOut):
        asyncio.run(_offset("forged"))


def _swept(awake_from_s: dict[str, float]) -> tuple[list[str], float]:
    """Addresses found and the time it took, where each shows in the table from its moment on."""
    begun_s = time.monotonic()

    async def table() -> tuple[Neighbour, ...]:
        since_s = time.monotonic() - begun_s
        there = [a for a, from_s in awake_from_s.items() if since_s >= from_s]
        return (*(Neighbour(a, "02:00:00:00:00:02") for a in there), Neighbour("10.0.0.1", "x"))

    found = asyncio.run(sweep("127.0.0.0/29", table))
    return [n.address for n in found], time.monotonic() - begun_s


def test_a_sweep_of_the_awake_is_short() -> None:
    found, took_s = _swept({"127.0.0.2": 0.0})
    assert found == ["127.0.0.2"]
    assert took_s < 1.2


def test_a_sweep_waits_on_where_somebody_answers_late() -> None:
    found, took_s = _swept({"127.0.0.2": 0.0, "127.0.0.5": 0.35, "127.0.0.6": 0.5})
    assert found == ["127.0.0.2", "127.0.0.5", "127.0.0.6"]
    assert took_s < 3


def test_a_sweep_ends_however_late_they_come() -> None:
    _, took_s = _swept({f"127.0.0.{i}": 0.3 * i for i in range(1, 7)} | {"127.0.0.7": 60.0})
    assert took_s < 5


def test_what_cannot_be_swept_is_said() -> None:
    async def table() -> tuple[Neighbour, ...]:
        return ()

    for network in ("10.0.0.0/8", "fd00::/120"):
        with pytest.raises(ValueError, match="cannot sweep"):
            asyncio.run(sweep(network, table))


def test_a_question_without_answer_leaves_nothing() -> None:
    async def run() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            exchange = UdpExchange("127.0.0.1", silent.getsockname()[1], Source(), "asking")
            try:
                exchange.send(b"?")
                with pytest.raises(errors.TimedOut):
                    await exchange.receive(0.1)
            finally:
                exchange.close()

    asyncio.run(run())


def test_ping_without_icmp_says_how_it_was_done() -> None:
    """Loopback answers either way; where ICMP is forbidden a refused connect is the echo."""
    series = asyncio.run(ping("127.0.0.1", EchoPlan(count=3, interval_s=0.01, tcp_port=1)))
    assert series.received == 3
    assert series.method in {"icmp", "tcp_connect"}


@asynccontextmanager
async def pinging(argv: Sequence[str]) -> AsyncGenerator[AsyncIterator[str]]:
    """What iputils prints, at its own rhythm."""
    assert argv[0] == "ping"

    async def lines() -> AsyncIterator[str]:
        yield "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data."
        yield "64 bytes from 127.0.0.1: icmp_seq=1 ttl=63 time=12.5 ms"
        await asyncio.sleep(0.25)
        yield "From 192.0.2.9 icmp_seq=2 Destination Host Unreachable"
        await asyncio.sleep(30)

    yield lines()


def test_ping_by_the_command() -> None:
    async def run() -> None:
        echoes = CommandEchoes("127.0.0.1", EchoPlan(count=3, timeout_s=0.2), pinging)
        assert await echoes.start()
        try:
            echoes.send()
            await echoes.settled()
            series = echoes.ledger.series(asyncio.get_running_loop().time() + 1)
        finally:
            await echoes.close()
        assert series.method == "ping_command"
        assert series.rtts_ms[0] == 12.5
        assert series.complaints[0].by == "192.0.2.9"
        assert series.received == 1
        assert series.sent == 2  # what the command has not sent yet is no loss

    asyncio.run(run())


def test_one_waking_sends_to_every_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wakes for itself else, and that costs more than the echoes; a pause makes no burst."""
    sent: list[tuple[float, str]] = []

    class Recorded:
        def __init__(self, target: str, plan: EchoPlan) -> None:
            self.ledger = Ledger(target, "icmp", plan)

        def send(self) -> None:
            now_s = asyncio.get_running_loop().time()
            self.ledger.sent(now_s, time.time_ns())
            sent.append((now_s, self.ledger.target))

        def collect(self) -> None: ...

        async def settled(self) -> None: ...

        async def close(self) -> None: ...

    async def opened(target: str, plan: EchoPlan, command: StreamCommand | None) -> Echoes:
        del command
        return Recorded(target, plan)

    async def run() -> None:
        monkeypatch.setattr(pinger_module, "open_echoes", opened)
        async with Pinger(("192.0.2.1", "192.0.2.2", "192.0.2.3"), rate_hz=25):
            await asyncio.sleep(0.3)
            time.sleep(0.3)  # noqa: ASYNC251 - a computer that slept
            await asyncio.sleep(0.1)
        rounds = [sent[at : at + 3] for at in range(0, len(sent), 3)]
        assert all([target[-1] for _, target in one] == ["1", "2", "3"] for one in rounds)
        assert max(one[2][0] - one[0][0] for one in rounds) < 0.005
        gaps_s = [b[0][0] - a[0][0] for a, b in itertools.pairwise(rounds)]
        assert min(gaps_s) > 0.015
        assert 6 <= len(rounds) <= 13

    asyncio.run(run())


def test_a_pinger_without_targets_rests() -> None:
    async def run() -> None:
        async with Pinger(()) as pinger:
            await asyncio.sleep(0.01)
            assert pinger.series() == ()

    asyncio.run(asyncio.wait_for(run(), 5))
