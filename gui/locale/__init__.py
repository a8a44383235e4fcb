"""The window's words: one `Words` for the whole process, the same that terminal and report use.

`_` and `ngettext` are the names that the extraction of texts looks for; the English source text
is the message id.
"""

from __future__ import annotations

from diagnostics.words import Words

_words = Words()


def use(chosen: Words) -> None:
    """Set once before the window is made; a process speaks one language, as gettext has it."""
    global _words  # noqa: PLW0603
    _words = chosen


def words() -> Words:
    return _words


def _(message: str) -> str:
    return _words.say(message)


def ngettext(one: str, many: str, count: int) -> str:
    """`{count}` is put in by the language's own plural rules and digits."""
    return _words.say_many(one, many, count)


def figure(text: str) -> str:
    """A figure with its unit, kept in its own order also inside right-to-left text."""
    return _words.isolate(text) if text else ""


def name(text: str) -> str:
    """A name from outside that must neither turn the sentence round nor hide anything."""
    return _words.name(text) if text else ""
