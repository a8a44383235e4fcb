"""A row that goes on in the next line when the width ends; mirrors for right-to-left."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from gui.brand.tokens import RING, S


class Flow(QLayout):
    """Items keep their size hint, and shrink to the row's width only when alone too wide."""

    def __init__(
        self, parent: QWidget | None = None, gap: int = S, *, centred: bool = False
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._centred = centred
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self._gap * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        least = [item.minimumSize() for item in self._shown()]
        return QSize(
            max((each.width() for each in least), default=0),
            max((each.height() for each in least), default=0),
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """The height that the rows take in `rect`'s width."""
        top = rect.top()
        for row in self._rows(rect.width()):
            height = max(size.height() for _, size in row)
            if move:
                self._place(row, QRect(rect.left(), top, rect.width(), height))
            top += height + self._gap
        return max(0, top - self._gap - rect.top())

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item in self._shown():
            size = self._size(item, width)
            if rows and used + self._gap + size.width() <= width:
                rows[-1].append((item, size))
                used += self._gap + size.width()
            else:
                rows.append([(item, size)])
                used = size.width()
        return rows

    def _size(self, item: QLayoutItem, width: int) -> QSize:
        hint = item.sizeHint()
        if hint.width() <= width:
            return hint
        narrow = max(1, width)
        height = item.heightForWidth(narrow) if item.hasHeightForWidth() else hint.height()
        return QSize(narrow, height)

    def _place(self, row: list[tuple[QLayoutItem, QSize]], line: QRect) -> None:
        used = sum(size.width() for _, size in row) + self._gap * (len(row) - 1)
        # a button's body begins inside its focus ring: put the body, not the ring, on the edge
        at = (line.width() - used) // 2 if self._centred else -RING
        mirrored = self._mirrored()
        for item, size in row:
            left = line.width() - at - size.width() if mirrored else at
            top = line.top() + (line.height() - size.height()) // 2
            item.setGeometry(QRect(QPoint(line.left() + left, top), size))
            at += size.width() + self._gap

    def _mirrored(self) -> bool:
        parent = self.parentWidget()
        return parent.isRightToLeft() if parent else False
