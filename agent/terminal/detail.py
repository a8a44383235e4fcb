"""The detailed view of a Run in the terminal: the same verdict, with all that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.terminal.findings import Line, findings
from agent.terminal.plain import plain
from diagnostics.explain import (
    CsrWords,
    DetailWords,
    TechnicianWords,
    Weighed,
    for_csr,
    for_detail,
    for_technician,
)
from diagnostics.explain.cause_names import sign_sentence
from diagnostics.explain.detail import excluded_line
from diagnostics.report.groups import measured_groups
from diagnostics.result import Unmeasured
from diagnostics.run import Run
from diagnostics.sign import Sign, State
from diagnostics.words import Words


def detailed(run: Run) -> list[Line]:
    """The simple view first, word for word; then causes, signs, readers, figures."""
    words = Words(isolates=False)
    told = for_detail(run, words)
    return [
        *findings(run),
        *_causes(told),
        *_signs(run, words),
        *_listed("Ruled out", (excluded_line(each, words) for each in told.excluded)),
        *_listed("What would change the verdict", told.would_change),
        *_desk(for_csr(run, words), words),
        *_technician(for_technician(run, words), words),
        *_figures(run, words),
    ]


def _head(text: str) -> Iterator[Line]:
    yield Line("")
    yield Line(text, "bold")


def _listed(head: str, texts: Iterable[str]) -> Iterator[Line]:
    lines = [Line(f"  - {plain(text)}") for text in texts]
    if lines:
        yield from _head(head)
        yield from lines


def _causes(told: DetailWords) -> Iterator[Line]:
    yield from _head("Causes weighed")
    for each in told.causes:
        yield Line(f"  {_cause(each)}")
        yield from (Line(f"    Against it: {plain(text)}") for text in each.against)
    if told.nothing:
        yield Line(f"  {plain(told.nothing)}")


def _cause(each: Weighed) -> str:
    words = f"{plain(each.standing)}, {plain(each.confidence)}"
    return f"{plain(each.share)} {plain(each.title)} ({plain(each.id)}; {words})"


def _signs(run: Run, words: Words) -> Iterator[Line]:
    yield from _head("Signs")
    marks = {State.PRESENT: "yes", State.ABSENT: "no", State.UNKNOWN: "not known"}
    for sign in sorted(run.signs, key=lambda one: (tuple(State).index(one.state), one.id)):
        text = plain(sign_sentence(sign, words))
        decided = _decided(sign, words)
        yield Line(f"  {plain(sign.id)}: {marks[sign.state]} ({sign.source}{decided}). {text}")


def _decided(sign: Sign, words: Words) -> str:
    """The figure that decided it and its limit, where it is one."""
    said = ""
    for name, value in (("figure", sign.value), ("limit", sign.threshold)):
        if not isinstance(value, Unmeasured):
            said += f", {name} {plain(words.by_unit(value, sign.unit))}"
    return said


def _desk(csr: CsrWords, words: Words) -> Iterator[Line]:
    yield from _head("For customer service")
    yield Line(f"  {plain(csr.verdict)}")
    yield from (Line(f"  {plain(each.csr)}") for each in csr.causes if each.csr)
    yield Line(f"  Next: {plain(csr.next_action)}")
    yield Line(f"  {plain(csr.visit_words)}. {plain(csr.visit_why)}")
    for each in csr.excluded:
        yield Line(f"  Ruled out: {plain(excluded_line(each, words))}")
    for tried in csr.tried:
        yield Line(f"  Tried: {plain(tried.title)}: {plain(tried.outcome_words)}")
    for answer in csr.answers:
        yield Line(f"  Answered: {plain(answer)}")


def _technician(told: TechnicianWords, words: Words) -> Iterator[Line]:
    if not told.places:
        return
    yield from _head("For the technician")
    for number, place in enumerate(told.places, start=1):
        share = words.percent(min(99, round(place.probability * 100)))
        yield Line(f"  {number}. {plain(place.place)}: {plain(place.confidence)}, {plain(share)}")
        for text in (*place.causes, *place.why, *place.advice):
            yield Line(f"     {plain(text)}")
    for word, texts in (("Measure first", told.measure_first), ("Bring", told.bring)):
        if texts:
            yield Line(f"  {word}: {plain('; '.join(texts))}")


def _figures(run: Run, words: Words) -> Iterator[Line]:
    """Every reading, row by row; what was not measured says why."""
    yield from _head("Everything that was measured")
    for group in measured_groups(run, words):
        yield Line(f"  {plain(group.title)}")
        for row in group.rows:
            yield Line(f"    {plain(row.label)}: {plain(row.value)}")
