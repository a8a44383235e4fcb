"""A made-up language: every text 40 % longer, in brackets, read from right to left.

What shows without brackets was not said through the one function; what is cut has no room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from diagnostics.words import Words

PART = re.compile(r"(\{[a-z_]+\}|&)")
ACCENTED = str.maketrans("aeiouAEIOUnc", "áéíóúÁÉÍÓÚñç")
GROWTH = 0.4
FILL = " לורם"


def pseudo(text: str) -> str:
    """`text` accented and padded; placeholders and mnemonics stay as they are."""
    parts = [
        each if PART.fullmatch(each) else each.translate(ACCENTED) for each in PART.split(text)
    ]
    wanted = max(1, round(len(text) * GROWTH))
    pad = (FILL * (wanted // len(FILL) + 1))[:wanted].strip()
    return f"[{pad} {''.join(parts)}]"


@dataclass(frozen=True)
class PseudoWords(Words):
    language: str = "en"

    @property
    def right_to_left(self) -> bool:
        return True

    def say(self, text: str, /, **parts: str) -> str:
        made = pseudo(text)
        return made.format_map(parts) if parts else made

    def say_many(self, one: str, many: str, count: int, /, **parts: str) -> str:
        return self.say(one if count == 1 else many, count=self.number(count), **parts)
