"""Echoes by Windows' own ICMP functions, which ask for no administrator (IcmpSendEcho2)."""

import asyncio
import os
import time

from diagnostics.wire import meter
from diagnostics.wire.echo import EchoPlan
from diagnostics.wire.echo_ledger import Ledger
from diagnostics.wire.errors import NotSupported
from diagnostics.wire.icmp_windows import (
    COMPLAINTS4,
    COMPLAINTS6,
    IP_SUCCESS,
    REFUSALS,
    TIMED_OUT,
    Answer,
    IcmpFile,
    IcmpLibrary,
)
from diagnostics.wire.source import family_of, own_address

_POLL_S = 0.005
_HEADER = 8
#: An answer after the time limit is told as late, not as lost.
_LATER_MS = 500


class WindowsEchoes:
    """One target. The clock is ours, held against the DLL's own whole milliseconds."""

    def __init__(self, target: str, plan: EchoPlan, library: IcmpLibrary) -> None:
        if plan.source.interface and not plan.source.address:
            raise NotSupported("sending from an interface by name: not possible on this system")
        self.ledger: Ledger = Ledger(target, "icmp", plan)
        self._target = target
        self._plan = plan
        self._own = own_address(target, plan.source)
        self._six = family_of(target) == family_of("::1")
        self._file = IcmpFile(library, family_of(target), plan.size)
        self._data = os.urandom(min(8, plan.size)).ljust(plan.size, b"\x55")
        self._wait_ms = int(plan.timeout_s * 1000) + _LATER_MS
        self._sent_at_s: list[float] = []
        self._loop = asyncio.get_running_loop()
        self._meter = meter.current()

    def send(self) -> None:
        self.collect()
        plan = self._plan
        self._sent_at_s.append(self._loop.time())
        seq = self.ledger.sent(self._sent_at_s[-1], time.time_ns())
        error = self._file.send(
            seq, self._target, plan.source.address, self._data, plan.ttl, self._wait_ms
        )
        if error:
            kind = REFUSALS.get(error, "other")
            self.ledger.complained(seq, self._loop.time(), None, "", kind, (0, 0))
        else:
            self._meter.sent(_HEADER + plan.size)

    def collect(self) -> None:
        for answer in self._file.answers():
            if answer.status == IP_SUCCESS:
                self._meter.received(_HEADER + self._plan.size)
                self.ledger.timed(answer.number, answer.rtt_ms, answer.ttl)
            elif answer.status != TIMED_OUT:
                self._complaint(answer)

    def _complaint(self, answer: Answer) -> None:
        known = COMPLAINTS6 if self._six else COMPLAINTS4
        kind, icmp = known.get(answer.status, ("other", (0, 0)))
        # under our own name Windows says that the neighbour does not answer
        by = answer.by if answer.status in known and answer.by != self._own else ""
        came_at_s = self._sent_at_s[answer.number] + answer.rtt_ms / 1000
        self.ledger.complained(answer.number, came_at_s, None, by, kind, icmp)

    async def settled(self) -> None:
        while True:
            self.collect()
            self.ledger.settle(self._loop.time())
            if not self.ledger.open_count:
                return
            await asyncio.sleep(_POLL_S)

    async def close(self) -> None:
        self._file.close()
