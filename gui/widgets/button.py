"""Buttons painted from tokens: they wrap their words, show the focus, and never cut a letter."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui.brand import look
from gui.brand.tokens import RADIUS_SMALL, RING, TOUCH
from gui.widgets import focus, glyphs, wrapped

LEAST_SIDE = 6
GAP = 8


class Kind(StrEnum):
    HERO = "hero"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"


class Button(QPushButton):
    """A push button; `glyph` stands before the words and mirrors with them."""

    def __init__(
        self,
        text: str,
        kind: Kind = Kind.SECONDARY,
        glyph: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self._glyph = glyph
        self.setAutoDefault(kind in (Kind.HERO, Kind.PRIMARY))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._set_font()

    def set_kind(self, kind: Kind) -> None:
        if kind is not self._kind:
            self._kind = kind
            self._set_font()
            self.updateGeometry()

    def say(self, text: str, glyph: str = "") -> None:
        if (text, glyph) != (self.text(), self._glyph):
            self._glyph = glyph
            self.setText(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        room = wrapped.text_size(self, self.text())
        return QSize(
            max(room.width() + self._sides(), self._least_height()),
            max(room.height() + self._ends(), self._least_height()),
        )

    def minimumSizeHint(self) -> QSize:
        width = wrapped.longest_word(self, self.text()) + self._sides(LEAST_SIDE) + 2
        return QSize(width, self._least_height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = wrapped.text_size(self, self.text(), max(1, width - self._sides_at(width)))
        return max(room.height() + self._ends(), self._least_height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange):
            self._set_font()
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(RING, RING, -RING, -RING)
        ground, ink, edge = self._colours()
        radius = min(body.height() / 2, 16.0 if self._kind is Kind.HERO else RADIUS_SMALL + 2.0)
        painter.setPen(QPen(QColor(edge), 1.4) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body.adjusted(0.7, 0.7, -0.7, -0.7), radius, radius)
        if focus.ring_shown(self):
            painter.setPen(QPen(QColor(look.tokens().text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        self._paint_words(painter, ink)
        painter.end()

    def _paint_words(self, painter: QPainter, ink: str) -> None:
        side = self._side_at(self.width())
        inner = self.rect().adjusted(side, 0, -side, 0)
        painter.setPen(QColor(ink))
        painter.setFont(self.font())
        if not self._glyph:
            wrapped.draw(painter, inner, self.text(), Qt.AlignmentFlag.AlignCenter)
            return
        size, gap = self._glyph_size(), GAP
        words = wrapped.text_size(self, self.text(), inner.width() - size - gap)
        total = words.width() + size + gap
        left = inner.left() + max(0, (inner.width() - total) // 2)
        glyph_left, text_left = left, left + size + gap
        if self.isRightToLeft():
            glyph_left, text_left = left + words.width() + gap, left
        top = inner.center().y() - size / 2
        glyphs.paint(painter, self._glyph, QRectF(glyph_left, top, size, size), QColor(ink), 2.0)
        room = QRect(text_left, inner.top(), words.width() + 1, inner.height())
        wrapped.draw(painter, room, self.text(), Qt.AlignmentFlag.AlignCenter)

    def _colours(self) -> tuple[str, str, str]:
        """Ground, ink and edge; an empty one is not painted."""
        shown = look.tokens()
        if not self.isEnabled():
            return (shown.sunken, shown.muted, "" if self._filled() else shown.border)
        over = self.underMouse() or self.isDown()
        if self._filled():
            return (shown.accent_hover if over else shown.accent, shown.on_accent, "")
        if self._kind is Kind.SECONDARY:
            return (shown.accent_soft if over else shown.surface, shown.link, shown.edge)
        return (shown.accent_soft if over else "", shown.link, "")

    def _filled(self) -> bool:
        return self._kind in (Kind.HERO, Kind.PRIMARY)

    def _set_font(self) -> None:
        size = look.sizes().heading if self._kind is Kind.HERO else look.sizes().body
        self.setFont(look.font(size, bold=self._kind is not Kind.QUIET))

    def _glyph_size(self) -> int:
        return round(self.fontMetrics().height() * 1.05)

    def _side(self) -> int:
        return RING + {Kind.HERO: 36, Kind.QUIET: 8}.get(self._kind, 18)

    def _sides(self, side: int = -1) -> int:
        """What is not text, both sides together."""
        each = self._side() if side < 0 else RING + side
        return 2 * each + (self._glyph_size() + GAP if self._glyph else 0) + 2

    def _side_at(self, width: int) -> int:
        """Padding gives way before the words wrap."""
        short = self.sizeHint().width() - width
        return max(RING + LEAST_SIDE, self._side() - max(0, (short + 1) // 2))

    def _sides_at(self, width: int) -> int:
        return self._sides(self._side_at(width) - RING)

    def _ends(self) -> int:
        return 2 * RING + (28 if self._kind is Kind.HERO else 18)

    def _least_height(self) -> int:
        return TOUCH + (16 if self._kind is Kind.HERO else 0)
