"""The walk in words: each place with its level and figures, then what follows."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from diagnostics.explain.air import BANDS
from diagnostics.place import PlaceTaken
from diagnostics.places import (
    PlaceLevel,
    best_of,
    level_of,
    poor_of,
    repeater_place,
)
from diagnostics.result import Unmeasured
from diagnostics.words import Words, mark

LEVELS = {
    PlaceLevel.GOOD: mark("good"),
    PlaceLevel.FAIR: mark("fair"),
    PlaceLevel.POOR: mark("poor"),
    PlaceLevel.UNKNOWN: mark("not known"),
}
#: fewer places than that show nothing about the home
_FEWEST = 2


class PlaceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One place: its name, its level as a word, and one sentence with the figures."""

    name: str
    level: PlaceLevel
    word: str
    text: str

    def sentence(self, words: Words) -> str:
        return words.say("{place}: {level}. {text}", place=self.name, level=self.word,
                         text=self.text)  # fmt: skip


class WalkWords(msgspec.Struct, frozen=True, kw_only=True):
    places: tuple[PlaceLine, ...] = ()
    advice: tuple[str, ...] = ()


def for_walk(places: Sequence[PlaceTaken], words: Words) -> WalkWords:
    return WalkWords(
        places=tuple(_line(one, words) for one in places), advice=_advice(places, words)
    )


def _line(place: PlaceTaken, words: Words) -> PlaceLine:
    level = level_of(place)
    figures = (
        (mark("signal {figure}"), words.by_unit(place.signal_dbm, "dBm"), place.signal_dbm),
        (mark("rate {figure}"), words.by_unit(place.rate_bps, "bit/s"), place.rate_bps),
        (mark("answer after {figure}"), words.by_unit(place.delay_ms, "ms"), place.delay_ms),
        (mark("{figure} lost"), words.by_unit(place.loss_percent, "%"), place.loss_percent),
    )
    said = [
        words.say(text, figure=shown)
        for text, shown, value in figures
        if not isinstance(value, Unmeasured)
    ]
    if said and not isinstance(place.band, Unmeasured):
        said.append(words.say("on {band}", band=words.isolate(words.say(BANDS[place.band]))))
    text = ", ".join(said) if said else words.say("Nothing could be measured here")
    return PlaceLine(
        name=words.name(place.name),
        level=level,
        word=words.say(LEVELS[level]),
        text=text[:1].upper() + text[1:] + ".",
    )


def _advice(places: Sequence[PlaceTaken], words: Words) -> tuple[str, ...]:
    best, poor = best_of(places), poor_of(places)
    if len(places) < _FEWEST or best is None:
        return (words.say("Measure at two places or more, so that they can be compared."),)
    said = [words.say("WiFi is best in: {place}.", place=words.name(best.name))]
    if not poor:
        said.append(words.say("No place that was measured is poor; nothing has to be moved."))
        return tuple(said)
    names = words.join([words.name(one.name) for one in poor])
    said.append(words.say("WiFi is poor in: {places}.", places=names))
    said.append(_middle(repeater_place(places), words))
    return tuple(said)


def _middle(place: PlaceTaken | None, words: Words) -> str:
    if place is None:
        return words.say(
            "No place that was measured is right for a repeater. Measure one half way between"
            " the router and a poor place."
        )
    text = mark(
        "A repeater fits in: {place}. It still gets a good signal there. The router itself would"
        " also reach the poor places better from there. Walk again after moving it."
    )
    return words.say(text, place=words.name(place.name))
