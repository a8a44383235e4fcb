"""Finds, among what is remembered of earlier checks, those of the connection of now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from diagnostics.past import connection_of, earlier_checks
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.history import History
from diagnostics.readings.home import Gateway
from diagnostics.result import Reading, Reason


class HistoryProbe(Probe[History]):
    reading: ClassVar[type[Reading]] = History
    after: ClassVar[tuple[type[Reading], ...]] = (Gateway,)
    deadline_s: ClassVar[float] = 2.0

    async def measure(self, context: Context) -> History:
        if not context.past:
            raise ProbeError(Reason.NOT_APPLICABLE, "no earlier check is known")
        profile = context.profile
        connection = connection_of(context.earlier, profile.brand.name, profile.plan)
        if not connection:
            raise ProbeError(Reason.NEEDS_OTHER, "the router's hardware address is not known")
        now = datetime.now(UTC)
        checks = earlier_checks(context.past, connection, now)
        if not checks:
            raise ProbeError(Reason.NOT_APPLICABLE, "no earlier check of this connection is known")
        at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return History(at=at, checks=checks)
