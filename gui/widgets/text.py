"""Labels: plain text by default, so that nothing from outside is read as markup."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

OPENED_SCHEMES = ("https", "http", "tel", "mailto")


class Text(QLabel):
    """A wrapped label with a role of the type scale: hero, title, heading, lead, strong, …"""

    def __init__(self, text: str = "", role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", role)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)

    def say(self, text: str) -> None:
        """Show `text`; an empty one takes no room."""
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))

    def set_tone(self, tone: str) -> None:
        """ok, warn, bad, unknown or empty."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class MarkdownText(Text):
    """Markdown of a guide. Links open in the person's own browser or mail program."""

    def __init__(self, text: str = "", role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__("", role, parent)
        self.setTextFormat(Qt.TextFormat.MarkdownText)
        self.setText(text)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.linkActivated.connect(open_link)

    def say(self, text: str) -> None:
        super().say(text)
        has_link = "](" in text or "<http" in text
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if has_link else Qt.FocusPolicy.NoFocus)


def open_link(address: str) -> None:
    url = QUrl(address)
    if url.scheme() in OPENED_SCHEMES:
        QDesktopServices.openUrl(url)
