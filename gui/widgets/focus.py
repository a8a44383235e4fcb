"""When a focus ring shows: after the keyboard moved the focus, not after the mouse did."""

from __future__ import annotations

from PySide6.QtCore import Qt

_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class _Last:
    by_keyboard = False


def ring_wanted(reason: Qt.FocusReason) -> bool:
    """For focusInEvent. A focus set by the program follows what the person used last."""
    if reason in _KEYS:
        _Last.by_keyboard = True
    elif reason is Qt.FocusReason.MouseFocusReason:
        _Last.by_keyboard = False
    return _Last.by_keyboard
