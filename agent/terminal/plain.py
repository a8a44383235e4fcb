"""Text that is safe to print: names of networks and hosts come from strangers."""

from __future__ import annotations

import re
import unicodedata

#: controls, formats (bidi overrides among them), surrogates, private use, unassigned
_HOSTILE = {"Cc", "Cf", "Cs", "Co", "Cn"}

_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
#: strong, emphasis, code
_EMPHASIS = re.compile(r"(\*\*|(?<![\w*])\*(?=\S)|`)([^*`\n]+?)\1")


def plain(text: str) -> str:
    """One line without anything that could move the cursor or turn the writing round."""
    spaced = " ".join(text.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign) not in _HOSTILE)


def plain_lines(text: str) -> list[str]:
    """The same for several lines."""
    return [plain(line) for line in text.splitlines()]


def printable(text: str) -> str:
    """As it stands, letter by letter; what could move the cursor is written as an escape."""
    return "".join(
        sign
        if sign in "\n\t" or unicodedata.category(sign) not in _HOSTILE
        else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


def unmarked_lines(markdown: str) -> list[str]:
    """Lines of a guide without Markdown's marks; lists keep their numbers, links their address."""
    linked = _LINK.sub(r"\1 (\2)", markdown)
    return plain_lines(_EMPHASIS.sub(r"\2", linked))
