"""What to do next about a verdict: repair steps by chance of repair a minute, then a person.

Decision-theoretic troubleshooting (Heckerman, Breese and Rommelse 1995; SACSO): with a person to
fall back on who costs C minutes, a step of chance p and effort e is worth doing when

    e + (1 - p) * C  <  C,   that is   p * C > e

and the steps that are worth it are done in the order of p / e. The whole course is made anew from
the Run after each measurement, so that it follows the newest verdict, answers and failures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from diagnostics.cause import VisitNeed, all_causes
from diagnostics.guide import Guide, GuideStep, Skill, StepKind
from diagnostics.run import Run, StepOutcome
from diagnostics.verdict import Status

#: minutes count for more when fewer people can do the step (judgement)
EASE = {Skill.ANYONE: 1.0, Skill.COMFORTABLE: 0.6, Skill.EXPERT: 0.25}
SELF_HELP = (StepKind.CHECK, StepKind.REPAIR)

#: What a person costs the subscriber, in minutes of attention (judgement; docs/design/0006):
#: 2 to look through and send the report, 10 until somebody reads it or picks up, 12 to talk,
#: and once in four cases all of that again (first-contact resolution of about 75 %).
SENDING, WAITING, TALKING, AGAIN = 2.0, 10.0, 12.0, 0.25
PERSON_MINUTES = (SENDING + WAITING + TALKING) * (1 + AGAIN)
#: a technician's visit: minutes at home for the appointment, and how often it comes to one
VISIT_MINUTES = 80.0
VISIT_CHANCE = {VisitNeed.YES: 0.6, VisitNeed.MAYBE: 0.25, VisitNeed.NO: 0.0}


@dataclass(frozen=True)
class PlannedStep:
    """`chance` is that it repairs what is wrong, `effort` its minutes weighed by the skill needed.

    `worth` is false when asking a person costs less on average than trying this first.
    """

    guide: Guide
    step: GuideStep
    cause: str
    chance: float
    effort: float
    worth: bool

    @property
    def own(self) -> bool:
        """Something that the person does and that may mend it; not the hand-over, no make-do."""
        return self.step.kind in SELF_HELP and self.chance > 0

    @property
    def chance_per_minute(self) -> float:
        return self.chance / self.effort


@dataclass(frozen=True)
class Course:
    """`steps` in the order to do them: worthwhile ones, hand-over and make-do, then the rest.

    `chance` is that the worthwhile ones repair it, `minutes` what they cost on average, a person
    at the end included; `person_minutes` is what asking a person at once would cost.
    """

    steps: tuple[PlannedStep, ...]
    chance: float
    minutes: float
    person_minutes: float

    @property
    def first(self) -> PlannedStep | None:
        return self.steps[0] if self.steps else None

    @property
    def ask_person(self) -> bool:
        """No step is left that is worth its minutes: a person is the better way now."""
        return not any(one.worth for one in self.steps)


def cause_of(run: Run) -> str:
    """The cause to work on: the likeliest asserted one, else the verdict's own id."""
    return run.verdict.causes[0].id if run.verdict.causes else run.verdict.id


class Shelf(Protocol):
    """Where guides are found: all of them, or one at a time as it is needed."""

    def for_cause(self, cause: str, guide_id: str = "") -> Guide | None: ...


def course_of(run: Run, guides: Shelf) -> Course:
    """What is left to do for this Run; no steps for a cause that no guide of this version serves.

    A step that was tried is not proposed again, nor is the same step in another guide: a router
    that was just restarted for one cause has been restarted for all of them.
    """
    troubles = _troubles(run)
    known = _guides(troubles, guides)
    tried = {(each.guide, each.step) for each in run.steps}
    done = {each.step for each in run.steps if each.outcome is not StepOutcome.SKIPPED}
    pointed = _pointed(run, known)
    person_minutes = _person_minutes(run)
    own: list[PlannedStep] = []
    rest: list[PlannedStep] = []
    for guide in known:
        for step in _serving(guide, troubles):
            planned = _planned(guide, step, troubles, person_minutes, pointed)
            if (guide.id, step.id) in tried or (planned.own and step.id in done):
                continue
            (own if planned.own else rest).append(planned)
    own.sort(key=lambda one: (one.step.id not in pointed, -one.chance_per_minute))
    return _course(_once(own), rest, person_minutes)


@dataclass(frozen=True)
class _Trouble:
    cause: str
    probability: float
    guide: str


def _troubles(run: Run) -> tuple[_Trouble, ...]:
    """The asserted causes; where none is, the verdict itself stands for one, surely there."""
    causes = run.verdict.causes
    if not causes:
        return (_Trouble(run.verdict.id, 1.0, ""),)
    return tuple(_Trouble(one.id, one.probability, one.guide) for one in causes)


def _guides(troubles: Sequence[_Trouble], guides: Shelf) -> tuple[Guide, ...]:
    """Each guide once, the likeliest cause's first."""
    found = [guides.for_cause(one.cause, one.guide) for one in troubles]
    return tuple({guide.id: guide for guide in found if guide is not None}.values())


def _serving(guide: Guide, troubles: Sequence[_Trouble]) -> tuple[GuideStep, ...]:
    """The steps that serve one of the causes; all of them where the guide lists none."""
    serving = [step for step in guide.steps if any(step.serves(one.cause) for one in troubles)]
    return tuple(serving) or guide.steps


def _pointed(run: Run, guides: Sequence[Guide]) -> frozenset[str]:
    """Steps that an answer of the subscriber leads to."""
    answers = {each.question: each.answer for each in run.answers}
    return frozenset(
        reply.then
        for guide in guides
        for question in guide.questions
        for reply in question.replies
        if reply.then and answers.get(question.id) == reply.answer
    )


def _planned(
    guide: Guide,
    step: GuideStep,
    troubles: Sequence[_Trouble],
    person_minutes: float,
    pointed: frozenset[str],
) -> PlannedStep:
    parts = [(one.probability * step.chance(one.cause), one.cause) for one in troubles]
    chance = 1 - math.prod(1 - part for part, _ in parts)
    effort = step.minutes / EASE[step.skill]
    own = step.kind in SELF_HELP and chance > 0
    return PlannedStep(
        guide=guide,
        step=step,
        cause=max(parts, key=lambda part: part[0])[1],
        chance=chance,
        effort=effort,
        worth=own and (step.id in pointed or chance * person_minutes > effort),
    )


def _once(steps: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """Two guides may ask for the same thing: the better placed one stays."""
    return tuple({one.step.id: one for one in reversed(steps)}.values())[::-1]


def _course(
    own: Sequence[PlannedStep], rest: Sequence[PlannedStep], person_minutes: float
) -> Course:
    worth = [one for one in own if one.worth]
    open_share, minutes = 1.0, 0.0
    for one in worth:
        minutes += open_share * one.effort
        open_share *= 1 - one.chance
    poor = [one for one in own if not one.worth]
    return Course(
        steps=(*worth, *rest, *poor),
        chance=1 - open_share,
        minutes=minutes + open_share * person_minutes,
        person_minutes=person_minutes,
    )


def _person_minutes(run: Run) -> float:
    """What a person costs, with the share of a technician's visit that this cause calls for."""
    cause = all_causes().get(cause_of(run))
    if cause is None or run.verdict.status is not Status.PROBLEM:
        return PERSON_MINUTES
    return PERSON_MINUTES + VISIT_CHANCE[cause.visit.needed] * VISIT_MINUTES
