"""Taking the text out of a page in one pass, whatever the page does to prevent it.

Patterns that look ahead for a closing mark take quadratic time where it never comes; these do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

#: no modem's page is longer; what lies beyond is not looked at
LONGEST_PAGE = 300_000
_OPENED = re.compile(r"(?i)<!--|<(?:script|style|noscript)\b")
_CLOSED: Mapping[str, str] = {
    "<!--": "-->",
    "<script": "</script",
    "<style": "</style",
    "<noscript": "</noscript",
}
_SPACE = re.compile(r"[\s\u00a0]+")
#: a tag never holds another's beginning: so an unclosed one ends where the next begins
TAG = re.compile(r"<[^<>]*>")


def shown(page: str) -> str:
    """The page without comments, scripts and styles; what is never closed hides all behind it."""
    text = page[:LONGEST_PAGE]
    return without(text, _OPENED, _CLOSED)


def without(text: str, opened: re.Pattern[str], closed: Mapping[str, str]) -> str:
    """Drop what stands between each opening mark and the closing mark of its kind."""
    lowered = text.lower()
    kept: list[str] = []
    at = 0
    while (found := opened.search(lowered, at)) is not None:
        kept.append(text[at : found.start()])
        end = closed[found[0]]
        at = lowered.find(end, found.end())
        if at < 0:
            return " ".join(kept)
        at += len(end)
    return " ".join((*kept, text[at:]))


def words(text: str) -> str:
    """Its text in one line, entities read, tags gone."""
    return _SPACE.sub(" ", unescape(TAG.sub(" ", text))).strip()
