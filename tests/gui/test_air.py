"""The WiFi page: what is withheld is never drawn or said as empty, and nobody looks unseen."""

from __future__ import annotations

from agent.ipc import messages as ipc
from gui.pages.page import Place
from gui.presenters.air import air_view
from gui.widgets.air_picture import BandPicture
from tests.gui import sample_air
from tests.gui.stage import Stage


def test_an_air_that_is_withheld_is_no_empty_air(stage: Stage) -> None:
    view = air_view(sample_air.denied())
    assert all(not band.drawn and "not told" in band.spoken for band in view.bands)
    stage.far_end.add(sample_air.denied())
    stage.open()
    stage.go(Place.AIR)
    assert stage.air.findChildren(BandPicture) == []
    assert stage.air.setting.isVisibleTo(stage.air)


def test_an_air_that_was_seen_is_drawn_and_spoken(stage: Stage) -> None:
    stage.far_end.add(sample_air.crowded())
    stage.open()
    stage.go(Place.AIR)
    pictures = stage.air.findChildren(BandPicture)
    assert len(pictures) == 2
    assert all("channel" in one.accessibleDescription() for one in pictures)


def test_the_agent_looks_only_while_the_page_is_seen(stage: Stage) -> None:
    stage.far_end.add(sample_air.crowded())
    stage.open()
    assert stage.far_end.asked_for(ipc.WatchAir) == []
    stage.go(Place.AIR)
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.WatchAir)))
    stage.go(Place.HOME)
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.LeaveAir)))


def test_a_place_is_measured_under_its_name(stage: Stage) -> None:
    stage.far_end.add(sample_air.weak())
    stage.open()
    stage.go(Place.AIR)
    assert not stage.air.take.isEnabled()
    stage.air.place.setText("Kitchen")
    stage.air.take.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.TakePlace)))
    asked = stage.far_end.asked_for(ipc.TakePlace)[0]
    assert isinstance(asked, ipc.TakePlace)
    assert asked.place == "Kitchen"
