"""Several targets pinged at once for as long as told: delay under load."""

import asyncio
import math
from types import TracebackType
from typing import Self

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.echo import EchoPlan, EchoSeries
from diagnostics.wire.echo_method import Echoes, open_echoes
from diagnostics.wire.errors import WireError
from diagnostics.wire.source import ANY, Source

#: Sending may be this late: waking costs more processor time than an echo.
_MOMENT_S = 0.01


class Pinger:
    """Context manager: pings all `targets` at `rate_hz` (20-50) while inside.

        async with Pinger(("192.168.1.1", "1.1.1.1"), rate_hz=25) as pinger:
            mark = pinger.now_s()
            ...
            loaded = pinger.series(since_s=mark)

    `sent_at_s` of every probe is on the clock of `now_s()` (monotonic seconds,
    the event loop's), so phases of a test can be cut out afterwards.  Targets
    that cannot be pinged at all (no IPv6, say) stand in `failed`; entering
    raises that failure only when no target is left.
    """

    def __init__(  # noqa: PLR0913 - each has a good default
        self,
        targets: tuple[str, ...],
        rate_hz: float = 20.0,
        *,
        timeout_s: float = 2.0,
        size: int = 56,
        source: Source = ANY,
        tcp_port: int = 443,
        command: StreamCommand | None = None,
        ttl: int = 64,
    ) -> None:
        self._targets = targets
        self._command = command
        self._plan = EchoPlan(
            interval_s=1 / rate_hz,
            timeout_s=timeout_s,
            size=size,
            source=source,
            tcp_port=tcp_port,
            ttl=ttl,
        )
        self._echoes: list[Echoes] = []
        self._loop = asyncio.get_running_loop()
        self._ticking: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        self.failed: dict[str, WireError] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._open_all()
        except BaseException:
            await self._close()
            raise
        if not self._echoes and self.failed:
            raise next(iter(self.failed.values()))
        if self._echoes:
            self._due_s = self._loop.time()
            self._tick()
        return self

    async def _open_all(self) -> None:
        """All at once: a way that has to be found out first takes a while for each."""
        opening = [asyncio.create_task(self._open(target)) for target in self._targets]
        try:
            found = await asyncio.gather(*opening)
        except BaseException:
            for task in opening:
                task.cancel()
            for late in await asyncio.gather(*opening, return_exceptions=True):
                if late is not None and not isinstance(late, BaseException):
                    await late.close()
            raise
        self._echoes = [echoes for echoes in found if echoes is not None]

    async def _open(self, target: str) -> Echoes | None:
        try:
            return await open_echoes(target, self._plan, self._command)
        except WireError as error:
            self.failed[target] = error
            return None

    def _tick(self) -> None:
        """One waking serves all targets: 300 µs an echo with one each, 150 so (three places).

        They wait behind each other for it, 0.7 ms each on a line of 1 Mbit/s.
        """
        now_s = self._loop.time()
        for echoes in self._echoes:
            echoes.send()
        self._due_s += self._plan.interval_s
        if self._due_s <= now_s:  # after a pause (suspended computer) go on from now, no burst
            self._due_s = now_s + self._plan.interval_s
        # Those of several pingers that are due in the same moments share one waking.
        at_s = math.ceil(self._due_s / _MOMENT_S) * _MOMENT_S
        self._ticking = self._loop.call_at(at_s, self._tick)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
        for echoes in self._echoes:
            await echoes.close()

    def now_s(self) -> float:
        """The clock of `sent_at_s`."""
        return asyncio.get_running_loop().time()

    def series(self, since_s: float = 0.0, until_s: float | None = None) -> tuple[EchoSeries, ...]:
        """One series a target that could be pinged, in the order given.

        Cut to probes sent in [since_s, until_s).  Probes still in flight
        (younger than the timeout and unanswered) are left out.
        """
        now = self.now_s()
        for echoes in self._echoes:
            echoes.collect()
        return tuple(e.ledger.series(now, since_s, until_s) for e in self._echoes)
