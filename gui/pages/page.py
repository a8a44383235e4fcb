"""What every page is: a scrolling column that knows the case and can ask for another page."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.brand.tokens import M
from gui.case import Case
from gui.widgets.card import Column


class Place(StrEnum):
    HOME = "home"
    RESULT = "result"
    GUIDE = "guide"
    AIR = "air"
    HELP = "help"
    HISTORY = "history"


class Page(Column):
    """`wanted` carries a Place; `first_focus` is where the keyboard goes when the page opens."""

    wanted = Signal(object)

    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.case = case

    def opened(self) -> None:
        """The page comes to the front: fill it and put the focus on its main action."""
        self.refresh()
        self.verticalScrollBar().setValue(0)
        self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        raise NotImplementedError

    def first_focus(self) -> QWidget:
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.refresh()

    @staticmethod
    def _rows_of(box: QWidget) -> QVBoxLayout:
        rows = QVBoxLayout(box)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(M)
        return rows

    def announce(self, text: str) -> None:
        """Say it to a screen reader without moving the focus."""
        if text and QAccessible.isActive():
            event: QAccessibleEvent = QAccessibleAnnouncementEvent(self, text)
            QAccessible.updateAccessibility(event)
