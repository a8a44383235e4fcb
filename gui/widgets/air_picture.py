"""The air as pictures: who sits where in a band, and the signal over time. Painted, and spoken."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.brand import look
from gui.brand.tokens import XS, S
from gui.locale import _
from gui.presenters.air import BandView, Hill

_FLOOR_DBM, _TOP_DBM = -95.0, -25.0
_LINES = 9  # height of a picture in text lines
_SLOPE = 0.18  # part of a hill's width that its sides take


class _Picture(QWidget):
    """A painted figure as wide as its room; grows with the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(20 * self._line(), _LINES * self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * self._line(), _LINES * self._line())

    def _line(self) -> int:
        return QFontMetrics(look.font(look.sizes().small)).height()

    def _plot(self) -> QRectF:
        """Room for the figure: a line above for words, one below for the scale."""
        line = self._line()
        return QRectF(S, line + S, max(self.width() - 2 * S, 1), self.height() - 2 * line - 2 * S)

    @staticmethod
    def _height_at(plot: QRectF, dbm: float) -> float:
        part = (min(max(dbm, _FLOOR_DBM), _TOP_DBM) - _FLOOR_DBM) / (_TOP_DBM - _FLOOR_DBM)
        return plot.bottom() - part * plot.height()


class BandPicture(_Picture):
    """Each network as a hill: as wide as its channel, as high as it is loud here."""

    def __init__(self, view: BandView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setAccessibleName(_("Channels at {band}").format(band=view.title))
        self.setAccessibleDescription(view.spoken)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font(look.sizes().small))
        plot = self._plot()
        self._paint_scale(painter, plot)
        for hill in self._view.hills:
            if not hill.own:
                self._paint_hill(painter, plot, hill)
        for hill in self._view.hills:
            if hill.own:
                self._paint_hill(painter, plot, hill)
        if self._view.better_mhz:
            self._paint_better(painter, plot)
        painter.end()

    def _across(self, plot: QRectF, mhz: float) -> float:
        view = self._view
        return plot.left() + plot.width() * (mhz - view.low_mhz) / (view.high_mhz - view.low_mhz)

    def _paint_scale(self, painter: QPainter, plot: QRectF) -> None:
        shown = look.tokens()
        painter.setPen(QPen(QColor(shown.edge), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(QColor(shown.muted))
        metrics = painter.fontMetrics()
        last = -1e9
        for mhz, label in self._view.ticks:
            x, width = self._across(plot, mhz), metrics.horizontalAdvance(label)
            if x - width / 2 < last:
                continue  # no room for this one beside the last
            box = QRectF(x - width / 2 - 1, plot.bottom() + XS, width + 2, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
            last = x + width / 2 + S

    def _paint_hill(self, painter: QPainter, plot: QRectF, hill: Hill) -> None:
        shown = look.tokens()
        left, right = self._across(plot, hill.low_mhz), self._across(plot, hill.high_mhz)
        top, side = self._height_at(plot, hill.signal_dbm), (right - left) * _SLOPE
        path = QPainterPath(QPointF(left, plot.bottom()))
        path.lineTo(left + side, top)
        path.lineTo(right - side, top)
        path.lineTo(right, plot.bottom())
        ink = QColor(shown.link if hill.own else shown.muted)
        ground = QColor(ink)
        ground.setAlphaF(0.22 if hill.own else 0.07)
        painter.setBrush(ground)
        painter.setPen(QPen(ink, 3 if hill.own else 1))
        painter.drawPath(path)
        if hill.own:
            self._paint_word(painter, plot, (left + right) / 2, top, _("You"), ink)

    def _paint_word(
        self, painter: QPainter, plot: QRectF, x: float, top: float, text: str, ink: QColor
    ) -> None:
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 2
        left = min(max(x - width / 2, plot.left()), plot.right() - width)
        box = QRectF(left, max(top - metrics.height() - 2, 0), width, metrics.height())
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_better(self, painter: QPainter, plot: QRectF) -> None:
        """An arrow on the scale, with its word: never by colour alone."""
        shown = look.tokens()
        x, ink = self._across(plot, self._view.better_mhz), QColor(shown.ok)
        size = self._line() / 2
        path = QPainterPath(QPointF(x, plot.bottom()))
        path.lineTo(x - size, plot.bottom() - 1.5 * size)
        path.lineTo(x + size, plot.bottom() - 1.5 * size)
        path.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPath(path)
        self._paint_word(painter, plot, x, plot.bottom() - 1.5 * size, _("better"), ink)


class SignalPicture(_Picture):
    """Signal over the seconds of the check; a gap where nothing was measured stays a gap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: tuple[tuple[float, float | None], ...] = ()
        self._limits = (0.0, 0.0)
        self.setAccessibleName(_("Signal over time"))

    def show_samples(
        self,
        samples: tuple[tuple[float, float | None], ...],
        limits: tuple[float, float],
        spoken: str,
    ) -> None:
        self._samples, self._limits = samples, limits
        self.setAccessibleDescription(spoken)
        self.setVisible(any(dbm is not None for _at, dbm in samples))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font(look.sizes().small))
        plot, shown = self._plot(), look.tokens()
        self._paint_limits(painter, plot)
        painter.setPen(QPen(QColor(shown.link), 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for run in self._runs(plot):
            if len(run) == 1:
                painter.drawEllipse(run[0], 2, 2)
            else:
                painter.drawPolyline(run)
        painter.end()

    def _paint_limits(self, painter: QPainter, plot: QRectF) -> None:
        shown = look.tokens()
        good, weak = self._limits
        for dbm, text, ink in ((good, _("good"), shown.ok), (weak, _("weak"), shown.bad)):
            y = self._height_at(plot, dbm)
            pen = QPen(QColor(ink), 1)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            above = dbm == good
            metrics = painter.fontMetrics()
            top = y - metrics.height() if above else y
            box = QRectF(plot.left(), top, plot.width(), metrics.height())
            painter.setPen(QColor(ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeading, text)

    def _runs(self, plot: QRectF) -> list[list[QPointF]]:
        """Unbroken stretches of measured samples as points."""
        times = [at_s for at_s, _dbm in self._samples]
        span = max(times[-1] - times[0], 1.0) if times else 1.0
        runs: list[list[QPointF]] = [[]]
        for at_s, dbm in self._samples:
            if dbm is None:
                runs.append([])
                continue
            x = plot.left() + plot.width() * (at_s - times[0]) / span
            runs[-1].append(QPointF(x, self._height_at(plot, dbm)))
        return [run for run in runs if run]
