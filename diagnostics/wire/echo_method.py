"""The ways to send echoes, best first: ICMP socket, Windows' ICMP, `ping`, TCP connect."""

import asyncio
from contextlib import suppress
from typing import Protocol

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.echo import EchoPlan
from diagnostics.wire.echo_command import CommandEchoes
from diagnostics.wire.echo_datagram import DatagramEchoes
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.echo_socket import EchoSocket
from diagnostics.wire.echo_tcp import TcpEchoes
from diagnostics.wire.errors import NotPermitted, NotSupported
from diagnostics.wire.kernel import KERNEL

_POLL_S = 0.005


class Echoes(Protocol):
    """One target being pinged: `send` starts one probe and never waits."""

    ledger: Ledger

    def send(self) -> None: ...

    def collect(self) -> None:
        """Bring the ledger up to date; what comes in may not be entered before."""
        ...

    async def settled(self) -> None:
        """Wait until each probe is answered or too old."""
        ...

    async def close(self) -> None: ...


async def open_echoes(target: str, plan: EchoPlan, command: StreamCommand | None) -> Echoes:
    """The best way this system allows; a low TTL asks a router, which UDP can do as well."""
    for way in (IcmpEchoes, _by_windows):
        with suppress(NotPermitted, NotSupported):
            return way(target, plan)
    if plan.ttl != EchoPlan().ttl:
        return DatagramEchoes(target, plan)
    if command is not None and KERNEL.name != "windows":  # its `ping` has other words for all
        commanded = CommandEchoes(target, plan, command)
        if await commanded.start():
            return commanded
    connecting = TcpEchoes(target, plan)
    await connecting.start()
    return connecting


def _by_windows(target: str, plan: EchoPlan) -> Echoes:
    # Others need not load what only Windows has.
    from diagnostics.wire.echo_windows import WindowsEchoes  # noqa: PLC0415
    from diagnostics.wire.icmp_windows import load_icmp_library  # noqa: PLC0415

    return WindowsEchoes(target, plan, load_icmp_library())


class IcmpEchoes:
    """By the own ICMP socket."""

    def __init__(self, target: str, plan: EchoPlan) -> None:
        self.ledger: Ledger = Ledger(target, "icmp", plan)
        self._socket = EchoSocket(target, plan, self.ledger, at_once=False)

    def send(self) -> None:
        self._socket.send()

    def collect(self) -> None:
        self._socket.collect()

    async def settled(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.collect()
            self.ledger.settle(loop.time())
            if not self.ledger.open_count:
                return
            await asyncio.sleep(_POLL_S)

    async def close(self) -> None:
        self._socket.close()
