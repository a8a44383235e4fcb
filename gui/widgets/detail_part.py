"""The part of the result that only the detailed view has."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.brand.tokens import M, S
from gui.locale import _
from gui.presenters.detail import DetailView
from gui.widgets.card import Card, clear
from gui.widgets.marked import FigureTable, Marked, Sentences
from gui.widgets.text import Text


class DetailPart(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(M)

    def show_detail(self, view: DetailView) -> None:
        clear(self._rows)
        if view.causes.rows:
            self._rows.addWidget(FigureTable(view.causes))
        else:
            self._rows.addWidget(_listed(view.causes.title, (view.nothing,)))
        self._rows.addWidget(_signs(view))
        listed = ((_("Ruled out"), view.excluded), (_("Could not be measured"), view.missing))
        for title, sentences in listed:
            if sentences:
                self._rows.addWidget(_listed(title, sentences))
        self._rows.addWidget(_listed(_("What would change the verdict"), view.would_change))
        for table in view.tables:
            self._rows.addWidget(FigureTable(table))


def _listed(title: str, sentences: tuple[str, ...]) -> Card:
    card = Card()
    card.rows.addWidget(Text(title, "strong"))
    shown = Sentences()
    card.rows.addWidget(shown)  # first: what is shown without a parent is a window of its own
    shown.show_sentences(sentences)
    return card


def _signs(view: DetailView) -> Card:
    card = Card()
    card.rows.setSpacing(M)
    card.rows.addWidget(Text(_("Signs, with the figures that decided them"), "strong"))
    for sign in view.signs:
        line = Marked(sign.tone)
        line.rows.setSpacing(S // 2)
        line.rows.addWidget(Text(sign.text))
        line.rows.addWidget(Text(sign.decided, "small"))
        card.rows.addWidget(line)
    if view.no_signs:
        card.rows.addWidget(Text(view.no_signs))
    return card
