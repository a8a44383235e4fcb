"""The guide page: the steps, best first, and what the measurement said after each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnostics.course import cause_of, course_of
from diagnostics.explain.next_step import ask_person
from diagnostics.guide import Guide, Guides, GuideStep, StepKind, System
from diagnostics.guide_file import load_guides
from diagnostics.result import Unmeasured
from diagnostics.run import Run, StepOutcome, StepTried
from diagnostics.sign import Sign, State
from diagnostics.signbook import sign_specs
from diagnostics.verdict import Status
from diagnostics.vocabulary import SIGN_STATES, SKILLS
from gui.locale import _, words

OUTCOME_TONES = {
    StepOutcome.HELPED: "ok",
    StepOutcome.NO_CHANGE: "warn",
    StepOutcome.WORSE: "bad",
    StepOutcome.SKIPPED: "unknown",
    StepOutcome.NOT_MEASURED: "unknown",
}


@dataclass(frozen=True)
class StepView:
    """`do`, `why`, `see`, `safety` are Markdown. `tried` is how it ended before, or None."""

    guide: str
    step: str
    cause: str
    about: str  # what the guide is about
    intro: str  # only at the first step of a guide
    title: str
    place: str  # "Step 2 of 5"
    facts: str  # minutes and skill
    do: str
    why: str
    see: str
    safety: str
    sends: bool
    measures: bool
    tried: StepTried | None


@dataclass(frozen=True)
class GuideView:
    """`person` says why a person is the better way now; empty while a step is worth its minutes."""

    steps: tuple[StepView, ...]
    person: str

    def first_open(self) -> int:
        """Where to begin: the first step not tried, else the last."""
        open_ones = [at for at, each in enumerate(self.steps) if each.tried is None]
        return open_ones[0] if open_ones else len(self.steps) - 1


@dataclass(frozen=True)
class Change:
    """A figure before and after the step."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class OutcomeView:
    tone: str
    headline: str
    text: str
    changes: tuple[Change, ...]
    over: bool  # solved, or another cause has come to the front: back to the result


@dataclass(frozen=True)
class _Row:
    guide: Guide
    step: GuideStep
    cause: str
    tried: StepTried | None


def guide_view(run: Run) -> GuideView | None:
    """What was tried, as it was done, then what is left, best first.

    The order is planned anew from each Run, so it follows what the last measurement said. None
    when nothing is to be done or this version has no guide for the cause.
    """
    guides = load_guides(words().language)
    rows = [*_tried_rows(run, guides)]
    if not (rows and run.verdict.status is Status.HEALTHY):
        left = course_of(run, guides).steps
        rows += [_Row(one.guide, one.step, one.cause, None) for one in left]
    if not rows:
        return None
    steps = tuple(_step(rows, at, run) for at in range(len(rows)))
    return GuideView(steps=steps, person=ask_person(run, words()))


def _tried_rows(run: Run, guides: Guides) -> Iterator[_Row]:
    """Each step that was tried once, with how it ended last."""
    last = {(each.guide, each.step): each for each in run.steps}
    for tried in last.values():
        guide = guides.for_cause(tried.cause, tried.guide)
        step = guide.step(tried.step) if guide is not None else None
        if guide is not None and step is not None:
            yield _Row(guide, step, tried.cause, tried)


def _step(rows: Sequence[_Row], at: int, run: Run) -> StepView:
    row = rows[at]
    step = row.step
    number, total = (words().number(each) for each in (at + 1, len(rows)))
    minutes, skill = words().minutes(step.minutes), _(SKILLS[step.skill])
    first_of_guide = at == 0 or rows[at - 1].guide.id != row.guide.id
    return StepView(
        guide=row.guide.id,
        step=step.id,
        cause=row.cause,
        about=row.guide.title,
        intro=row.guide.intro if first_of_guide else "",
        title=step.title,
        place=_("Step {number} of {total}").format(number=number, total=total),
        facts=_("{minutes}, {skill}").format(minutes=minutes, skill=skill),
        do=step.action(System.of(run.software.system)),
        why=step.why,
        see=step.see,
        safety=step.safety,
        sends=step.kind is StepKind.SEND,
        measures=bool(step.probes),
        tried=row.tried,
    )


def outcome_view(tried: StepTried, run: Run) -> OutcomeView:
    solved = run.verdict.status is Status.HEALTHY
    headline, text = _outcome_words(tried.outcome, solved=solved)
    return OutcomeView(
        tone=OUTCOME_TONES[tried.outcome],
        headline=headline,
        text=text,
        changes=changes(tried),
        over=solved or cause_of(run) != tried.cause,
    )


def _outcome_words(outcome: StepOutcome, *, solved: bool) -> tuple[str, str]:
    if solved and outcome is StepOutcome.HELPED:
        return (_("It worked"), _("Measured again: your connection is fine now."))
    return {
        StepOutcome.HELPED: (
            _("That helped"),
            _("The figures are better. Something else is still not right: go on."),
        ),
        StepOutcome.NO_CHANGE: (
            _("No change"),
            _("That was not it, and you have ruled it out. Go on with the next step."),
        ),
        StepOutcome.WORSE: (
            _("Worse than before"),
            _("Undo what you changed in this step, then go on with the next one."),
        ),
        StepOutcome.SKIPPED: (_("Skipped"), _("You can come back to this step at any time.")),
        StepOutcome.NOT_MEASURED: (
            _("Could not be measured"),
            _("Nothing is claimed for this step. Look for yourself, or go on."),
        ),
    }[outcome]


def changes(tried: StepTried) -> tuple[Change, ...]:
    """What came, went or eased; a figure that merely wanders proves nothing and is left out."""
    later = {sign.id: sign for sign in tried.after}
    pairs = [(sign, later[sign.id]) for sign in tried.before if sign.id in later]
    moved = [pair for pair in pairs if pair[0].state is not pair[1].state]
    lasting = [pair for pair in pairs if pair not in moved and pair[0].state is State.PRESENT]
    changed = (_change(before, after) for before, after in moved or lasting)
    return tuple(each for each in changed if each.before != each.after)


def _change(before: Sign, after: Sign) -> Change:
    """By figures where both have one with a unit, else by yes and no."""
    old, new = _figure(before), _figure(after)
    if not (old and new) or old == new:
        old, new = (_(SIGN_STATES[each.state]) for each in (before, after))
    return Change(name=sign_name(before), before=old, after=new)


def sign_name(sign: Sign) -> str:
    spec = sign_specs().get(sign.id)
    return _(spec.sentence) if spec else words().name(sign.id)


def _figure(sign: Sign) -> str:
    """Empty without a unit: a bare number says nothing to the person."""
    if isinstance(sign.value, Unmeasured) or not sign.unit:
        return ""
    return words().by_unit(sign.value, sign.unit)
