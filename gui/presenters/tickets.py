"""Tickets from saved to answered, and the preview of what is sent."""

from __future__ import annotations

from dataclasses import dataclass

from agent.ipc.messages import (
    Delivery,
    PreviewFile,
    PreviewIs,
    Ticket,
    TicketMessage,
)
from diagnostics.words import Words
from gui.locale import _, figure, words
from gui.presenters import moments

UNSENT = (Delivery.SAVED, Delivery.WAITING, Delivery.SENDING, Delivery.REFUSED)
OVER = (Delivery.RESOLVED, Delivery.CLOSED, Delivery.REFUSED)
ORDER = (
    Delivery.SAVED,
    Delivery.WAITING,
    Delivery.SENDING,
    Delivery.RECEIVED,
    Delivery.IN_PROGRESS,
    Delivery.ANSWERED,
    Delivery.RESOLVED,
)


@dataclass(frozen=True)
class TrackStep:
    """`state` is done, now, ahead or failed; `word` says it for those who see no colour."""

    name: str
    state: str


@dataclass(frozen=True)
class MessageView:
    who: str
    when: str
    text: str
    mine: bool


@dataclass(frozen=True)
class TicketView:
    bundle_id: str
    title: str
    number: str
    sentence: str
    next_try: str
    track: tuple[TrackStep, ...]
    track_spoken: str
    messages: tuple[MessageView, ...]
    spoken_code: str
    can_reply: bool
    outage: str


@dataclass(frozen=True)
class FileView:
    title: str
    explains: str
    text: str


@dataclass(frozen=True)
class PreviewView:
    headline: str
    files: tuple[FileView, ...]
    left_out: tuple[str, ...]
    consent: str
    can_send: bool
    no_desk: str


def track(delivery: Delivery) -> tuple[TrackStep, ...]:
    names = (
        _("Saved"),
        _("Waiting"),
        _("Sending") if delivery is Delivery.SENDING else _("Sent"),
        _("Received"),
        _("In work"),
        _("Answered"),
        _("Resolved"),
    )
    if delivery is Delivery.REFUSED:
        return (TrackStep(_("Saved"), "done"), TrackStep(_("Not accepted"), "failed"))
    shown = Delivery.RESOLVED if delivery is Delivery.CLOSED else delivery
    at = ORDER.index(shown)
    over = shown is Delivery.RESOLVED
    steps = [
        TrackStep(name, "done" if index < at or over else "now" if index == at else "ahead")
        for index, name in enumerate(names)
    ]
    if at != ORDER.index(Delivery.WAITING):
        steps.pop(ORDER.index(Delivery.WAITING))  # only of interest while it is so
    return tuple(steps)


def ticket_view(ticket: Ticket, now: str) -> TicketView:
    waiting = ticket.delivery is Delivery.WAITING and ticket.next_try_at
    steps = track(ticket.delivery)
    number = _("Number {number}").format(number=figure(ticket.number)) if ticket.number else ""
    when = moments.ago(ticket.created_at, now)
    return TicketView(
        bundle_id=ticket.bundle_id,
        title=ticket.headline,
        number=", ".join(each for each in (number, when) if each),
        sentence=ticket.sentence,
        next_try=_next_try(ticket.next_try_at, now) if waiting else "",
        track=steps,
        track_spoken=spoken_track(steps),
        messages=tuple(_message(each, now) for each in ticket.messages),
        spoken_code=ticket.spoken_code if ticket.delivery in UNSENT else "",
        can_reply=bool(ticket.number) and ticket.delivery not in OVER,
        outage=ticket.outage,
    )


def _next_try(at: str, now: str) -> str:
    return _("Next try {when}. You need not wait: it goes out by itself.").format(
        when=moments.ahead(at, now)
    )


def spoken_track(steps: tuple[TrackStep, ...]) -> str:
    states = {
        "done": _("done"),
        "now": _("now"),
        "ahead": _("still to come"),
        "failed": _("failed"),
    }
    return ", ".join(f"{each.name}: {states[each.state]}" for each in steps)


def _message(message: TicketMessage, now: str) -> MessageView:
    when = moments.ago(message.at, now)
    if not message.from_desk and not message.delivered:
        when = _("waiting to be sent")
    who = words().name(message.name) if message.from_desk and message.name else ""
    if not who:
        who = _("Support") if message.from_desk else _("You")
    return MessageView(who=who, when=when, text=message.text, mine=not message.from_desk)


def preview_view(preview: PreviewIs) -> PreviewView:
    said = words()
    to_whom = said.name(preview.destination) if preview.destination else ""
    headline = _("This, and nothing else, goes to {who}").format(who=to_whom)
    no_desk = _(
        "Your provider takes no reports from this app. Call or write to them; the facts below"
        " stay on this computer and can be read out."
    )
    return PreviewView(
        headline=headline if to_whom else _("These are the facts"),
        files=tuple(_file(each, said) for each in preview.files),
        left_out=preview.left_out,
        consent=preview.consent_text,
        can_send=bool(to_whom),
        no_desk="" if to_whom else no_desk,
    )


def _file(file: PreviewFile, said: Words) -> FileView:
    return FileView(
        title=_("{name}, {size}").format(
            name=said.name(file.name), size=said.amount(file.size_bytes)
        ),
        explains=file.explains,
        text=file.text,
    )
