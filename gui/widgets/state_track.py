"""A ticket's way from saved to resolved: dots with words, side by side or one under the other."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.brand import look
from gui.brand.tokens import M, S
from gui.locale import _
from gui.presenters.tickets import TrackStep, spoken_track
from gui.widgets import glyphs
from gui.widgets.text import Text

DOT = 22


class StateTrack(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[TrackStep, ...] = ()
        self._labels: list[Text] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(_("State of the ticket"))

    def show_steps(self, steps: tuple[TrackStep, ...]) -> None:
        if steps == self._steps:
            return
        self._steps = steps
        for label in self._labels:
            label.deleteLater()
        self._labels = [self._label(step) for step in steps]
        self.setAccessibleDescription(spoken_track(steps))
        self._arrange()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._wide_width(), self.heightForWidth(self._wide_width()))

    def minimumSizeHint(self) -> QSize:
        widest = max((label.sizeHint().width() for label in self._labels), default=0)
        return QSize(DOT + M + widest, DOT)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width < self._wide_width():
            return self._row_height() * len(self._labels)
        return DOT + S + self._line_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _label(self, step: TrackStep) -> Text:
        label = Text(step.name, "strong" if step.state in ("now", "failed") else "small", self)
        label.setWordWrap(False)
        label.show()
        return label

    def _line_height(self) -> int:
        return max((label.sizeHint().height() for label in self._labels), default=0)

    def _row_height(self) -> int:
        return max(self._line_height(), DOT) + S

    def _wide_width(self) -> int:
        widest = max((label.sizeHint().width() for label in self._labels), default=0)
        return (widest + S) * len(self._labels)

    def _is_vertical(self) -> bool:
        return self.width() < self._wide_width()

    def _arrange(self) -> None:
        vertical = self._is_vertical()
        for index, label in enumerate(self._labels):
            dot = self._dot(index)
            if vertical:
                left = 0 if self.isRightToLeft() else DOT + M
                top, height = round(dot.center().y()) - self._row_height() // 2, self._row_height()
                label.setGeometry(left, top, self.width() - DOT - M, height)
                label.set_side(Qt.AlignmentFlag.AlignLeft)
            else:
                step = self.width() // len(self._labels)
                left = round(dot.center().x()) - step // 2
                label.setGeometry(left, DOT + S, step, self._line_height())
                label.set_side(Qt.AlignmentFlag.AlignHCenter)

    def _dot(self, index: int) -> QRectF:
        box = QRectF(0, 0, DOT, DOT)
        if self._is_vertical():
            x = self.width() - DOT / 2 - 1 if self.isRightToLeft() else DOT / 2 + 1
            box.moveCenter(QPointF(x, self._row_height() * (index + 0.5)))
            return box
        step = self.width() // max(1, len(self._labels))
        x = step * (index + 0.5)
        box.moveCenter(QPointF(self.width() - x if self.isRightToLeft() else x, DOT / 2 + 0.5))
        return box

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = look.tokens()
        for index in range(1, len(self._steps)):
            ahead = self._steps[index].state == "ahead"
            painter.setPen(QPen(QColor(shown.border if ahead else shown.accent), 3))
            painter.drawLine(self._dot(index - 1).center(), self._dot(index).center())
        for index, step in enumerate(self._steps):
            self._paint_dot(painter, step, self._dot(index).adjusted(2, 2, -2, -2))
        painter.end()

    def _paint_dot(self, painter: QPainter, step: TrackStep, box: QRectF) -> None:
        shown = look.tokens()
        ink = {"failed": shown.bad, "ahead": shown.edge}.get(step.state, shown.accent)
        full = step.state in ("done", "failed")
        painter.setPen(QPen(QColor(ink), 2.5))
        painter.setBrush(QColor(ink if full else shown.surface))
        painter.drawEllipse(box)
        if full:
            ground = QColor(shown.surface if step.state == "failed" else shown.on_accent)
            glyphs.paint(painter, "bad" if step.state == "failed" else "ok", box, ground, 2.8)
        elif step.state == "now":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ink))
            painter.drawEllipse(box.adjusted(4, 4, -4, -4))
