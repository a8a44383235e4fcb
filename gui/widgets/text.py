"""Labels: plain text by default, so that nothing from outside is read as markup."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QUrl
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
        # Preferred, not Minimum: a wrapped label's hint is taller than the lines it needs
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._side = Qt.AlignmentFlag.AlignLeft
        self._mirror()
        self.setText(text)

    def set_side(self, side: Qt.AlignmentFlag) -> None:
        """AlignLeft is the leading edge, AlignRight the trailing one."""
        self._side = side
        self._mirror()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._mirror()

    def _mirror(self) -> None:
        """By the window's direction: left to itself, a label goes by its first letter."""
        side = self._side
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if self.isRightToLeft() and side in (left, right):
            side = right if side is left else left
        absolute = Qt.AlignmentFlag.AlignAbsolute
        self.setAlignment(side | absolute | Qt.AlignmentFlag.AlignVCenter)

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
