"""ICMP echo without root: delay, loss, duplicates and who complained."""

import asyncio

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.echo import (
    Complaint,
    Echo,
    EchoPlan,
    EchoSeries,
    Lost,
    Method,
    Probe,
)
from diagnostics.wire.echo_method import Echoes, open_echoes

__all__ = [
    "Complaint",
    "Echo",
    "EchoPlan",
    "EchoSeries",
    "Lost",
    "Method",
    "Probe",
    "ping",
]


async def ping(
    target: str, plan: EchoPlan | None = None, command: StreamCommand | None = None
) -> EchoSeries:
    """Ping one literal address; no root.

    Unprivileged ICMP first; where the system forbids it a long-running `ping`
    through `command`, without one TCP connects to `plan.tcp_port`.  Lost probes
    and complaints (the own machine's too) are part of the result.  Raises
    NotPermitted, NotSupported or Unreachable when no socket could be opened.
    """
    plan = plan or EchoPlan()
    loop = asyncio.get_running_loop()
    echoes = await open_echoes(target, plan, command)
    try:
        await _Beat(echoes, plan).ended()
        await echoes.settled()
        return echoes.ledger.series(loop.time() + plan.timeout_s)
    finally:
        await echoes.close()


class _Beat:
    """Sends at the plan's rhythm out of the loop's own timer: waking a task each time costs more
    processor than the echo itself."""

    def __init__(self, echoes: Echoes, plan: EchoPlan) -> None:
        self._echoes = echoes
        self._plan = plan
        self._loop = asyncio.get_running_loop()
        self._begun_s = self._loop.time()
        self._number = 0
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._next: asyncio.TimerHandle | None = None

    async def ended(self) -> None:
        """Until the last one was sent; raises what sending raised."""
        try:
            self._tick()
            await self._ended
        finally:
            if self._next is not None:
                self._next.cancel()

    def _tick(self) -> None:
        if self._ended.done():
            return
        try:
            if self._number < self._plan.count:
                self._echoes.send()
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self._ended.set_exception(error)
            return
        self._number += 1
        if self._number >= self._plan.count:
            self._ended.set_result(None)
            return
        due_s = self._begun_s + self._number * self._plan.interval_s
        self._next = self._loop.call_at(due_s, self._tick)
