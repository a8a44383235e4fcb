"""Makes msgspec look at every type once, before threads do it at the same time.

msgspec 0.22.0 gathers what it must know of a Struct at its first decoding, without a lock: when
several threads come first together the process dies of a segmentation fault (seen in 4 of 8
starts with 20 bundles at once). Once gathered the knowledge is only read.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from diagnostics.evidence import reading_types

OURS = ("desk.", "uploader.", "diagnostics.")


def prepare_types() -> int:
    """Call it after all imports and before the first worker thread; gives the number of types."""
    reading_types()  # imports every reading
    kinds = [kind for kind in _subclasses(msgspec.Struct) if kind.__module__.startswith(OURS)]
    return sum(_prepare(kind) for kind in kinds)


def _prepare(kind: type[msgspec.Struct]) -> bool:
    try:
        msgspec.json.Decoder(kind)
    except TypeError:
        return False  # holds what JSON cannot say, so nobody ever decodes it
    return True


def _subclasses(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)
