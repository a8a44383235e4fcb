"""The design tokens: every colour, size and distance that the window uses. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gui.brand.contrast import GRAPHIC_RATIO, mix, on, readable

# Distances in logical pixels, one grid of 4.
XS, S, M, L, XL = 4, 8, 16, 24, 32
RADIUS = 12
RADIUS_SMALL = 8
COLUMN_WIDTH = 760  # about 75 characters of body text: longer lines are hard to follow
TOUCH = 44  # least height of a thing to press
RING = 3  # room round a button's body for its focus ring


@dataclass(frozen=True)
class Tokens:
    """Colours as `#rrggbb`. The `*_soft` ones are grounds for text in the colour they belong to."""

    dark: bool
    page: str
    surface: str
    sunken: str
    border: str
    edge: str  # outline of a field or hollow mark: 3:1 at least
    text: str
    muted: str
    accent: str  # ground of the main button
    on_accent: str
    accent_hover: str
    link: str  # accent as text
    accent_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every text colour with every ground it stands on."""
        grounds = (self.page, self.surface, self.sunken)
        plain = tuple((ink, on_it) for ink in (self.text, self.muted) for on_it in grounds)
        coloured = tuple(
            (ink, on_it)
            for ink in (self.link, self.ok, self.warn, self.bad)
            for on_it in (self.page, self.surface)
        )
        soft = (
            (self.link, self.accent_soft),
            (self.text, self.accent_soft),
            (self.ok, self.ok_soft),
            (self.warn, self.warn_soft),
            (self.bad, self.bad_soft),
            (self.text, self.ok_soft),
            (self.text, self.warn_soft),
            (self.text, self.bad_soft),
            (self.on_accent, self.accent),
            (self.on_accent, self.accent_hover),
        )
        return plain + coloured + soft


@dataclass(frozen=True)
class Ground:
    """The neutral colours of one mode, before the provider's accent comes in."""

    page: str
    surface: str
    sunken: str
    border: str
    text: str
    muted: str
    ok: str
    warn: str
    bad: str
    tint: float  # share of a colour in its soft ground


LIGHT = Ground(
    page="#f5f6fa",
    surface="#ffffff",
    sunken="#eef0f5",
    border="#dde1ea",
    text="#14171f",
    muted="#565d6d",
    ok="#12805c",
    warn="#a25a00",
    bad="#c4302b",
    tint=0.07,
)
DARK = Ground(
    page="#111318",
    surface="#1b1e26",
    sunken="#16191f",
    border="#323743",
    text="#f2f4f8",
    muted="#a6adbb",
    ok="#4cd19b",
    warn="#ffb454",
    bad="#ff7f76",
    tint=0.16,
)


def make_tokens(accent: str, *, dark: bool, high_contrast: bool = False) -> Tokens:
    """All tokens from a provider's accent (`#rrggbb`), moved as little as contrast needs."""
    ground = DARK if dark else LIGHT
    if high_contrast:
        ground = replace(ground, muted=ground.text, border=ground.muted)
    button = readable(accent, (ground.surface, ground.page), GRAPHIC_RATIO)
    ink = on(button)
    hover = mix(button, ink, 0.88)
    if on(hover) != ink:  # a middle tone: move the other way and stay readable
        hover = mix(button, "#000000" if ink == "#ffffff" else "#ffffff", 0.88)
    soft = mix(button, ground.surface, ground.tint)
    return Tokens(
        dark=dark,
        page=ground.page,
        surface=ground.surface,
        sunken=ground.sunken,
        border=ground.border,
        edge=readable(ground.border, (ground.surface, ground.page), GRAPHIC_RATIO),
        text=ground.text,
        muted=readable(ground.muted, (ground.page, ground.surface, ground.sunken)),
        accent=button,
        on_accent=ink,
        accent_hover=readable_ground(hover, ink),
        link=readable(accent, (ground.surface, ground.page, soft)),
        accent_soft=soft,
        ok=_ink(ground.ok, ground),
        ok_soft=mix(ground.ok, ground.surface, ground.tint),
        warn=_ink(ground.warn, ground),
        warn_soft=mix(ground.warn, ground.surface, ground.tint),
        bad=_ink(ground.bad, ground),
        bad_soft=mix(ground.bad, ground.surface, ground.tint),
    )


def readable_ground(colour: str, ink: str) -> str:
    """`colour` moved away from `ink` until text in `ink` reads on it."""
    return readable(colour, (ink,))


def _ink(colour: str, ground: Ground) -> str:
    soft = mix(colour, ground.surface, ground.tint)
    return readable(colour, (ground.surface, ground.page, soft))


@dataclass(frozen=True)
class TypeScale:
    """Sizes in points, all from the size that the system asks for, so text scaling follows."""

    small: float
    body: float
    lead: float
    heading: float
    title: float
    hero: float


def make_type_scale(system_pt: float) -> TypeScale:
    """Body is a little larger than the system's menu text: this is read by worried people."""
    body = system_pt * 1.15
    return TypeScale(
        small=body * 0.88,
        body=body,
        lead=body * 1.15,
        heading=body * 1.3,
        title=body * 1.75,
        hero=body * 2.1,
    )
