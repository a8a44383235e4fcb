"""Finds words that are cut: the reader of a long translation or of large text would miss them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from gui.pages.page import Page
from gui.widgets.navigation import NavItem

SLACK = 2  # rounding of fractional letter widths


def cut_words(page: Page) -> list[str]:
    """One line for each label or button of the page whose words do not fit, or stick out."""
    column = _column(page)
    found = [_fault(each, column) for each in _speaking(column)]
    return [each for each in found if each]


def _column(page: Page) -> QWidget:
    column = page.widget()
    assert column is not None
    return column


def _speaking(column: QWidget) -> list[QWidget]:
    labels = [each for each in column.findChildren(QLabel) if each.text()]
    buttons = [each for each in column.findChildren(QAbstractButton) if each.text()]
    everything: list[QWidget] = [*labels, *buttons]
    return [each for each in everything if each.isVisible()]


def _fault(widget: QWidget, column: QWidget) -> str:
    words = _words(widget)
    if isinstance(widget, NavItem) and widget.bare:
        return ""
    needed = widget.heightForWidth(widget.width()) if widget.hasHeightForWidth() else 0
    needed = max(needed, 0) or widget.minimumSizeHint().height()
    if widget.height() + SLACK < needed:
        return f"{words!r}: {widget.height()} high, needs {needed}"
    if widget.width() + SLACK < widget.minimumSizeHint().width():
        return f"{words!r}: {widget.width()} wide, needs {widget.minimumSizeHint().width()}"
    place = QRect(widget.mapTo(column, QPoint()), widget.size())
    if place.left() < -SLACK or place.right() > column.width() + SLACK:
        return f"{words!r}: sticks out of the page at {place}"
    return ""


def _words(widget: QWidget) -> str:
    assert isinstance(widget, QLabel | QAbstractButton)
    return widget.text()


def overlaps(page: Page) -> list[str]:
    """Pairs of labels and buttons that cover each other."""
    column = _column(page)
    places = [
        (each, QRect(each.mapTo(column, QPoint()), each.size()).adjusted(3, 3, -3, -3))
        for each in _speaking(column)
    ]
    return [
        f"{_words(one)!r} and {_words(other)!r}"
        for at, (one, where) in enumerate(places)
        for other, there in places[at + 1 :]
        if where.intersects(there)
    ]
