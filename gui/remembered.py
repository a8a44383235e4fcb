"""What a person typed or chose once, kept on this computer, so that nobody has to do it again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from PySide6.QtCore import QSettings


class View(StrEnum):
    """How much of a verdict is shown."""

    SIMPLE = "simple"
    DETAILED = "detailed"


@dataclass(frozen=True)
class Contact:
    name: str = ""
    phone: str = ""
    email: str = ""
    customer_number: str = ""
    contact_by: str = "app"
    best_time: str = ""


class Remembered:
    """A small file in the user's own settings folder; nothing of it leaves without consent."""

    def __init__(self, settings: QSettings | None = None) -> None:
        ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        self._settings = settings or QSettings(ini, user, "firsthop", "contact")

    def contact(self) -> Contact:
        known = {each.name: self._text(each.name) for each in fields(Contact)}
        return Contact(**{key: text for key, text in known.items() if text})

    def keep(self, contact: Contact) -> None:
        for key, text in asdict(contact).items():
            self._settings.setValue(key, text)
        self._settings.sync()

    def view(self) -> View:
        """Simple for whoever has not chosen, or has a choice of another version."""
        known = self._text("view")
        return View(known) if known in tuple(View) else View.SIMPLE

    def keep_view(self, view: View) -> None:
        self._settings.setValue("view", view.value)
        self._settings.sync()

    def _text(self, key: str) -> str:
        value = self._settings.value(key, "")
        return value if isinstance(value, str) else ""
