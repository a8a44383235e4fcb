"""The complaint in the subscriber's own words: which terms shift which priors, and its topics.

A small table a language, `complaints/<language>.toml`, that anybody can read and extend:

    [[term]]
    says = ["video call", "zoom"]      any of these, as whole words, in any letter case
    topics = ["calls"]                 what it is about
    shifts = { line-jitter = 2.0 }     factor on the odds of a cause
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Annotated

import msgspec
from msgspec import Meta

#: words move the odds of a cause by no more than this in all; measurements decide
STRONGEST = 5.0


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    says: tuple[str, ...]
    topics: tuple[str, ...] = ()
    shifts: dict[str, Annotated[float, Meta(gt=0)]] = {}


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    term: tuple[Term, ...]


@dataclass(frozen=True)
class Understood:
    """What a complaint says: factors on the odds of causes, and topics such as `inbound`."""

    shifts: dict[str, float] = field(default_factory=dict[str, float])
    topics: frozenset[str] = frozenset()


@cache
def terms() -> tuple[Term, ...]:
    """The terms of every language's table; the complaint's language is not known beforehand."""
    folder = resources.files("diagnostics").joinpath("complaints")
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    return tuple(
        term
        for entry in files
        for term in msgspec.convert(tomllib.loads(entry.read_text("utf-8")), type=_Table).term
    )


def _said(term: Term, text: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in term.says)


def understand(complaint: str) -> Understood:
    """An empty complaint, or one that no term fits, shifts nothing."""
    text = " ".join(complaint.casefold().split())
    if not text:
        return Understood({}, frozenset())
    shifts: dict[str, float] = {}
    topics: set[str] = set()
    for term in terms():
        if not _said(term, text):
            continue
        topics.update(term.topics)
        for cause_id, factor in term.shifts.items():
            shifts[cause_id] = shifts.get(cause_id, 1.0) * factor
    bounded = {name: min(max(one, 1 / STRONGEST), STRONGEST) for name, one in shifts.items()}
    return Understood(bounded, frozenset(topics))
