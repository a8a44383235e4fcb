"""Get help: people first, then what to send them, then the tickets and their answers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent.ipc.messages import (
    PreviewBundle,
)
from gui.agent_link import LinkState
from gui.brand.tokens import M, S
from gui.case import Case
from gui.locale import _, figure
from gui.pages.page import Page, Place
from gui.presenters import moments
from gui.presenters.support import Channel, channels
from gui.presenters.tickets import preview_view, ticket_view
from gui.remembered import Remembered
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card, clear
from gui.widgets.contact_form import ContactForm
from gui.widgets.flow import Flow
from gui.widgets.preview import Preview
from gui.widgets.text import Text, open_link
from gui.widgets.ticket_card import TicketCard


class HelpPage(Page):
    def __init__(self, case: Case, remembered: Remembered, parent: QWidget | None = None) -> None:
        super().__init__(case, parent)
        self._remembered = remembered
        self._complaint_of = ""
        self.cards: dict[str, TicketCard] = {}
        self._lay_out()
        self.form.fill(remembered.contact())
        case.profile_changed.connect(self._show_channels)
        case.run_changed.connect(self._show_state)
        case.link_changed.connect(self._show_state)
        case.preview_changed.connect(self._on_preview)
        case.tickets_changed.connect(self._show_tickets)
        case.failed.connect(self._show_state)
        self.refresh()

    def first_focus(self) -> QWidget:
        if self.preview.isVisibleTo(self):
            return self.preview.first_focus()
        return self.show_it if self.show_it.isVisibleTo(self) else self.to_home

    def refresh(self) -> None:
        self._show_channels()
        self._show_state()
        self._show_tickets()

    def opened(self) -> None:
        super().opened()
        if self.case.tickets and self.case.link_state is LinkState.CONNECTED:
            self.case.refresh_tickets()

    def _show_channels(self) -> None:
        clear(self._channels)
        support = self.case.profile.support
        for channel in channels(support):
            self._channels.addWidget(self._channel(channel))
        self.hours.say(figure(support.hours))
        self.no_channels.say(
            "" if channels(support) else _("Your provider left no phone number or address here.")
        )

    def _channel(self, channel: Channel) -> QWidget:
        words = channel.name
        if channel.value:
            words = _("{way}: {value}").format(way=channel.name, value=channel.value)
        button = Button(words.replace("&", "&&"), Kind.SECONDARY, channel.glyph)
        button.setToolTip(channel.address)
        button.clicked.connect(partial(open_link, channel.address))
        return button

    def _show_state(self) -> None:
        run, preview = self.case.run, self.case.preview
        connected = self.case.link_state is LinkState.CONNECTED
        self._no_run.setVisible(run is None)
        self._ask.setVisible(run is not None and preview is None)
        self.preview.setVisible(preview is not None)
        self.show_it.setEnabled(connected)
        if run is not None and run.id != self._complaint_of:
            self._complaint_of = run.id
            self.form.complaint.setPlainText(run.complaint)

    def _on_preview(self) -> None:
        preview = self.case.preview
        self._show_state()
        if preview is not None:
            self.preview.show_preview(preview_view(preview))
            if self.isVisible():
                self.preview.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)
                self.ensureWidgetVisible(self.preview.headline)

    def _ask_preview(self) -> None:
        run = self.case.run
        if run is None:
            return
        contact = self.form.contact()
        self._remembered.keep(contact)
        self.case.ask_preview(
            PreviewBundle(
                run_id=run.id,
                complaint=self.form.complaint.toPlainText().strip(),
                name=contact.name,
                phone=contact.phone,
                email=contact.email,
                customer_number=contact.customer_number,
                contact_by=contact.contact_by,
                best_time=contact.best_time,
            )
        )

    def _send(self) -> None:
        if self.case.preview is not None:
            self.case.send(self.case.preview)

    def _show_tickets(self) -> None:
        tickets = self.case.tickets
        now = moments.now()
        self._tickets_head.setVisible(bool(tickets))
        gone = set(self.cards) - {each.bundle_id for each in tickets}
        for bundle_id in gone:
            self.cards.pop(bundle_id).deleteLater()
        for place, ticket in enumerate(tickets):
            card = self.cards.get(ticket.bundle_id)
            if card is None:
                card = self.cards[ticket.bundle_id] = TicketCard()
                card.replied.connect(self.case.reply)
                self._tickets.insertWidget(place, card)
            card.show_ticket(ticket_view(ticket, now))

    def _lay_out(self) -> None:
        self.rows.addWidget(Text(_("Get help"), "title"))
        self.rows.addWidget(self._make_people())
        self.rows.addWidget(self._make_tickets_head())
        self._tickets = QVBoxLayout()
        self._tickets.setSpacing(M)
        self.rows.addLayout(self._tickets)
        self._no_run = self._make_no_run()
        self._ask = self._make_ask()
        self.preview = Preview()
        self.preview.sent.connect(self._send)
        self.preview.taken_back.connect(self.case.discard_preview)
        for part in (self._no_run, self._ask, self.preview):
            self.rows.addWidget(part)
        self.rows.addStretch(1)

    def _make_people(self) -> QWidget:
        card = Card()
        card.rows.addWidget(Text(_("Talk to a person"), "heading"))
        self.no_channels = Text("", "muted")
        self.hours = Text("", "muted")
        self._channels = Flow(gap=S)
        card.rows.addWidget(self.no_channels)
        card.rows.addLayout(self._channels)
        card.rows.addWidget(self.hours)
        return card

    def _make_tickets_head(self) -> QWidget:
        self._tickets_head = QWidget()
        line = QHBoxLayout(self._tickets_head)
        line.setContentsMargins(0, S, 0, 0)
        line.addWidget(Text(_("Your tickets"), "heading"), 1)
        look = Button(_("&Look for answers"), Kind.QUIET)
        look.clicked.connect(self.case.refresh_tickets)
        line.addWidget(look)
        return self._tickets_head

    def _make_no_run(self) -> QWidget:
        card = Card()
        card.rows.addWidget(Text(_("Nothing to send yet"), "heading"))
        card.rows.addWidget(
            Text(_("Run a check first. Then support sees the facts and need not ask for them."))
        )
        self.to_home = Button(_("Go to the &check"), Kind.PRIMARY)
        self.to_home.clicked.connect(lambda: self.wanted.emit(Place.HOME))
        card.rows.addWidget(self.to_home, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _make_ask(self) -> QWidget:
        card = Card()
        card.rows.setSpacing(M)
        card.rows.addWidget(Text(_("Send the facts"), "heading"))
        card.rows.addWidget(
            Text(_("All fields may stay empty. First you see everything, then you decide."))
        )
        self.form = ContactForm()
        self.show_it = Button(_("Show what woul&d be sent"), Kind.PRIMARY)
        self.show_it.clicked.connect(self._ask_preview)
        card.rows.addWidget(self.form)
        flow = Flow()
        flow.addWidget(self.show_it)
        card.rows.addLayout(flow)
        return card
