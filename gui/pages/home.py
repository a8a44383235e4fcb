"""The first page: one question, one big button, and the path that fills in live."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QProgressBar, QVBoxLayout, QWidget

from gui.agent_link import LinkState
from gui.brand.tokens import M, S
from gui.case import Case
from gui.locale import _
from gui.pages.page import Page, Place
from gui.presenters import moments
from gui.presenters.home import HomeView, home_view
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card
from gui.widgets.flow import Flow
from gui.widgets.path_picture import PathPicture
from gui.widgets.text import Text

COMPLAINT_LENGTH = 500
CENTRE = Qt.AlignmentFlag.AlignHCenter


class HomePage(Page):
    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(case, parent)
        self.headline = Text("", "hero")
        self.lead = Text("", "lead")
        self.main_button = Button("", Kind.HERO)
        self.complaint = QLineEdit()
        self.complaint_label = Text("", "strong")
        self.path = PathPicture()
        self.bar = QProgressBar()
        self.doing = Text("", "strong")
        self.time_left = Text("", "muted")
        self.status = Text("", "lead")
        self.last = Text("", "small")
        self.to_result = Button("", Kind.PRIMARY)
        self.to_person = Button("", Kind.SECONDARY, "person")
        self._lay_out()
        self.main_button.clicked.connect(self._press)
        self.complaint.returnPressed.connect(self._press)
        self.to_result.clicked.connect(lambda: self.wanted.emit(Place.RESULT))
        self.to_person.clicked.connect(lambda: self.wanted.emit(Place.HELP))
        for signal in (case.check_changed, case.run_changed, case.link_changed):
            signal.connect(self.refresh)
        self.refresh()

    def first_focus(self) -> QWidget:
        return self.main_button

    def refresh(self) -> None:
        connected = self.case.link_state is LinkState.CONNECTED
        view = home_view(self.case.check, self.case.run, moments.now(), connected=connected)
        self._show(view)

    def _press(self) -> None:
        if self.case.check is not None:
            self.case.cancel_check()
        elif self.main_button.isEnabled():
            self.case.start_check(self.complaint.text().strip())

    def _show(self, view: HomeView) -> None:
        self.headline.say(view.headline)
        self.lead.say(view.lead)
        self.main_button.say(view.button)
        self.main_button.setEnabled(view.can_press)
        self.path.show_path(view.path, running=view.running)
        self._complaint_box.setVisible(not view.running)
        self._progress.setVisible(view.running)
        self.bar.setValue(view.percent)
        self.bar.setAccessibleDescription(view.time_left)
        self.doing.say(view.doing)
        self.time_left.say(view.time_left)
        self.status.say("" if view.running else view.status)
        self.status.set_tone(view.tone)
        self.last.say(view.last)
        self.to_result.say(view.to_result)
        self.to_result.setVisible(bool(view.to_result))
        self.to_person.say(_("&Talk to a person"), "person")

    def _lay_out(self) -> None:
        for label in (self.headline, self.lead, self.status, self.last, self.doing, self.time_left):
            label.set_side(CENTRE)
        self.rows.addWidget(self.headline)
        self.rows.addWidget(self.lead)
        self.rows.addSpacing(S)
        self.rows.addWidget(self.main_button, 0, CENTRE)
        self.rows.addWidget(self._make_progress())
        self.rows.addSpacing(S)
        card = Card()
        card.rows.setContentsMargins(M, M + S, M, M)
        card.rows.addWidget(self.path)
        self.rows.addWidget(card)
        self.rows.addWidget(self.status)
        self.rows.addWidget(self.last)
        actions = Flow(gap=S, centred=True)
        actions.addWidget(self.to_result)
        actions.addWidget(self.to_person)
        self.rows.addLayout(actions)
        self.rows.addWidget(self._make_complaint())
        self.rows.addStretch(1)

    def _make_progress(self) -> QWidget:
        self._progress = QWidget()
        rows = QVBoxLayout(self._progress)
        rows.setContentsMargins(0, S, 0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress of the check"))
        rows.addWidget(self.doing)
        rows.addWidget(self.bar)
        rows.addWidget(self.time_left)
        return self._progress

    def _make_complaint(self) -> QWidget:
        self._complaint_box = QWidget()
        rows = QVBoxLayout(self._complaint_box)
        rows.setContentsMargins(0, M, 0, 0)
        self.complaint_label.setText(_("&What is wrong? You may leave this empty."))
        self.complaint_label.setBuddy(self.complaint)
        self.complaint.setPlaceholderText(_("For example: video calls freeze in the evening"))
        self.complaint.setMaxLength(COMPLAINT_LENGTH)
        rows.addWidget(self.complaint_label)
        rows.addWidget(self.complaint)
        return self._complaint_box
