"""The radio in the verdict: every cause named, nobody blamed for a fact without harm."""

from __future__ import annotations

import pytest

from diagnostics.cause import all_causes
from diagnostics.explain.air import air_words
from diagnostics.judge import judge
from diagnostics.readings.wifi import Wifi, WifiWatch
from diagnostics.result import Reason
from diagnostics.verdict import Status, Verdict
from diagnostics.words import Words
from tests.cases.air import deny, hide
from tests.cases.home import HomeInFigures
from tests.cases.wifi import CASES, CLEAN, Case


def verdict_of(case: Case) -> Verdict:
    home = case.home()
    return judge(home.evidence(), home.profile()).verdict


def named(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_cause_is_named_first(case: Case) -> None:
    verdict = verdict_of(case)
    assert verdict.status is Status.PROBLEM
    assert verdict.causes[0].id == case.cause
    assert len(verdict.causes) == 1 or verdict.causes[1].segment == verdict.causes[0].segment
    assert "wifi-unreliable" not in {one.id for one in verdict.causes}


@pytest.mark.parametrize("case", CLEAN, ids=named)
def test_a_fact_without_harm_blames_nobody(case: Case) -> None:
    verdict = verdict_of(case)
    assert verdict.causes == ()
    assert verdict.status is Status.HEALTHY


def test_every_wifi_cause_has_three_written_homes() -> None:
    counts: dict[str, int] = {}
    for case in CASES:
        counts[case.cause] = counts.get(case.cause, 0) + 1
    wanted = {name for name in all_causes() if name.startswith("wifi-")}
    wanted |= {"device-wifi-power-saving"}
    wanted -= {"wifi-unreliable"}  # its cases are those without the radio's facts, below
    assert {name for name, count in counts.items() if count >= 3} == wanted


# --- what is withheld -----------------------------------------------------------------------------

#: what is known of these rests on names or on the list of networks alone
_NEED_NAMES = {"wifi-network-absent", "wifi-network-wrong", "wifi-security-weak"}
#: other facts of the radio may still lead to these when names or the list are withheld
_NEIGHBOURLY = {"wifi-unreliable", "wifi-signal-weak"}
_HARMED = tuple(case for case in CASES if case.cause not in _NEED_NAMES)
_WAYS = {"names-hidden": hide, "scan-denied": deny}


def less_told(case: Case, way: str) -> HomeInFigures:
    home = case.home()
    evidence = home.evidence()
    wifi, watch = evidence.value(Wifi), evidence.value(WifiWatch)
    assert isinstance(wifi, Wifi)
    assert isinstance(watch, WifiWatch)
    return home.having(*_WAYS[way](wifi, watch))


@pytest.mark.parametrize("way", sorted(_WAYS))
@pytest.mark.parametrize("case", _HARMED, ids=named)
def test_the_verdict_stands_with_facts_withheld(case: Case, way: str) -> None:
    """The very cause, or honestly the WiFi without the reason; never a stretch behind it."""
    home = less_told(case, way)
    verdict = judge(home.evidence(), home.profile()).verdict
    assert verdict.status is Status.PROBLEM
    assert {one.id for one in verdict.causes} <= {case.cause, *_NEIGHBOURLY}


@pytest.mark.parametrize("way", sorted(_WAYS))
@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_is_missing_is_said_with_what_it_would_change(case: Case, way: str) -> None:
    home = less_told(case, way)
    verdict = judge(home.evidence(), home.profile()).verdict
    told = air_words(home.evidence(), home.plan, verdict, Words())
    assert told.withheld
    assert all(one.would and one.why for one in told.withheld)
    assert told.setting is not None
    unclear = [one.id for one in verdict.causes] == ["wifi-unreliable"]
    if unclear:
        assert told.setting.matters
        assert "consent" in {one.kind for one in verdict.deciders}
    if verdict.status is Status.HEALTHY:
        assert not told.setting.matters
        assert all("stay the same" in one.would for one in told.withheld)


@pytest.mark.parametrize("way", sorted(_WAYS))
@pytest.mark.parametrize("case", CLEAN, ids=named)
def test_less_told_blames_nobody_either(case: Case, way: str) -> None:
    home = less_told(case, way)
    verdict = judge(home.evidence(), home.profile()).verdict
    assert verdict.causes == ()
    assert "consent" not in {one.kind for one in verdict.deciders}


def test_a_silent_radio_leaves_the_verdict_to_the_echoes() -> None:
    case = next(one for one in CASES if one.name == "crowded-flat")
    home = case.home().without(Wifi, WifiWatch, reason=Reason.NOT_SUPPORTED)
    verdict = judge(home.evidence(), home.profile()).verdict
    assert [one.id for one in verdict.causes] == ["wifi-unreliable"]
    assert "wifi" in verdict.missing
