"""Text that is safe to print: names of networks and hosts come from strangers."""

from __future__ import annotations

import unicodedata

#: controls, formats (bidi overrides among them), surrogates, private use, unassigned
_HOSTILE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def plain(text: str) -> str:
    """One line without anything that could move the cursor or turn the writing round."""
    spaced = " ".join(text.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign) not in _HOSTILE)


def plain_lines(text: str) -> list[str]:
    """The same for several lines."""
    return [plain(line) for line in text.splitlines()]
