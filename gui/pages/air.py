"""The WiFi page: own link, who else is in the air, the better channel, and the walk."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from diagnostics.explain.air import Setting
from diagnostics.explain.places import PlaceLine, WalkWords
from diagnostics.place import LONGEST_NAME
from diagnostics.places import PlaceLevel
from gui.agent_link import LinkState
from gui.brand.tokens import M, S
from gui.case import Case
from gui.locale import _
from gui.pages.page import Page, Place
from gui.presenters.air import AirView, BandView, NetworkRow, air_view
from gui.presenters.live_air import Live
from gui.widgets.air_picture import BandPicture, SignalPicture
from gui.widgets.button import Button, Kind
from gui.widgets.card import Card, Disclosure, clear
from gui.widgets.marked import Marked, Sentences
from gui.widgets.text import Text

LEADING = Qt.AlignmentFlag.AlignLeading
_TONES = {PlaceLevel.GOOD: "ok", PlaceLevel.FAIR: "warn", PlaceLevel.POOR: "bad"}
_LEVELS_WITHOUT_TONE = "unknown"
LOOK_MS = 5000  # the agent stops when nobody has looked for 15 s


class AirPage(Page):
    def __init__(self, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(case, parent)
        self.headline = Text("", "title")
        self.lead = Text("", "lead")
        self.link = Marked("unknown")
        self.word = Text("", "strong")
        self.signal = SignalPicture()
        self.to_home = Button(_("Go to the &check"), Kind.PRIMARY)
        self.bands = QVBoxLayout()
        self.networks = Disclosure(_("All &networks that are heard"))
        self.withheld = Sentences()
        self.setting_words = Text("")
        self.setting = Button("", Kind.SECONDARY)
        self._setting: Setting | None = None
        self.place = QLineEdit()
        self.take = Button(_("&Measure here"), Kind.PRIMARY)
        self.doing = Text("", "muted")
        self.places = QVBoxLayout()
        self.walk_advice = Sentences()
        self._bands_shown: tuple[BandView, ...] | None = None
        self._networks_shown: tuple[NetworkRow, ...] | None = None
        self._walk_shown: WalkWords | None = None
        self._withheld_shown: tuple[tuple[str, ...], Setting | None] | None = None
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self.refresh()

    def first_focus(self) -> QWidget:
        return self.place if self._walk.isVisibleTo(self) else self.to_home

    def refresh(self) -> None:
        seen = self.case.air
        live = None if seen is None else Live(seen, self.case.air_trail)
        self._show(air_view(self.case.run, live))
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()
        self._looking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it: the agent need not look either."""
        super().hideEvent(event)
        self._looking.stop()
        self.case.leave_air()

    def _look(self) -> None:
        """Not while a check measures: a scan would disturb it."""
        if self.case.check is None and self.case.run is not None:
            self.case.watch_air()

    def _connect(self) -> None:
        self.to_home.clicked.connect(lambda: self.wanted.emit(Place.HOME))
        self.take.clicked.connect(self._take)
        self.place.returnPressed.connect(self._take)
        self.place.textChanged.connect(self._show_state)
        self.setting.clicked.connect(self._open_setting)
        self.case.run_changed.connect(self.refresh)
        self.case.air_changed.connect(self._on_air)
        for signal in (self.case.check_changed, self.case.link_changed):
            signal.connect(self._show_state)

    # -- what is shown --------------------------------------------------------------------

    def _show(self, view: AirView) -> None:
        self.headline.say(view.headline)
        self.lead.say(view.lead)
        self.link.setVisible(bool(view.word))
        self.link.mark.set_tone(view.tone)
        self.word.say(view.word)
        self.word.set_tone(view.tone)
        self.signal.show_samples(view.samples, view.limits, view.samples_spoken)
        self.to_home.setVisible(not view.can_walk)
        self._show_bands(view.bands)
        self._show_networks(view.networks)
        self._show_withheld(view)
        self._show_walk(view)

    def _on_air(self) -> None:
        """About once a second; what is hidden is not drawn."""
        if self.isVisible():
            self.refresh()

    def _show_bands(self, bands: tuple[BandView, ...]) -> None:
        if bands == self._bands_shown:
            return  # a picture that stays is not made anew each second
        self._bands_shown = bands
        clear(self.bands)
        for band in bands:
            card = Card()
            card.rows.addWidget(Text(_("The air at {band}").format(band=band.title), "heading"))
            if band.drawn:
                card.rows.addWidget(BandPicture(band))
            card.rows.addWidget(Text(band.spoken, "small"))
            if band.advice:
                card.rows.addWidget(Text(band.advice, "strong"))
            self.bands.addWidget(card)

    def _show_networks(self, rows: tuple[NetworkRow, ...]) -> None:
        self.networks.setVisible(bool(rows))
        if rows == self._networks_shown:
            return
        self._networks_shown = rows
        clear(self.networks.rows)
        for row in rows:
            line = QWidget()
            column = QVBoxLayout(line)
            column.setContentsMargins(0, 0, 0, S)
            column.setSpacing(0)
            own = _("{name} (yours)").format(name=row.name) if row.own else row.name
            column.addWidget(Text(own, "strong"))
            column.addWidget(Text(row.detail, "small"))
            self.networks.rows.addWidget(line)

    def _show_withheld(self, view: AirView) -> None:
        if (view.withheld, view.setting) == self._withheld_shown:
            return
        self._withheld_shown = (view.withheld, view.setting)
        self._setting = view.setting
        self._untold.setVisible(bool(view.withheld))
        self.withheld.show_sentences(view.withheld)
        setting = view.setting
        asked = setting is not None and setting.matters
        self.setting_words.say(setting.words if setting is not None and asked else "")
        self.setting.setVisible(asked)
        self.setting.say(setting.action if setting is not None else "")

    def _show_walk(self, view: AirView) -> None:
        self._walk.setVisible(view.can_walk or bool(view.walk.places))
        if view.walk == self._walk_shown:
            return
        self._walk_shown = view.walk
        clear(self.places)
        for line in view.walk.places:
            self.places.addWidget(self._place_row(line))
        self.walk_advice.show_sentences(view.walk.advice)

    @staticmethod
    def _place_row(line: PlaceLine) -> QWidget:
        row = Marked(_TONES.get(line.level, _LEVELS_WITHOUT_TONE))
        title = _("{place}: {level}").format(place=line.name, level=line.word)
        row.rows.addWidget(Text(title, "strong"))
        row.rows.addWidget(Text(line.text, "small"))
        return row

    def _show_state(self) -> None:
        """One measurement at a time, and a place needs a name."""
        idle = self.case.check is None
        connected = self.case.link_state is LinkState.CONNECTED
        named = bool(self.place.text().strip())
        self.take.setEnabled(idle and connected and named and self.case.run is not None)
        walking = self.case.check is not None and self.case.check.step == "walk"
        self.doing.say(_("Stay where you are; this takes some seconds.") if walking else "")

    # -- what is done ---------------------------------------------------------------------

    def _take(self) -> None:
        if self.take.isEnabled():
            self.case.take_place(self.place.text().strip())
            self.place.clear()

    def _open_setting(self) -> None:
        if self._setting is not None:
            QDesktopServices.openUrl(QUrl(self._setting.address))

    # -- where it stands ------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.link.rows.addWidget(self.word)
        head = Card()
        for part in (self.headline, self.lead, self.link, self.signal):
            head.rows.addWidget(part)
        head.rows.addWidget(self.to_home, 0, LEADING)
        self.rows.addWidget(head)
        self.bands.setSpacing(M)
        self.rows.addLayout(self.bands)
        self.rows.addWidget(self.networks)
        self.rows.addWidget(self._make_untold())
        self.rows.addWidget(self._make_walk())
        self.rows.addStretch(1)

    def _make_untold(self) -> QWidget:
        self._untold = Card()
        self._untold.rows.addWidget(Text(_("What this system does not tell"), "heading"))
        self._untold.rows.addWidget(self.withheld)
        self._untold.rows.addWidget(self.setting_words)
        self._untold.rows.addWidget(self.setting, 0, LEADING)
        return self._untold

    def _make_walk(self) -> QWidget:
        self._walk = Card()
        rows = self._walk.rows
        rows.addWidget(Text(_("Walk through your rooms"), "heading"))
        rows.addWidget(
            Text(
                _(
                    "Carry this computer to a room, type its name and press the button. Then the"
                    " next room."
                )
            )
        )
        label = Text(_("Where are you now? For e&xample: kitchen"), "strong")
        label.setBuddy(self.place)
        self.place.setMaxLength(LONGEST_NAME)
        rows.addWidget(label)
        rows.addWidget(self.place)
        rows.addWidget(self.take, 0, LEADING)
        rows.addWidget(self.doing)
        self.places.setSpacing(S)
        rows.addLayout(self.places)
        rows.addWidget(self.walk_advice)
        return self._walk
