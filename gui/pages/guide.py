"""The guide: one step at a time, and after each the measurement that says whether it helped."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from diagnostics.explain.questions import open_questions
from gui.brand.tokens import M, S
from gui.case import Case
from gui.locale import _, words
from gui.pages.page import Page, Place
from gui.presenters import progress
from gui.presenters.guide import GuideView, OutcomeView, StepView, guide_view, outcome_view
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card, Disclosure, clear
from gui.widgets.flow import Flow
from gui.widgets.marked import Marked
from gui.widgets.question_card import QuestionCard
from gui.widgets.text import MarkdownText, Text


class GuidePage(Page):
    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(case, parent)
        self._view: GuideView | None = None
        self._run_id: str = ""
        self._at = 0
        self._failed_words = ""
        self._lay_out()
        case.run_changed.connect(self._on_run)
        case.check_changed.connect(self._show_progress)
        case.step_measured.connect(self._on_measured)
        case.failed.connect(self._show_progress)
        self.refresh()

    @property
    def step(self) -> StepView | None:
        return self._view.steps[self._at] if self._view is not None else None

    def first_focus(self) -> QWidget:
        return self.done if self.done.isVisibleTo(self) else self.to_person

    def opened(self) -> None:
        self._run_id = ""
        self._on_run()
        super().opened()

    def refresh(self) -> None:
        run = self.case.run
        self._view = guide_view(run) if run is not None else None
        self._empty.setVisible(self._view is None)
        self._full.setVisible(self._view is not None)
        if self._view is not None and run is not None:
            self._at = min(self._at, len(self._view.steps) - 1)
            self._show_step(self._view, self._view.steps[self._at])
            self.question.show_questions(run.id, open_questions(run, words()))
            tried = self._view.steps[self._at].tried
            self._show_outcome(outcome_view(tried, run) if tried is not None else None)
        self._show_progress()

    def _on_run(self) -> None:
        """An answer may have put another step first: begin again at the first open one."""
        run = self.case.run
        asking = self.question.has_focus()
        if run is not None and (run.id != self._run_id or asking):
            self._run_id = run.id
            view = guide_view(run)
            self._at = view.first_open() if view is not None else 0
        self.refresh()
        if asking and self.isVisible():
            self.announce(self.step_title.text())
            self._after_question()

    def _after_question(self) -> None:
        to = self.question.first_focus() or self.first_focus()
        to.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_measured(self) -> None:
        self.refresh()
        if self.isVisible():
            self.announce(self.outcome_headline.text())
            # once the card has its place and the buttons are free again
            QTimer.singleShot(0, self, self._show_what_came_out)

    def _show_what_came_out(self) -> None:
        self.ensureWidgetVisible(self._outcome)
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _do(self) -> None:
        step = self.step
        if step is None:
            return
        if step.sends:
            self.wanted.emit(Place.HELP)
        elif self.case.check is None:
            self.case.measure_step(step.guide, step.step, step.cause)

    def _skip(self) -> None:
        step = self.step
        if step is not None:
            if step.tried is None:
                self.case.skip_step(step.guide, step.step, step.cause)
            self._go(1)

    def _go(self, by: int) -> None:
        if self._view is None:
            return
        to = self._at + by
        if to < 0:
            self.wanted.emit(Place.RESULT)
            return
        self._at = min(to, len(self._view.steps) - 1)
        self.refresh()
        self.verticalScrollBar().setValue(0)
        self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_next(self) -> None:
        run = self.case.run
        tried = self.step.tried if self.step is not None else None
        if run is not None and tried is not None and outcome_view(tried, run).over:
            self.wanted.emit(Place.RESULT)
        else:
            self._go(1)

    def _show_step(self, view: GuideView, step: StepView) -> None:
        self.title.say(step.about)
        self.intro.say(step.intro)
        self.person_words.say(view.person)
        self._person.setVisible(bool(view.person) and step.tried is None and not step.sends)
        self.place.say(step.place)
        self.dots.setMaximum(len(view.steps))
        self.dots.setValue(self._at + 1)
        self.step_title.say(step.title)
        self.facts.say(step.facts)
        self.do.say(step.do)
        self.safety.say(step.safety)
        self._safety.setVisible(bool(step.safety))
        self.see_title.say(_("How you see that it worked") if step.see else "")
        self.see.say(step.see)
        self.why.setVisible(bool(step.why))
        self.why_words.say(step.why)
        last = self._at == len(view.steps) - 1
        self.skip.setVisible(not last and step.tried is None)
        self.done.set_kind(Kind.HERO if step.tried is None else Kind.SECONDARY)
        self.done.say(_done_words(step), "person" if step.sends else "")

    def _show_outcome(self, view: OutcomeView | None) -> None:
        self._outcome.setVisible(view is not None)
        if view is None or self._view is None:
            return
        self._outcome.set_tone("" if view.tone == "unknown" else view.tone)
        self._outcome_head.mark.set_tone(view.tone)
        self.outcome_headline.say(view.headline)
        self.outcome_text.say(view.text)
        clear(self._changes)
        for row, change in enumerate(view.changes):
            figures = _("{before} → {after}").format(before=change.before, after=change.after)
            self._changes.addWidget(Text(change.name, "muted"), row, 0)
            self._changes.addWidget(Text(figures, "strong"), row, 1)
        last = self._at == len(self._view.steps) - 1
        self.next.say(_("See th&e result") if view.over or last else _("&Next step"))

    def _show_progress(self) -> None:
        check = self.case.check
        left_alone = self.done.hasFocus() or self.cancel.hasFocus()
        self._measuring.setVisible(check is not None)
        step = self.step
        self.done.setVisible(check is None and step is not None)
        idle = check is None
        self.question.setEnabled(idle)
        for button in (self.skip, self.back, self.next):
            button.setEnabled(idle)
        if check is not None:
            self.doing.say(progress.doing(check))
            self.bar.setValue(round(progress.part_done(check) * 100))
            self.time_left.say(progress.time_left(check))
            self.cancel.setEnabled(not check.cancelling)
        if left_alone:  # the button pressed makes room for the other one: the keyboard stays there
            button = self.done if check is None else self.cancel
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        self._empty = self._make_empty()
        self._full = QWidget()
        rows = self._rows_of(self._full)
        self.title = Text("", "title")
        self.intro = MarkdownText("", "lead")
        self.place = Text("", "small")
        self.dots = QProgressBar()
        self.dots.setTextVisible(False)
        self.dots.setAccessibleName(_("Steps"))
        rows.addWidget(self.title)
        rows.addWidget(self.intro)
        rows.addWidget(self.place)
        rows.addWidget(self.dots)
        rows.addWidget(self._make_question())
        rows.addWidget(self._make_person())
        rows.addWidget(self._make_step())
        rows.addWidget(self._make_outcome())
        rows.addLayout(self._make_ways())
        self.rows.addWidget(self._empty)
        self.rows.addWidget(self._full)
        self.rows.addStretch(1)

    def _make_empty(self) -> QWidget:
        card = Card()
        card.rows.addWidget(Text(_("Nothing to mend here"), "title"))
        card.rows.addWidget(Text(_("There are no steps for this result. A person can help you.")))
        button = Button(_("&Talk to a person"), Kind.PRIMARY, "person")
        button.clicked.connect(lambda: self.wanted.emit(Place.HELP))
        card.rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _make_question(self) -> QWidget:
        self.question = QuestionCard()
        self.question.answered.connect(self.case.answer)
        self.question.moved_on.connect(self._after_question)
        return self.question

    def _make_person(self) -> QWidget:
        """Going on would cost more than it is worth: the way out stands before the step."""
        self._person = Card("accent")
        self.person_words = Text("", "strong")
        button = Button(_("Hand Hand it ove&r nowit over now"), Kind.PRIMARY, "person")
        button.clicked.connect(lambda: self.wanted.emit(Place.HELP))
        self._person.rows.addWidget(self.person_words)
        self._person.rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        return self._person

    def _make_step(self) -> QWidget:
        card = Card()
        card.rows.setSpacing(M)
        self.step_title = Text("", "heading")
        self.facts = Text("", "small")
        self._safety = Card("warn", padding=M)
        self.safety = MarkdownText()
        line = Marked("warn")
        line.rows.addWidget(self.safety)
        self._safety.rows.addWidget(line)
        self.do = MarkdownText()
        self.see_title = Text("", "strong")
        self.see = MarkdownText()
        self.why = Disclosure(_("&Why this step"))
        self.why_words = MarkdownText()
        self.why.rows.addWidget(self.why_words)
        self.done = Button("", Kind.HERO)
        self.done.clicked.connect(self._do)
        parts = (self.step_title, self.facts, self._safety, self.do, self.see_title, self.see)
        for part in parts:
            card.rows.addWidget(part)
        card.rows.addWidget(self.why)
        card.rows.addWidget(self._make_measuring())
        line_of_done = Flow()
        line_of_done.addWidget(self.done)
        card.rows.addLayout(line_of_done)
        return card

    def _make_measuring(self) -> QWidget:
        self._measuring = QWidget()
        rows = self._rows_of(self._measuring)
        rows.setSpacing(S)
        self.doing = Text("", "strong")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress of the measurement"))
        self.time_left = Text("", "muted")
        self.cancel = Button(_("&Cancel"), Kind.SECONDARY)
        self.cancel.clicked.connect(self.case.cancel_check)
        for part in (self.doing, self.bar, self.time_left):
            rows.addWidget(part)
        rows.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeading)
        return self._measuring

    def _make_outcome(self) -> QWidget:
        self._outcome = Card()
        self._outcome_head = Marked("unknown", 1.5)
        self.outcome_headline = Text("", "heading")
        self.outcome_text = Text()
        self._changes = QGridLayout()
        self._changes.setColumnStretch(0, 3)
        self._changes.setColumnStretch(1, 2)
        self.next = Button("", Kind.PRIMARY)
        self.next.clicked.connect(self._go_next)
        self._outcome_head.rows.addWidget(self.outcome_headline)
        self._outcome_head.rows.addWidget(self.outcome_text)
        self._outcome.rows.addWidget(self._outcome_head)
        self._outcome.rows.addLayout(self._changes)
        line = Flow()
        line.addWidget(self.next)
        self._outcome.rows.addLayout(line)
        return self._outcome

    def _make_ways(self) -> Flow:
        ways = Flow(gap=S)
        self.back = Button(_("&Back"), Kind.SECONDARY)
        self.skip = Button(_("S&kip this step"), Kind.SECONDARY)
        self.to_person = Button(_("&Talk to a person"), Kind.SECONDARY, "person")
        self.back.clicked.connect(lambda: self._go(-1))
        self.skip.clicked.connect(self._skip)
        self.to_person.clicked.connect(lambda: self.wanted.emit(Place.HELP))
        for button in (self.back, self.skip, self.to_person):
            ways.addWidget(button)
        return ways


def _done_words(step: StepView) -> str:
    if step.sends:
        return _("&Get help with this")
    if not step.measures:
        return _("I &did it")
    return _("I &did it, measure again") if step.tried is None else _("&Measure again")
