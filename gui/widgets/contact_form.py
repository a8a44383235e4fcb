"""Who asks and how to reach them: all of it optional, and filled in from the last time."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from gui.brand.tokens import XS, M, S
from gui.locale import _
from gui.remembered import Contact
from gui.widgets.choice import Choice
from gui.widgets.flow import Flow
from gui.widgets.text import Text

LONGEST = 200
COMPLAINT_HEIGHT = 80


class ContactForm(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(M)
        self.complaint = QPlainTextEdit()
        self.complaint.setFixedHeight(COMPLAINT_HEIGHT)
        self.complaint.setTabChangesFocus(True)
        self._add(_("What is &wrong, in your own words"), self.complaint)
        self.name = self._field(_("Your &name"))
        self.customer_number = self._field(_("Customer n&umber, if at hand"))
        self._add_ways()
        self.phone = self._field(_("Phone num&ber"))
        self.email = self._field(_("E&mail address"))
        self.best_time = self._field(_("Best time to &call"))
        for way in self.ways.values():
            way.toggled.connect(self._show_wanted)
        self._show_wanted()

    def fill(self, contact: Contact) -> None:
        self.name.setText(contact.name)
        self.customer_number.setText(contact.customer_number)
        self.phone.setText(contact.phone)
        self.email.setText(contact.email)
        self.best_time.setText(contact.best_time)
        self.ways.get(contact.contact_by, self.ways["app"]).setChecked(True)

    def contact(self) -> Contact:
        way = next(key for key, button in self.ways.items() if button.isChecked())
        return Contact(
            name=self.name.text().strip(),
            phone=self.phone.text().strip(),
            email=self.email.text().strip(),
            customer_number=self.customer_number.text().strip(),
            contact_by=way,
            best_time=self.best_time.text().strip(),
        )

    def _field(self, words: str) -> QLineEdit:
        field = QLineEdit()
        field.setMaxLength(LONGEST)
        self._add(words, field)
        return field

    def _add(self, words: str, field: QWidget) -> None:
        box = QWidget()
        rows = QVBoxLayout(box)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(XS)
        label = Text(words, "strong")
        label.setBuddy(field)
        rows.addWidget(label)
        rows.addWidget(field)
        self._rows.addWidget(box)

    def _add_ways(self) -> None:
        self._rows.addWidget(Text(_("How shall the answer reach you?"), "strong"))
        self.ways = {
            "app": Choice(_("In this &app")),
            "phone": Choice(_("By ph&one")),
            "email": Choice(_("By ma&il")),
        }
        flow = Flow(gap=M + S)
        for way in self.ways.values():
            flow.addWidget(way)
        self.ways["app"].setChecked(True)
        self._rows.addLayout(flow)

    def _show_wanted(self) -> None:
        """Ask only for what the chosen way needs."""
        by_phone, by_mail = self.ways["phone"].isChecked(), self.ways["email"].isChecked()
        for field, shown in (
            (self.phone, by_phone),
            (self.best_time, by_phone),
            (self.email, by_mail),
        ):
            box = field.parentWidget()
            if box is not None:
                box.setVisible(shown)
