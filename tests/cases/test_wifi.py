"""The radio in the verdict: every cause named, nobody blamed for a fact without harm."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from diagnostics.cause import all_causes
from diagnostics.explain.air import air_words
from diagnostics.judge import judge
from diagnostics.patience import JOIN_S, join_s
from diagnostics.profile import Plan, Technology
from diagnostics.readings.load import DelayPhase, Throughput
from diagnostics.readings.wifi import JoinRefusal, Wifi, WifiWatch
from diagnostics.result import Reason, Unmeasured
from diagnostics.scene import Scene
from diagnostics.sign import State
from diagnostics.signbook import read_sign, sign_specs
from diagnostics.verdict import Status, Verdict
from diagnostics.words import Words
from tests.cases.air import deny, hide
from tests.cases.healthy import HOME
from tests.cases.home import HomeInFigures
from tests.cases.wifi import (
    CASES,
    CLEAN,
    SOUND,
    Case,
    many,
    not_joined,
    refused,
    slow,
    two,
    with_air,
)

_PLAN_100 = Plan(down_mbps=100, up_mbps=20, technology=Technology.VDSL)


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


def _behind_a_queue(before_ms: float, behind_ms: float) -> State:
    slow_home = slow(10.0, up_mbps=20.0)
    delay = replace(
        slow_home.delay,
        gateway_adds=(before_ms, before_ms),
        line_adds=(behind_ms, behind_ms),
    )
    home = with_air(replace(slow_home, delay=delay), two())
    scene = Scene(home.evidence(), home.profile())
    return read_sign(sign_specs()["narrow-behind-router"], scene).state


def test_a_swelling_queue_at_the_hop_is_none_of_the_line() -> None:
    """Figures of router and line rest on echoes of their own; both cross the hop."""
    assert _behind_a_queue(700.0, 150.0) is not State.PRESENT
    assert _behind_a_queue(5.0, 150.0) is State.PRESENT


def test_the_next_try_to_join_is_waited_for_only_where_there_will_be_one() -> None:
    def waits_s(home: HomeInFigures) -> float:
        return join_s(Scene(home.evidence(), home.profile()))

    assert waits_s(not_joined(refused(JoinRefusal.WRONG_PASSWORD))) == JOIN_S
    assert waits_s(not_joined(replace(refused(), own=(), around=()))) == 0.0, "nothing to join"
    assert waits_s(with_air(SOUND, two())) == 0.0, "joined"
    assert waits_s(SOUND) == 0.0


def test_a_name_that_is_not_heard_is_not_waited_for() -> None:
    others = replace(refused(), own=(), around=many(3, 6, -60.0))
    home = not_joined(others)
    assert join_s(Scene(home.evidence(), home.profile())) == 0.0
    untold = not_joined(replace(others, known=Unmeasured(Reason.HIDDEN)))
    assert join_s(Scene(untold.evidence(), untold.profile())) == JOIN_S


def _state(name: str, home: HomeInFigures) -> State:
    return read_sign(sign_specs()[name], Scene(home.evidence(), home.profile())).state


def test_an_empty_list_without_a_scan_does_not_say_that_the_air_is_empty() -> None:
    nobody = not_joined(replace(refused(), own=()))
    assert _state("wifi-home-absent", nobody) is State.PRESENT
    wifi = nobody.evidence().value(Wifi)
    assert isinstance(wifi, Wifi)
    denied = msgspec.structs.replace(wifi, own_scan=Unmeasured(Reason.NOT_PERMITTED))
    assert _state("wifi-home-absent", nobody.having(denied)) is State.UNKNOWN


def test_a_refusal_is_no_trouble_beside_a_cable_that_works() -> None:
    wifi, watch = refused(JoinRefusal.WRONG_PASSWORD, JoinRefusal.WRONG_PASSWORD).readings()
    home = HOME.having(wifi, watch)
    assert _state("wifi-join-refused", home) is State.ABSENT


def _late_now_and_then(median_ms: float, p90_ms: float) -> HomeInFigures:
    """A line that its provider holds at half, no queue there; the hop late as told under load."""
    home = with_air(slow(50.0, up_mbps=19.0, queue_ms=0.5, plan=_PLAN_100), two())
    load = home.evidence().value(Throughput)
    assert isinstance(load, Throughput)
    places = tuple(
        msgspec.structs.replace(
            one,
            down=msgspec.structs.replace(
                one.down,
                rtt_median_ms=_known(one.idle.rtt_median_ms) + median_ms,
                rtt_p90_ms=_known(one.idle.rtt_p90_ms) + p90_ms,
            ),
        )
        for one in load.delays
        if isinstance(one.down, DelayPhase)
    )
    return home.having(msgspec.structs.replace(load, delays=places))


def _known(figure: float | Unmeasured) -> float:
    assert isinstance(figure, float)
    return figure


@pytest.mark.parametrize("median_ms", [1.0, 6.0, 12.0])
def test_a_few_late_packets_at_the_hop_are_no_queue(median_ms: float) -> None:
    """A scan or a neighbour's burst makes a tenth of the packets late, and blames no WiFi."""
    home = _late_now_and_then(median_ms, 55.0)
    assert _state("wifi-queue-before-router", home) is not State.PRESENT
    assert judge(home.evidence(), home.profile()).verdict.causes == ()
    assert _state("wifi-queue-before-router", _late_now_and_then(50.0, 52.0)) is State.PRESENT


def test_no_try_to_join_proves_nothing() -> None:
    home = not_joined(refused())
    scene = Scene(home.evidence(), home.profile())
    assert read_sign(sign_specs()["wifi-join-refused"], scene).state is State.UNKNOWN


def test_a_silent_radio_leaves_the_verdict_to_the_echoes() -> None:
    case = next(one for one in CASES if one.name == "crowded-flat")
    home = case.home().without(Wifi, WifiWatch, reason=Reason.NOT_SUPPORTED)
    verdict = judge(home.evidence(), home.profile()).verdict
    assert [one.id for one in verdict.causes] == ["wifi-unreliable"]
    assert "wifi" in verdict.missing
