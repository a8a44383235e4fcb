"""A QR code painted from its modules; always dark on white, or phones do not read it."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

QUIET_ZONE = 4  # ISO/IEC 18004: four modules on each side
SIDE = 176


class QrCode(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._modules: tuple[bytes, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            made = segno.make_qr(text, error="m") if text else None
            self._modules = tuple(bytes(row) for row in made.matrix) if made is not None else ()
            self.update()

    def modules(self) -> tuple[bytes, ...]:
        """Rows of 0 (light) and 1 (dark), without the quiet zone."""
        return self._modules

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setBrush(QColor("#000000"))
        count = len(self._modules) + 2 * QUIET_ZONE
        size = min(self.width(), self.height()) // count  # whole pixels: no grey seams
        start = (min(self.width(), self.height()) - size * len(self._modules)) // 2
        for y, row in enumerate(self._modules):
            for x, dark in enumerate(row):
                if dark:
                    painter.drawRect(start + x * size, start + y * size, size, size)
        painter.end()
