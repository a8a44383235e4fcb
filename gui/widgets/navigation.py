"""The way from page to page: a side bar where there is room, a foot bar where there is not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from gui.brand import look
from gui.brand.tokens import RADIUS_SMALL, TOUCH, XS, L, M, S
from gui.widgets import focus, glyphs, wrapped
from gui.widgets.text import Text


class NavItem(QPushButton):
    """One page. In the foot bar the words stand under the drawing, or go when there is no room."""

    def __init__(self, text: str, glyph: str, *, stacked: bool) -> None:
        super().__init__(text)
        self._glyph = glyph
        self._stacked = stacked
        self.bare = False
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(text.replace("&", ""))
        self.setAccessibleName(text.replace("&", ""))
        across = QSizePolicy.Policy.Expanding if stacked else QSizePolicy.Policy.Preferred
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self._set_font()

    def set_bare(self, bare: bool) -> None:
        if bare != self.bare:
            self.bare = bare
            self.updateGeometry()
            self.update()

    def full_width(self) -> int:
        room = wrapped.text_size(self, self.text()).width() + 2 * S
        return room if self._stacked else room + self._glyph_size() + M

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        if not self._stacked:
            return QSize(self.full_width(), max(TOUCH, height + 2 * S))
        tall = self._glyph_size() + 2 * S + (0 if self.bare else height + XS)
        return QSize(TOUCH if self.bare else self.full_width(), max(TOUCH, tall))

    def minimumSizeHint(self) -> QSize:
        return QSize(TOUCH if self._stacked else self.full_width(), self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange):
            self._set_font()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = look.tokens()
        body = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shown.accent_soft))
            painter.drawRoundedRect(body, RADIUS_SMALL, RADIUS_SMALL)
        if focus.ring_shown(self):
            painter.setPen(QPen(QColor(shown.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(-1, -1, 1, 1), RADIUS_SMALL, RADIUS_SMALL)
        ink = QColor(shown.link if self.isChecked() else shown.text)
        self._paint_content(painter, ink)
        painter.end()

    def _paint_content(self, painter: QPainter, ink: QColor) -> None:
        size = self._glyph_size()
        words = QRect(self.rect())
        if self._stacked:
            top = (self.height() - size) / 2 if self.bare else S
            art = QRectF((self.width() - size) / 2, top, size, size)
            words.setTop(round(top) + size)
            align = Qt.AlignmentFlag.AlignCenter
        else:
            left = self.width() - S - size if self.isRightToLeft() else S
            art = QRectF(left, (self.height() - size) / 2, size, size)
            words = words.adjusted(size + S + M - XS, 0, 0, 0)
            if self.isRightToLeft():
                words = self.rect().adjusted(0, 0, -(size + S + M - XS), 0)
            align = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        glyphs.paint(painter, self._glyph, art, ink, 1.8)
        if not self.bare:
            painter.setPen(ink)
            painter.setFont(self.font())
            wrapped.draw(painter, words, self.text(), align)

    def _glyph_size(self) -> int:
        return round(self.fontMetrics().height() * 1.2)

    def _set_font(self) -> None:
        size = look.sizes().small if self._stacked else look.sizes().body
        self.setFont(look.font(size, bold=not self._stacked))


class Navigation(QFrame):
    """The items and, in the side bar, brand on top and phone at the foot."""

    chosen = Signal(str)

    def __init__(self, places: tuple[tuple[str, str, str], ...], *, stacked: bool) -> None:
        """`places`: key, words, glyph."""
        super().__init__()
        self._stacked = stacked
        self.setProperty("role", "foot" if stacked else "side")
        self.brand = Text("", "brand")
        self.support = Text("", "small")
        self._group = QButtonGroup(self)
        self.items: dict[str, NavItem] = {}
        for key, words, glyph in places:
            item = NavItem(words, glyph, stacked=stacked)
            item.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(item)
            self.items[key] = item
        (self._lay_out_foot if stacked else self._lay_out_side)()

    def mark(self, key: str) -> None:
        self._group.setExclusive(False)
        for each, item in self.items.items():
            item.setChecked(each == key)
        self._group.setExclusive(True)

    def fit(self, width: int) -> None:
        """In a foot bar: all words or none, never a cut one."""
        if self._stacked:
            widest = max(item.full_width() for item in self.items.values())
            bare = widest * len(self.items) + 2 * S > width
            for item in self.items.values():
                item.set_bare(bare)

    def _lay_out_side(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(M, L, M, M)
        rows.setSpacing(XS)
        rows.addWidget(self.brand)
        rows.addSpacing(M)
        for item in self.items.values():
            rows.addWidget(item)
        rows.addStretch(1)
        rows.addWidget(self.support)

    def _lay_out_foot(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(S, XS, S, XS)
        line.setSpacing(0)
        for item in self.items.values():
            line.addWidget(item)
        self.brand.hide()
        self.support.hide()
