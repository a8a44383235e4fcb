"""What the subscriber said and did already, for whoever helps: nobody asks for it twice."""

from __future__ import annotations

from diagnostics.explain.questions import question_of
from diagnostics.guide_file import load_guides
from diagnostics.run import Run, StepTried
from diagnostics.words import Words, mark

_SAID = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("does not know")}


def answers_said(run: Run, words: Words) -> tuple[str, ...]:
    """Each question with its answer, in one line."""
    return tuple(_answer(each.question, each.answer, words) for each in run.answers)


def _answer(question_id: str, answer: str, words: Words) -> str:
    said = words.say(_SAID[answer]) if answer in _SAID else words.name(answer)
    question = question_of(question_id, words)
    asked = question.text if question is not None else words.name(question_id)
    return words.say("{question} {answer}", question=asked, answer=said)


def step_title(tried: StepTried, words: Words) -> str:
    """The step as its guide calls it; a step of a newer version by its id."""
    guide = load_guides(words.language).for_cause(tried.cause, tried.guide)
    step = guide.step(tried.step) if guide else None
    return step.title if step else words.name(tried.step)
