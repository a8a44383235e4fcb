"""The one step to show next: best chance per minute among those not tried, then the hand-over."""

from __future__ import annotations

import msgspec

from diagnostics.guide import Guide, GuideStep, Skill, StepKind, System
from diagnostics.guide_file import load_guide
from diagnostics.run import Run
from diagnostics.vocabulary import SKILLS
from diagnostics.words import Words

#: chance per minute counts for less when fewer people can do the step (judgement)
EASE = {Skill.ANYONE: 1.0, Skill.COMFORTABLE: 0.6, Skill.EXPERT: 0.25}
SELF_HELP = (StepKind.CHECK, StepKind.REPAIR)


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
    cause = cause_of(run)
    guide = guide_of(run, words.language)
    if guide is None:
        return None
    tried = frozenset(each.step for each in run.steps if each.guide == guide.id)
    step = choose(guide, cause, tried)
    return None if step is None else _next(guide, step, cause, run, words)


def cause_of(run: Run) -> str:
    """The cause to work on: the likeliest asserted one, else the verdict's own id."""
    return run.verdict.causes[0].id if run.verdict.causes else run.verdict.id


def guide_of(run: Run, language: str) -> Guide | None:
    guide_id = run.verdict.causes[0].guide if run.verdict.causes else ""
    return load_guide(cause_of(run), guide_id, language)


def choose(guide: Guide, cause: str, tried: frozenset[str]) -> GuideStep | None:
    """Repairs and checks by chance per minute; the hand-over when they are used up or poor."""
    open_steps = [step for step in guide.steps_for(cause) if step.id not in tried]
    own = [step for step in open_steps if step.kind in SELF_HELP and step.chance(cause) > 0]
    own.sort(key=lambda step: -step.chance_per_minute(cause) * EASE[step.skill])
    rest = [step for step in open_steps if step not in own]
    return next(iter((*own, *rest)), None)


def _next(guide: Guide, step: GuideStep, cause: str, run: Run, words: Words) -> NextStep:
    return NextStep(
        guide=guide.id,
        step=step.id,
        cause=cause,
        kind=step.kind,
        title=step.title,
        do=step.action(System.of(run.software.system)),
        why=step.why,
        see=step.see,
        safety=step.safety,
        minutes=words.minutes(step.minutes),
        skill=words.say(SKILLS[step.skill]),
    )
