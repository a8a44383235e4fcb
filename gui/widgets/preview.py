"""Exactly what will be sent, file by file, before anything is sent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.brand.tokens import M, S
from gui.locale import _
from gui.presenters.tickets import FileView, PreviewView
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card, Disclosure, clear
from gui.widgets.choice import Consent
from gui.widgets.flow import Flow
from gui.widgets.marked import Sentences
from gui.widgets.text import Text

FILE_HEIGHT = 260


class Preview(Card):
    sent = Signal()
    taken_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.rows.setSpacing(M)
        self._parts: list[Disclosure] = []
        self.headline = Text("", "heading")
        self.no_desk = Text("", "strong")
        self._files = Card(padding=M)
        self.left_out_title = Text(_("Never sent"), "strong")
        self.left_out = Sentences()
        self.consent = Consent()
        self.send = Button(_("S&end"), Kind.HERO)
        self.back = Button(_("Do not send"), Kind.SECONDARY)
        self.consent.toggled.connect(self._set_enabled)
        self.send.clicked.connect(self.sent)
        self.back.clicked.connect(self.taken_back)
        for part in (
            self.headline,
            self.no_desk,
            self._files,
            self.left_out_title,
            self.left_out,
            self.consent,
        ):
            self.rows.addWidget(part)
        flow = Flow(gap=S)
        flow.addWidget(self.send)
        flow.addWidget(self.back)
        self.rows.addLayout(flow)

    def show_preview(self, view: PreviewView) -> None:
        self.headline.say(view.headline)
        self.no_desk.say(view.no_desk)
        clear(self._files.rows)
        self._parts = [_file_part(file) for file in view.files]
        for part in self._parts:
            self._files.rows.addWidget(part)
        self.left_out_title.setVisible(bool(view.left_out))
        self.left_out.show_sentences(view.left_out)
        self.consent.setText(view.consent.replace("&", "&&"))
        self.consent.updateGeometry()
        self.consent.setChecked(False)
        self.consent.setVisible(view.can_send)
        self.send.setVisible(view.can_send)
        self._set_enabled()

    def first_focus(self) -> QWidget:
        """What there is to read: a blank struck by habit must not agree to what was not seen."""
        return self._parts[0].button if self._parts else self.back

    def _set_enabled(self) -> None:
        self.send.setEnabled(self.consent.isChecked())


def _file_part(file: FileView) -> Disclosure:
    part = Disclosure(file.title)
    text = QPlainTextEdit(file.text)
    text.setProperty("role", "file")
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setFixedHeight(FILE_HEIGHT)
    text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    text.setAccessibleName(file.title)
    outer = part.layout()
    if outer is not None:
        outer.addWidget(Text(file.explains, "small"))
    part.rows.addWidget(text)
    return part
