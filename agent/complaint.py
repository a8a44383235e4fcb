"""The complaint as it stands on a command line."""

from __future__ import annotations

from agent.exits import UsageError

COMPLAINT_LETTERS = 10_000


def told(text: str) -> str:
    """UsageError, in one sentence, when it cannot be kept.

    Bytes that are not UTF-8 come from the system as lone surrogates (PEP 383), which no
    document holds.
    """
    if len(text) > COMPLAINT_LETTERS:
        raise UsageError(f"The complaint is longer than {COMPLAINT_LETTERS} letters; shorten it.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("The complaint is not UTF-8 text; type it anew.") from error
    return text
