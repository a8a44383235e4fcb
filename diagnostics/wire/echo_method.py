"""The ways to send echoes, best first: ICMP socket, `ping` command, TCP connect."""

import asyncio
import re
import time
from contextlib import AsyncExitStack
from typing import Protocol

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.echo import EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.echo_socket import EchoSocket
from diagnostics.wire.errors import NotPermitted, NotSupported, Refused, Unreachable, WireError
from diagnostics.wire.source import family_of
from diagnostics.wire.tcp import connect_time

_POLL_S = 0.005


class Echoes(Protocol):
    """One target being pinged: `send` starts one probe and never waits."""

    ledger: Ledger

    def send(self) -> None: ...

    async def settled(self) -> None:
        """Wait until each probe is answered or too old."""
        ...

    async def close(self) -> None: ...


async def open_echoes(target: str, plan: EchoPlan, command: StreamCommand | None) -> Echoes:
    """The best way this system allows."""
    try:
        return IcmpEchoes(target, plan)
    except (NotPermitted, NotSupported):
        if command is not None and plan.ttl == EchoPlan().ttl:
            commanded = CommandEchoes(target, plan, command)
            if await commanded.start():
                return commanded
        return TcpEchoes(target, plan)


async def _settled(ledger: Ledger) -> None:
    loop = asyncio.get_running_loop()
    while True:
        ledger.settle(loop.time())
        if not ledger.open_count:
            return
        await asyncio.sleep(_POLL_S)


class IcmpEchoes:
    """By the own ICMP socket."""

    def __init__(self, target: str, plan: EchoPlan) -> None:
        self.ledger: Ledger = Ledger(target, "icmp", plan)
        self._socket = EchoSocket(target, plan, self.ledger)

    def send(self) -> None:
        self._socket.send()

    async def settled(self) -> None:
        await _settled(self.ledger)

    async def close(self) -> None:
        self._socket.close()


class TcpEchoes:
    """By TCP connects; a refusal is an answer too, it took one round trip."""

    def __init__(self, target: str, plan: EchoPlan) -> None:
        self.ledger: Ledger = Ledger(target, "tcp_connect", plan)
        self._plan = plan
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self) -> None:
        seq = self.ledger.sent(asyncio.get_running_loop().time(), time.time_ns())
        task = asyncio.create_task(self._connect(seq))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, seq: int) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        plan = self._plan
        try:
            done = await connect_time(self._target, plan.tcp_port, plan.timeout_s, plan.source)
            self.ledger.timed(seq, done.rtt_ms, 0)
        except Refused:
            self.ledger.timed(seq, (loop.time() - begun) * 1000, 0)
        except Unreachable as error:
            self.ledger.complained(seq, loop.time(), None, error.by, "host_unreachable", (0, 0))
        except WireError:
            return

    async def settled(self) -> None:
        await _settled(self.ledger)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


_REPLY = re.compile(r"(?:icmp_seq|seq)[= ](\d+).*?time[=<]([\d.]+) ?ms")
_REPLY_TTL = re.compile(r"(?:ttl|hlim)[= ](\d+)")
_COMPLAINT = re.compile(r"[Ff]rom (\S+?):? .*?icmp_seq[= ](\d+) (.*)")
# iputils lets a user without rights go down to this interval.
_LEAST_INTERVAL_S = 0.2


class CommandEchoes:
    """By one long-running `ping`; its own rhythm, `send` only lets it run on."""

    def __init__(self, target: str, plan: EchoPlan, command: StreamCommand) -> None:
        self._interval_s = max(plan.interval_s, _LEAST_INTERVAL_S)
        self._plan = plan
        self.ledger: Ledger = Ledger(target, "ping_command", plan)
        self._target = target
        self._command = command
        self._stack = AsyncExitStack()
        self._reader: asyncio.Task[None] | None = None
        self._begun_s = 0.0
        self._first: int | None = None

    async def start(self) -> bool:
        """False when there is no such command."""
        argv = ["ping", "-n", "-i", f"{self._interval_s:g}", "-s", str(self._plan.size)]
        if self._plan.source.address:
            argv += ["-I", self._plan.source.address]
        elif self._plan.source.interface:
            argv += ["-I", self._plan.source.interface]
        if family_of(self._target) == family_of("::1"):
            argv.insert(1, "-6")
        try:
            lines = await self._stack.enter_async_context(self._command([*argv, self._target]))
        except OSError:
            return False
        loop = asyncio.get_running_loop()
        self._begun_s = loop.time()

        async def read() -> None:
            async for line in lines:
                self._line(line)

        self._reader = loop.create_task(read())
        return True

    def send(self) -> None:
        """Enter the probes that the command has sent by now."""
        now = asyncio.get_running_loop().time()
        while self._begun_s + self.ledger.next_seq * self._interval_s <= now:
            at_s = self._begun_s + self.ledger.next_seq * self._interval_s
            self.ledger.sent(at_s, time.time_ns())

    def _line(self, line: str) -> None:
        self.send()
        if found := _REPLY.search(line):
            ttl = _REPLY_TTL.search(line)
            seq = self._number(int(found[1]))
            self.ledger.timed(seq, float(found[2]), int(ttl[1]) if ttl else 0)
        elif found := _COMPLAINT.search(line):
            kind = "net_unreachable" if "net" in found[3].lower() else "host_unreachable"
            if "exceeded" in found[3].lower():
                kind = "ttl_exceeded"
            seq = self._number(int(found[2]))
            now = asyncio.get_running_loop().time()
            self.ledger.complained(seq, now, None, found[1], kind, (0, 0))

    def _number(self, icmp_seq: int) -> int:
        """Linux counts from 1, others from 0; the first answers tell which."""
        if self._first is None or icmp_seq == 0:
            self._first = min(icmp_seq, 1)
        return icmp_seq - self._first

    async def settled(self) -> None:
        loop = asyncio.get_running_loop()
        wanted = self._begun_s + (self._plan.count - 1) * self._interval_s
        await asyncio.sleep(max(0.0, wanted - loop.time()))
        self.send()
        await _settled(self.ledger)

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self._stack.aclose()
