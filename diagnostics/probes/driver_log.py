"""Whether the adapter's driver stumbled lately: counts from the system's log, no line of it."""

from __future__ import annotations

from typing import ClassVar

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.driver import DriverLog
from diagnostics.readings.interfaces import Interfaces
from diagnostics.result import Reading, Reason, Unmeasured


class DriverLogProbe(Probe[DriverLog]):
    reading: ClassVar[type[Reading]] = DriverLog
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces,)
    deadline_s: ClassVar[float] = 4.0

    async def measure(self, context: Context) -> DriverLog:
        interfaces = context.earlier.value(Interfaces)
        if isinstance(interfaces, Unmeasured) or isinstance(interfaces.active, Unmeasured):
            raise ProbeError(Reason.NEEDS_OTHER, "it is not known which adapter is in use")
        mishaps = await context.platform.driver_mishaps(interfaces.active)
        return DriverLog(interface=interfaces.active, mishaps=mishaps)
