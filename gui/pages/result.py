"""The result: verdict first, how sure, what it means, one big next action, proof on demand.

Simple or detailed is the same verdict: the detailed view only shows more of it below.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from diagnostics.run import Depth
from gui.brand.tokens import M, S
from gui.case import Case
from gui.locale import _
from gui.pages.page import Page, Place
from gui.presenters import moments
from gui.presenters.detail import detail_view
from gui.presenters.result import Act, Action, ResultView, result_view
from gui.remembered import Remembered, View
from gui.widgets.button import Button, Kind
from gui.widgets.card import NARROW, Card, Disclosure, clear
from gui.widgets.detail_part import DetailPart
from gui.widgets.flow import Flow
from gui.widgets.marked import Marked, MeaningRow, Sentences
from gui.widgets.path_picture import PathPicture
from gui.widgets.question_card import QuestionCard
from gui.widgets.text import Text
from gui.widgets.view_switch import ViewSwitch

VERDICT_LINES = 2  # height of the verdict's sign in lines of text


class ResultPage(Page):
    def __init__(self, case: Case, remembered: Remembered, parent: QWidget | None = None) -> None:
        super().__init__(case, parent)
        self._remembered = remembered
        self._empty = self._make_empty()
        self._full = self._make_full()
        self.rows.addWidget(self._empty)
        self.rows.addWidget(self._full)
        self.rows.addStretch(1)
        self.resized.connect(self._fit)
        case.run_changed.connect(self._on_run)
        case.check_changed.connect(self._set_enabled)
        case.failed.connect(self._set_enabled)
        self.refresh()

    def first_focus(self) -> QWidget:
        return self.to_home if self.case.run is None else self.main_button

    def opened(self) -> None:
        super().opened()
        if self.case.run is not None:
            self.announce(self.headline.text())

    def refresh(self) -> None:
        run = self.case.run
        self._empty.setVisible(run is None)
        self._full.setVisible(run is not None)
        if run is not None:
            self._show(result_view(run, moments.now()))

    def _show(self, view: ResultView) -> None:
        self.verdict_card.set_tone("" if view.tone == "unknown" else view.tone)
        self.verdict.mark.set_tone(view.tone)
        self.headline.say(view.headline)
        self.where.say(view.where)
        self.confidence.say(view.confidence)
        self.partial.say(view.partial)
        self.when.say(view.when)
        self.first_step.say(view.first_step)
        self.also_title.say(_("Also found") if view.also else "")
        self.also.show_sentences(view.also)
        self.path.show_path(view.path)
        self._show_actions(view)
        self.person.say(view.person)
        self.question.show_questions(view.run_id, view.questions)
        self._show_meaning(view)
        self._show_proof(view)
        self._show_view()
        self._set_enabled()

    def _show_actions(self, view: ResultView) -> None:
        self._act = view.main
        self.main_button.say(view.main.words, view.main.glyph)
        clear(self._others)
        for action in view.others:
            button = Button(action.words, Kind.SECONDARY, action.glyph)
            button.clicked.connect(partial(self._do, action))
            button.setProperty("starts_check", action.act in (Act.CHECK, Act.WATCH))
            self._others.addWidget(button)

    def _fit(self) -> None:
        self.verdict.stack(self.width() < NARROW)

    def _do(self, action: Action) -> None:
        match action.act:
            case Act.GUIDE:
                self.wanted.emit(Place.GUIDE)
            case Act.HELP:
                self.wanted.emit(Place.HELP)
            case Act.CHECK | Act.WATCH:
                depth = Depth.FULL if action.act is Act.WATCH else Depth.NORMAL
                complaint = self.case.run.complaint if self.case.run is not None else ""
                self.case.start_check(complaint, depth)
                self.wanted.emit(Place.HOME)

    def _set_enabled(self) -> None:
        """One check at a time."""
        idle = self.case.check is None
        self.question.setEnabled(idle)
        starts = self.case.run is not None and self._act.act in (Act.CHECK, Act.WATCH)
        self.main_button.setEnabled(idle or not starts)
        for button in self._full.findChildren(Button):
            if button.property("starts_check"):
                button.setEnabled(idle)

    def _on_run(self) -> None:
        """An answer may have turned the verdict: say it, and keep the keyboard where it was."""
        asking = self.question.has_focus()
        self.refresh()
        if asking and self.isVisible():
            self.announce(self.headline.text())
            self._after_question()

    def _after_question(self) -> None:
        to = self.question.first_focus() or self.first_focus()
        to.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_meaning(self, view: ResultView) -> None:
        clear(self._meaning.rows)
        self._meaning.rows.addWidget(Text(_("What this means for you"), "strong"))
        for each in view.meaning:
            self._meaning.rows.addWidget(MeaningRow(each))

    def _show_proof(self, view: ResultView) -> None:
        self.evidence.show_sentences(view.evidence)
        self.fine.say(view.fine)
        self.notes_title.say(_("Good to know") if view.notes else "")
        self.notes.show_sentences(view.notes)
        self.missing_title.say(_("Could not be measured") if view.missing else "")
        self.missing.show_sentences(view.missing)
        self._proved = any((view.evidence, view.fine, view.notes, view.missing))

    def _show_view(self) -> None:
        """The detail is made only for those who want it, and holds all that the proof tells."""
        run, detailed = self.case.run, self.switch.view is View.DETAILED
        if detailed and run is not None:
            self.detail.show_detail(detail_view(run))
        self.detail.setVisible(detailed)
        self.why.setVisible(self._proved and not detailed)

    def _on_view(self, view: View) -> None:
        self._remembered.keep_view(view)
        self._show_view()
        self.announce(_("Detailed view") if view is View.DETAILED else _("Simple view"))

    def _make_empty(self) -> QWidget:
        card = Card()
        card.rows.setSpacing(M)
        card.rows.addWidget(Text(_("No check yet"), "title"))
        card.rows.addWidget(
            Text(
                _("Run a check, and the result stands here: what is wrong, where, and what to do.")
            )
        )
        self.to_home = Button(_("Go to the &check"), Kind.PRIMARY)
        self.to_home.clicked.connect(lambda: self.wanted.emit(Place.HOME))
        card.rows.addWidget(self.to_home, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _make_full(self) -> QWidget:
        box = QWidget()
        rows = self._rows_of(box)
        self.switch = ViewSwitch(self._remembered.view())
        self.switch.chosen.connect(self._on_view)
        rows.addWidget(self.switch)
        rows.addWidget(self._make_verdict())
        rows.addWidget(self._make_question())
        path = Card()
        self.path = PathPicture()
        path.rows.addWidget(self.path)
        rows.addWidget(path)
        self._meaning = Card()
        self._meaning.rows.setSpacing(M)
        rows.addWidget(self._meaning)
        rows.addWidget(self._make_why())
        self.detail = DetailPart()
        rows.addWidget(self.detail)
        return box

    def _make_verdict(self) -> QWidget:
        self._act = Action(Act.CHECK, "")
        self._proved = False
        self.verdict_card = Card()
        self.verdict = Marked("unknown", VERDICT_LINES)
        self.headline = Text("", "title")
        self.where = Text("", "lead")
        self.confidence = Text("", "body")
        self.partial = Text("", "strong")
        self.also_title = Text("", "strong")
        self.also = Sentences()
        self.first_step = Text("", "strong")
        self.person = Text("", "strong")
        self.when = Text("", "small")
        for part in (
            self.headline,
            self.where,
            self.confidence,
            self.partial,
            self.also_title,
            self.also,
            self.first_step,
            self.person,
            self.when,
        ):
            self.verdict.rows.addWidget(part)
        self.main_button = Button("", Kind.HERO)
        self.main_button.clicked.connect(lambda: self._do(self._act))
        self._others = Flow(gap=S)
        actions = Flow(gap=S)
        actions.addWidget(self.main_button)
        self.verdict_card.rows.addWidget(self.verdict)
        self.verdict_card.rows.addSpacing(S)
        self.verdict_card.rows.addLayout(actions)
        self.verdict_card.rows.addLayout(self._others)
        return self.verdict_card

    def _make_question(self) -> QWidget:
        self.question = QuestionCard()
        self.question.answered.connect(self.case.answer)
        self.question.moved_on.connect(self._after_question)
        return self.question

    def _make_why(self) -> QWidget:
        self.why = Disclosure(_("How we &know"))
        self.evidence = Sentences()
        self.fine = Text("", "body")
        self.notes_title = Text("", "strong")
        self.notes = Sentences()
        self.missing_title = Text("", "strong")
        self.missing = Sentences()
        card = Card()
        for part in (
            self.evidence,
            self.fine,
            self.notes_title,
            self.notes,
            self.missing_title,
            self.missing,
        ):
            card.rows.addWidget(part)
        self.why.rows.addWidget(card)
        return self.why
