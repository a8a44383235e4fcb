"""A Run as lines for the terminal: verdict first, then the evidence, then the first step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from agent.terminal.plain import plain, unmarked_lines
from diagnostics.explain import SubscriberWords, for_subscriber
from diagnostics.explain.busy_line import busy_line_of
from diagnostics.explain.questions import open_questions
from diagnostics.guide import Guide, GuideStep, System
from diagnostics.run import Run
from diagnostics.sign import State
from diagnostics.verdict import Segment, SegmentState, Status
from diagnostics.words import Words


class Line(NamedTuple):
    """A line and its style ("" or a word of rich); plain output leaves the style away."""

    text: str
    style: str = ""


def findings(run: Run) -> list[Line]:
    """The whole answer to a person at a terminal."""
    words = Words()
    told = for_subscriber(run, words)
    return [
        *_verdict(told),
        *_path(run, words),
        *_busy(run, words),
        *meaning_lines(told),
        *_evidence(told),
        *_person(told),
        *_next_step(told),
        *_open_question(run, words),
    ]


def _verdict(told: SubscriberWords) -> Iterator[Line]:
    style = "bold green" if told.status is Status.HEALTHY else "bold"
    yield Line(plain(told.headline), style)
    for text in (told.where, told.confidence, told.partial):
        if text:
            yield Line(plain(text))
    for line in told.causes[1:]:
        yield Line(f"Also: {plain(line.title)}")
    for note in told.notes:
        yield Line(f"Note: {plain(note)}")


def _path(run: Run, words: Words) -> Iterator[Line]:
    """Every state in words, so that nothing rests on colour."""
    states = msgspec.structs.asdict(run.verdict.segments)
    yield Line("")
    not_used = _not_used(run)
    for segment in Segment:
        state = states[segment.value]
        if segment in not_used and state is SegmentState.UNKNOWN:
            yield Line(f"  {plain(words.segment(segment))}: not used by this computer")
        elif isinstance(state, SegmentState):
            yield Line(f"  {plain(words.segment(segment))}: {plain(words.segment_state(state))}")


def _not_used(run: Run) -> frozenset[Segment]:
    """To the router it is air or cable; the other one is not there to be known."""
    present = {sign.id for sign in run.signs if sign.state is State.PRESENT}
    sides = (("on-wire", Segment.WIFI), ("on-wifi", Segment.LAN))
    return frozenset(segment for sign, segment in sides if sign in present)


def _busy(run: Run, words: Words) -> Iterator[Line]:
    """What load does to delay, where it was measured."""
    if found := busy_line_of(run, words):
        yield Line("")
        yield Line(f"Under load: {found.grade}. {plain(found.sentence)}")


def _evidence(told: SubscriberWords) -> Iterator[Line]:
    groups = (("What speaks for it", told.evidence), ("Not measured", told.missing))
    for title, texts in groups:
        if texts:
            yield Line("")
            yield Line(title, "bold")
            yield from (Line(f"  - {plain(text)}") for text in texts)


def _person(told: SubscriberWords) -> Iterator[Line]:
    if told.person:
        yield Line("")
        yield Line(plain(told.person), "bold")
        yield Line("  Send the facts: firsthop send")


def _open_question(run: Run, words: Words) -> Iterator[Line]:
    """For whoever reads this without a keyboard at hand, or later."""
    questions = open_questions(run, words)
    if questions:
        yield Line("")
        yield Line("What only you can see", "bold")
        yield Line(f"  {plain(questions[0].text)}")
        yield Line(f"  Answer: firsthop answer {plain(questions[0].id)} yes (or no, unknown)")


def meaning_lines(told: SubscriberWords) -> Iterator[Line]:
    """What it means for calls, films, games and work."""
    yield Line("")
    yield Line("What this means for you", "bold")
    for each in told.meaning:
        yield Line(f"  {plain(each.title)}: {plain(each.answer)}. {plain(each.text)}")


def _next_step(told: SubscriberWords) -> Iterator[Line]:
    step = told.next_step
    if step is None:
        return
    yield Line("")
    yield Line("What to do first", "bold")
    parts = Parts(step.do, step.why, step.see, step.safety)
    yield from _step(f"{plain(step.title)} ({plain(step.minutes)})", parts)
    yield Line(f"  All steps: firsthop guide {plain(step.cause)}")


class Parts(NamedTuple):
    do: str
    why: str
    see: str
    safety: str


def _step(title: str, parts: Parts) -> Iterator[Line]:
    yield Line(f"  {title}", "bold")
    named = zip(("", "Why: ", "It worked when: ", "Mind: "), parts, strict=True)
    for word, text in named:
        for number, line in enumerate(unmarked_lines(text)):
            yield Line(f"    {word if number == 0 else ''}{line}")


def step_lines(step: GuideStep, system: System | None) -> Iterator[Line]:
    parts = Parts(step.action(system), step.why, step.see, step.safety)
    yield from _step(f"{plain(step.title)} (about {step.minutes:g} min)", parts)


def guide_lines(guide: Guide, cause: str, system: System | None) -> Iterator[Line]:
    yield Line(plain(guide.title), "bold")
    for line in unmarked_lines(guide.intro):
        yield Line(line)
    for step in guide.steps_for(cause):
        yield Line("")
        yield from step_lines(step, system)
