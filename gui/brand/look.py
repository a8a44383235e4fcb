"""Puts the tokens on the running application and follows the system's light and dark."""

from __future__ import annotations

import os
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.brand.contrast import ratio
from gui.brand.stylesheet import stylesheet
from gui.brand.tokens import Tokens, TypeScale, make_tokens, make_type_scale

DEFAULT_ACCENT = "#0B5FFF"


@dataclass(frozen=True)
class Appearance:
    """What painted parts read at each paint."""

    tokens: Tokens
    sizes: TypeScale


_shown = Appearance(make_tokens(DEFAULT_ACCENT, dark=False), make_type_scale(10.0))


def tokens() -> Tokens:
    return _shown.tokens


def sizes() -> TypeScale:
    return _shown.sizes


def colour(hex_text: str) -> QColor:
    return QColor(hex_text)


def font(size_pt: float, *, bold: bool = False) -> QFont:
    made = QFont(QGuiApplication.font())
    made.setPointSizeF(size_pt)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def motion_allowed() -> bool:
    """False when the system's effects are off or FIRSTHOP_REDUCED_MOTION is set."""
    if os.environ.get("FIRSTHOP_REDUCED_MOTION"):
        return False
    return QApplication.isEffectEnabled(Qt.UIEffect.UI_General)


class Look(QObject):
    """Owner of the appearance: call `set_accent` when the profile is known."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._accent = DEFAULT_ACCENT
        self._system_pt = app.font().pointSizeF()
        self._forced_dark: bool | None = None
        # QStyleHints.accessibility() hands out a dead object in PySide6 6.11: look at the colours
        self._high_contrast = _is_pure(app.palette())
        app.styleHints().colorSchemeChanged.connect(self.refresh)
        self.refresh()

    def set_accent(self, accent: str) -> None:
        if accent != self._accent:
            self._accent = accent
            self.refresh()

    def set_system_size(self, points: float) -> None:
        """For a system that changes its text size while the window is open."""
        self._system_pt = points
        self.refresh()

    def force_dark(self, dark: bool | None) -> None:
        self._forced_dark = dark
        self.refresh()

    def refresh(self) -> None:
        global _shown  # noqa: PLW0603 - one application, one appearance
        shown = make_tokens(self._accent, dark=self._is_dark(), high_contrast=self._high_contrast)
        _shown = Appearance(shown, make_type_scale(self._system_pt))
        self._app.setFont(font(_shown.sizes.body))
        self._app.setPalette(_palette(shown))
        self._app.setStyleSheet(stylesheet(shown, _shown.sizes))
        self.changed.emit()

    def _is_dark(self) -> bool:
        if self._forced_dark is not None:
            return self._forced_dark
        return self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark


def _is_pure(palette: QPalette) -> bool:
    """The contrast themes of the systems are the ones that put pure white against pure black."""
    ink = palette.color(QPalette.ColorRole.WindowText).name()
    return ratio(ink, palette.color(QPalette.ColorRole.Window).name()) > 20


def _palette(shown: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, hex_text in (
        (role.Window, shown.page),
        (role.WindowText, shown.text),
        (role.Base, shown.surface),
        (role.AlternateBase, shown.sunken),
        (role.Text, shown.text),
        (role.Button, shown.surface),
        (role.ButtonText, shown.text),
        (role.PlaceholderText, shown.muted),
        (role.Highlight, shown.accent),
        (role.HighlightedText, shown.on_accent),
        (role.Link, shown.link),
        (role.LinkVisited, shown.link),
        (role.ToolTipBase, shown.surface),
        (role.ToolTipText, shown.text),
        (role.Mid, shown.border),
    ):
        palette.setColor(which, QColor(hex_text))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Text, QColor(shown.muted))
    palette.setColor(QPalette.ColorGroup.Disabled, role.ButtonText, QColor(shown.muted))
    return palette
