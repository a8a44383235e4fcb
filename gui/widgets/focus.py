"""When a focus ring shows: once the keyboard moves about, until the mouse is used again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

MOVING = (
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
)


class _Last:
    by_keyboard = False


def ring_shown(widget: QWidget) -> bool:
    return widget.hasFocus() and _Last.by_keyboard


class InputWatch(QObject):
    """Watches the window's own events, which come only from a person or the screen.

    Focus reasons do not tell: Qt moves the focus "by tab" also when a widget is hidden.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress:
            _Last.by_keyboard = False
        elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            _Last.by_keyboard = _Last.by_keyboard or with_alt or event.key() in MOVING
        return False
