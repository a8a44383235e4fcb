"""The window: navigation, banner and the pages, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QKeySequence, QPixmap, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui.agent_link import LinkState
from gui.brand.tokens import M
from gui.case import Case
from gui.locale import _
from gui.locale import name as isolated
from gui.pages.air import AirPage
from gui.pages.get_help import HelpPage
from gui.pages.guide import GuidePage
from gui.pages.history import HistoryPage
from gui.pages.home import HomePage
from gui.pages.page import Page, Place
from gui.pages.result import ResultPage
from gui.presenters.link import Notice, link_notice
from gui.presenters.support import side_lines
from gui.remembered import Remembered
from gui.widgets.banner import Banner
from gui.widgets.focus import InputWatch
from gui.widgets.navigation import Navigation, NavItem

LEAST = QSize(360, 560)
USUAL = QSize(1040, 760)
LINES_FOR_PAGE = 28  # the side bar shows only when the page keeps this many line heights
LOGO_HEIGHT = 32
PATIENCE_MS = 1200  # a quick start needs no banner


class Window(QMainWindow):
    def __init__(self, case: Case, remembered: Remembered) -> None:
        super().__init__()
        self.case = case
        self.remembered = remembered
        self.setMinimumSize(LEAST)
        self.resize(USUAL)
        self.banner = Banner()
        self.side = Navigation(self._places(), stacked=False)
        self.foot = Navigation(self._places(), stacked=True)
        self.stack = QStackedWidget()
        self.pages: dict[Place, Page] = self._make_pages(case)
        self._watch = InputWatch(self)
        self._patient = True
        self._trouble = ""
        self._lay_out()
        self._connect(case)
        self._on_profile()
        self.go(Place.HOME)
        QTimer.singleShot(PATIENCE_MS, self, self._lose_patience)

    @property
    def place(self) -> Place:
        return next(at for at, page in self.pages.items() if page is self.stack.currentWidget())

    def go(self, place: Place) -> None:
        page = self.pages[place]
        self.stack.setCurrentWidget(page)
        shown = Place.RESULT if place is Place.GUIDE else place
        for bar in (self.side, self.foot):
            bar.mark(shown)
        page.opened()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.windowHandle().installEventFilter(self._watch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self._fit)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._mirror()

    def _make_pages(self, case: Case) -> dict[Place, Page]:
        return {
            Place.HOME: HomePage(case),
            Place.RESULT: ResultPage(case, self.remembered),
            Place.GUIDE: GuidePage(case),
            Place.AIR: AirPage(case),
            Place.HELP: HelpPage(case, self.remembered),
            Place.HISTORY: HistoryPage(case),
        }

    def _places(self) -> tuple[tuple[str, str, str], ...]:
        return (
            (Place.HOME, _("&Home"), "home"),
            (Place.RESULT, _("&Result"), "result"),
            (Place.AIR, _("Wi&Fi"), "wifi"),
            (Place.HISTORY, _("Hi&story"), "history"),
            (Place.HELP, _("Get hel&p"), "person"),
        )

    def _lay_out(self) -> None:
        ground = QWidget()
        ground.setObjectName("page")
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.side)
        middle.addWidget(self.stack, 1)
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.banner)
        rows.addLayout(middle, 1)
        rows.addWidget(self.foot)
        self.setCentralWidget(ground)
        for page in self.pages.values():
            self.stack.addWidget(page)
            page.wanted.connect(self.go)

    def _connect(self, case: Case) -> None:
        for bar in (self.side, self.foot):
            bar.chosen.connect(self._on_chosen)
        case.profile_changed.connect(self._on_profile)
        case.link_changed.connect(self._on_link)
        case.check_ended.connect(self._on_check_ended)
        case.failed.connect(self._on_trouble)
        self.banner.acted.connect(self._on_banner)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        back.activated.connect(self._go_back)

    def _on_chosen(self, key: str) -> None:
        self.go(Place(key))

    def _go_back(self) -> None:
        self.go(Place.RESULT if self.place is Place.GUIDE else Place.HOME)

    def _on_check_ended(self) -> None:
        if self.place is Place.HOME:
            self.go(Place.RESULT)

    def _on_profile(self) -> None:
        brand = self.case.profile.brand
        self.setWindowTitle(brand.app_name)
        self.side.brand.setText(isolated(brand.name))
        logo = QPixmap(str(Path(self.case.profile_folder) / brand.logo)) if brand.logo else None
        if logo is not None and not logo.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            self.setWindowIcon(QIcon(logo))
            self.side.brand.setPixmap(logo.scaledToHeight(LOGO_HEIGHT, smooth))
            self.side.brand.setAccessibleName(brand.name)
        self.side.support.say("\n".join(side_lines(self.case.profile.support)))
        self._fit()

    def _fit(self) -> None:
        room = LINES_FOR_PAGE * self.fontMetrics().height()
        wide = self.width() >= self.side.sizeHint().width() + room
        self.side.setVisible(wide)
        self.foot.setVisible(not wide)
        self.foot.fit(self.width() - M)
        self._mirror()

    def _mirror(self) -> None:
        self.side.setProperty("mirrored", self.isRightToLeft())
        self.side.style().polish(self.side)

    def _lose_patience(self) -> None:
        self._patient = False
        self._show_notice()

    def _on_link(self) -> None:
        if self.case.link_state is LinkState.CONNECTED:
            self._trouble = ""
            self._focus_page()
        self._show_notice()

    def _focus_page(self) -> None:
        """The main button could not take the focus while nobody answered."""
        focus = cast("QWidget | None", self.focusWidget())
        if focus is None or isinstance(focus, NavItem):
            self.pages[self.place].first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_trouble(self, sentence: str) -> None:
        self._trouble = sentence
        self._show_notice()

    def _on_banner(self) -> None:
        self._trouble = ""
        self._show_notice()

    def _show_notice(self) -> None:
        state = self.case.link_state
        if state is LinkState.CONNECTING and self._patient:
            return
        notice = link_notice(state.value, self.case.profile.support)
        if not notice.words and self._trouble:
            notice = Notice(words=self._trouble, action=_("Close"))
        self.banner.say(notice.words, notice.action)
