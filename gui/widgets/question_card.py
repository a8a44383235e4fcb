"""One question, large: what is asked, why, the answers, and a way past it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from diagnostics.guide import Question
from gui.brand.tokens import M, S
from gui.locale import _
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card, clear
from gui.widgets.flow import Flow
from gui.widgets.text import Text


class QuestionCard(Card):
    """`answered` carries the question's id and yes, no or unknown; `moved_on` after skip or answer.

    What was skipped is not shown again for this run, and is not held to be answered.
    """

    answered = Signal(str, str)
    moved_on = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("accent", parent)
        self.rows.setSpacing(M)
        self._run_id = ""
        self._skipped: set[str] = set()
        self._questions: tuple[Question, ...] = ()
        self.question: Question | None = None
        self.replies: list[Button] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_questions(self, run_id: str, questions: Sequence[Question]) -> None:
        """Shows the best one that was not skipped; hides itself when none is left."""
        if run_id != self._run_id:
            self._run_id, self._skipped = run_id, set()
        self._questions = tuple(questions)
        left = (each for each in questions if each.id not in self._skipped)
        question = next(left, None)
        if question != self.question:
            self._fill(question)
        self.setEnabled(True)
        self.setVisible(question is not None)

    def first_focus(self) -> QWidget | None:
        return self.replies[0] if self.replies else None

    def has_focus(self) -> bool:
        focus = cast("QWidget | None", self.window().focusWidget())
        return focus is not None and self.isAncestorOf(focus)

    def _fill(self, question: Question | None) -> None:
        clear(self.rows)
        self.question, self.replies = question, []
        if question is None:
            return
        self.setAccessibleName(question.text)
        self.rows.addWidget(Text(_("Only you can see this"), "small"))
        self.rows.addWidget(Text(question.text, "heading"))
        if question.why:
            self.rows.addWidget(Text(question.why.replace("**", ""), "muted"))
        answers = Flow(gap=S)
        for reply in question.replies:
            sure = reply.answer != "unknown"
            kind = Kind.PRIMARY if sure else Kind.SECONDARY
            button = Button(reply.text.replace("&", "&&"), kind)
            button.setAccessibleDescription(question.text)
            button.clicked.connect(partial(self._answer, reply.answer))
            self.replies.append(button)
            answers.addWidget(button)
        self.rows.addLayout(answers)
        skip = Button(_("Skip this &question"), Kind.QUIET)
        skip.clicked.connect(self._skip)
        self.rows.addWidget(skip, 0, Qt.AlignmentFlag.AlignLeading)

    def _answer(self, said: str) -> None:
        if self.question is not None:
            self.setEnabled(False)
            self.answered.emit(self.question.id, said)

    def _skip(self) -> None:
        if self.question is not None:
            self._skipped.add(self.question.id)
            self.show_questions(self._run_id, self._questions)
            self.moved_on.emit()
