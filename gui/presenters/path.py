"""The path picture: you, WiFi or cable, router, line, provider, internet."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.verdict import Segments, SegmentState
from gui.locale import _
from gui.presenters.figures import PathFigures

WORST_FIRST = (SegmentState.BAD, SegmentState.WARN, SegmentState.OK, SegmentState.UNKNOWN)


@dataclass(frozen=True)
class Stretch:
    """One stretch: `tone` is ok, warn, bad or unknown; `figure` may be empty."""

    key: str
    name: str
    glyph: str
    tone: str
    word: str
    figure: str = ""

    def spoken(self) -> str:
        """For screen readers: everything that is told by colour and sign, in words."""
        said = _("{name}: {word}").format(name=self.name, word=self.word)
        return _("{said}, {figure}").format(said=said, figure=self.figure) if self.figure else said


def stretches(
    segments: Segments, figures: PathFigures | None = None, *, running: bool = False
) -> tuple[Stretch, ...]:
    """From the person outwards; the key "line" is drawn on the way between router and provider."""
    known = figures or PathFigures()
    link_name, link_glyph = _link(segments, known.wired)
    outside = _worst(segments.beyond, segments.service)
    return (
        _stretch("you", _("You"), "laptop", segments.device, "", running),
        _stretch(
            "link", link_name, link_glyph, _worst(segments.wifi, segments.lan), known.link, running
        ),
        _stretch("router", _("Router"), "router", segments.router, known.router, running),
        _stretch("line", _("Line"), "line", segments.access, "", running),
        _stretch("provider", _("Provider"), "provider", segments.isp, known.provider, running),
        _stretch("internet", _("Internet"), "globe", outside, known.internet, running),
    )


def spoken(path: tuple[Stretch, ...]) -> str:
    return ". ".join(each.spoken() for each in path)


def _link(segments: Segments, wired: bool | None) -> tuple[str, str]:
    if wired is None:
        wifi, lan = (each is not SegmentState.UNKNOWN for each in (segments.wifi, segments.lan))
        wired = lan if wifi != lan else None
    if wired is None:
        return _("WiFi or cable"), "wifi"
    return (_("Cable"), "cable") if wired else (_("WiFi"), "wifi")


def _worst(*states: SegmentState) -> SegmentState:
    """The worst that is known; a good part does not make an unknown one good by itself."""
    return next(each for each in WORST_FIRST if each in states)


def _stretch(
    key: str, name: str, glyph: str, state: SegmentState, figure: str, running: bool
) -> Stretch:
    unknown = _("Checking") if running else _("Not known")
    words = {
        SegmentState.OK: _("Fine"),
        SegmentState.WARN: _("Weak point"),
        SegmentState.BAD: _("Problem"),
        SegmentState.UNKNOWN: unknown,
    }
    return Stretch(
        key=key, name=name, glyph=glyph, tone=state.value, word=words[state], figure=figure
    )
