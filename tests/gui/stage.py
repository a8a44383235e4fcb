"""The whole window against the far end, as tests and pictures need it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from gui.agent_link import AgentLink, LinkState
from gui.brand.look import Look
from gui.case import Case
from gui.pages.air import AirPage
from gui.pages.get_help import HelpPage
from gui.pages.guide import GuidePage
from gui.pages.history import HistoryPage
from gui.pages.home import HomePage
from gui.pages.page import Place
from gui.pages.result import ResultPage
from gui.remembered import Remembered
from gui.window import Window
from tests.gui.far_end import FarEnd, socket_name

WAIT_MS = 20_000  # a busy machine is no fault of the window
GREETING = 5  # Hello, profile, status, tickets, runs
P = TypeVar("P", bound=QWidget)


def until(holds: Callable[[], bool], wait_ms: int = WAIT_MS) -> None:
    """Run the event loop until it holds; fail when it does not in time."""
    deadline = QDeadlineTimer(wait_ms)
    while not holds():
        assert not deadline.hasExpired(), "the window did not get there in time"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


class Stage:
    """`far_end` plays the agent; `starts` counts how often the window wanted one started."""

    def __init__(self, app: QApplication, look: Look, folder: Path) -> None:
        self.app = app
        self.look = look
        self.folder = folder
        self.far_end = FarEnd(socket_name(folder))
        self.starts = 0
        self.link = AgentLink(self.far_end.name, self._start_agent)
        self.case = Case(self.link)
        self.case.profile_changed.connect(lambda: look.set_accent(self.case.profile.brand.accent))
        settings = QSettings(str(folder / "contact.ini"), QSettings.Format.IniFormat)
        self.window = Window(self.case, Remembered(settings))

    def open(self) -> Stage:
        self.window.show()
        self.link.open()
        self.until(lambda: self.case.link_state is LinkState.CONNECTED)
        self.until(lambda: len(self.far_end.asked) >= GREETING)
        self.until(lambda: not self.far_end.summaries or self.case.run is not None)
        self.settle()
        return self

    def close(self) -> None:
        self.link.close()
        self.far_end.die()
        self.window.close()
        self.window.deleteLater()
        self.far_end.deleteLater()
        self.case.deleteLater()
        self.link.deleteLater()
        self.settle()

    def until(self, holds: Callable[[], bool], wait_ms: int = WAIT_MS) -> None:
        until(holds, wait_ms)

    def settle(self, wait_ms: int = 80) -> None:
        """Long enough for the 50 ms in which progress is gathered."""
        deadline = QDeadlineTimer(wait_ms)
        while not deadline.hasExpired():
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def go(self, place: Place) -> None:
        self.window.go(place)
        self.settle()

    @property
    def home(self) -> HomePage:
        return self._page(Place.HOME, HomePage)

    @property
    def result(self) -> ResultPage:
        return self._page(Place.RESULT, ResultPage)

    @property
    def guide(self) -> GuidePage:
        return self._page(Place.GUIDE, GuidePage)

    @property
    def help(self) -> HelpPage:
        return self._page(Place.HELP, HelpPage)

    @property
    def air(self) -> AirPage:
        return self._page(Place.AIR, AirPage)

    @property
    def history(self) -> HistoryPage:
        return self._page(Place.HISTORY, HistoryPage)

    def _page(self, place: Place, kind: type[P]) -> P:
        page = self.window.pages[place]
        assert isinstance(page, kind)
        return page

    def _start_agent(self) -> bool:
        self.starts += 1
        return True
