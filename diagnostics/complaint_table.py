"""The tables of `complaints/`: one TOML file a language, read as `complaint` explains them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import product
from typing import Annotated

import msgspec
from msgspec import Meta

from diagnostics.complaint_text import Thought, plain_words, same_word

Factor = Annotated[float, Meta(gt=0)]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of a table's parts: an unknown key is a mistake worth a sentence."""


class TermEntry(Entry, frozen=True, kw_only=True):
    says: tuple[str, ...]
    topics: tuple[str, ...] = ()
    shifts: dict[str, Factor] = {}
    fine_shifts: dict[str, Factor] = {}
    probes: tuple[str, ...] = ()
    symptom: bool = False


class GrammarEntry(Entry, frozen=True, kw_only=True):
    """`unfine` before a word of `fine` takes it back; `fillers` may stand behind a negation."""

    fine: tuple[str, ...] = ()
    unfine: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    no_before: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    never_typos: tuple[str, ...] = ()


class FileEntry(Entry, frozen=True, kw_only=True):
    grammar: GrammarEntry = GrammarEntry()
    lists: dict[str, tuple[str, ...]] = {}
    sites: dict[str, str] = {}
    term: tuple[TermEntry, ...]


class TableError(ValueError):
    """A table that cannot be used; the message is one sentence for its author."""


@dataclass(frozen=True, eq=False)
class Term:
    """One entry of a table; compared by identity."""

    topics: tuple[str, ...]
    shifts: dict[str, float]
    fine_shifts: dict[str, float]
    probes: tuple[str, ...]
    symptom: bool


@dataclass(frozen=True, eq=False)
class Phrase:
    words: Thought
    term: Term


@dataclass(frozen=True, eq=False)
class Grammar:
    """`symptom_turners` deny a symptom ("no lag"), `thing_turners` a thing ("not the WiFi")."""

    fine: tuple[Thought, ...]
    unfine: frozenset[str]
    breaks: frozenset[str]
    together: tuple[Thought, ...]
    symptom_turners: frozenset[str]
    thing_turners: frozenset[str]
    fillers: frozenset[str]
    words_kept: frozenset[str]


@dataclass(frozen=True, eq=False)
class Table:
    """`begins` holds the phrases by their first word; `sites` the page of a named service."""

    language: str
    grammar: Grammar
    terms: tuple[Term, ...]
    begins: dict[str, tuple[Phrase, ...]]
    words: tuple[str, ...]
    sites: dict[str, str]

    def phrases_in(self, thought: Thought) -> list[tuple[int, Phrase]]:
        """Where phrases stand, the longest first, so that the closest one takes its words."""
        heard = [_heard(self, word) for word in thought]
        found = [
            (at, phrase)
            for at, meanings in enumerate(heard)
            for known in meanings
            for phrase in self.begins.get(known, ())
            if _stands(phrase.words, heard[at:])
        ]
        found.sort(key=lambda row: (-len(row[1].words), row[0], row[1].words))
        return found


def _stands(words: Thought, heard: Sequence[frozenset[str]]) -> bool:
    return len(words) <= len(heard) and all(
        known in said for known, said in zip(words, heard, strict=False)
    )


@lru_cache(maxsize=4096)
def _heard(table: Table, word: str) -> frozenset[str]:
    """The words of the table that this one may stand for."""
    kept = table.grammar.words_kept
    return frozenset(known for known in table.words if same_word(known, word, kept))


@cache
def tables() -> tuple[Table, ...]:
    """Every language's table; the complaint's language is not known beforehand."""
    folder = resources.files("diagnostics").joinpath("complaints")
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    return tuple(parse_table(entry.read_text("utf-8"), entry.name) for entry in files)


def parse_table(text: str, name: str) -> Table:
    """Raise TableError with the place and the remedy on any mistake."""
    try:
        entry = msgspec.convert(tomllib.loads(text), type=FileEntry)
        phrases = [
            Phrase(words, term)
            for each in entry.term
            for term in [_term(each)]
            for said in each.says
            for words in _spelt_out(said, entry.lists)
            if words
        ]
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError) as error:
        raise TableError(
            f"The table of complaints {name} is wrong: {error}. Correct that entry."
        ) from error
    begins: dict[str, tuple[Phrase, ...]] = {}
    for phrase in phrases:
        begins[phrase.words[0]] = (*begins.get(phrase.words[0], ()), phrase)
    return Table(
        language=name.partition(".")[0],
        grammar=_grammar(entry.grammar, phrases),
        terms=tuple(dict.fromkeys(phrase.term for phrase in phrases)),
        begins=begins,
        words=tuple(sorted({word for phrase in phrases for word in phrase.words})),
        sites=entry.sites,
    )


def _term(entry: TermEntry) -> Term:
    return Term(entry.topics, entry.shifts, entry.fine_shifts, entry.probes, entry.symptom)


def _spelt_out(said: str, lists: dict[str, tuple[str, ...]]) -> list[Thought]:
    """ "only {service}" becomes one phrase a service."""
    parts = [lists[part[1:-1]] if part.startswith("{") else (part,) for part in said.split()]
    return [plain_words(" ".join(chosen)) for chosen in product(*parts)]


def _grammar(entry: GrammarEntry, phrases: list[Phrase]) -> Grammar:
    fine = sorted((plain_words(each) for each in entry.fine), key=lambda words: -len(words))
    not_before = frozenset(entry.not_before)
    own = {word for phrase in phrases for word in phrase.words}
    kept = {*entry.never_typos, *entry.breaks, *entry.not_before, *entry.no_before, *entry.fillers}
    return Grammar(
        fine=tuple(fine),
        unfine=frozenset(entry.unfine) | not_before,
        breaks=frozenset(entry.breaks),
        together=tuple(plain_words(each) for each in entry.together),
        symptom_turners=not_before | frozenset(entry.no_before),
        thing_turners=not_before,
        fillers=frozenset(entry.fillers),
        words_kept=frozenset(kept) | own,
    )
