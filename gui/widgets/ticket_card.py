"""One ticket: where it stands, what was written, and how to read it out when the line is down."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.brand.tokens import XS, M, S
from gui.locale import _, figure
from gui.presenters.tickets import MessageView, TicketView
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card, clear
from gui.widgets.flow import Flow
from gui.widgets.qr_code import QrCode
from gui.widgets.state_track import StateTrack
from gui.widgets.text import Text

REPLY_HEIGHT = 88


class Bubble(QWidget):
    """One message; one's own stand at the trailing edge."""

    def __init__(self, view: MessageView) -> None:
        super().__init__()
        ground = QFrame()
        ground.setProperty("role", "bubble")
        ground.setProperty("mine", view.mine)
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(M, S, M, S)
        rows.setSpacing(XS)
        rows.addWidget(Text(f"{view.who} · {view.when}", "small"))
        rows.addWidget(Text(view.text))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        if view.mine:
            line.addStretch(1)
        line.addWidget(ground, 5)
        if not view.mine:
            line.addStretch(1)


class TicketCard(Card):
    """Kept while the page is refreshed, so that a half-written reply stays."""

    replied = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._bundle_id = ""
        self.title = Text("", "heading")
        self.number = Text("", "small")
        self.outage = Text("", "strong")
        self.track = StateTrack()
        self.sentence = Text("", "strong")
        self.next_try = Text("", "muted")
        self._messages = QVBoxLayout()
        self.reply = QPlainTextEdit()
        self.reply.setFixedHeight(REPLY_HEIGHT)
        self.reply.setTabChangesFocus(True)
        self.reply.setAccessibleName(_("Your reply"))
        self.reply.setPlaceholderText(_("Write to support"))
        self.send = Button(_("Send reply"), Kind.SECONDARY)
        self.send.clicked.connect(self._send)
        self.reply.textChanged.connect(self._set_enabled)
        self.rows.setSpacing(M)
        for part in (self.title, self.number, self.outage, self.track, self.sentence):
            self.rows.addWidget(part)
        self.rows.addWidget(self.next_try)
        self.rows.addWidget(self._make_code())
        self.rows.addLayout(self._messages)
        self.rows.addWidget(self.reply)
        self.rows.addWidget(self.send, 0, Qt.AlignmentFlag.AlignLeading)
        self._set_enabled()

    def show_ticket(self, view: TicketView) -> None:
        self._bundle_id = view.bundle_id
        self.title.say(view.title)
        self.number.say(view.number)
        self.outage.say(view.outage)
        self.track.show_steps(view.track)
        self.sentence.say(view.sentence)
        self.next_try.say(view.next_try)
        self._show_code(view.spoken_code)
        clear(self._messages)
        for message in view.messages:
            self._messages.addWidget(Bubble(message))
        self.reply.setVisible(view.can_reply)
        self.send.setVisible(view.can_reply)

    def _send(self) -> None:
        text = self.reply.toPlainText().strip()
        if text:
            self.replied.emit(self._bundle_id, text)
            self.reply.clear()

    def _set_enabled(self) -> None:
        self.send.setEnabled(bool(self.reply.toPlainText().strip()))

    def _make_code(self) -> QWidget:
        self._code = Card("accent", padding=M)
        self.code_words = Text(
            _("No line? Read this code to the person on the phone, or let them scan it.")
        )
        self.code = Text("", "code")
        self.qr = QrCode()
        self.qr.setAccessibleName(_("The same code to scan"))
        flow = Flow(gap=M)
        flow.addWidget(self.qr)
        flow.addWidget(self.code)
        self._code.rows.addWidget(self.code_words)
        self._code.rows.addLayout(flow)
        return self._code

    def _show_code(self, code: str) -> None:
        self._code.setVisible(bool(code))
        self.code.say(figure(code))
        self.qr.show_text(code)
