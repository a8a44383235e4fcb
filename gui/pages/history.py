"""Earlier checks, newest first. The list stays quick with a thousand of them."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.brand import look
from gui.brand.tokens import M, S
from gui.case import Case
from gui.locale import _
from gui.pages.page import Page, Place
from gui.presenters import moments
from gui.presenters.history import HistoryRow, history_row
from gui.widgets import glyphs, wrapped
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card
from gui.widgets.text import Text

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
MARK = 22
LIST_HEIGHT = 420
SLACK = 8  # painted text may be a little wider than measured text, and would wrap once more


class HistoryModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[HistoryRow, ...] = ()

    def show_rows(self, rows: tuple[HistoryRow, ...]) -> None:
        """Rows added at the end keep selection and scroll position."""
        known = len(self._rows)
        if known and rows[:known] == self._rows:
            if len(rows) > known:
                self.beginInsertRows(QModelIndex(), known, len(rows) - 1)
                self._rows = rows
                self.endInsertRows()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, index: Index) -> HistoryRow:
        return self._rows[index.row()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken()
        return None


class HistoryDelegate(QStyledItemDelegate):
    """The verdict's sign, its sentence in as many lines as it needs, and when it was."""

    def __init__(self, view: QListView, model: HistoryModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self._model.row(index)
        width = self._view.viewport().width()
        metrics = QFontMetrics(look.font(look.sizes().body, bold=True))
        room = QRect(0, 0, max(1, width - _mark_size() - 3 * M - SLACK), wrapped.UNBOUND)
        words = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), row.headline)
        small = QFontMetrics(look.font(look.sizes().small))
        when = small.boundingRect(room, int(Qt.TextFlag.TextWordWrap), row.when)
        return QSize(width, words.height() + when.height() + 2 * S + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, shown = self._model.row(index), look.tokens()
        box = QRect(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(box).adjusted(2, 1, -2, -1)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shown.accent_soft))
            painter.drawRoundedRect(inside, 8, 8)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(shown.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside, 8, 8)
        self._paint_words(painter, box, row)
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRect, row: HistoryRow) -> None:
        shown, mirrored = look.tokens(), self._view.isRightToLeft()
        size = _mark_size()
        mark = QRectF(box.left() + M, box.top() + S + 2, size, size)
        words = box.adjusted(size + 2 * M, S, -M, -S)
        if mirrored:
            mark.moveLeft(box.right() - M - size)
            words = box.adjusted(M, S, -(size + 2 * M), -S)
        inks = {"ok": shown.ok, "warn": shown.warn, "bad": shown.bad}
        ink = QColor(inks.get(row.tone, shown.muted))
        glyphs.paint_mark(painter, row.tone, mark, ink, QColor(shown.surface))
        flags = Qt.AlignmentFlag.AlignLeading
        painter.setPen(QColor(shown.text))
        painter.setFont(look.font(look.sizes().body, bold=True))
        wrapped.draw_plain(painter, words, row.headline, flags | Qt.AlignmentFlag.AlignTop)
        painter.setPen(QColor(shown.muted))
        painter.setFont(look.font(look.sizes().small))
        wrapped.draw_plain(painter, words, row.when, flags | Qt.AlignmentFlag.AlignBottom)


def _mark_size() -> int:
    return max(MARK, QFontMetrics(look.font(look.sizes().body)).height())


class HistoryPage(Page):
    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(case, parent)
        self.list = QListView()
        self.model = HistoryModel(self.list)
        self._lay_out()
        self.list.activated.connect(self._open)
        self.list.clicked.connect(self._open)
        self.more.clicked.connect(case.ask_more_runs)
        case.runs_changed.connect(self.refresh)
        self.refresh()

    def first_focus(self) -> QWidget:
        return self.list if self.case.runs else self.to_home

    def refresh(self) -> None:
        now = moments.now()
        self.model.show_rows(tuple(history_row(each, now) for each in self.case.runs))
        self._empty.setVisible(not self.case.runs)
        self.list.setVisible(bool(self.case.runs))
        self.more.setVisible(self.case.more_runs)

    def _open(self, index: QModelIndex) -> None:
        self.case.open_run(self.model.row(index).id)
        self.wanted.emit(Place.RESULT)

    def _lay_out(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(HistoryDelegate(self.list, self.model))
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setMinimumHeight(LIST_HEIGHT)
        self.list.setAccessibleName(_("Earlier checks"))
        self.more = Button(_("Show &older checks"), Kind.QUIET)
        self._empty = self._make_empty()
        self.rows.addWidget(Text(_("History"), "title"))
        self.rows.addWidget(self._empty)
        self.rows.addWidget(self.list, 1)
        self.rows.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)
        self.rows.addStretch(0)

    def _make_empty(self) -> QWidget:
        card = Card()
        card.rows.addWidget(Text(_("No checks yet"), "heading"))
        card.rows.addWidget(Text(_("Every check is kept here, on this computer only.")))
        self.to_home = Button(_("Go to the &check"), Kind.PRIMARY)
        self.to_home.clicked.connect(lambda: self.wanted.emit(Place.HOME))
        card.rows.addWidget(self.to_home, 0, Qt.AlignmentFlag.AlignLeading)
        return card
