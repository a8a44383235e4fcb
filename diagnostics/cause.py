"""Causes: what can be wrong, one TOML file each in the folder `causes`; no code a cause.

id, segment, prior, source, guide    what it is, how common, on whose word, which guide helps
[produces] sign = strength           chance that the cause, when there, makes the sign show
[needs] all / any / none             signs without (or with) which it is never asserted
[words]                              what it is, for the subscriber, CSR, technician
[visit]                              whether a technician must come, and why
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated

import msgspec
from msgspec import Meta

from diagnostics.toml_tables import Table, TomlFileError, tables_in
from diagnostics.verdict import Segment

Chance = Annotated[float, Meta(gt=0, lt=1)]


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of a cause's tables: an unknown key is a mistake worth a sentence."""


class Needs(Facts, frozen=True, kw_only=True):
    """Signs that gate the cause. `all` and one of `any` must be present, none of `none` may be."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        return (*self.all, *self.any, *self.none)


class Words(Facts, frozen=True, kw_only=True):
    """English, the ids of the catalogue of translations.

    `headline` and `means` speak to the subscriber, `desk` and `csr` about them to customer service.
    `action` is what customer service does next; empty where the segment's own action is right.
    """

    headline: str
    means: str
    csr: str
    technician: str
    desk: str = ""
    action: str = ""


class VisitNeed(StrEnum):
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Visit(Facts, frozen=True, kw_only=True):
    needed: VisitNeed
    why: str


class Cause(Facts, frozen=True, kw_only=True):
    """`prior` is the share of complaints that have this cause (0..1), `source` says by whose word.

    `umbrella` marks the cause that stands for its segment when trouble there is sure and no other
    cause of it can be told. `note_unless` names a topic of complaint: without that complaint the
    cause is only a note. `passing` marks one that comes and goes by itself: a clean check does not
    prove it gone. `rests` marks one that only earlier checks can tell: while the signs of
    `needs.all` say nothing it is not weighed at all, and takes nothing from its rivals.
    """

    id: str
    segment: Segment
    prior: Chance
    source: str
    guide: str
    produces: dict[str, Chance]
    needs: Needs
    words: Words
    visit: Visit
    note_unless: str = ""
    umbrella: bool = False
    passing: bool = False
    rests: bool = False


class CauseError(ValueError):
    """A cause file that cannot be used; the message is one sentence for its author."""


def parse_cause(text: str, name: str) -> Cause:
    """Raise CauseError with the place and the remedy on any mistake."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(name, error) from error
    return _cause_of(table, name)


def _cause_of(table: Table, name: str) -> Cause:
    try:
        cause = msgspec.convert(table, type=Cause)
    except msgspec.ValidationError as error:
        raise _wrong(name, error) from error
    if f"{cause.id}.toml" != name:
        raise CauseError(f"The cause file {name} holds the cause {cause.id!r}; rename one of them.")
    return cause


def _wrong(name: str, error: Exception) -> CauseError:
    return CauseError(f"The cause file {name} is wrong: {error}. Correct that entry.")


@cache
def all_causes() -> Mapping[str, Cause]:
    """Every cause by id, in the order of ids."""
    folder = resources.files("diagnostics").joinpath("causes")
    try:
        tables = tables_in(folder)
    except TomlFileError as error:
        raise _wrong(error.name, error) from error
    found = [_cause_of(table, name) for name, table in tables.items()]
    return {cause.id: cause for cause in sorted(found, key=lambda cause: cause.id)}
