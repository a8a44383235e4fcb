"""Whatever colour a provider chooses, everything can be read."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from desk.console import brand
from diagnostics.profile import Brand

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
#: WCAG 2.2, success criterion 1.4.3
NEEDED = 4.5


@given(COLOURS)
def test_text_can_be_read_on_every_accent(colour: str) -> None:
    sheet = brand.style_sheet(Brand(accent=colour))
    accent, text = re.findall(r"--(?:on-)?accent:(#[0-9a-f]{6})", sheet)
    assert brand.contrast(accent, text) >= NEEDED
    light, dark, _paper = re.findall(r"--link:(#[0-9a-f]{6})", sheet)
    assert brand.contrast(light, "#ffffff") >= NEEDED
    assert brand.contrast(light, brand.LIGHT_SOFT) >= NEEDED
    assert brand.contrast(dark, "#12161c") >= NEEDED
    assert brand.contrast(dark, brand.DARK_SOFT) >= NEEDED


def test_a_good_accent_is_left_alone() -> None:
    assert "--accent:#0b5fff;--on-accent:#ffffff" in brand.style_sheet(Brand()).lower()
