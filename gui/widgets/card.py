"""Grounds for content: card, disclosure, rule, and the scrolling page column."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from gui.brand.tokens import COLUMN_WIDTH, XL, L, M, S
from gui.widgets.button import Button, Kind

NARROW = 520  # under this width margins shrink


class Card(QFrame):
    """A framed group; `tone` (ok, warn, bad, accent) tints it."""

    def __init__(self, tone: str = "", parent: QWidget | None = None, padding: int = L) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setProperty("tone", tone)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(padding, padding, padding, padding)
        self.rows.setSpacing(S)

    def set_tone(self, tone: str) -> None:
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class Rule(QFrame):
    """A thin line between groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rule")


class Disclosure(QWidget):
    """A button that shows and hides what lies under it."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = Button(words, Kind.QUIET, "down")
        self.button.setCheckable(True)
        self.content = QWidget()
        self.rows = QVBoxLayout(self.content)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(S)
        self.content.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(S)
        outer.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        outer.addWidget(self.content)
        self.button.toggled.connect(self._show)

    def set_words(self, words: str) -> None:
        self.button.say(words, "up" if self.button.isChecked() else "down")

    def _show(self, shown: bool) -> None:
        self.content.setVisible(shown)
        self.button.say(self.button.text(), "up" if shown else "down")


class Column(QScrollArea):
    """A page: one scrolling column of a readable width, centred in the window."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget()
        ground.setObjectName("column")
        self._line = QHBoxLayout(ground)
        body = QWidget()
        body.setMaximumWidth(COLUMN_WIDTH)
        self.rows = QVBoxLayout(body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(M)
        self._line.addStretch(1)
        self._line.addWidget(body, 1000)
        self._line.addStretch(1)
        self.setWidget(ground)
        self._set_margins(COLUMN_WIDTH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_margins(event.size().width())
        super().resizeEvent(event)
        self.resized.emit()

    def _set_margins(self, width: int) -> None:
        side, end = (M, L) if width < NARROW else (XL, XL)
        self._line.setContentsMargins(side, end, side, end)


def clear(layout: QLayout) -> None:
    """Remove and delete everything in `layout`."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        inner = item.layout()
        if inner is not None:
            clear(inner)
