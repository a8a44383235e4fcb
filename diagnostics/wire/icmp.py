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
from diagnostics.wire.echo_method import open_echoes

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
        begun = loop.time()
        for number in range(plan.count):
            await asyncio.sleep(begun + number * plan.interval_s - loop.time())
            echoes.send()
        await echoes.settled()
        return echoes.ledger.series(loop.time() + plan.timeout_s)
    finally:
        await echoes.close()
