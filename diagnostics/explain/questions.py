"""The one question to ask next, in words: whatever the verdict says would tell most.

Guides word their own questions; any other question of `signs/asked.py` is worded from the sign.
The answer fills the sign of the same id, with source "asked", and is never asked for again.
"""

from __future__ import annotations

from diagnostics.course import cause_of
from diagnostics.guide import Question, Reply
from diagnostics.guide_file import load_guide, load_guides
from diagnostics.run import Run
from diagnostics.sign import Source
from diagnostics.signbook import sign_specs
from diagnostics.verdict import Status
from diagnostics.words import Words, mark

_WHY = mark("No measurement can see this, and your answer decides what comes next.")
_REPLIES = (("yes", mark("Yes")), ("no", mark("No")), ("unknown", mark("I do not know")))


def askable(question_id: str) -> bool:
    """Whether this is a question that a person may answer."""
    spec = sign_specs().get(question_id)
    return spec is not None and bool(spec.question)


def question_of(question_id: str, words: Words) -> Question | None:
    """The question in words; None for an id that is no question."""
    for guide in load_guides(words.language).values():
        for question in guide.questions:
            if question.id == question_id:
                return question
    spec = sign_specs().get(question_id)
    if spec is None or not spec.question:
        return None
    replies = tuple(
        Reply(answer=answer, text=words.say(text), then="") for answer, text in _REPLIES
    )
    return Question(
        id=question_id, text=words.say(spec.question), why=words.say(_WHY), replies=replies
    )


def open_questions(run: Run, words: Words) -> tuple[Question, ...]:
    """Best first; one at a time is to be asked. None that was answered, or measured since."""
    answered = {each.question for each in run.answers}
    answered |= {sign.id for sign in run.signs if sign.closed or sign.source is Source.ASKED}
    ids = [one.id for one in run.verdict.deciders if one.kind == "question"]
    ids += _of_the_guide(run, words)
    found = (question_of(one, words) for one in dict.fromkeys(ids) if one not in answered)
    return tuple(question for question in found if question is not None)


def _of_the_guide(run: Run, words: Words) -> list[str]:
    """Questions of the cause's own guide whose answers lead to different first steps."""
    cause = cause_of(run)
    guide = load_guide(cause, language=words.language)
    if guide is None or run.steps or run.verdict.status is Status.HEALTHY:
        return []
    return [one.id for one in guide.questions if len({each.then for each in one.replies}) > 1]
