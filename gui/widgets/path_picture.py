"""The path picture: words are real labels (they mirror and are read aloud), art is painted."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.brand import look
from gui.brand.tokens import XS, M, S, Tokens
from gui.locale import _
from gui.presenters.path import Stretch, spoken
from gui.widgets import glyphs
from gui.widgets.text import Text

WIDE_ICON, NARROW_ICON = 64, 48
MARK = 22
PULSE_MS = 60
PULSE_STEPS = 24


def _icon_size(widget: QWidget, *, vertical: bool) -> int:
    """The drawing grows with the text beside it."""
    height = widget.fontMetrics().height()
    return max(NARROW_ICON, round(2.3 * height)) if vertical else max(WIDE_ICON, 3 * height)


def _mark_size(widget: QWidget) -> int:
    return max(MARK, widget.fontMetrics().height())


class Station(QWidget):
    """One stretch: its drawing, name, word and figure. The line has a sign and no drawing."""

    def __init__(self, parent: QWidget, stretch: Stretch) -> None:
        super().__init__(parent)
        self.name = Text("", "strong", self)
        self.word = Text("", "small", self)
        self.figure = Text("", "small", self)
        for label in (self.name, self.word, self.figure):
            label.setWordWrap(False)
        self.stretch = stretch
        self.art = QRectF()
        self.show_stretch(stretch)

    def show_stretch(self, stretch: Stretch) -> None:
        self.stretch = stretch
        for label, words in (
            (self.name, stretch.name),
            (self.word, stretch.word),
            (self.figure, stretch.figure),
        ):
            label.setText(words)
        self.word.set_tone(stretch.tone)
        self.setAccessibleName(stretch.spoken())
        self.update()

    @property
    def is_line(self) -> bool:
        return self.stretch.key == "line"

    def wide_size(self) -> QSize:
        icon = _icon_size(self, vertical=False)
        hints = [label.sizeHint() for label in (self.name, self.word, self.figure)]
        width = max(icon, *(hint.width() for hint in hints)) + S
        return QSize(width, icon + S + sum(hint.height() for hint in hints))

    def tall_size(self) -> QSize:
        """As a row: drawing, then name over word, figure at the end."""
        icon = _icon_size(self, vertical=True)
        name, word, fig = (each.sizeHint() for each in (self.name, self.word, self.figure))
        width = icon + M + max(name.width(), word.width()) + M + fig.width()
        return QSize(width, max(icon, name.height() + word.height()) + 2 * M)

    def place(self, *, vertical: bool) -> None:
        (self._place_row if vertical else self._place_column)()

    def _place_column(self) -> None:
        icon = _icon_size(self, vertical=False)
        self.art = QRectF((self.width() - icon) / 2, 0, icon, icon)
        top = icon + S
        for label in (self.name, self.word, self.figure):
            label.set_side(Qt.AlignmentFlag.AlignHCenter)
            height = label.sizeHint().height()
            label.setGeometry(0, top, self.width(), height)
            top += height

    def _place_row(self) -> None:
        name, word, fig = (each.sizeHint() for each in (self.name, self.word, self.figure))
        icon = _icon_size(self, vertical=True)
        self.art = QRectF(0, (self.height() - icon) / 2, icon, icon)
        top = (self.height() - name.height() - word.height()) // 2
        left = icon + M
        room = self.width() - left - fig.width() - (M if fig.width() else 0)
        self.name.setGeometry(left, top, room, name.height())
        self.word.setGeometry(left, top + name.height(), room, word.height())
        self.figure.setGeometry(self.width() - fig.width(), 0, fig.width(), self.height())
        for label in (self.name, self.word, self.figure):
            label.set_side(Qt.AlignmentFlag.AlignLeft)
        if self.isRightToLeft():
            self.art.moveLeft(self.width() - icon)
            for label in (self.name, self.word, self.figure):
                box = label.geometry()
                box.moveLeft(self.width() - box.left() - box.width())
                label.setGeometry(box)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = look.tokens()
        ink = QColor(tone_ink(shown, self.stretch.tone))
        if self.is_line:
            self._paint_mark(painter, self.art.center(), ink, shown)
        else:
            self._paint_art(painter, ink, shown)
        painter.end()

    def _paint_art(self, painter: QPainter, ink: QColor, shown: Tokens) -> None:
        unknown = self.stretch.tone == "unknown"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(shown.edge), 1.4) if unknown else QPen(ink, 2))
        painter.setBrush(QColor(shown.surface))
        painter.drawEllipse(self.art.adjusted(1, 1, -1, -1))
        inner = self.art.width() * 0.22
        box = self.art.adjusted(inner, inner, -inner, -inner)
        ink_of_art = QColor(shown.muted if unknown else shown.text)
        glyphs.paint(painter, self.stretch.glyph, box, ink_of_art, 1.5)
        side = -1 if self.isRightToLeft() else 1
        reach = self.art.width() * 0.36
        self._paint_mark(painter, self.art.center() + QPointF(side * reach, reach), ink, shown)

    def _paint_mark(self, painter: QPainter, centre: QPointF, ink: QColor, shown: Tokens) -> None:
        size = _mark_size(self)
        box = QRectF(0, 0, size, size)
        box.moveCenter(centre)
        glyphs.paint_mark(painter, self.stretch.tone, box, ink, QColor(shown.surface))


def tone_ink(shown: Tokens, tone: str) -> str:
    return {"ok": shown.ok, "warn": shown.warn, "bad": shown.bad}.get(tone, shown.muted)


class PathPicture(QWidget):
    """Side by side when the words have room, else one under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations: list[Station] = []
        self._running = False
        self._pulse = 0
        self._timer = QTimer(self, interval=PULSE_MS)
        self._timer.timeout.connect(self._step)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(_("The way to the internet"))

    def show_path(self, path: tuple[Stretch, ...], *, running: bool = False) -> None:
        changed = [each.stretch for each in self._stations] != list(path)
        for stretch in path[len(self._stations) :]:
            station = Station(self, stretch)
            station.show()
            self._stations.append(station)
        for station, stretch in zip(self._stations, path, strict=True):
            if station.stretch != stretch:
                station.show_stretch(stretch)
        self._set_running(running)
        if changed:
            self._tell(path)
            self._arrange()
            self.updateGeometry()
            self.update()

    def stations(self) -> tuple[Station, ...]:
        return tuple(self._stations)

    def is_vertical(self) -> bool:
        return self._vertical_at(self.width())

    def sizeHint(self) -> QSize:
        return QSize(self._wide_width(), self.heightForWidth(self._wide_width()))

    def minimumSizeHint(self) -> QSize:
        width = max((each.tall_size().width() for each in self._stations), default=0)
        return QSize(width, 0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._vertical_at(width):
            return sum(each.tall_size().height() for each in self._stations)
        return max((each.wide_size().height() for each in self._stations), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _wide_width(self) -> int:
        widest = max((each.wide_size().width() for each in self._stations), default=0)
        return widest * len(self._stations)

    def _vertical_at(self, width: int) -> bool:
        return width < self._wide_width()

    def _set_running(self, running: bool) -> None:
        self._running = running
        if running and look.motion_allowed():
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
            self._pulse = 0

    def _step(self) -> None:
        self._pulse = (self._pulse + 1) % PULSE_STEPS
        self.update()

    def _tell(self, path: tuple[Stretch, ...]) -> None:
        self.setAccessibleDescription(spoken(path))
        if QAccessible.isActive():
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)

    def _arrange(self) -> None:
        if not self._stations:
            return
        vertical = self.is_vertical()
        mirrored = self.isRightToLeft() and not vertical
        order = self._stations[::-1] if mirrored else self._stations
        at = 0
        for index, station in enumerate(order):
            if vertical:
                height = station.tall_size().height()
                station.setGeometry(QRect(0, at, self.width(), height))
                at += height
            else:
                end = self.width() * (index + 1) // len(order)
                station.setGeometry(QRect(at, 0, end - at, self.height()))
                at = end
            station.place(vertical=vertical)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(1, len(self._stations)):
            self._paint_way(painter, self._stations[index - 1], self._stations[index])
        painter.end()

    def _paint_way(self, painter: QPainter, near: Station, far: Station) -> None:
        """A way is solid once what lies at its far end is known, dashed before, broken when bad."""
        shown = look.tokens()
        tone = far.stretch.tone
        pen = QPen(QColor(tone_ink(shown, tone) if tone != "unknown" else shown.edge), 4)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if tone == "unknown":
            pen.setWidthF(3)
            pen.setDashPattern([0.1, 2.4])
            pen.setDashOffset(-2.5 * self._pulse / (PULSE_STEPS / 4) if self._running else 0)
        elif tone == "bad":
            pen.setDashPattern([2.5, 2.2])
        painter.setPen(pen)
        painter.drawLine(self._way(near, far))

    def _way(self, near: Station, far: Station) -> QLineF:
        """Between the edges of two drawings, in this widget's coordinates."""
        line = QLineF(
            QPointF(near.pos()) + near.art.center(), QPointF(far.pos()) + far.art.center()
        )
        length = line.length()
        if length <= 0:
            return line
        start, end = self._reach(near) / length, self._reach(far) / length
        return QLineF(line.pointAt(start), line.pointAt(max(start, 1 - end)))

    def _reach(self, station: Station) -> float:
        size = _mark_size(self) + XS if station.is_line else station.art.width()
        return size / 2 + 1.5 * XS
