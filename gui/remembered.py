"""Contact details typed once, kept on this computer, so that nobody has to type them again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from PySide6.QtCore import QSettings


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

    def _text(self, key: str) -> str:
        value = self._settings.value(key, "")
        return value if isinstance(value, str) else ""
