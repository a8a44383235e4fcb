"""A folder of TOML files, parsed once: what was read is kept beside it, as Python keeps its own.

Reading some 90 cause files takes 60 ms of processor, a twentieth of a check; the kept tables take
two. They hold only as long as each file's name, size and time of change are what they were, and
where nothing can be kept the files are read each time.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

#: One file's tables as TOML tells them, before any type is laid over them.
Table = Mapping[str, object]
_NAME = "tables.json"


class _Stamp(msgspec.Struct, frozen=True, array_like=True):
    """What changes when a file does."""

    name: str
    size: int
    changed_ns: int


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    stamps: tuple[_Stamp, ...]
    tables: dict[str, dict[str, object]]


class TomlFileError(ValueError):
    """A file that is no TOML; `name` is the file's, the text what is wrong where."""

    def __init__(self, name: str, wrong: str) -> None:
        super().__init__(wrong)
        self.name: str = name


def tables_in(folder: Traversable) -> Mapping[str, Table]:
    """The tables of each `.toml` file by file name, in the order of names. Raises TomlFileError."""
    if not isinstance(folder, Path):
        return _read(folder)
    stamps = _stamps(folder)
    place = folder / "__pycache__" / _NAME
    kept = _kept(place)
    if kept is not None and kept.stamps == stamps:
        return kept.tables
    tables = _read(folder)
    if not sys.dont_write_bytecode:
        _keep(place, _Kept(stamps=stamps, tables=tables))
    return tables


def _read(folder: Traversable) -> dict[str, dict[str, object]]:
    files = [one for one in folder.iterdir() if one.name.endswith(".toml")]
    found: dict[str, dict[str, object]] = {}
    for file in sorted(files, key=lambda one: one.name):
        try:
            found[file.name] = tomllib.loads(file.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise TomlFileError(file.name, str(error)) from error
    return found


def _stamps(folder: Path) -> tuple[_Stamp, ...]:
    found: list[_Stamp] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".toml"):
                told = entry.stat()
                found.append(_Stamp(entry.name, told.st_size, told.st_mtime_ns))
    return tuple(sorted(found, key=lambda one: one.name))


def _kept(place: Path) -> _Kept | None:
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return msgspec.json.decode(place.read_bytes(), type=_Kept)
    return None


def _keep(place: Path, kept: _Kept) -> None:
    """Whole or not at all, whoever else writes it at this moment."""
    data = msgspec.json.encode(kept)
    if msgspec.json.decode(data, type=_Kept) != kept:
        return  # a date, which JSON has not: such files are read each time
    new = place.with_name(f"{_NAME}.{os.getpid()}")
    with suppress(OSError):  # a folder that is not ours to write
        place.parent.mkdir(exist_ok=True)
        try:
            new.write_bytes(data)
            new.replace(place)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
