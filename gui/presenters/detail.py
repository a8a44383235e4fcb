"""The detailed view of the result: causes weighed, signs with figures, what is ruled out."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.explain import DetailWords, Weighed, for_detail
from diagnostics.explain.detail import decided_by, excluded_line
from diagnostics.run import Run
from gui.locale import _, words
from gui.presenters.figures import Row, Table, tables


@dataclass(frozen=True)
class SignView:
    """One sign: the sentence, and under it the figure and limit that decided it."""

    text: str
    decided: str
    tone: str  # ok, warn, bad or unknown: only where it speaks for or against a named cause


@dataclass(frozen=True)
class DetailView:
    """Every list may be empty but `would_change`; `nothing` stands in for causes."""

    causes: Table
    nothing: str
    signs: tuple[SignView, ...]
    no_signs: str
    excluded: tuple[str, ...]
    missing: tuple[str, ...]
    would_change: tuple[str, ...]
    tables: tuple[Table, ...]


def detail_view(run: Run) -> DetailView:
    said = for_detail(run, words())
    signs = tuple(
        SignView(text=row.text, decided=decided_by(row, words()), tone=_tone(row.speaks))
        for row in said.evidence
    )
    return DetailView(
        causes=_causes(said),
        nothing=said.nothing,
        signs=signs,
        no_signs="" if signs else _("No sign of trouble showed."),
        excluded=tuple(excluded_line(each, words()) for each in said.excluded),
        missing=said.missing,
        would_change=said.would_change,
        tables=tables(run.evidence()),
    )


def _tone(speaks: str) -> str:
    return {"for": "bad", "against": "ok"}.get(speaks, "unknown")


def _causes(said: DetailWords) -> Table:
    rows = tuple(Row(name=_cause(each), value=each.share, measured=True) for each in said.causes)
    return Table(title=_("Causes, and how likely each is"), rows=rows)


def _cause(each: Weighed) -> str:
    parts = {"cause": each.title, "standing": each.standing, "sure": each.confidence}
    return _("{cause} ({standing}, {sure})").format(**parts)
