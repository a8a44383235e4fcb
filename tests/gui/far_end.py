"""The far end of the contract for tests: a real local server that answers as an agent would.

It stands at the process border: the window's own code runs unchanged up to its socket.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from agent.ipc import messages as ipc
from agent.ipc.lines import decode_request, encode
from diagnostics.profile import Profile
from diagnostics.run import Run, StepOutcome, StepTried
from diagnostics.verdict import Verdict
from tests.gui import sample_runs

PROBES = ("interfaces", "gateway", "path", "anchors", "names", "throughput")


class FarEnd(QObject):
    """`asked` holds every request; what it answers is set by its attributes."""

    def __init__(self, name: str, profile: Profile | None = None) -> None:
        super().__init__()
        self.name = name
        self.profile = profile or sample_runs.provider()
        self.runs: dict[str, Run] = {}
        self.summaries: tuple[ipc.RunSummary, ...] = ()
        self.tickets: tuple[ipc.Ticket, ...] = ()
        self.preview = sample_runs.preview()
        self.running = ""
        self.notices: tuple[str, ...] = ()
        self.asked: list[ipc.RequestBody] = []
        self.on_ask: Callable[[ipc.RequestBody], ipc.ResponseBody | None] | None = None
        self.sockets: list[QLocalSocket] = []
        self._buffers: dict[int, bytearray] = {}
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._welcome)
        self.listen()

    def listen(self) -> None:
        QLocalServer.removeServer(self.name)
        assert self._server.listen(self.name), self._server.errorString()

    def add(self, *runs: Run) -> None:
        for run in runs:
            self.runs[run.id] = run
            self.summaries = (sample_runs.summary(run), *self.summaries)

    def die(self) -> None:
        self._server.close()
        for socket in self.sockets:
            socket.abort()
        self.sockets.clear()

    def tell(self, *bodies: ipc.EventBody) -> None:
        lines = b"".join(encode(ipc.Event(body=body)) for body in bodies)
        for socket in self.sockets:
            socket.write(lines)

    def asked_for(self, kind: type[ipc.Message]) -> list[ipc.RequestBody]:
        return [each for each in self.asked if isinstance(each, kind)]

    # -- a check and its end ----------------------------------------------------------------

    def begin(self, run_id: str, step: str = "", expected_s: float = 20.0) -> None:
        self.tell(ipc.CheckStarted(run_id=run_id, probes=PROBES, expected_s=expected_s, step=step))

    def progress(self, run_id: str, probe: str, fraction: float, elapsed_s: float) -> None:
        self.tell(
            ipc.ProbeMoved(
                run_id=run_id,
                probe=probe,
                state="running",
                fraction=fraction,
                elapsed_s=elapsed_s,
            )
        )

    def verdict(self, run: Run, verdict: Verdict) -> None:
        self.tell(
            ipc.VerdictSoFar(run_id=run.id, verdict=verdict, final=False, readings=run.readings)
        )

    def end(self, run: Run) -> None:
        self.add(run)
        self.tell(ipc.CheckEnded(run=run))

    def end_step(self, outcome: StepOutcome) -> StepTried:
        """Answer the last MeasureStep with this outcome."""
        asked = self.asked_for(ipc.MeasureStep)[-1]
        assert isinstance(asked, ipc.MeasureStep)
        run, tried = sample_runs.after_step(
            self.runs[asked.run_id], outcome, asked.guide, asked.step
        )
        self.runs[run.id] = run
        self.tell(ipc.StepMeasured(run=run, step=tried))
        return tried

    # -- the socket ---------------------------------------------------------------------------

    def _welcome(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self.sockets.append(socket)
            self._buffers[id(socket)] = bytearray()
            socket.readyRead.connect(lambda socket=socket: self._read(socket))

    def _read(self, socket: QLocalSocket) -> None:
        buffer = self._buffers[id(socket)]
        buffer += socket.readAll().data()
        while (end := buffer.find(b"\n")) >= 0:
            line = bytes(buffer[:end])
            del buffer[: end + 1]
            request = decode_request(line)
            self.asked.append(request.body)
            answer = self.on_ask(request.body) if self.on_ask is not None else None
            body = answer if answer is not None else self._answer(request.body)
            socket.write(encode(ipc.Response(id=request.id, body=body)))

    def _answer(self, body: ipc.RequestBody) -> ipc.ResponseBody:  # noqa: PLR0911, PLR0912, C901
        match body:
            case ipc.Hello():
                return ipc.Welcome(app_version="0.1.0", pid=os.getpid())
            case ipc.GetProfile():
                return ipc.ProfileIs(profile=self.profile, folder="")
            case ipc.GetStatus():
                return self._status()
            case ipc.ListRuns():
                return self._run_list(body)
            case ipc.GetRun():
                return self._run(body.run_id)
            case ipc.StartCheck() | ipc.MeasureStep() | ipc.TakePlace():
                return ipc.CheckAccepted(run_id="new")
            case ipc.SkipStep():
                return self._skip(body)
            case ipc.AnswerQuestion():
                return self._run(body.run_id)
            case ipc.PreviewBundle():
                return self.preview
            case ipc.SendBundle():
                self.tickets = (sample_runs.ticket(ipc.Delivery.SENDING), *self.tickets)
                return ipc.TicketIs(ticket=self.tickets[0])
            case ipc.ReplyTicket():
                return ipc.TicketIs(ticket=self.tickets[0])
            case ipc.ListTickets() | ipc.RefreshTickets():
                return ipc.TicketList(tickets=self.tickets)
            case ipc.CancelCheck() | ipc.DiscardBundle() | ipc.WatchAir() | ipc.LeaveAir():
                return ipc.Done()

    def _status(self) -> ipc.StatusIs:
        return ipc.StatusIs(
            running=self.running,
            runs=len(self.runs),
            waiting_bundles=0,
            open_tickets=len(self.tickets),
            app_version="0.1.0",
            notices=self.notices,
        )

    def _run_list(self, body: ipc.ListRuns) -> ipc.RunList:
        older = [
            each for each in self.summaries if not body.before or each.started_at < body.before
        ]
        return ipc.RunList(runs=tuple(older[: body.limit]))

    def _run(self, run_id: str) -> ipc.ResponseBody:
        run = self.runs.get(run_id)
        if run is None:
            return ipc.Failed(code="no_such_run", sentence="That check is not kept any more.")
        return ipc.RunIs(run=run)

    def _skip(self, body: ipc.SkipStep) -> ipc.RunIs:
        run = self.runs[body.run_id]
        tried = StepTried(
            guide=body.guide,
            step=body.step,
            cause=body.cause,
            done_at=sample_runs.ago(0),
            outcome=StepOutcome.SKIPPED,
        )
        self.runs[run.id] = msgspec.structs.replace(run, steps=(*run.steps, tried))
        return ipc.RunIs(run=self.runs[run.id])


def socket_name(folder: Path) -> str:
    return str(folder / "agent.sock")
