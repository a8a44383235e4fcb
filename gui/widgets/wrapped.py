"""Text inside painted controls: wrapped to the width there is, with its mnemonic underlined."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.TextFlag.TextShowMnemonic)
UNBOUND = 100_000


def text_size(widget: QWidget, text: str, width: int = UNBOUND) -> QSize:
    """Room that `text` takes in the widget's font when it may be `width` wide."""
    metrics = QFontMetrics(widget.font())
    room = metrics.boundingRect(QRect(0, 0, width, UNBOUND), WRAP, text).size()
    # painted text may be a little wider than measured text, and would wrap once more
    return QSize(min(width, room.width() + 2 + room.width() // 40), room.height())


def longest_word(widget: QWidget, text: str) -> int:
    """Width under which a word would be cut."""
    metrics = QFontMetrics(widget.font())
    words = text.replace("&", "").split() or [""]
    return max(metrics.horizontalAdvance(word) for word in words)


def draw(painter: QPainter, rect: QRect, text: str, align: Qt.AlignmentFlag) -> None:
    _paint(painter, rect, text, WRAP, align)


def draw_plain(painter: QPainter, rect: QRect, text: str, align: Qt.AlignmentFlag) -> None:
    """Without mnemonics: an ampersand stays one."""
    _paint(painter, rect, text, int(Qt.TextFlag.TextWordWrap), align)


def _paint(painter: QPainter, rect: QRect, text: str, flags: int, align: Qt.AlignmentFlag) -> None:
    """The edge goes by the window's direction, the order of words by the text's own."""
    direction = painter.layoutDirection()
    if direction is Qt.LayoutDirection.RightToLeft and align & Qt.AlignmentFlag.AlignLeft:
        align = align & ~Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignRight
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    absolute = int(align | Qt.AlignmentFlag.AlignAbsolute)
    painter.drawText(rect, flags | absolute, text)
    painter.setLayoutDirection(direction)
