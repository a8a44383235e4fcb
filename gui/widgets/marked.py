"""Words with a sign before them: verdict head, what it means, evidence lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.brand.tokens import XS, M, S
from gui.locale import _
from gui.presenters.figures import Table
from gui.presenters.result import MeaningView
from gui.widgets.banner import Mark
from gui.widgets.card import Card, clear
from gui.widgets.text import Text

TOP = Qt.AlignmentFlag.AlignTop


class Marked(QWidget):
    """A sign and, beside it, a column of labels."""

    def __init__(self, tone: str, lines: float = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = Mark(tone, lines)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(XS)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(M if lines > 1 else S)
        self._line.addWidget(self.mark, 0, TOP)
        self._line.addLayout(self.rows, 1)

    def stack(self, stacked: bool) -> None:
        """The sign above the words, where the width is dear."""
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._line.setDirection(down if stacked else across)


class MeaningRow(Marked):
    """What the figures mean for calls, films or games."""

    def __init__(self, view: MeaningView) -> None:
        super().__init__(view.tone)
        title = Text(_("{activity}: {word}").format(activity=view.title, word=view.word), "strong")
        self.rows.addWidget(title)
        if view.text:
            self.rows.addWidget(Text(view.text, "small"))


class Sentences(QWidget):
    """A list of plain sentences, each behind a dot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(S)

    def show_sentences(self, sentences: tuple[str, ...]) -> None:
        clear(self._rows)
        for sentence in sentences:
            line = QHBoxLayout()
            line.setSpacing(S)
            dot = Text("•", "muted")
            dot.setAccessibleName(" ")  # the dot itself is not worth hearing
            dot.setWordWrap(False)
            line.addWidget(dot, 0, TOP)
            line.addWidget(Text(sentence), 1)
            self._rows.addLayout(line)
        self.setVisible(bool(sentences))


class FigureTable(Card):
    """Name and figure, side by side; what was not measured says why."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.rows.addWidget(Text(table.title, "strong"))
        for row in table.rows:
            line = QHBoxLayout()
            line.setSpacing(M)
            line.addWidget(Text(row.name, "muted"), 3, TOP)
            value = Text(row.value, "strong" if row.measured else "small")
            value.set_side(Qt.AlignmentFlag.AlignRight)
            line.addWidget(value, 2, TOP)
            self.rows.addLayout(line)
