"""A strip over the page: what is amiss with the program itself, in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from gui.brand import look
from gui.brand.tokens import M, S
from gui.widgets import glyphs
from gui.widgets.button import Button, Kind
from gui.widgets.text import Text

MARK = 22


class Mark(QWidget):
    """The sign of a state, beside the words that say it."""

    def __init__(self, tone: str, lines: float = 1, parent: QWidget | None = None) -> None:
        """`lines`: its height in lines of text, so that it grows with them."""
        super().__init__(parent)
        self._tone = tone
        self._lines = lines
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_tone(self, tone: str) -> None:
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        size = max(MARK, round(self.fontMetrics().height() * 1.1)) * self._lines
        return QSize(round(size) + 4, round(size) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = look.tokens()
        ink = {"ok": shown.ok, "warn": shown.warn, "bad": shown.bad}.get(self._tone, shown.muted)
        box = self.rect().adjusted(2, 2, -2, -2).toRectF()
        glyphs.paint_mark(painter, self._tone, box, QColor(ink), QColor(shown.surface))
        painter.end()


class Banner(QFrame):
    """Hidden while there is nothing to say. `acted` when its button is pressed."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.words = Text("")
        self.button = Button("", Kind.QUIET)
        self.button.clicked.connect(self.acted)
        line = QHBoxLayout(self)
        line.setContentsMargins(M, S, M, S)
        line.setSpacing(S)
        line.addWidget(Mark("warn"), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.words, 1)
        line.addWidget(self.button)
        self.hide()

    def say(self, words: str, action: str = "") -> None:
        self.words.say(words)
        self.button.say(action)
        self.button.setVisible(bool(action))
        self.setVisible(bool(words))
