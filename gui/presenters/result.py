"""The result page: verdict first, then what to do, then the proof for those who want it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from diagnostics.explain import SubscriberWords, for_subscriber
from diagnostics.explain.activities import LEVEL_WORDS, Level
from diagnostics.explain.questions import open_questions
from diagnostics.guide import Question
from diagnostics.health import NOT_REPRODUCIBLE
from diagnostics.run import Depth, Run
from diagnostics.verdict import Segment, Status
from gui.locale import _, words
from gui.presenters import moments
from gui.presenters.figures import path_figures
from gui.presenters.path import Stretch, stretches

PROVIDERS_SIDE = (Segment.ACCESS, Segment.ISP, Segment.BEYOND, Segment.SERVICE)
TONES = {Status.HEALTHY: "ok", Status.PROBLEM: "bad", Status.CANNOT_TELL: "unknown"}
LEVEL_TONES = {
    Level.GOOD: "ok",
    Level.LIMITED: "warn",
    Level.BAD: "bad",
    Level.UNKNOWN: "unknown",
}


class Act(StrEnum):
    GUIDE = "guide"
    HELP = "help"
    CHECK = "check"
    WATCH = "watch"  # a full check, which watches longer


@dataclass(frozen=True)
class Action:
    act: Act
    words: str
    glyph: str = ""


@dataclass(frozen=True)
class MeaningView:
    title: str
    tone: str
    word: str
    text: str


@dataclass(frozen=True)
class ResultView:
    """`main` is the big button; an empty text is not shown."""

    run_id: str
    tone: str
    headline: str
    where: str
    confidence: str
    partial: str
    also: tuple[str, ...]
    fine: str
    notes: tuple[str, ...]
    meaning: tuple[MeaningView, ...]
    path: tuple[Stretch, ...]
    main: Action
    others: tuple[Action, ...]
    questions: tuple[Question, ...]
    person: str
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    first_step: str
    when: str


def result_view(run: Run, now: str) -> ResultView:
    said = for_subscriber(run, words())
    evidence = run.evidence()
    main, others = actions(run, said)
    return ResultView(
        run_id=run.id,
        tone=TONES[said.status],
        headline=said.headline,
        where=said.where,
        confidence=said.confidence,
        partial=said.partial,
        also=tuple(_also(said)),
        fine=said.fine,
        notes=said.notes,
        meaning=_meaning(said),
        path=stretches(run.verdict.segments, path_figures(evidence)),
        main=main,
        others=others,
        questions=open_questions(run, words()),
        person=said.person,
        evidence=said.evidence,
        missing=said.missing,
        first_step=_first_step(said),
        when=_("Checked {when}").format(when=moments.ago(run.started_at, now)),
    )


def _first_step(said: SubscriberWords) -> str:
    """What to do first, and how long it takes; empty where a person is the better way."""
    step = said.next_step
    if step is None or said.person or said.status is Status.HEALTHY:
        return ""
    parts = {"step": step.title.rstrip("."), "effort": step.minutes, "skill": step.skill}
    return _("First step: {step} ({effort}; {skill}).").format(**parts)


def _also(said: SubscriberWords) -> list[str]:
    """Every further cause by its name and place; the first one is the headline."""
    return [
        _("{cause} How sure: {confidence}.").format(cause=each.title, confidence=each.confidence)
        for each in said.causes[1:]
    ]


def _meaning(said: SubscriberWords) -> tuple[MeaningView, ...]:
    return tuple(
        MeaningView(
            title=each.title,
            tone=LEVEL_TONES[each.level],
            word=_(LEVEL_WORDS[each.level]),
            text=each.text,
        )
        for each in said.meaning
    )


def actions(run: Run, said: SubscriberWords) -> tuple[Action, tuple[Action, ...]]:
    """The big button, and the smaller ones beside it."""
    help_ = Action(Act.HELP, _("&Talk to a person"), "person")
    again = Action(Act.CHECK, _("&Check again"))
    if run.verdict.id == NOT_REPRODUCIBLE:
        steps = Action(Act.GUIDE, _("What yo&u can try"), "wrench")
        return (_watch(), (steps, again, help_))
    if said.status is Status.HEALTHY:
        return (_watch(), (again, help_))
    if said.status is Status.CANNOT_TELL:
        steps = Action(Act.GUIDE, _("What yo&u can try"), "wrench")
        test = _best_test(run) or _watch()
        return (test, (steps, help_, again) if said.next_step else (help_, again))
    if said.next_step is None:
        return (help_, (again,))
    providers = bool(run.verdict.causes) and run.verdict.causes[0].segment in PROVIDERS_SIDE
    if providers:
        help_ = Action(Act.HELP, _("&Tell the provider"), "person")
    if said.person:
        return (help_, (Action(Act.GUIDE, _("What &you can do"), "wrench"), again))
    fix = _("What &you can do") if providers else _("Fi&x it step by step")
    return (Action(Act.GUIDE, fix, "wrench"), (help_, again))


def _watch() -> Action:
    return Action(Act.WATCH, _("&Watch for longer"), "clock")


def _best_test(run: Run) -> Action | None:
    """The open test that would tell most; all but the speed are taken by watching for longer."""
    tests = [one.id for one in run.verdict.deciders if one.kind == "test"]
    if tests[:1] == ["throughput"] and run.depth is Depth.QUICK:
        return Action(Act.CHECK, _("&Measure the speed too"), "clock")
    return None
