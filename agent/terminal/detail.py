"""The detailed view of a Run in the terminal: the same verdict, with all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from agent.terminal.findings import Line, findings
from agent.terminal.plain import plain
from diagnostics.explain import CsrWords, TechnicianWords, for_csr, for_technician
from diagnostics.explain.cause_names import sign_sentence
from diagnostics.run import Run
from diagnostics.sign import State
from diagnostics.verdict import Finding
from diagnostics.words import Words


def detailed(run: Run) -> list[Line]:
    """The simple view first, word for word; then causes with their shares, signs, readers."""
    words = Words(isolates=False)
    csr, technician = for_csr(run, words), for_technician(run, words)
    return [
        *findings(run),
        *_causes(run),
        *_signs(run, words),
        *_desk(csr),
        *_technician(technician),
        *_deciders(run, words),
    ]


def _head(text: str) -> Iterator[Line]:
    yield Line("")
    yield Line(text, "bold")


def _causes(run: Run) -> Iterator[Line]:
    yield from _head("Causes weighed")
    groups = (("found", run.verdict.causes), ("considered", run.verdict.considered))
    groups = (*groups, ("noted", run.verdict.notes))
    rows = [(word, finding) for word, found in groups for finding in found]
    yield from (Line(_cause(word, finding)) for word, finding in rows)
    if not rows:
        yield Line("  none")


def _cause(word: str, finding: Finding) -> str:
    share = f"{100 * finding.probability:.0f} %"
    return f"  {plain(finding.id)} ({plain(finding.segment)}): {share}, {word}"


def _signs(run: Run, words: Words) -> Iterator[Line]:
    yield from _head("Signs")
    marks = {State.PRESENT: "yes", State.ABSENT: "no", State.UNKNOWN: "not known"}
    for sign in sorted(run.signs, key=lambda one: (tuple(State).index(one.state), one.id)):
        text = plain(sign_sentence(sign, words))
        yield Line(f"  {plain(sign.id)}: {marks[sign.state]} ({sign.source}). {text}")


def _desk(csr: CsrWords) -> Iterator[Line]:
    yield from _head("For customer service")
    yield Line(f"  {plain(csr.verdict)}")
    yield Line(f"  Next: {plain(csr.next_action)}")
    yield Line(f"  {plain(csr.visit_words)}. {plain(csr.visit_why)}")
    for each in csr.excluded:
        yield Line(f"  Ruled out: {plain(each.title)}: {plain('; '.join(each.why))}")
    for tried in csr.tried:
        yield Line(f"  Tried: {plain(tried.title)}: {plain(tried.outcome_words)}")
    for answer in csr.answers:
        yield Line(f"  Answered: {plain(answer)}")


def _technician(told: TechnicianWords) -> Iterator[Line]:
    if not told.places:
        return
    yield from _head("For the technician")
    for number, place in enumerate(told.places, start=1):
        yield Line(f"  {number}. {plain(place.place)}: {plain(place.confidence)}")
    for word, texts in (("Measure first", told.measure_first), ("Bring", told.bring)):
        if texts:
            yield Line(f"  {word}: {plain('; '.join(texts))}")


def _deciders(run: Run, words: Words) -> Iterator[Line]:
    if not run.verdict.deciders:
        return
    yield from _head("What could still change the verdict")
    for one in run.verdict.deciders:
        name = one.text or words.probe(one.id)
        yield Line(f"  {one.kind}: {plain(name)} ({one.gain_bits:.2f} bits, {one.minutes:g} min)")
