"""What this computer moves by itself, looked at while nothing of ours does."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from diagnostics.platforms.base import PlatformError
from diagnostics.probe import Context, Probe, ProbeError, Stage
from diagnostics.readings.interfaces import Interfaces
from diagnostics.readings.load import CrossTraffic
from diagnostics.result import Reading, Reason, Unmeasured

_WINDOW_S = 0.7
#: An echo is 64 bytes to the meter and 98 to the interface (with IP and Ethernet headers).
_ON_WIRE = 98 / 64


class CrossTrafficProbe(Probe[CrossTraffic]):
    reading: ClassVar[type[Reading]] = CrossTraffic
    stage: ClassVar[Stage] = Stage.LOAD
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces,)
    deadline_s: ClassVar[float] = 3.0

    async def measure(self, context: Context) -> CrossTraffic:
        interfaces = context.earlier.value(Interfaces)
        if isinstance(interfaces, Unmeasured) or isinstance(interfaces.active, Unmeasured):
            raise ProbeError(Reason.NEEDS_OTHER, "the interface in use is not known")
        name = interfaces.active
        loop = asyncio.get_running_loop()
        before, begun_s = await _foreign(context, name), loop.time()
        program = await _busiest(context)
        await asyncio.sleep(max(0.0, begun_s + _WINDOW_S - loop.time()))
        after, window_s = await _foreign(context, name), loop.time() - begun_s
        return CrossTraffic(
            window_s=round(window_s, 3),
            down_bps=8 * max(0, after[0] - before[0]) / window_s,
            up_bps=8 * max(0, after[1] - before[1]) / window_s,
            busiest_program=program,
        )


async def _foreign(context: Context, interface: str) -> tuple[float, float]:
    """Bytes in and out less our own; then only echoes of ours run, which the watch sends."""
    counters = await context.platform.counters(interface)
    meter = context.meter
    return (
        counters.rx_bytes - _ON_WIRE * meter.bytes_received,
        counters.tx_bytes - _ON_WIRE * meter.bytes_sent,
    )


async def _busiest(context: Context) -> str | Unmeasured:
    try:
        async with asyncio.timeout(_WINDOW_S + 0.5):
            return await context.platform.busiest_program(_WINDOW_S - 0.1)
    except PlatformError as error:
        return Unmeasured(error.reason, str(error))
    except TimeoutError:
        return Unmeasured(Reason.TIMED_OUT, "the system did not tell in time")
