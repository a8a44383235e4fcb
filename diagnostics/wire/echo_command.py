"""Echoes by the system's own `ping`, one long run of it, or several side by side.

Only what the command says was sent is entered, so that a slow start or a busy computer is never
taken for loss: `-O` of iputils names each echo without answer; for others the gaps in the numbers
tell, and where nothing comes at all the rhythm since the last answer does, a second late.
"""

import asyncio
import re
import time
from contextlib import AsyncExitStack

import msgspec

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.echo import EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.kernel import KERNEL, Kernel
from diagnostics.wire.source import family_of

_REPLY = re.compile(r"(?:icmp_seq|seq)[= ](\d+).*?time[=<]([\d.]+) ?ms")
_REPLY_TTL = re.compile(r"(?:ttl|hlim)[= ](\d+)")
_OVERDUE = re.compile(r"(?:no answer yet for|Request timeout for) (?:icmp_)?seq[= ](\d+)")
_COMPLAINT = re.compile(r"[Ff]rom (\S+?):? .*?icmp_seq[= ](\d+) (.*)")
# Who has no rights may go down to this in iputils before 2021; busybox may want whole seconds.
_OLD_LEAST_S, _BUSYBOX_LEAST_S = 0.2, 1.0
_MOST_CHILDREN = 5
_FIRST_LINE_S = 1.0
#: Where nothing tells of the lost ones they are entered this late: their answer may still come.
_GRACE_S = 1.0
_BIGGEST_GAP = 200


class _Manner(msgspec.Struct, frozen=True):
    """How the command is called: `-O` or not, and the shortest interval that it is asked for."""

    reports: bool
    least_s: float


_MANNERS = (
    _Manner(reports=True, least_s=0.0),
    _Manner(reports=True, least_s=_OLD_LEAST_S),
    _Manner(reports=False, least_s=0.0),
    _Manner(reports=False, least_s=_OLD_LEAST_S),
    _Manner(reports=False, least_s=_BUSYBOX_LEAST_S),
)
#: ping.c and ping6.c of Apple's network_cmds: the one names some of the unanswered, the other none
_DARWIN_MANNERS = _MANNERS[2:4]


class CommandEchoes:
    """By `ping`; its own rhythm, `send` only brings the ledger up to date."""

    def __init__(
        self, target: str, plan: EchoPlan, command: StreamCommand, kernel: Kernel = KERNEL
    ) -> None:
        self.ledger: Ledger = Ledger(target, "ping_command", plan)
        self._target = target
        self._plan = plan
        self._command = command
        self._darwin = kernel.name == "darwin"
        self._children: list[_Child] = []
        self._stack = AsyncExitStack()

    async def start(self) -> bool:
        """False when there is no such command, or it may not send either."""
        try:
            for manner in _DARWIN_MANNERS if self._darwin else _MANNERS:
                if await self._start(manner):
                    return True
                await self.close()
        except OSError:
            await self.close()
        except BaseException:
            await self.close()
            raise
        return False

    async def _start(self, manner: _Manner) -> bool:
        """As many children as make up the wanted rhythm, evenly spread."""
        interval_s = max(self._plan.interval_s, manner.least_s)
        count = max(1, min(_MOST_CHILDREN, round(interval_s / self._plan.interval_s)))
        for number in range(count):
            if number:
                await asyncio.sleep(interval_s / count)
            child = _Child(self.ledger, interval_s, reports=manner.reports)
            self._children.append(child)
            if not await child.start(self._argv(interval_s, manner), self._command, self._stack):
                return False
        return True

    def _argv(self, interval_s: float, manner: _Manner) -> list[str]:
        six = family_of(self._target) == family_of("::1")
        rhythm = ["-n", "-i", f"{interval_s:g}", "-s", str(self._plan.size)]
        source = self._plan.source
        if self._darwin:
            # there is no `ping -6`, and -I means the interface of multicast
            bound = ["-S", source.address] if source.address else []
            bound += ["-B", source.interface] if source.interface else []
            return ["ping6" if six else "ping", *rhythm, *bound, self._target]
        argv = ["ping", *(["-6"] if six else []), *rhythm, *(["-O"] if manner.reports else [])]
        own = source.address or source.interface
        return [*argv, *(["-I", own] if own else []), self._target]

    def send(self) -> None:
        for child in self._children:
            child.catch_up()

    def collect(self) -> None:
        self.send()

    async def settled(self) -> None:
        """Until as many echoes as planned are known and answered or too old."""
        loop = asyncio.get_running_loop()
        limit_s = loop.time() + self._plan.count * self._plan.interval_s + self._plan.timeout_s
        while loop.time() < limit_s:
            self.send()
            self.ledger.settle(loop.time())
            if self.ledger.next_seq >= self._plan.count and not self.ledger.open_count:
                return
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        children, self._children = self._children, []
        for child in children:
            await child.close()
        await self._stack.aclose()


