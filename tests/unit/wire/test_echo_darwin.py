"""What an echo asks of a macOS socket, and what it makes of the packets that it hears."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from diagnostics.wire import echo_socket, icmp_socket, stamps
from diagnostics.wire.echo import Complaint, EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.echo_socket import EchoSocket
from diagnostics.wire.icmp_socket import IcmpSocket
from diagnostics.wire.kernel import DARWIN
from diagnostics.wire.source import Source, sockaddr

FAR4, FAR6 = "203.0.113.9", "2001:db8:9::9"


class Recorder(socket.socket):
    """Keeps what is asked of it and sends nothing; `waiting` is what it hears."""

    def __init__(self, family: socket.AddressFamily) -> None:
        super().__init__(family, socket.SOCK_DGRAM)
        self.options: list[tuple[object, ...]] = []
        self.packets: list[tuple[bytes, object]] = []
        self.waiting: list[tuple[bytes, str]] = []
        self.refuse: OSError | None = None

    def setsockopt(self, *option: object) -> None:
        self.options.append(option)

    def sendto(self, data: bytes, *rest: object) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        del rest
        return self._sent(data, None)

    def sendmsg(self, buffers: list[bytes], ancdata: object = (), *_: object) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._sent(buffers[0], ancdata)

    def _sent(self, data: bytes, each: object) -> int:
        if self.refuse is not None:
            raise self.refuse
        self.packets.append((data, each))
        return len(data)

    def recvmsg(self, *_: object) -> tuple[bytes, stamps.Ancillary, int, object]:
        if not self.waiting:
            raise BlockingIOError
        data, by = self.waiting.pop(0)
        return data, [], 0, sockaddr(by, 0)


@pytest.fixture
def recorders(monkeypatch: pytest.MonkeyPatch) -> list[Recorder]:
    made: list[Recorder] = []

    def opened(family: socket.AddressFamily, source: Source) -> IcmpSocket:
        del source
        made.append(Recorder(family))
        return IcmpSocket(made[-1], shared=False)

    monkeypatch.setattr(echo_socket, "KERNEL", DARWIN)
    monkeypatch.setattr(stamps, "KERNEL", DARWIN)
    monkeypatch.setattr(icmp_socket, "KERNEL", DARWIN)
    monkeypatch.setattr(echo_socket, "open_icmp", opened)
    return made


@pytest.mark.parametrize(("target", "six"), [(FAR4, False), (FAR6, True)])
def test_no_fragments_by_option_or_with_each_packet(
    recorders: list[Recorder], target: str, *, six: bool
) -> None:
    async def sent() -> None:
        plan = EchoPlan()
        echoes = EchoSocket(target, plan, Ledger(target, "icmp", plan))
        echoes.never_fragment()
        echoes.send(1000)
        echoes.close()

    asyncio.run(sent())
    (sock,) = recorders
    ((packet, each),) = sock.packets
    assert len(packet) == 1008
    by_option = (socket.IPPROTO_IP, 28, 1) in sock.options
    assert by_option is not six
    assert each == ([(socket.IPPROTO_IPV6, 62, struct.pack("@i", 1))] if six else None)


def test_a_packet_too_long_for_the_link_is_our_own_refusal(recorders: list[Recorder]) -> None:
    async def sent() -> None:
        plan = EchoPlan()
        ledger = Ledger(FAR4, "icmp", plan)
        echoes = EchoSocket(FAR4, plan, ledger)
        recorders[0].refuse = OSError(90, "Message too long")  # EMSGSIZE of this system
        outcome = ledger.outcome(echoes.send(9000))
        assert isinstance(outcome, Complaint)
        assert (outcome.by, outcome.kind) == ("", "too_big")
        echoes.close()

    asyncio.run(sent())


def test_too_big_comes_as_a_packet_with_its_mtu(recorders: list[Recorder]) -> None:
    async def heard() -> None:
        plan = EchoPlan()
        ledger = Ledger(FAR4, "icmp", plan)
        echoes = EchoSocket(FAR4, plan, ledger)
        (sock,) = recorders
        seq = echoes.send(1472)
        packet, _ = sock.packets[-1]
        outer = b"\x45" + bytes(19)
        head = struct.pack("!BBHHH", 3, 4, 0, 0, 1400)
        strange = packet[:4] + bytes([packet[4] ^ 1]) + packet[5:8]
        for quoted, to in ((strange, FAR4), (packet[:8], "203.0.113.10")):
            inner = b"\x45" + bytes(8) + b"\x01" + bytes(6) + socket.inet_aton(to)
            sock.waiting.append((outer + head + inner + quoted, "198.51.100.66"))
        echoes.collect()
        assert ledger.outcome(seq) is None, "those were others' packets"
        inner = b"\x45" + bytes(8) + b"\x01" + bytes(6) + socket.inet_aton(FAR4)
        sock.waiting.append((outer + head + inner + packet[:8], "198.51.100.1"))
        echoes.collect()
        outcome = ledger.outcome(seq)
        assert isinstance(outcome, Complaint)
        assert (outcome.kind, outcome.by, outcome.mtu) == ("too_big", "198.51.100.1", 1400)
        echoes.close()

    asyncio.run(heard())
