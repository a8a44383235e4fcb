"""The resident agent: one loop, one check at a time, everybody told. Light while it waits."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

import msgspec

from agent.air_watch import AirWatch
from agent.checking import Checking
from agent.desk_link import DeskLink
from agent.desk_orders import ConsentOrder, Finished, PreviewOrder
from agent.ipc import messages as m
from agent.ipc.server import Server
from agent.orders import AnswerOrder, CheckOrder, Order, PlaceOrder, StepOrder, Telling
from agent.settings import Chosen, Settings
from agent.store.database import StoreError
from agent.store.history import History
from agent.tickets import REPLY_LETTERS, ticket, tickets, write_reply
from diagnostics.past import PastCheck
from diagnostics.place import PlaceError, tidy_name
from diagnostics.run import Run, StepOutcome, StepTried
from diagnostics.version import VERSION
from uploader.outbox import Outbox, OutboxError
from uploader.times import now_text

COMPLAINT_LETTERS = 10_000
_DONE = m.Done()


class RefusalError(Exception):
    """Answered with Failed: a word for programs and one sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Service:
    """Answers requests; `run` lasts until it is told to stop."""

    def __init__(
        self, chosen: Chosen, settings: Settings, history: History, outbox: Outbox
    ) -> None:
        self._chosen = chosen
        self._settings = settings
        self._history = history
        self._outbox = outbox
        self._server = Server(self.answer)
        self._desk = DeskLink(outbox, lambda: self._chosen.profile, self._ticket_moved)
        self._air = AirWatch(self._server.tell)
        self._checking: Checking | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._notices = [one for one in (history.moved_aside, outbox.moved_aside) if one]

    async def run(self) -> None:
        """Raises AnotherAgentError when one runs already."""
        await self._server.open()
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows: the console's own handlers
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._stop.set)
        self._retire()
        watching = asyncio.create_task(self._desk.watch())
        self._desk.hurry()
        try:
            await self._stop.wait()
        finally:
            await self._end(watching)

    async def _end(self, watching: asyncio.Task[None]) -> None:
        """A check under way is stopped and kept; clients are told why nothing more comes."""
        if self._checking is not None:
            self._checking.cancel()
        await self._air.leave()
        if self._work:
            await asyncio.wait(self._work, timeout=2.0)
        watching.cancel()
        for task in self._work:
            task.cancel()
        await asyncio.gather(watching, *self._work, return_exceptions=True)
        self._server.tell(m.Stopping(sentence="The agent was stopped."))
        await self._server.close()

    # -- requests -------------------------------------------------------------------------------

    async def answer(self, body: m.RequestBody) -> m.ResponseBody:
        """Every request gets one answer; what cannot be done is a Failed with a sentence."""
        try:
            return await self._handler(body)
        except RefusalError as refusal:
            return m.Failed(code=refusal.code, sentence=str(refusal))
        except (StoreError, OutboxError) as error:
            return m.Failed(code="store", sentence=str(error))

    def _handler(  # noqa: C901, PLR0911 - one case a request
        self, body: m.RequestBody
    ) -> Awaitable[m.ResponseBody]:
        match body:
            case m.StartCheck():
                return self._start_check(body)
            case m.MeasureStep():
                return self._measure_step(body)
            case m.TakePlace():
                return self._take_place(body)
            case m.SkipStep():
                return self._skip_step(body)
            case m.AnswerQuestion():
                return self._answer_question(body)
            case m.PreviewBundle():
                return self._preview(body)
            case m.SendBundle():
                return self._send(body)
            case m.ReplyTicket():
                return self._reply(body)
            case m.RefreshTickets():
                return self._refresh()
            case m.LeaveAir():
                return self._leave_air()
            case _:
                return _at_once(self._look_up, body)

    def _look_up(self, body: m.RequestBody) -> m.ResponseBody:  # noqa: PLR0911 - as above
        """What can be answered from what is kept."""
        match body:
            case m.Hello():
                return _welcome(body)
            case m.GetProfile():
                return m.ProfileIs(profile=self._chosen.profile, folder=self._chosen.folder)
            case m.CancelCheck():
                return self._cancel(body)
            case m.ListRuns():
                return m.RunList(runs=self._history.page(body.limit, body.before))
            case m.GetRun():
                return m.RunIs(run=self._kept(body.run_id))
            case m.GetStatus():
                return self._status()
            case m.DiscardBundle():
                self._outbox.discard(body.bundle_id)
                return _DONE
            case m.WatchAir():
                self._air.seen()
                return _DONE
            case m.ListTickets():
                return m.TicketList(tickets=tickets(self._outbox))
            case _:
                raise RefusalError("unknown", "The agent does not know this request.")

    async def _leave_air(self) -> m.ResponseBody:
        await self._air.leave()
        return _DONE

    def _status(self) -> m.StatusIs:
        notices, self._notices = tuple(self._notices), []
        return m.StatusIs(
            running=self._checking.run_id if self._checking else "",
            runs=self._history.count(),
            waiting_bundles=len(self._outbox.on_the_way()),
            open_tickets=len(self._outbox.open_tickets()),
            app_version=VERSION,
            notices=notices,
        )

    def _cancel(self, body: m.CancelCheck) -> m.ResponseBody:
        if self._checking is None or self._checking.run_id != body.run_id:
            raise RefusalError("not-running", "This check is not under way any more.")
        self._checking.cancel()
        return _DONE

    # -- checks ---------------------------------------------------------------------------------

    async def _start_check(self, body: m.StartCheck) -> m.ResponseBody:
        if len(body.complaint) > COMPLAINT_LETTERS:
            raise RefusalError("too-long", "The complaint is too long; shorten it.")
        order = CheckOrder(
            run_id=uuid4().hex,
            profile=self._chosen.profile,
            depth=body.depth,
            complaint=body.complaint,
            earlier=self._answered_before(),
            past=self._past(),
        )
        return self._begin(order)

    def _answered_before(self) -> Run | None:
        """A damaged history costs a question asked twice, never the check."""
        with suppress(StoreError):
            newest = self._history.newest()
            return newest if newest is not None and newest.answers else None
        return None

    def _past(self) -> tuple[PastCheck, ...]:
        """A damaged history makes a check that knows no earlier ones, never none."""
        with suppress(StoreError):
            return self._history.past()
        return ()

    async def _measure_step(self, body: m.MeasureStep) -> m.ResponseBody:
        order = StepOrder(
            run=self._kept(body.run_id),
            profile=self._chosen.profile,
            guide=body.guide,
            step=body.step,
            cause=body.cause,
        )
        return self._begin(order)

    async def _take_place(self, body: m.TakePlace) -> m.ResponseBody:
        try:
            place = tidy_name(body.place)
        except PlaceError as error:
            raise RefusalError("place", str(error)) from error
        run = self._kept(body.run_id)
        return self._begin(PlaceOrder(run=run, profile=self._chosen.profile, place=place))

    def _begin(self, order: Order) -> m.CheckAccepted:
        if self._checking is not None:
            raise RefusalError("busy", "A check is under way; wait for its end or stop it.")
        self._checking = Checking(order, self._tell)
        task = asyncio.create_task(self._see_through(self._checking))
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return m.CheckAccepted(run_id=self._checking.run_id)

    async def _see_through(self, checking: Checking) -> None:
        # a moment's patience, so that the answer to the request goes out before the first event
        await asyncio.sleep(0)
        try:
            end = await checking.result()
        finally:
            self._checking = None
        if not isinstance(end, m.CheckFailed):
            try:
                self._keep(end.run, checking.order)
            except StoreError as error:
                self._server.tell(end)
                end = m.CheckFailed(run_id=checking.run_id, sentence=str(error))
        self._server.tell(end)

    def _keep(self, run: Run, order: Order) -> None:
        """A step that was stopped on the way leaves the Run as it was."""
        if isinstance(order, StepOrder | PlaceOrder) and not run.complete:
            return
        self._history.keep(run)
        self._retire()

    def _tell(self, telling: Telling) -> None:
        if isinstance(telling, m.CheckStarted | m.ProbeMoved | m.VerdictSoFar):
            self._server.tell(telling)

    async def _skip_step(self, body: m.SkipStep) -> m.ResponseBody:
        run = self._kept(body.run_id)
        skipped = StepTried(
            guide=body.guide,
            step=body.step,
            cause=body.cause,
            done_at=now_text(),
            outcome=StepOutcome.SKIPPED,
        )
        run = msgspec.structs.replace(run, steps=(*run.steps, skipped))
        self._history.keep(run)
        return m.RunIs(run=run)

    async def _answer_question(self, body: m.AnswerQuestion) -> m.ResponseBody:
        order = AnswerOrder(
            run=self._kept(body.run_id),
            profile=self._chosen.profile,
            question=body.question,
            answer=body.answer,
        )
        end = await Checking(order, self._tell).result()
        if not isinstance(end, m.CheckEnded):
            sentence = end.sentence if isinstance(end, m.CheckFailed) else "Try again."
            raise RefusalError("answer", sentence)
        self._history.keep(end.run)
        return m.RunIs(run=end.run)

    def _kept(self, run_id: str) -> Run:
        run = self._history.run(run_id)
        if run is None:
            raise RefusalError("no-run", "This check is not kept here any more; make a new one.")
        return run

    def _retire(self) -> None:
        with suppress(StoreError):  # a full disk: the next check says so
            self._history.retire(
                self._settings.keep_runs, self._settings.keep_days, self._outbox.kept_runs()
            )

    # -- bundles and tickets --------------------------------------------------------------------

    async def _preview(self, body: m.PreviewBundle) -> m.ResponseBody:
        told = await self._desk.ask(PreviewOrder(wanted=body, profile=self._chosen.profile))
        if isinstance(told, m.PreviewIs | m.Failed):
            return told
        raise RefusalError("bundle", "The bundle could not be made; try again.")

    async def _send(self, body: m.SendBundle) -> m.ResponseBody:
        order = ConsentOrder(
            bundle_id=body.bundle_id,
            digest=body.digest,
            consent_text=body.consent_text,
            profile=self._chosen.profile,
        )
        told = await self._desk.ask(order)
        if not isinstance(told, Finished):
            sentence = told.sentence if isinstance(told, m.Failed) else "Try again."
            raise RefusalError("consent", sentence)
        self._desk.hurry()
        return self._ticket(body.bundle_id)

    async def _reply(self, body: m.ReplyTicket) -> m.ResponseBody:
        if not 0 < len(body.text.strip()) <= REPLY_LETTERS:
            raise RefusalError("reply", f"Write between 1 and {REPLY_LETTERS} letters.")
        write_reply(self._outbox, body.bundle_id, body.text)
        self._desk.hurry()
        return self._ticket(body.bundle_id)

    async def _refresh(self) -> m.ResponseBody:
        await self._desk.round(now=True)
        self._desk.wake()
        return m.TicketList(tickets=tickets(self._outbox))

    def _ticket(self, bundle_id: str) -> m.TicketIs:
        found = ticket(self._outbox, bundle_id)
        if found is None:
            raise RefusalError("no-bundle", "There is no such ticket on this computer.")
        return m.TicketIs(ticket=found)

    def _ticket_moved(self, bundle_id: str) -> None:
        found = ticket(self._outbox, bundle_id)
        if found is not None:
            self._server.tell(m.TicketChanged(ticket=found))


async def _at_once(
    look_up: Callable[[m.RequestBody], m.ResponseBody], body: m.RequestBody
) -> m.ResponseBody:
    return look_up(body)


def _welcome(body: m.Hello) -> m.ResponseBody:
    if body.version != m.VERSION:
        raise RefusalError("version", "Window and agent are of different versions; restart both.")
    return m.Welcome(app_version=VERSION, pid=os.getpid())
