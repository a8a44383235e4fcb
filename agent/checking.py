"""One check under way, seen from the agent: its child process, and what is kept if that dies."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec

from agent.child import CHECK, Child, ChildError, start_child
from agent.ipc.messages import (
    CheckEnded,
    CheckFailed,
    CheckStarted,
    ProbeMoved,
    StepMeasured,
    VerdictSoFar,
)
from agent.orders import (
    CheckOrder,
    Judged,
    Order,
    PlaceOrder,
    Sketch,
    StepOrder,
    Tell,
    Telling,
)
from diagnostics.run import Run
from diagnostics.sign import Sign

#: every probe stops within one second of a cancel; what is not back by then is killed
CANCEL_S = 0.9
#: no telling for so long: the child hangs (a full check has a probe's deadline between tellings)
SILENCE_S = 60.0
_DECODER: msgspec.json.Decoder[Telling] = msgspec.json.Decoder(Telling)
End = CheckEnded | StepMeasured | CheckFailed


class Checking:
    """Give it an order, `await result()`; `cancel` brings the end within a second."""

    def __init__(self, order: Order, tell: Tell) -> None:
        self.order = order
        self._tell = tell
        self._run: Run | None = None
        self._signs: tuple[Sign, ...] = ()
        self._latest: VerdictSoFar | None = None
        self._cancelled = asyncio.Event()
        self._began = datetime.now(UTC)

    @property
    def run_id(self) -> str:
        return self.order.run_id if isinstance(self.order, CheckOrder) else self.order.run.id

    def cancel(self) -> None:
        self._cancelled.set()

    async def result(self) -> End:
        """How it ended; whatever happens to the child, what it told is not lost."""
        try:
            child = await start_child(CHECK)
        except ChildError as error:
            return CheckFailed(run_id=self.run_id, sentence=str(error))
        try:
            await child.send(msgspec.json.encode(self.order) + b"\n")
            return await self._followed(child)
        finally:
            await child.away()

    async def _followed(self, child: Child) -> End:
        reading = asyncio.create_task(self._read(child))
        cancelling = asyncio.create_task(self._cancelled.wait())
        try:
            await asyncio.wait({reading, cancelling}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                await child.send(b"cancel\n")
                await asyncio.wait({reading}, timeout=CANCEL_S)
            if reading.done() and (end := reading.result()) is not None:
                return end
            return self._partial()
        finally:
            for task in (reading, cancelling):
                task.cancel()
            await asyncio.gather(reading, cancelling, return_exceptions=True)

    async def _read(self, child: Child) -> End | None:
        """None when the child went or fell silent without an end."""
        lines = child.lines()
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    line = await anext(lines, b"")
                telling = _DECODER.decode(line) if line else None
            except (TimeoutError, ValueError):  # silent, a line too long, or no message
                return None
            if telling is None or isinstance(telling, CheckEnded | StepMeasured | CheckFailed):
                return telling
            self._hear(telling)

    def _hear(self, telling: Telling) -> None:
        if isinstance(telling, Sketch):
            self._run = telling.run
        elif isinstance(telling, Judged):
            self._signs = telling.signs
        elif isinstance(telling, VerdictSoFar):
            self._latest = telling
            self._tell(telling)
        elif isinstance(telling, CheckStarted | ProbeMoved):
            self._tell(telling)

    def _partial(self) -> End:
        """The Run as far as it was told before the child went."""
        if isinstance(self.order, StepOrder | PlaceOrder):
            if self._cancelled.is_set():
                return CheckEnded(run=msgspec.structs.replace(self.order.run, complete=False))
            return CheckFailed(run_id=self.run_id, sentence=_BROKE_OFF)
        if self._run is None or not (self._latest or self._cancelled.is_set()):
            return CheckFailed(run_id=self.run_id, sentence=_BROKE_OFF)
        run = msgspec.structs.replace(
            self._run, duration_s=(datetime.now(UTC) - self._began).total_seconds()
        )
        if self._latest:
            run = msgspec.structs.replace(
                run,
                readings=self._latest.readings,
                verdict=self._latest.verdict,
                signs=self._signs,
            )
        return CheckEnded(run=run)


_BROKE_OFF = "The check broke off; nothing is lost. Start it again."
