"""Carries what waits in the outbox to the desk, and the desk's words back. One round at a time."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec

from uploader.desk_messages import Author, NewReply, Receipt, TicketState, TicketView
from uploader.outbox import OPEN, Note, Outbox, Parcel, Stage
from uploader.times import after_text, now_text, seconds_until
from uploader.transport import RefusedError, Transport, TransportError, UnknownError

#: first wait, doubled each try up to the longest; each is drawn from its upper half (jitter)
FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 300.0

_STAGES = {
    TicketState.ACKNOWLEDGED: Stage.RECEIVED,
    TicketState.IN_PROGRESS: Stage.IN_PROGRESS,
    TicketState.PENDING: Stage.ANSWERED,
    TicketState.RESOLVED: Stage.RESOLVED,
    TicketState.CLOSED: Stage.CLOSED,
}
_SENTENCES = {
    Stage.RECEIVED: "The desk has it; its number is {number}.",
    Stage.IN_PROGRESS: "Somebody works on ticket {number}.",
    Stage.ANSWERED: "The desk has answered ticket {number}.",
    Stage.RESOLVED: "The desk says that ticket {number} is solved.",
    Stage.CLOSED: "Ticket {number} is closed.",
}


class Courier:
    """`told` hears the id of each bundle whose state has changed, as soon as it has."""

    def __init__(
        self, outbox: Outbox, transport: Transport, told: Callable[[str], None], desk_url: str
    ) -> None:
        self._desk_url = desk_url
        self._outbox = outbox
        self._transport = transport
        self._told = told

    def round(self, *, now: bool = False) -> None:
        """Deliver what is due (everything that waits when `now`), then hear about the tickets."""
        for parcel in self._outbox.on_the_way():
            if parcel.desk_url == self._desk_url and (
                now or seconds_until(parcel.next_try_at) <= 0
            ):
                self._deliver(parcel)
        for note in self._outbox.waiting_notes():
            if now or seconds_until(note.next_try_at) <= 0:
                self._hand_in(note)
        for parcel in self._outbox.open_tickets():
            if parcel.desk_url == self._desk_url:
                self._look(parcel)

    # -- bundles --------------------------------------------------------------------------------

    def _deliver(self, parcel: Parcel) -> None:
        parcel = msgspec.structs.replace(parcel, tries=parcel.tries + 1)
        try:
            receipt = self._ask(parcel) if parcel.may_have_arrived else None
            if receipt is None:
                parcel = self._leaving(parcel)
                data = self._outbox.content(parcel.bundle_id)
                receipt = self._transport.post_bundle(parcel.bundle_id, parcel.claim, data)
        except RefusedError as refusal:
            self._keep(parcel, stage=Stage.REFUSED, sentence=str(refusal), next_try_at="")
        except (TransportError, UnknownError) as error:
            self._later(parcel, error)
        else:
            self._arrived(parcel, receipt)

    def _ask(self, parcel: Parcel) -> Receipt | None:
        """None when the desk does not have it."""
        try:
            return self._transport.receipt(parcel.bundle_id, parcel.claim)
        except UnknownError:
            return None

    def _leaving(self, parcel: Parcel) -> Parcel:
        """Written down before the first byte leaves, so that a crash can only make us ask."""
        return self._keep(
            parcel,
            stage=Stage.SENDING,
            may_have_arrived=True,
            next_try_at="",
            sentence="On its way to the desk.",
        )

    def _arrived(self, parcel: Parcel, receipt: Receipt) -> None:
        stage = _STAGES[receipt.state]
        self._keep(
            parcel,
            stage=stage,
            number=receipt.ticket,
            token=receipt.token,
            next_try_at="",
            sentence=_SENTENCES[stage].format(number=receipt.ticket),
        )
        self._outbox.forget_content(parcel.bundle_id)

    def _later(self, parcel: Parcel, error: Exception) -> None:
        asked_s = error.retry_after_s if isinstance(error, TransportError) else 0.0
        wait_s = max(asked_s, backoff_s(parcel.tries))
        self._keep(
            parcel,
            stage=Stage.WAITING,
            next_try_at=after_text(wait_s),
            sentence=f"{error} It is kept and goes out by itself.",
        )

    def _keep(self, parcel: Parcel, **changes: str | int | Stage) -> Parcel:
        kept = self._outbox.update(msgspec.structs.replace(parcel, **changes))
        self._told(parcel.bundle_id)
        return kept

    # -- replies and states ---------------------------------------------------------------------

    def _hand_in(self, note: Note) -> None:
        parcel = self._outbox.parcel(note.bundle_id)
        if parcel is None or parcel.stage not in OPEN or parcel.desk_url != self._desk_url:
            return
        reply = NewReply(id=note.id, text=note.text)
        try:
            view = self._transport.reply(parcel.number, parcel.token, reply)
        except (RefusedError, UnknownError) as refusal:
            self._put_off(note, 3600.0)
            self._keep(parcel, sentence=f"Your reply was not taken: {refusal}")
        except TransportError as error:
            self._put_off(note, max(error.retry_after_s, backoff_s(note.tries + 1)))
        else:
            self._outbox.update_note(msgspec.structs.replace(note, delivered=True))
            self._seen(parcel, view)
            self._told(parcel.bundle_id)

    def _put_off(self, note: Note, wait_s: float) -> None:
        later = msgspec.structs.replace(note, tries=note.tries + 1, next_try_at=after_text(wait_s))
        self._outbox.update_note(later)

    def _look(self, parcel: Parcel) -> None:
        try:
            view = self._transport.ticket(parcel.number, parcel.token)
        except (TransportError, UnknownError, RefusedError):
            return  # nothing is known to have changed; the next round asks again
        self._seen(parcel, view)

    def _seen(self, parcel: Parcel, view: TicketView) -> None:
        own = {note.id: note for note in self._outbox.notes(parcel.bundle_id)}
        notes = tuple(
            Note(
                id=reply.id,
                bundle_id=parcel.bundle_id,
                from_desk=reply.author is Author.DESK,
                name=reply.name,
                at=own[reply.id].at if reply.id in own else reply.at,
                text=reply.text,
                delivered=True,
            )
            for reply in view.replies
        )
        news = self._outbox.replace_notes(notes)
        stage = _stage(view, notes)
        if news or stage is not parcel.stage or view.outage != parcel.outage:
            sentence = _SENTENCES[stage].format(number=parcel.number)
            self._keep(
                parcel, stage=stage, outage=view.outage, sentence=sentence, looked_at=now_text()
            )


def _stage(view: TicketView, notes: tuple[Note, ...]) -> Stage:
    """Answered when the desk waits for the subscriber, or has written last."""
    stage = _STAGES[view.state]
    last = max(notes, key=lambda note: note.at, default=None)
    if stage in {Stage.RECEIVED, Stage.IN_PROGRESS} and last is not None and last.from_desk:
        return Stage.ANSWERED
    return stage


def backoff_s(tries: int) -> float:
    """Exponential with jitter, so that a whole town does not come back in the same second."""
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(tries, 16))
    return longest * (0.5 + random.random() / 2)
