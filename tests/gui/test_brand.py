"""Whatever accent a provider brings, every word can be read in light and dark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gui.brand import look as appearance
from gui.brand.contrast import GRAPHIC_RATIO, TEXT_RATIO, ratio
from gui.brand.look import Look
from gui.brand.tokens import make_tokens, make_type_scale

ACCENTS = (
    "#0B5FFF",
    "#E60000",
    "#FFD400",
    "#00A19A",
    "#6A00FF",
    "#FF6600",
    "#777777",
    "#000000",
    "#FFFFFF",
)


def worst(accent: str, *, dark: bool, high_contrast: bool = False) -> float:
    tokens = make_tokens(accent, dark=dark, high_contrast=high_contrast)
    return min(ratio(ink, ground) for ink, ground in tokens.pairs())


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("accent", ACCENTS)
def test_texts_of_known_brands_can_be_read(accent: str, dark: bool) -> None:
    assert worst(accent, dark=dark) >= TEXT_RATIO
    assert worst(accent, dark=dark, high_contrast=True) >= TEXT_RATIO


@given(st.integers(0, 0xFFFFFF), st.booleans())
def test_texts_of_any_brand_can_be_read(rgb: int, dark: bool) -> None:
    accent = f"#{rgb:06x}"
    assert worst(accent, dark=dark) >= TEXT_RATIO
    tokens = make_tokens(accent, dark=dark)
    for ground in (tokens.page, tokens.surface):
        assert ratio(tokens.edge, ground) >= GRAPHIC_RATIO
        assert ratio(tokens.accent, ground) >= GRAPHIC_RATIO


def test_contrast_of_black_and_white_is_21() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21.0)


def test_a_readable_accent_is_left_alone() -> None:
    assert make_tokens("#0b5fff", dark=False).accent == "#0b5fff"


def test_type_scale_follows_the_system() -> None:
    small, large = make_type_scale(10), make_type_scale(20)
    assert large.body == pytest.approx(2 * small.body)
    assert small.small < small.body < small.lead < small.heading < small.title < small.hero


def test_look_follows_the_system_while_open(look: Look) -> None:
    look.force_dark(None)
    hints = QGuiApplication.styleHints()
    try:
        hints.setColorScheme(Qt.ColorScheme.Dark)
        dark = hints.colorScheme() is Qt.ColorScheme.Dark
        assert appearance.tokens().dark is dark
        hints.setColorScheme(Qt.ColorScheme.Light)
        assert not appearance.tokens().dark
    finally:
        hints.unsetColorScheme()
