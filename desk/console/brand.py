"""The provider's colour, made readable: WCAG 2.2 asks for a contrast of 4.5 to the ground.

Everything is served as one small style sheet, since the pages allow no inline style.
"""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.profile import Brand

#: success criterion 1.4.3; a little more, so that rounding in the browser does not undercut it
ENOUGH = 4.6
LIGHT_GROUND = "#ffffff"
#: the lightest ground that links stand on in the light look, and the lightest in the dark one
LIGHT_SOFT = "#eef1f5"
DARK_SOFT = "#2a313c"

Rgb = tuple[int, int, int]


def parse(colour: str) -> Rgb:
    """#RRGGBB (the profile has checked it)."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def written(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def luminance(rgb: Rgb) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2)."""
    red, green, blue = (_linear(part / 255) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    first, second = sorted((luminance(parse(one)), luminance(parse(other))), reverse=True)
    return (first + 0.05) / (second + 0.05)


def text_on(ground: str) -> str:
    """White or near-black, whichever reads better."""
    dark = "#10151c"
    return "#ffffff" if contrast("#ffffff", ground) >= contrast(dark, ground) else dark


def readable(colour: str, ground: str) -> str:
    """The colour, moved towards black or white until it can be read on the ground."""
    darker = luminance(parse(ground)) > 0.18
    step: Callable[[int], int] = (
        (lambda part: int(part * 0.92)) if darker else (lambda part: 255 - int((255 - part) * 0.92))
    )
    for _ in range(60):
        if contrast(colour, ground) >= ENOUGH:
            break
        red, green, blue = parse(colour)
        colour = written((step(red), step(green), step(blue)))
    return colour


def _ground(accent: str) -> tuple[str, str]:
    """The accent as a ground for text, and that text; moved a little if no text would do."""
    text = text_on(accent)
    while contrast(text, accent) < ENOUGH:
        accent = readable(accent, text)
    return accent, text


def style_sheet(brand: Brand) -> str:
    """Custom properties for both looks."""
    ground, text = _ground(brand.accent)
    return (
        f":root{{--accent:{ground};--on-accent:{text};--link:{readable(brand.accent, LIGHT_SOFT)}}}"
        f"@media(prefers-color-scheme:dark){{:root{{--link:{readable(brand.accent, DARK_SOFT)}}}}}"
        f"@media print{{:root{{--link:{readable(brand.accent, LIGHT_GROUND)}}}}}"
    )
