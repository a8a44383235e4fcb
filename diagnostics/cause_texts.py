"""For pybabel: the words of a cause file, to be translated (see locale/babel.cfg)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import IO

import msgspec

from diagnostics.cause import Cause

Found = tuple[int, str, str, list[str]]


def extract_cause(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Found]:
    """One text a line of [words] and the reason of [visit]; the signature is Babel's."""
    del keywords, comment_tags, options
    text = file.read().decode("utf-8")
    cause = msgspec.convert(tomllib.loads(text), type=Cause)
    spoken = (
        cause.words.headline,
        cause.words.means,
        cause.words.csr,
        cause.words.technician,
        cause.words.desk,
        cause.words.action,
        cause.visit.why,
    )
    lines = text.splitlines()
    for each in filter(None, spoken):
        line = next((n for n, one in enumerate(lines, 1) if each[:20] in one), 1)
        yield line, "", each, [f"cause {cause.id}"]
