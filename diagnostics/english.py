"""Plain English figures and lists without Babel's data: loading that takes 70 ms of processor.

The tests hold these against Babel's (CLDR) for "en"; every other language is Babel's own.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnostics.cldr import Language


class English:
    """What `cldr.Language("en")` says, for the language that the texts are written in."""

    tag: str = "en"
    right_to_left: bool = False

    def translate(self, text: str) -> str:
        return text

    def translate_many(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many

    def number(self, value: float, digits: int) -> str:
        exact = Decimal(str(value))
        if not exact.is_finite():
            return self._full().number(value, digits)
        return f"{exact:,.{digits}f}"

    def moment(self, local: datetime) -> str:
        return self._full().moment(local)

    def join(self, items: list[str]) -> str:
        if len(items) <= 2:
            return " and ".join(items)
        return f"{', '.join(items[:-1])}, and {items[-1]}"

    def _full(self) -> Language:
        from diagnostics.cldr import Language  # noqa: PLC0415 - a report's dates, no check's

        return Language(self.tag, None)
