"""Sockets as Python has them on Windows: without `recvmsg`, with other numbers."""

from __future__ import annotations

import asyncio
import errno
import socket
import time

import pytest

from diagnostics.platforms.loop import SelectLoop
from diagnostics.wire.echo_method import open_echoes
from diagnostics.wire.errors import (
    NameNotFound,
    NotPermitted,
    Refused,
    Reset,
    TimedOut,
    datagram_error,
    wire_error,
)
from diagnostics.wire.icmp import EchoPlan
from diagnostics.wire.kernel import LINUX, WINDOWS
from diagnostics.wire.source import ANY
from diagnostics.wire.stamps import wall_ns
from diagnostics.wire.udp import Datagram, UdpExchange


class Plain(socket.socket):
    """Without the two methods that only Unix has."""

    @property
    def recvmsg(self) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise AttributeError("recvmsg")

    @property
    def sendmsg(self) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise AttributeError("sendmsg")


class Closed(Plain):
    """What Windows makes of "port unreachable" on a datagram socket."""

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        super().recv(bufsize, flags)
        raise ConnectionResetError(errno.ECONNRESET, "An existing connection was closed")


async def _asked(place: tuple[str, int]) -> Datagram:
    exchange = UdpExchange(*place, ANY, "asking")
    try:
        exchange.send(b"hello")
        return await exchange.receive(2.0)
    finally:
        exchange.close()


def _with_echo(monkeypatch: pytest.MonkeyPatch, kind: type[socket.socket]) -> Datagram:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.setblocking(False)

        def reply() -> None:
            data, place = server.recvfrom(100)
            server.sendto(data, place)

        async def run() -> Datagram:
            loop = asyncio.get_running_loop()
            loop.add_reader(server.fileno(), reply)
            try:
                with monkeypatch.context() as patched:
                    patched.setattr(socket, "socket", kind)
                    return await _asked(server.getsockname())
            finally:
                loop.remove_reader(server.fileno())

        with asyncio.Runner(loop_factory=SelectLoop) as runner:
            return runner.run(run())


def test_datagrams_are_read_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _with_echo(monkeypatch, Plain)
    assert found.data == b"hello"
    assert 0 < found.rtt_ms < 2000
    assert found.arrived_at_s == pytest.approx(time.time(), abs=5)


def test_a_closed_port_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused):
        _with_echo(monkeypatch, Closed)


def test_numbers_of_windows() -> None:
    assert isinstance(wire_error(OSError(10013, "Connect call failed"), "x"), NotPermitted)
    assert isinstance(wire_error(socket.gaierror(11004, "no data"), "x"), NameNotFound)
    reset = ConnectionResetError(errno.ECONNRESET, "cut")
    assert isinstance(wire_error(reset, "x"), Reset)
    assert isinstance(datagram_error(reset, "x"), Refused)
    late = TimeoutError(errno.ETIMEDOUT, "late")
    assert isinstance(datagram_error(late, "x"), TimedOut)


def test_texts_of_windows_where_c_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "errorTab", {10065: "No route to host."}, raising=False)
    assert wire_error(OSError(10065, "Connect call failed"), "asking").detail == (
        "asking: No route to host."
    )


def test_wall_time_is_fine_and_right() -> None:
    assert wall_ns(WINDOWS) == pytest.approx(time.time_ns(), abs=2e9)
    assert wall_ns(LINUX) == pytest.approx(time.time_ns(), abs=2e9)
    first, second = wall_ns(WINDOWS), wall_ns(WINDOWS)
    assert 0 < second - first < 1e9


def test_a_close_that_cuts_has_the_systems_own_layout() -> None:
    assert (len(WINDOWS.cut), len(LINUX.cut)) == (4, 8)
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
        with far:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINUX.cut)
            near.close()
            far.settimeout(5)
            with pytest.raises(ConnectionResetError):
                far.recv(1)


def test_windows_own_ping_is_never_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its `-n` is a count, its `-i` a hop limit: connects are the way where ICMP is barred."""
    from diagnostics.wire import echo_method, icmp_socket  # noqa: PLC0415

    monkeypatch.setattr(echo_method, "KERNEL", WINDOWS)
    monkeypatch.setattr(icmp_socket, "KERNEL", WINDOWS)

    def command(argv: object) -> object:
        raise AssertionError(argv)

    async def method() -> str:
        with socket.create_server(("127.0.0.1", 0)) as server:
            plan = EchoPlan(tcp_port=server.getsockname()[1])
            echoes = await open_echoes("127.0.0.1", plan, command)  # type: ignore[arg-type]
            await echoes.close()
            return echoes.ledger.series(0).method

    with asyncio.Runner(loop_factory=SelectLoop) as runner:
        assert runner.run(method()) == "tcp_connect"
