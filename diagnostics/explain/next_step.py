"""The one step to show next, and whether a person is the better way now."""

from __future__ import annotations

import msgspec

from diagnostics.course import Course, PlannedStep, course_of
from diagnostics.guide import StepKind, System
from diagnostics.guide_file import GuidesOf
from diagnostics.run import Run
from diagnostics.verdict import Status
from diagnostics.vocabulary import SKILLS
from diagnostics.words import Words


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """`do`, `why`, `see`, `safety` are Markdown, in the words of the subscriber's system."""

    guide: str
    step: str
    cause: str
    kind: StepKind
    title: str
    do: str
    why: str
    see: str
    safety: str
    minutes: str
    skill: str


def next_step(run: Run, words: Words) -> NextStep | None:
    """None when nothing is left to do, or when this version has no guide for the cause."""
    first = course_of(run, GuidesOf(words.language)).first
    return None if first is None else _next(first, run, words)


def _next(planned: PlannedStep, run: Run, words: Words) -> NextStep:
    step = planned.step
    return NextStep(
        guide=planned.guide.id,
        step=step.id,
        cause=planned.cause,
        kind=step.kind,
        title=step.title,
        do=step.action(System.of(run.software.system)),
        why=step.why,
        see=step.see,
        safety=step.safety,
        minutes=words.minutes(step.minutes),
        skill=words.say(SKILLS[step.skill]),
    )


def ask_person(run: Run, words: Words) -> str:
    """Why a person is the better way now; empty while a step of one's own is worth its minutes."""
    if run.verdict.status is Status.HEALTHY:
        return ""
    course = course_of(run, GuidesOf(words.language))
    return _why_person(run, course, words) if course.ask_person else ""


def _why_person(run: Run, course: Course, words: Words) -> str:
    poor = [one for one in course.steps if one.own]
    if not run.steps and not poor:
        return words.say("Nothing you can do at home mends this. A person can help you now.")
    if not poor:
        return words.say("You have done what can be done at home. A person can help you now.")
    return words.say(
        "What is left to try takes {effort} and mends this in {percent} of all cases."
        " A person can help you sooner.",
        effort=words.minutes(poor[0].step.minutes),
        percent=words.percent(round(poor[0].chance * 100)),
    )
