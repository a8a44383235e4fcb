"""What Babel and gettext know about one language. `words` loads this module at the first need."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources.abc import Traversable
from io import BytesIO

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal


class Language:
    """One language: its catalogue, figures, dates and lists. An unknown tag becomes English."""

    def __init__(self, tag: str, catalogues: Traversable | None) -> None:
        self._locale = _locale(tag)
        self._catalogue = _catalogue(tag, catalogues) if catalogues else NullTranslations()

    @property
    def tag(self) -> str:
        return str(self._locale).replace("_", "-")

    @property
    def right_to_left(self) -> bool:
        return self._locale.text_direction == "rtl"

    def translate(self, text: str) -> str:
        return self._catalogue.gettext(text)

    def translate_many(self, one: str, many: str, count: int) -> str:
        return self._catalogue.ngettext(one, many, count)

    def number(self, value: float, digits: int) -> str:
        zeros = "." + "0" * digits if digits else ""
        return format_decimal(value, format=f"#,##0{zeros}", locale=self._locale)

    def moment(self, local: datetime) -> str:
        """Date and time as they stand, without a zone."""
        from babel.dates import format_datetime  # noqa: PLC0415 - a report's, no check's

        return format_datetime(local.replace(tzinfo=None), "medium", locale=self._locale)

    def join(self, items: list[str]) -> str:
        return format_list(items, locale=self._locale)


def _locale(language: str) -> Locale:
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag.replace("_", "-"), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


@cache
def _catalogue(language: str, folder: Traversable) -> NullTranslations:
    for tag in (language, language.partition("-")[0]):
        file = folder.joinpath(f"{tag}.po")
        if file.is_file():
            return _compiled(file, tag)
    return NullTranslations()


def _compiled(file: Traversable, tag: str) -> NullTranslations:
    # Only where there is a catalogue to read.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=tag.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)
