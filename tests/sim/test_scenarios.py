"""Scenario files say what they may, and their truths are causes that the product knows."""

from __future__ import annotations

import pytest

from tests.sim.complaint import LabError
from tests.sim.scenario import air_names, changed, load, names, parse, setting
from tests.sim.segments import SEGMENTS, side

_HEAD = 'title = "x"\n[truth]\nstatus = "problem"\ncauses = ["line-loss"]\n'


@pytest.mark.parametrize("name", names())
def test_scenario_is_valid_and_its_truth_known(name: str) -> None:
    scenario = load(name)
    assert set(scenario.truth.causes) <= set(SEGMENTS)
    assert set(scenario.truth.also) <= set(SEGMENTS)
    assert name.startswith("healthy-") == (scenario.truth.status == "healthy")
    assert changed(scenario, scenario.repair).truth == scenario.truth


def test_there_are_enough_of_both_kinds() -> None:
    kinds = [load(name).truth.status for name in names()]
    assert kinds.count("healthy") >= 12
    assert kinds.count("problem") >= 36


def test_every_required_cause_has_a_home() -> None:
    held = {cause for name in (*names(), *air_names()) for cause in load(name).truth.causes}
    missing = set(SEGMENTS) - held
    assert missing <= {
        "device-adapter-off",
        "device-route-wrong",
        "device-vpn-slow",
        "device-driver-fault",
        "lan-unreliable",
        "lan-upload-busy",
        "lan-download-busy",
        "router-failing",  # this and the next two are told by the past
        "route-detour",
        "isp-data-cap",
        "router-offers-wrong",
        "line-reordering",
        "isp-profile-low",
        "peering-congestion",
        "service-slow",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_HEAD + "[line]\nspeed = 3\n", "speed"),
        (_HEAD + "[lin]\nmtu = 3\n", "lin"),
        (_HEAD + '[line]\nmtu = "big"\n', "line.mtu"),
        (_HEAD + '[repair]\n"line.down.lost" = 0\n', "line.down.lost"),
        (_HEAD + '[repair]\n"line.dwn.cut" = false\n', "line.dwn.cut"),
        (_HEAD.replace('["line-loss"]', "[]"), "a problem needs causes"),
        ("title = ", "not understood"),
    ],
)
def test_a_mistake_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(LabError) as refusal:
        parse(text, "mine")
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_unknown_scenario_and_setting_are_refused() -> None:
    with pytest.raises(LabError, match="no scenario 'line-dwn'"):
        load("line-dwn")
    with pytest.raises(LabError, match="no setting"):
        load("line-loss", {"line.down.colour": 1})
    with pytest.raises(LabError, match="KEY=VALUE"):
        setting("line.mtu")


def test_settings_are_read_as_toml_and_else_as_text() -> None:
    assert setting("line.down.loss_percent=2.5") == ("line.down.loss_percent", 2.5)
    assert setting("hop.carrier=false") == ("hop.carrier", False)
    assert setting("provider.resolver=silent") == ("provider.resolver", "silent")
    assert setting('world.silent=["9.9.9.9"]') == ("world.silent", ["9.9.9.9"])


def test_sides_follow_segments() -> None:
    assert side(SEGMENTS["wifi-unreliable"]) == "home"
    assert side(SEGMENTS["line-loss"]) == "provider"
    assert side(SEGMENTS["service-down"]) == "others"
