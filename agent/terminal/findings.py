"""A Run as lines for the terminal: verdict first, then the evidence, then the first step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agent.terminal.plain import plain, plain_lines
from diagnostics.guide import Guide, GuideStep, System
from diagnostics.guide_file import load_guides
from diagnostics.run import Run
from diagnostics.sign import Sign
from diagnostics.verdict import Finding, SegmentState, Status

#: said in words, so that nothing rests on colour
STATE_WORDS = {
    SegmentState.OK: "ok",
    SegmentState.WARN: "doubtful",
    SegmentState.BAD: "bad",
    SegmentState.UNKNOWN: "not known",
}
PLACES = (
    ("device", "This computer"),
    ("wifi", "WiFi"),
    ("lan", "Home network"),
    ("router", "Router"),
    ("access", "Line"),
    ("isp", "Provider"),
    ("beyond", "Internet"),
    ("service", "Sites"),
)


class Line(NamedTuple):
    """A line and its style ("" or a word of rich); plain output leaves the style away."""

    text: str
    style: str = ""


def findings(run: Run) -> list[Line]:
    """The whole answer to a person at a terminal."""
    return [
        *_verdict(run),
        *_path(run),
        *_evidence(run),
        *_first_step(run),
    ]


def _verdict(run: Run) -> Iterator[Line]:
    style = "bold green" if run.verdict.status is Status.HEALTHY else "bold"
    yield Line(plain(run.verdict.headline), style)
    if not run.complete:
        yield Line("The check was stopped early: this is what was known by then.")


def _path(run: Run) -> Iterator[Line]:
    segments = run.verdict.segments
    states: dict[str, SegmentState] = {name: getattr(segments, name) for name, _ in PLACES}
    yield Line("")
    yield Line(" > ".join(f"{word}: {STATE_WORDS[states[name]]}" for name, word in PLACES))


def _evidence(run: Run) -> Iterator[Line]:
    signs = {sign.id: sign for sign in run.signs}
    for finding in run.verdict.causes:
        yield from _finding(finding, signs)
    if not run.verdict.causes and run.verdict.missing:
        yield Line("")
        yield Line(f"Not measured: {', '.join(map(plain, run.verdict.missing))}.")


def _finding(finding: Finding, signs: dict[str, Sign]) -> Iterator[Line]:
    yield Line("")
    yield Line(f"{plain(finding.id)} ({finding.probability:.0%} likely)", "bold")
    for mark, ids in (("+", finding.evidence), ("-", finding.against)):
        for sign_id in ids:
            sign = signs.get(sign_id)
            yield Line(f"  {mark} {plain(sign.text if sign and sign.text else sign_id)}")


def _first_step(run: Run) -> Iterator[Line]:
    if not run.verdict.causes:
        return
    first = run.verdict.causes[0]
    guide = load_guides().for_cause(first.id, first.guide)
    steps = guide.steps_for(first.id) if guide else ()
    if not guide or not steps:
        return
    step = max(steps, key=lambda one: one.chance_per_minute(first.id))
    yield Line("")
    yield Line("What to do first", "bold")
    yield from step_lines(step, System.of(run.software.system))
    yield Line(f"  All steps: firsthop guide {plain(first.id)}")


def step_lines(step: GuideStep, system: System | None) -> Iterator[Line]:
    yield Line(f"  {plain(step.title)} (about {step.minutes:g} min)", "bold")
    parts = (
        ("", step.action(system)),
        ("Why: ", step.why),
        ("It worked when: ", step.see),
        ("Mind: ", step.safety),
    )
    for word, text in parts:
        lines = plain_lines(text) if text else []
        for number, line in enumerate(lines):
            yield Line(f"    {word if number == 0 else ''}{line}")


def guide_lines(guide: Guide, cause: str, system: System | None) -> Iterator[Line]:
    yield Line(plain(guide.title), "bold")
    for line in plain_lines(guide.intro):
        yield Line(line)
    for step in guide.steps_for(cause):
        yield Line("")
        yield from step_lines(step, system)
