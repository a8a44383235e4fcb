"""Questions in the terminal: one at a time, only to a person, and only what changes the verdict."""

from __future__ import annotations

import sys
from collections.abc import Callable

from agent.terminal.plain import plain
from diagnostics.explain.questions import open_questions
from diagnostics.guide import Question
from diagnostics.run import Run
from diagnostics.words import Words

#: takes a question's id and the answer, gives the Run with the verdict as it stands then
Answering = Callable[[str, str], Run]
_KEYS = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "?": "unknown", "s": "skip", "": "skip"}
_ASKED_AGAIN = 3


def can_ask() -> bool:
    """Somebody sits there: input and output are terminals."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def ask_all(run: Run, answer: Answering, read: Callable[[str], str] = input) -> Run:
    """Ask until nothing is open or the person has enough (q, or the end of input)."""
    words = Words(isolates=False)
    skipped: set[str] = set()
    while question := next((q for q in open_questions(run, words) if q.id not in skipped), None):
        said = _asked(question, read)
        if said == "quit":
            break
        if said == "skip":
            skipped.add(question.id)
        else:
            run = answer(question.id, said)
    return run


def _asked(question: Question, read: Callable[[str], str]) -> str:
    _say("")
    _say(plain(question.text))
    for key, reply in zip(("y", "n", "?"), question.replies, strict=False):
        _say(f"  {key}  {plain(reply.text)}")
    for _ in range(_ASKED_AGAIN):
        try:
            typed = read("y, n, ? · s to skip, q for enough: ").strip().casefold()
        except EOFError:
            return "quit"
        if typed in {"q", "quit"}:
            return "quit"
        if typed in _KEYS:
            return _KEYS[typed]
        _say("Type y, n or ?, s to skip, q for enough.")
    return "skip"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
