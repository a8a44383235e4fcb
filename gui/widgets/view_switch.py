"""Simple or detailed: one choice for every result, by mouse, arrow keys and screen reader."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.brand.tokens import M, S
from gui.locale import _
from gui.remembered import View
from gui.widgets.choice import Choice
from gui.widgets.flow import Flow


class ViewSwitch(QWidget):
    """`chosen` carries the View that a person has just chosen."""

    chosen = Signal(object)

    def __init__(self, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("View of the result"))
        self.simple = Choice(_("Simp&le view"))
        self.simple.setAccessibleDescription(_("What is wrong, what it means and what to do first"))
        self.detailed = Choice(_("&Detailed view"))
        self.detailed.setAccessibleDescription(
            _("Also the causes weighed, the signs with their figures, and what was ruled out")
        )
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        flow = Flow(gap=M + S)
        for choice in (self.simple, self.detailed):
            flow.addWidget(choice)
        rows.addLayout(flow)
        (self.detailed if view is View.DETAILED else self.simple).setChecked(True)
        self.detailed.toggled.connect(self._tell)

    @property
    def view(self) -> View:
        return View.DETAILED if self.detailed.isChecked() else View.SIMPLE

    def _tell(self) -> None:
        self.chosen.emit(self.view)
