"""A complaint as thoughts of plain words, whatever was typed: hostile, huge, misspelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

Word = str
Thought = tuple[Word, ...]

#: what a person types in one go; more is cut, so that no text costs more than a moment
MOST_LETTERS = 1000
_WORD = re.compile(r"[^\W_]+(?:['_-][^\W_]+)*")
_MARKS = re.compile(r"[.,;:!?\n\r()…]+|\s[-\u2013\u2014]\s")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'"})
#: controls, formats (zero-width, bidi overrides), surrogates, private use, unassigned
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
#: a word may be misspelt from so many letters on: once, and twice
_ONE_SLIP, _TWO_SLIPS = 5, 9
_PLURAL_FROM = 4
_SWAPPED = 4  # in a word this short only two neighbours may have changed places


def plain_words(text: str) -> Thought:
    """Case-folded words of a text, hyphens and apostrophes kept inside."""
    return tuple(_WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:MOST_LETTERS].translate(_APOSTROPHES)).casefold()
    return "".join(
        " " if sign == "\t" else sign
        for sign in folded
        if sign in "\n\r\t" or unicodedata.category(sign) not in _UNSEEN
    )


def thoughts(
    text: str,
    breaks: Collection[Word],
    fine: Collection[Thought] = (),
    together: Collection[Thought] = (),
) -> tuple[Thought, ...]:
    """Cut at marks and before words such as "but"; before "and" only behind what is called fine.

    What belongs `together` is not cut: "now and then".
    """
    found: list[Thought] = []
    for part in _MARKS.split(_plain(text)):
        now: list[Word] = []
        for word in _WORD.findall(part):
            breaking = word in breaks and not _ends_in([*now, word], together)
            if breaking or (word in _AND and _ends_in(now, fine)):
                found.append(tuple(now))
                now = []
            now.append(word)
        found.append(tuple(now))
    return tuple(thought for thought in found if thought)


_AND = frozenset({"and", "und", "et", "y", "e", "en"})


def _ends_in(words: list[Word], phrases: Collection[Thought]) -> bool:
    return any(tuple(words[-len(phrase) :]) == phrase for phrase in phrases if phrase)


def same_word(known: Word, said: Word, kept: Collection[Word] = ()) -> bool:
    """The same but for a plural's s or a slip; words in `kept` are what they are."""
    if known == said or _plural(known, said):
        return True
    if said in kept or not known or not said:
        return False
    slips = 2 if len(known) >= _TWO_SLIPS else 1 if len(known) >= _ONE_SLIP else 0
    near = slips and known[0] == said[0] and abs(len(known) - len(said)) <= slips
    return _swapped(known, said) or (bool(near) and _slips(known, said) <= slips)


def _plural(known: Word, said: Word) -> bool:
    """An s or es more or less, in words that are long enough for it."""
    short, long = sorted((known, said), key=len)
    return len(short) >= _PLURAL_FROM and long in {short + "s", short + "es"}


def _swapped(known: Word, said: Word) -> bool:
    """Two neighbouring letters have changed places: "slwo", "wfii"."""
    if len(known) != len(said) or len(known) < _SWAPPED:
        return False
    differ = [at for at in range(len(known)) if known[at] != said[at]]
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    first, second = differ
    return known[first] == said[second] and known[second] == said[first]


@lru_cache(maxsize=4096)
def _slips(known: Word, said: Word) -> int:
    """Insertions, deletions, replacements and swaps (Damerau 1964, optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(said) + 1))
    for i, a in enumerate(known, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(said, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == said[j - 2] and known[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]
