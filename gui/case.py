"""What the window knows: profile, check under way, the run shown, tickets. Pages read and ask it.

It holds no rules of the network; it keeps messages and says what changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from agent.ipc.messages import (
    AirGone,
    AirSeen,
    AnswerQuestion,
    CancelCheck,
    CheckAccepted,
    CheckEnded,
    CheckFailed,
    CheckStarted,
    DiscardBundle,
    EventBody,
    Failed,
    GetProfile,
    GetRun,
    GetStatus,
    LeaveAir,
    ListRuns,
    ListTickets,
    MeasureStep,
    PreviewBundle,
    PreviewIs,
    ProbeMoved,
    ProfileIs,
    RefreshTickets,
    ReplyTicket,
    RequestBody,
    ResponseBody,
    RunIs,
    RunList,
    RunSummary,
    SendBundle,
    SkipStep,
    StartCheck,
    StatusIs,
    StepMeasured,
    Stopping,
    TakePlace,
    Ticket,
    TicketChanged,
    TicketIs,
    TicketList,
    VerdictSoFar,
    WatchAir,
)
from diagnostics.profile import Profile
from diagnostics.run import Depth, Run, StepTried
from gui.agent_link import AgentLink, LinkState
from gui.presenters import progress
from gui.presenters.link import cut_off
from gui.presenters.live_air import longer
from gui.presenters.progress import Check

REPAINT_MS = 50  # progress is shown at most 20 times a second, however fast it comes
PAGE_OF_RUNS = 50


class Case(QObject):
    """Signals say what changed; the attributes say what it is now."""

    link_changed = Signal()
    profile_changed = Signal()
    check_changed = Signal()
    check_ended = Signal()
    run_changed = Signal()
    runs_changed = Signal()
    step_measured = Signal()
    preview_changed = Signal()
    tickets_changed = Signal()
    air_changed = Signal()
    failed = Signal(str)

    def __init__(self, link: AgentLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.profile = Profile()
        self.profile_folder = ""
        self.check: Check | None = None
        self._cut_off = False  # a check that was under way when the agent went away
        self.run: Run | None = None
        self.last_step: StepTried | None = None
        self.runs: tuple[RunSummary, ...] = ()
        self.more_runs = False
        self.preview: PreviewIs | None = None
        self.tickets: tuple[Ticket, ...] = ()
        self.air: AirSeen | None = None
        self.air_trail: tuple[tuple[float, float | None], ...] = ()
        self._tick = QTimer(self, singleShot=True, interval=REPAINT_MS)
        self._tick.timeout.connect(self.check_changed)
        link.state_changed.connect(self._on_link)
        link.told.connect(self._on_event)

    @property
    def link_state(self) -> LinkState:
        return self._link.state

    # -- what pages ask -----------------------------------------------------------------

    def start_check(self, complaint: str = "", depth: Depth = Depth.NORMAL) -> None:
        self._ask(StartCheck(depth=depth, complaint=complaint), self._on_accepted)

    def cancel_check(self) -> None:
        if self.check is not None and not self.check.cancelling:
            self.check = replace(self.check, cancelling=True)
            self.check_changed.emit()
            self._ask(CancelCheck(run_id=self.check.run_id))

    def measure_step(self, guide: str, step: str, cause: str) -> None:
        if self.run is not None:
            body = MeasureStep(run_id=self.run.id, guide=guide, step=step, cause=cause)
            self._ask(body, self._on_accepted)

    def take_place(self, place: str) -> None:
        """Measure the WiFi where the computer stands, as one place of the walk."""
        if self.run is not None:
            self._ask(TakePlace(run_id=self.run.id, place=place), self._on_accepted)

    def watch_air(self) -> None:
        """The air is looked at now; to be said again every few seconds while it is."""
        if self.link_state is LinkState.CONNECTED:
            self._ask(WatchAir())

    def leave_air(self) -> None:
        self.air, self.air_trail = None, ()
        if self.link_state is LinkState.CONNECTED:
            self._ask(LeaveAir())

    def skip_step(self, guide: str, step: str, cause: str) -> None:
        if self.run is not None:
            self._ask(SkipStep(run_id=self.run.id, guide=guide, step=step, cause=cause))

    def answer(self, question: str, answer: str) -> None:
        if self.run is not None:
            self._ask(AnswerQuestion(run_id=self.run.id, question=question, answer=answer))

    def open_run(self, run_id: str) -> None:
        self._ask(GetRun(run_id=run_id))

    def ask_more_runs(self) -> None:
        before = self.runs[-1].started_at if self.runs else ""
        self._ask(ListRuns(limit=PAGE_OF_RUNS, before=before), self._on_older_runs)

    def ask_preview(self, body: PreviewBundle) -> None:
        self._ask(body)

    def send(self, preview: PreviewIs) -> None:
        self._ask(
            SendBundle(
                bundle_id=preview.bundle_id,
                digest=preview.digest,
                consent_text=preview.consent_text,
            ),
            self._on_sent,
        )

    def discard_preview(self) -> None:
        if self.preview is not None:
            self._ask(DiscardBundle(bundle_id=self.preview.bundle_id))
            self.preview = None
            self.preview_changed.emit()

    def reply(self, bundle_id: str, text: str) -> None:
        self._ask(ReplyTicket(bundle_id=bundle_id, text=text))

    def refresh_tickets(self) -> None:
        self._ask(RefreshTickets())

    # -- what the agent says --------------------------------------------------------------

    def _ask(
        self, body: RequestBody, on_answer: Callable[[ResponseBody], None] | None = None
    ) -> None:
        def take(answer: ResponseBody) -> None:
            if isinstance(answer, Failed):
                self._on_refused(body, answer)
            elif on_answer is None:
                self._on_answer(answer)
            else:
                on_answer(answer)

        self._link.ask(body, take)

    def _on_refused(self, body: RequestBody, answer: Failed) -> None:
        starts = isinstance(body, CancelCheck | StartCheck | MeasureStep | TakePlace)
        if starts and self.check is not None:
            self.check = replace(self.check, cancelling=False)
            self.check_changed.emit()
        if answer.code != "agent_lost":  # that one has its own banner
            self.failed.emit(answer.sentence)

    def _on_link(self) -> None:
        if self._link.state is LinkState.CONNECTED:
            for body in (GetProfile(), GetStatus(), ListTickets(), ListRuns(limit=PAGE_OF_RUNS)):
                self._ask(body)
        elif self.check is not None:
            self.check = None
            self._cut_off = True
            self.check_changed.emit()
        self.link_changed.emit()
        if self._link.state is LinkState.CONNECTED and self._cut_off:
            self._cut_off = False
            self.failed.emit(cut_off())

    def _on_answer(self, body: ResponseBody) -> None:
        match body:
            case ProfileIs():
                self.profile, self.profile_folder = body.profile, body.folder
                self.profile_changed.emit()
            case StatusIs():
                self._on_status(body)
            case RunIs():
                self._show(body.run)
            case RunList():
                self._on_runs(body)
            case PreviewIs():
                self.preview = body
                self.preview_changed.emit()
            case TicketIs():
                self._keep_ticket(body.ticket)
            case TicketList():
                self.tickets = body.tickets
                self.tickets_changed.emit()
            case _:
                pass

    def _on_status(self, body: StatusIs) -> None:
        if body.running and self.check is None:
            self.check = Check(run_id=body.running)
            self.check_changed.emit()
        if body.notices:
            self.failed.emit(" ".join(body.notices))

    def _on_runs(self, body: RunList) -> None:
        self.runs, self.more_runs = body.runs, len(body.runs) == PAGE_OF_RUNS
        self.runs_changed.emit()
        if self.run is None and body.runs:
            self.open_run(body.runs[0].id)

    def _on_older_runs(self, body: ResponseBody) -> None:
        if isinstance(body, RunList):
            known = {each.id for each in self.runs}
            self.runs += tuple(each for each in body.runs if each.id not in known)
            self.more_runs = len(body.runs) == PAGE_OF_RUNS
            self.runs_changed.emit()

    def _on_accepted(self, body: ResponseBody) -> None:
        if isinstance(body, CheckAccepted) and self.check is None:
            self.check = Check(run_id=body.run_id)
            self.check_changed.emit()

    def _on_sent(self, body: ResponseBody) -> None:
        self.preview = None
        self.preview_changed.emit()
        self._on_answer(body)

    def _on_event(self, body: EventBody) -> None:  # noqa: C901 - one case an event
        match body:
            case CheckStarted():
                self.check = progress.started(body)
                self.check_changed.emit()
            case ProbeMoved():
                self._move(body)
            case VerdictSoFar():
                self._judge(body)
            case CheckEnded():
                self._end(body.run)
            case StepMeasured():
                self.last_step = body.step
                self.check = None
                self._show(body.run)
                self.check_changed.emit()
                self.step_measured.emit()
            case CheckFailed():
                self.check = None
                self.check_changed.emit()
                self.failed.emit(body.sentence)
            case TicketChanged():
                self._keep_ticket(body.ticket)
            case AirSeen():
                self.air, self.air_trail = body, longer(self.air_trail, body)
                self.air_changed.emit()
            case AirGone():
                self.air = None
                self.air_changed.emit()
            case Stopping():
                self.failed.emit(body.sentence)

    def _move(self, body: ProbeMoved) -> None:
        if self.check is not None and body.run_id == self.check.run_id:
            self.check = progress.moved(self.check, body)
            self._repaint_soon()

    def _judge(self, body: VerdictSoFar) -> None:
        if self.check is not None and body.run_id == self.check.run_id:
            self.check = progress.judged(self.check, body)
            self._repaint_soon()

    def _repaint_soon(self) -> None:
        if not self._tick.isActive():
            self._tick.start()

    def _end(self, run: Run) -> None:
        measured_step = self.check is not None and bool(self.check.step)
        self.check = None
        self._show(run)
        self.check_changed.emit()
        self._ask(ListRuns(limit=PAGE_OF_RUNS))
        if not measured_step:
            self.check_ended.emit()

    def _show(self, run: Run) -> None:
        if self.run is None or self.run.id != run.id:
            self.last_step = None
        self.run = run
        self.run_changed.emit()

    def _keep_ticket(self, ticket: Ticket) -> None:
        others = tuple(each for each in self.tickets if each.bundle_id != ticket.bundle_id)
        tickets = sorted((ticket, *others), key=lambda each: each.created_at, reverse=True)
        self.tickets = tuple(tickets)
        self.tickets_changed.emit()
