"""Colours as sRGB hex and the contrast of WCAG 2.2 between them. No Qt."""

from __future__ import annotations

import colorsys

TEXT_RATIO = 4.5  # WCAG 2.2, 1.4.3: normal text
GRAPHIC_RATIO = 3.0  # WCAG 2.2, 1.4.11: parts needed to understand a graphic, focus rings
STEPS = 100


def channels(colour: str) -> tuple[float, float, float]:
    """`#rrggbb` as red, green, blue, each 0..1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def hex_of(red: float, green: float, blue: float) -> str:
    return "#" + "".join(
        f"{round(max(0.0, min(1.0, each)) * 255):02x}" for each in (red, green, blue)
    )


def luminance(colour: str) -> float:
    """Relative luminance 0..1 (WCAG 2.2)."""
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    """Contrast ratio 1..21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`share` (0..1) of `colour` over `other`."""
    pairs = zip(channels(colour), channels(other), strict=True)
    red, green, blue = (one * share + two * (1 - share) for one, two in pairs)
    return hex_of(red, green, blue)


def with_lightness(colour: str, lightness: float) -> str:
    hue, _, saturation = colorsys.rgb_to_hls(*channels(colour))
    return hex_of(*colorsys.hls_to_rgb(hue, lightness, saturation))


def readable(colour: str, grounds: tuple[str, ...], wanted: float = TEXT_RATIO) -> str:
    """The nearest lightness of `colour` that keeps the wanted contrast on all `grounds`.

    Dark grounds pull it lighter, light grounds darker; black or white when no lightness will do.
    """
    _, start, _ = colorsys.rgb_to_hls(*channels(colour))
    lighter = sum(luminance(each) for each in grounds) / len(grounds) < 0.18  # mid grey
    end = 1.0 if lighter else 0.0
    for step in range(STEPS + 1):
        lightness = start + (end - start) * step / STEPS
        candidate = colour.lower() if step == 0 else with_lightness(colour, lightness)
        if all(ratio(candidate, each) >= wanted for each in grounds):
            return candidate
    return "#ffffff" if lighter else "#000000"


def on(colour: str) -> str:
    """Black or white, whichever reads better on `colour`; never under 4.5:1."""
    return max(("#ffffff", "#000000"), key=lambda each: ratio(each, colour))