class _Child:
    """One `ping` and its own way of numbering."""

    def __init__(self, ledger: Ledger, interval_s: float, *, reports: bool) -> None:
        self._ledger = ledger
        self._interval_s = interval_s
        self._reports = reports
        self._reader: asyncio.Task[None] | None = None
        self._seqs: dict[int, int] = {}  # its number -> the ledger's
        self._next: int | None = None  # its number that is to be entered next
        self._last_at_s = 0.0

    async def start(self, argv: list[str], command: StreamCommand, stack: AsyncExitStack) -> bool:
        """False when it ends without a word; OSError when there is no such command."""
        lines = await stack.enter_async_context(command(argv))
        try:
            async with asyncio.timeout(_FIRST_LINE_S):
                await anext(lines)
        except (TimeoutError, StopAsyncIteration):
            return False
        loop = asyncio.get_running_loop()
        self._last_at_s = loop.time()

        async def read() -> None:
            async for line in lines:
                self._line(line)
            self._reports = True  # it has ended: nothing more is sent

        self._reader = loop.create_task(read())
        return True

    def catch_up(self) -> None:
        """Without reports: enter what must have been sent long ago by the rhythm."""
        if self._reports:
            return
        now = asyncio.get_running_loop().time()
        while self._last_at_s + self._interval_s < now - _GRACE_S:
            self._enter(self._next or 0, self._last_at_s + self._interval_s)

    def _line(self, line: str) -> None:
        now = asyncio.get_running_loop().time()
        if found := _REPLY.search(line):
            ttl, rtt_ms = _REPLY_TTL.search(line), float(found[2])
            seq = self._seq(int(found[1]), now - rtt_ms / 1000)
            self._ledger.timed(seq, rtt_ms, int(ttl[1]) if ttl else 0)
        elif found := _OVERDUE.search(line):
            self._seq(int(found[1]), now - self._interval_s)
        elif found := _COMPLAINT.search(line):
            seq = self._seq(int(found[2]), now - self._interval_s)
            self._ledger.complained(seq, now, None, found[1], _kind(found[3]), (0, 0))

    def _seq(self, number: int, at_s: float) -> int:
        """The ledger's number; enters it and those before it that nothing was heard of."""
        if self._next is None:
            # Linux counts from 1, others from 0.
            self._next = min(number, 1)
        if number in self._seqs:
            return self._seqs[number]
        missing = range(max(self._next, number - _BIGGEST_GAP), number)
        step_s = (at_s - self._last_at_s) / (len(missing) + 1)
        for gap in missing:
            self._enter(gap, self._last_at_s + step_s)
        self._enter(number, at_s)
        return self._seqs[number]

    def _enter(self, number: int, at_s: float) -> None:
        loop = asyncio.get_running_loop()
        wall_ns = time.time_ns() - int((loop.time() - at_s) * 1e9)
        self._seqs[number] = self._ledger.sent(at_s, wall_ns)
        self._next = number + 1
        self._last_at_s = at_s

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)


def _kind(words: str) -> str:
    if "exceeded" in words.lower():
        return "ttl_exceeded"
    return "net_unreachable" if "net" in words.lower() else "host_unreachable"
