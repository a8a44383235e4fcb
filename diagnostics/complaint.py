"""The complaint in the subscriber's own words: which terms shift which priors, and its topics.

A small table a language, `complaints/<language>.toml`, that anybody can read and extend; the
folder is scanned, so another language is one more file:

    [grammar]
    fine = ["fine", "no problem"]        words that clear what is named beside them
    breaks = ["but", "except"]           words at which another thought begins
    together = ["now and then"]          … but not inside of these
    not_before = ["not", "never"]        words that turn what follows them
    never_typos = ["guess"]              words that are no misspelling of a term

    [lists]
    service = ["netflix", "youtube"]     "{service}" in a term stands for any of these

    [sites]
    netflix = "https://www.netflix.com/" the page that is fetched too when the service is named

    [[term]]
    says = ["video call", "zoom"]        any of these, as whole words, in any letter case
    topics = ["calls"]                   what it is about
    shifts = { line-jitter = 2.0 }       factor on the odds of a cause
    fine_shifts = { wifi-unreliable = 0.4 }   the same when it is said to be fine
    probes = ["watch"]                   what must be measured well for this complaint (`chosen`)
    symptom = true                       "no X" and "not X" say that it is absent

How it reads: letter case, accents of layout, invisible signs and spelling slips (one in words of
five letters, two from nine) do not matter. The text is cut into thoughts at its marks and at
`breaks`; in a thought that calls something fine, its terms are cleared and do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from diagnostics.complaint_table import Phrase, Table, Term, tables
from diagnostics.complaint_text import Word, plain_words, thoughts

FIRST_LANGUAGE = "en"
#: words move the odds of a cause by no more than this in all; measurements decide
STRONGEST = 5.0
#: a thing that is called fine is half cleared: people judge by their last good minute
_CLEARED = 0.5
#: how many words a negation may stand before the word that it turns ("not really that slow")
_REACH = 3
#: words that take "fine" back: "only works near the router", "never fine"
_TRUSTED_FINE = 2


@dataclass(frozen=True)
class Understood:
    """What a complaint says: factors on the odds of causes, and topics such as `inbound`.

    `cleared` are topics that the person calls fine, `probes` what must be measured well for it,
    `sites` the pages of the services that are named, in the order in which they are said.
    """

    shifts: dict[str, float] = field(default_factory=dict[str, float])
    topics: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    probes: frozenset[str] = frozenset()
    sites: tuple[str, ...] = ()


@lru_cache(maxsize=32)  # one check judges several times
def understand(complaint: str) -> Understood:
    """An empty complaint, or one that no term fits, shifts nothing. Any text is fit to be read."""
    if not complaint.strip():
        return Understood()  # most checks have none: no table need be read for it
    table = _table_of(complaint)
    named: dict[str, None] = {}
    said = _said(complaint, table, named)
    return replace(_understood(said), sites=tuple(table.sites[one] for one in named))


def _table_of(complaint: str) -> Table:
    """The language whose table knows most of the words; English where two know as many."""
    words = plain_words(complaint)

    def known(table: Table) -> int:
        grammar = table.grammar
        return sum(word in grammar.words_kept or (word,) in grammar.fine for word in words)

    return max(tables(), key=lambda table: (known(table), table.language == FIRST_LANGUAGE))


def _said(complaint: str, table: Table, named: dict[str, None]) -> dict[Term, bool]:
    """The terms that occur, and whether any of their places is meant; `named` gets the services."""
    said: dict[Term, bool] = {}
    grammar = table.grammar
    for thought in thoughts(complaint, grammar.breaks, grammar.fine, grammar.together):
        for phrase, meant in _phrases_of(thought, table):
            said[phrase.term] = said.get(phrase.term, False) or meant
            if meant:
                named |= dict.fromkeys(word for word in phrase.words if word in table.sites)
    return said


def _understood(said: dict[Term, bool]) -> Understood:
    shifts: dict[str, float] = {}
    for term, meant in said.items():
        factors = term.shifts if meant else _cleared(term)
        for cause_id, factor in factors.items():
            shifts[cause_id] = shifts.get(cause_id, 1.0) * factor
    meant_terms = [term for term, meant in said.items() if meant]
    topics = frozenset(topic for term in meant_terms for topic in term.topics)
    cleared = {topic for term, meant in said.items() if not meant for topic in term.topics}
    return Understood(
        {name: min(max(one, 1 / STRONGEST), STRONGEST) for name, one in shifts.items()},
        topics,
        frozenset(cleared) - topics,
        frozenset(probe for term in meant_terms for probe in term.probes),
    )


def _cleared(term: Term) -> dict[str, float]:
    """A symptom that is not there says nothing else; a thing that is fine is less to blame."""
    if term.fine_shifts or term.symptom:
        return term.fine_shifts
    return {name: _CLEARED for name, factor in term.shifts.items() if factor > 1}


def _phrases_of(thought: tuple[Word, ...], table: Table) -> Iterator[tuple[Phrase, bool]]:
    """Every term of one thought, and whether it is meant (not denied, not called fine).

    Longer phrases take their words first: the "works" of "nothing works" calls nothing fine.
    """
    taken: set[int] = set()
    found: list[tuple[int, Phrase]] = []
    for at, phrase in table.phrases_in(thought):
        span = range(at, at + len(phrase.words))
        if taken.isdisjoint(span):
            taken.update(span)
            found.append((at, phrase))
    fine = _called_fine(thought, table, taken)
    for at, phrase in found:
        symptom = phrase.term.symptom
        denied = _denied(thought, at, table, symptom=symptom)
        yield phrase, not denied and not (fine and not symptom)


def _called_fine(thought: tuple[Word, ...], table: Table, taken: set[int]) -> bool:
    grammar = table.grammar
    for phrase in grammar.fine:
        size = len(phrase)
        for at in range(len(thought) - size + 1):
            span = range(at, at + size)
            if thought[at : at + size] != phrase or not taken.isdisjoint(span):
                continue
            before = thought[max(0, at - _TRUSTED_FINE) : at]
            if not any(word in grammar.unfine for word in before):
                return True
    return False


def _denied(thought: tuple[Word, ...], at: int, table: Table, *, symptom: bool) -> bool:
    """ "not slow" and "no lag" deny a symptom; "it is not the WiFi" denies a thing."""
    grammar = table.grammar
    before = thought[max(0, at - _REACH) : at]
    turning = grammar.symptom_turners if symptom else grammar.thing_turners
    return any(
        word in turning and all(between in grammar.fillers for between in before[place + 1 :])
        for place, word in enumerate(before)
    )
