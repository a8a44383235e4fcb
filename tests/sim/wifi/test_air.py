"""Scenarios of the air say what they may; what is written for hostapd and the medium follows."""

from __future__ import annotations

import pytest

from diagnostics.air.channels import lane_of
from diagnostics.readings.wifi import Band
from tests.sim.complaint import LabError
from tests.sim.scenario import air_names, load, parse
from tests.sim.segments import SEGMENTS
from tests.sim.wifi.advised import Figures, moved
from tests.sim.wifi.air import access_point, medium, supplicant, survey


@pytest.mark.parametrize("name", air_names())
def test_scenario_is_valid_and_its_truth_known(name: str) -> None:
    scenario = load(name)
    assert scenario.air is not None
    assert {*scenario.truth.causes, *scenario.truth.also} <= set(SEGMENTS)
    assert name.startswith("wifi/healthy-") == (scenario.truth.status == "healthy")
    assert 1 <= scenario.air.radios <= 60


def test_most_causes_have_three_homes() -> None:
    truths = [cause for name in air_names() for cause in load(name).truth.causes]
    thrice = {cause for cause in truths if truths.count(cause) >= 3}
    assert len(thrice) >= 12


def test_the_files_of_a_crowded_home() -> None:
    air = load("wifi/channel-crowded-1").air
    assert air is not None
    text = access_point(1, air.points[0], air, "/folder", "switch")
    assert "bridge=switch\n" in text
    assert "channel=6\n" in text
    assert "vendor_elements=0b050300bf0000\n" in text  # 75 % of 255
    lines = medium(air).splitlines()
    assert "signal 1 0 -50" in lines
    assert "signal 0 1 -53" in lines
    assert "busy 2437 75" in lines
    assert "2437:75:-92" in survey(air)
    assert "scan_freq=2437" in supplicant(air)


def test_a_wide_channel_names_its_middle() -> None:
    air = load("wifi/healthy-wifi6").air
    assert air is not None
    text = access_point(1, air.points[0], air, "/folder", "")
    assert "vht_oper_centr_freq_seg0_idx=42\n" in text
    assert "ieee80211ax=1\n" in text
    assert "bridge" not in text


def test_a_wrong_word_is_refused() -> None:
    text = 'title = "x"\n[truth]\nstatus = "healthy"\n[[air.points]]\nchanel = 6\n'
    with pytest.raises(LabError, match="chanel"):
        parse(text, "mine")


def test_a_home_moved_as_advised_differs_in_its_channel_alone() -> None:
    scenario, lane = load("wifi/channel-overlap-3"), lane_of(Band.GHZ_2_4, 13, 20)
    assert lane is not None
    new = moved(scenario, lane)
    assert scenario.air is not None
    assert new.air is not None
    assert (new.air.points[0].channel, new.air.points[0].width_mhz) == (13, 20)
    assert new.air.neighbours == scenario.air.neighbours
    assert new.air.busy == scenario.air.busy
    assert new.plan == scenario.plan


@pytest.mark.parametrize(
    ("after", "better"),
    [
        (Figures(20.0, 60.0, 0.0), True),
        (Figures(10.5, 60.0, 0.0), False),
        (Figures(10.5, 20.0, 0.0), True),
        (Figures(8.0, 20.0, 0.0), False),
        (Figures(float("nan"), 20.0, 0.0), False),
    ],
)
def test_better_is_more_or_as_much_sooner(after: Figures, *, better: bool) -> None:
    assert after.beats(Figures(10.0, 60.0, 0.0)) is better
