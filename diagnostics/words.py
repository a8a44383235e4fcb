"""Words and figures in the reader's language: the one formatter of window, terminal, report, desk.

    words = Words("en")
    words.say("The router answers in {delay}.", delay=words.ms(4.2))
    words.say_many("{count} step tried", "{count} steps tried", 3)
    words.rate(94_200_000)       94.2 Mbit/s, kept together by a bidi isolate
    words.name(ssid)            a foreign string: no control characters, cut, isolated
    words.why(unmeasured)       why there is no figure, in plain words

English is the source, so it needs no catalogue. `mark("text")` marks a text for translation that
is said later; a translation is `locale/<language>.po`, read as it is (docs/design/0006-guides.md).
Babel and gettext load at the first word that needs them: a resident process that says nothing
pays nothing. Everything here is pure and returns plain text; escaping is the task of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from diagnostics import vocabulary
from diagnostics.english import English
from diagnostics.result import Reason, Unmeasured
from diagnostics.verdict import Segment, SegmentState

if TYPE_CHECKING:
    from diagnostics.cldr import Language

#: First strong isolate … pop directional isolate (UAX #9): what stands between keeps its order.
ISOLATE, POP = "\u2068", "\u2069"
#: Number and unit are never torn apart at the end of a line.
GAP = "\u00a0"
#: Control characters, and format characters that turn or hide text (UAX #9, UTS #55).
UNSAFE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+"
)
LONGEST_NAME = 64


@dataclass(frozen=True)
class Words:
    """Words for one reader. `language` is a BCP 47 tag; an unknown one falls back to English.

    `isolates` may be off only where the output shows them as boxes (a bare console).
    `catalogues` is a folder with .po files; `zone` is the time zone of dates, local if None.
    """

    language: str = "en"
    isolates: bool = True
    zone: tzinfo | None = None
    catalogues: Traversable | None = None

    @property
    def right_to_left(self) -> bool:
        return self._language.right_to_left

    @property
    def tag(self) -> str:
        """For an HTML lang attribute."""
        return self._language.tag

    def say(self, text: str, /, **parts: str) -> str:
        """The text in the reader's language with its parts put in; parts are already formatted."""
        # gettext gives the catalogue's own head for an empty text
        return _fill(self._language.translate(text), parts) if text else ""

    def say_many(self, one: str, many: str, count: int, /, **parts: str) -> str:
        """Choose by the language's plural rules; `{count}` is the number."""
        text = self._language.translate_many(one, many, count)
        return _fill(text, {"count": self.number(count), **parts})

    def number(self, value: float, digits: int = 0) -> str:
        return self._language.number(value, digits)

    def figure(self, value: float, unit: str, digits: int | None = None) -> str:
        """A figure with its unit; by default with one decimal below ten and none above."""
        places = _places(value) if digits is None else digits
        number = self.number(value, places)
        text = f"{number}{GAP}{self.say(unit)}" if unit else number
        return self.isolate(text)

    def ms(self, value: float) -> str:
        return self.figure(value, vocabulary.MS)

    def percent(self, value: float) -> str:
        """`value` is in percent, 0..100."""
        return self.figure(value, vocabulary.PERCENT)

    def rate(self, rate_bps: float) -> str:
        """Bits per second as kbit/s, Mbit/s or Gbit/s."""
        for unit, size in ((vocabulary.GBITS, 1e9), (vocabulary.MBITS, 1e6)):
            if rate_bps >= size:
                return self.figure(rate_bps / size, unit, _rate_places(rate_bps / size))
        return self.figure(rate_bps / 1e3, vocabulary.KBITS, 0)

    def amount(self, amount_bytes: float) -> str:
        """Bytes as kB, MB or GB (powers of ten)."""
        for unit, size in ((vocabulary.GBYTES, 1e9), (vocabulary.MBYTES, 1e6)):
            if amount_bytes >= size:
                return self.figure(amount_bytes / size, unit)
        return self.figure(amount_bytes / 1e3, vocabulary.KBYTES)

    def duration(self, seconds: float) -> str:
        """0.4 s as milliseconds, then seconds, then minutes and seconds, then hours and minutes."""
        if seconds < 1:
            return self.ms(seconds * 1000)
        if seconds < 60:
            return self.figure(seconds, vocabulary.SECONDS)
        big, small, size = (vocabulary.MINUTES, vocabulary.SECONDS, 60)
        if seconds >= 3600:
            big, small, size = (vocabulary.HOURS, vocabulary.MINUTES, 3600)
        whole, rest = divmod(round(seconds * 60 / size), 60)
        first = self.figure(whole, big, 0)
        return f"{first} {self.figure(rest, small, 0)}" if rest else first

    def minutes(self, minutes: float) -> str:
        """How long a step takes: "about 5 minutes"."""
        count = max(1, round(minutes))
        return self.say_many("about {count} minute", "about {count} minutes", count)

    def by_unit(self, value: float | str | Unmeasured, unit: str) -> str:
        """A value by its unit; foreign text as a name, no figure as its reason."""
        if isinstance(value, Unmeasured):
            return self.why(value)
        if isinstance(value, str):
            return self.name(value)
        if unit == "bit/s":
            return self.rate(value)
        return self.duration(value) if unit == "s" else self.figure(value, sentence(unit))

    def moment(self, rfc3339: str) -> str:
        """Date and time with the zone's offset; a text that is no time stays as it is."""
        try:
            local = datetime.fromisoformat(rfc3339).astimezone(self.zone)
        except (ValueError, OverflowError):
            return self.name(rfc3339)
        zone = local.isoformat()[-6:]
        return self.isolate(f"{self._language.moment(local)} (UTC{zone})")

    def name(self, text: str) -> str:
        """A string from outside, safe to show inside a sentence: an SSID, a host, a program."""
        clean = UNSAFE.sub(" ", text).strip()
        if len(clean) > LONGEST_NAME:
            clean = clean[: LONGEST_NAME - 1] + "…"
        return self.isolate(clean) if clean else self.say("(without a name)")

    def isolate(self, text: str) -> str:
        return f"{ISOLATE}{text}{POP}" if self.isolates else text

    def join(self, items: Sequence[str]) -> str:
        """A list as this language writes it: "a, b and c"."""
        return self._language.join(list(items)) if items else ""

    def why(self, reason: Reason | Unmeasured) -> str:
        """Why there is no figure."""
        key = reason.reason if isinstance(reason, Unmeasured) else reason
        return self.say(vocabulary.REASONS[key])

    def segment(self, segment: Segment) -> str:
        return self.say(vocabulary.SEGMENTS[segment])

    def segment_state(self, state: SegmentState) -> str:
        return self.say(vocabulary.SEGMENT_STATES[state])

    def probe(self, probe: str) -> str:
        """What a probe measures; the id itself for a probe that this version does not know."""
        known = vocabulary.PROBES.get(probe)
        return self.name(probe) if known is None else self.say(known)

    @property
    def _language(self) -> Language | English:
        return _language(self.language, self.catalogues)


def mark(text: str) -> str:
    """Mark a text for translation where it is defined; say it with `Words.say`."""
    return text


def sentence(text: str) -> str:
    """A sentence that came with a document: no control or direction characters in it."""
    return UNSAFE.sub(" ", text).strip()


def _fill(text: str, parts: dict[str, str]) -> str:
    return text.format_map(parts) if parts else text


def _places(value: float) -> int:
    """Decimals that carry meaning: 0.04, 4.2, 94."""
    size = abs(value)
    if size == round(size) or size >= 9.95:
        return 0
    return 1 if size >= 0.095 else 2


def _rate_places(value: float) -> int:
    """One decimal below a hundred, so that 18.9 is not sold as the plan's 19."""
    return 0 if value == round(value) or value >= 99.5 else 1


@cache
def _language(tag: str, catalogues: Traversable | None) -> Language | English:
    folder = catalogues or resources.files("diagnostics").joinpath("locale")
    if tag == "en" and not folder.joinpath("en.po").is_file():
        return English()
    # Babel must not load with this module: a resident process imports it and says nothing.
    from diagnostics.cldr import Language  # noqa: PLC0415

    return Language(tag, folder)
