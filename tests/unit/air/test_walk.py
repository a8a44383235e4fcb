"""The walk: named places compared, only measured ones advised, hostile names harmless."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.explain.places import for_walk
from diagnostics.place import LONGEST_NAME, MOST_PLACES, PlaceError, PlaceTaken, tidy_name
from diagnostics.places import (
    PlaceLevel,
    best_of,
    level_of,
    place_from,
    poor_of,
    repeater_place,
    with_place,
)
from diagnostics.readings.wifi import Band, LinkState
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Run
from diagnostics.words import Words
from tests.cases.air import Air
from tests.cases.home import HomeInFigures
from tests.cases.wifi import SOUND, hop, with_air
from tests.gui import sample_air
from uploader.redact import redact

NO = Unmeasured(Reason.NOT_SUPPORTED)


def place(name: str, dbm: float | Unmeasured, loss: float | Unmeasured = 0.0) -> PlaceTaken:
    return PlaceTaken(
        name=name,
        taken_at="2026-01-02T03:04:05Z",
        bssid="02:00:00:00:00:03",
        band=Band.GHZ_5,
        signal_dbm=dbm,
        rate_bps=NO,
        delay_ms=5.0,
        loss_percent=loss,
    )


HOME = (place("living room", -48.0), place("hall", -62.0), place("bedroom", -84.0, 6.0))


def test_best_and_poor_places_are_named() -> None:
    best = best_of(HOME)
    assert best is not None
    assert best.name == "living room"
    assert [one.name for one in poor_of(HOME)] == ["bedroom"]


def test_the_repeater_goes_to_a_measured_place_that_still_hears_well() -> None:
    found = repeater_place(HOME)
    assert found is not None
    assert found.name == "hall"
    said = " ".join(for_walk(HOME, Words(isolates=False)).advice)
    assert "A repeater fits in: hall" in said
    assert "poor in: bedroom" in said


def test_without_a_fitting_place_none_is_made_up() -> None:
    rows = (place("desk", -40.0), place("attic", -85.0))
    assert repeater_place(rows) is None
    said = " ".join(for_walk(rows, Words()).advice)
    assert "No place that was measured is right for a repeater" in said


def test_nothing_has_to_be_moved_where_all_is_well() -> None:
    rows = HOME[:2]
    assert repeater_place(rows) is None
    assert "nothing has to be moved" in " ".join(for_walk(rows, Words()).advice)


def test_one_place_compares_with_nothing() -> None:
    assert "two places or more" in for_walk(HOME[:1], Words()).advice[0]


def test_loss_makes_a_loud_place_poor() -> None:
    assert level_of(place("x", -45.0, 9.0)) is PlaceLevel.POOR
    assert level_of(place("x", -45.0, 0.0)) is PlaceLevel.GOOD


def test_a_place_without_figures_is_not_known() -> None:
    blank = PlaceTaken(
        name="x", taken_at="", bssid=NO, band=NO, signal_dbm=NO, rate_bps=NO, delay_ms=NO,
        loss_percent=NO,
    )  # fmt: skip
    assert level_of(blank) is PlaceLevel.UNKNOWN
    assert "Nothing could be measured" in for_walk((blank,), Words()).places[0].text


def test_a_place_taken_again_replaces_itself() -> None:
    rows = with_place(HOME, place("Hall", -50.0))
    assert [one.name for one in rows] == ["living room", "Hall", "bedroom"]


def test_a_walk_ends_somewhere() -> None:
    rows: tuple[PlaceTaken, ...] = ()
    for index in range(MOST_PLACES):
        rows = with_place(rows, place(f"room {index}", -50.0))
    with pytest.raises(PlaceError, match="at most"):
        with_place(rows, place("one more", -50.0))


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=80))
def test_a_name_is_one_clean_line_or_refused(text: str) -> None:
    try:
        name = tidy_name(text)
    except PlaceError:
        return
    assert name.isprintable()
    assert 0 < len(name) <= LONGEST_NAME


def test_a_place_comes_from_link_and_echoes() -> None:
    home = with_air(hop(SOUND, lost=10), Air(signal_dbm=-70.0))
    found = place_from(home.evidence(), "kitchen", "2026-01-02T03:04:05Z")
    assert found.signal_dbm == -70.0
    assert found.band is Band.GHZ_5
    assert isinstance(found.loss_percent, float)
    assert found.loss_percent > 5


def test_without_a_link_there_is_no_place() -> None:
    with pytest.raises(PlaceError, match="not connected by WiFi"):
        place_from(HomeInFigures().evidence(), "kitchen", "")
    off = with_air(SOUND, Air(state=LinkState.DISCONNECTED))
    with pytest.raises(PlaceError):
        place_from(off.evidence(), "kitchen", "")


def test_the_ticket_carries_the_walk_without_addresses() -> None:
    run: Run = sample_air.walked()
    safe = redact(run, sample_air.sample_runs.provider(), b"k" * 32)
    assert [one.name for one in safe.places] == [one.name for one in run.places]
    assert all(one.bssid != "02:00:00:00:00:03" for one in safe.places)
