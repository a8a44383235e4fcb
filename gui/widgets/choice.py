"""Check box and radio button whose words may take several lines and grow with the text size."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from gui.brand import look
from gui.brand.tokens import TOUCH
from gui.widgets import focus, glyphs, wrapped

USUAL_WIDTH = 420
SIDE = 6
GAP = 12


class Consent(QCheckBox):
    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        _let_grow(self)

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return _least(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _height(self, width)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, round_box=False)


class Choice(QRadioButton):
    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        _let_grow(self)

    def sizeHint(self) -> QSize:
        return _hint(self)

    def minimumSizeHint(self) -> QSize:
        return _least(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _height(self, width)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, round_box=True)


def _let_grow(button: QAbstractButton) -> None:
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)


def _box_size(button: QAbstractButton) -> int:
    return max(20, round(button.fontMetrics().height() * 0.95))


def _indent(button: QAbstractButton) -> int:
    return _box_size(button) + SIDE + GAP


def _hint(button: QAbstractButton) -> QSize:
    room = wrapped.text_size(button, button.text(), USUAL_WIDTH)
    return QSize(room.width() + _indent(button) + SIDE + 2, max(room.height() + 12, TOUCH))


def _least(button: QAbstractButton) -> QSize:
    word = wrapped.longest_word(button, button.text())
    return QSize(word + _indent(button) + SIDE + 2, TOUCH)


def _height(button: QAbstractButton, width: int) -> int:
    inner = max(1, width - _indent(button) - SIDE)
    return max(wrapped.text_size(button, button.text(), inner).height() + 12, TOUCH)


def _paint(button: QAbstractButton, *, round_box: bool) -> None:
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shown, size, indent = look.tokens(), _box_size(button), _indent(button)
    left = button.width() - size - SIDE if button.isRightToLeft() else SIDE
    box = QRectF(left, (button.height() - size) / 2, size, size)
    if focus.ring_shown(button):
        painter.setPen(QPen(QColor(shown.text), 2))
        painter.drawRoundedRect(QRectF(button.rect()).adjusted(1, 1, -1, -1), 6, 6)
    painter.setPen(QPen(QColor(shown.accent if button.isChecked() else shown.edge), 2))
    filled = button.isChecked() and not round_box
    painter.setBrush(QColor(shown.accent if filled else shown.surface))
    radius = size / 2 if round_box else 4
    painter.drawRoundedRect(box, radius, radius)
    if button.isChecked() and round_box:
        painter.setBrush(QColor(shown.accent))
        painter.drawEllipse(box.adjusted(size / 4, size / 4, -size / 4, -size / 4))
    elif button.isChecked():
        glyphs.paint(painter, "ok", box, QColor(shown.on_accent), 2.6)
    painter.setPen(QColor(shown.text if button.isEnabled() else shown.muted))
    room = button.rect().adjusted(indent, 6, -SIDE, -6)
    if button.isRightToLeft():
        room = button.rect().adjusted(SIDE, 6, -indent, -6)
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
    wrapped.draw(painter, room, button.text(), align)
    painter.end()
