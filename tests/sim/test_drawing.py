"""Drawn homes: the same for ever, within the field's ranges, every cause reachable."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from tests.sim.complaint import LabError
from tests.sim.drawing import draw, wishes
from tests.sim.faults import FAULTS
from tests.sim.field import access_of, wireless
from tests.sim.near_misses import NEAR_MISSES
from tests.sim.pairs import PAIRS, TRIPLES
from tests.sim.scenario import air_names, changed, load, names
from tests.sim.segments import SEGMENTS

_MANY = 600
# what only a running home's clock, a tunnel's other end or weeks of checks could play is not drawn
_NOT_PLAYED = {
    "device-driver-fault",
    "device-vpn-slow",
    "isp-data-cap",
    "route-detour",
    "router-failing",
}


def test_a_case_is_the_same_whenever_it_is_drawn_and_others_differ() -> None:
    assert draw(7, 12) == draw(7, 12)
    assert draw(7, 12).scenario != draw(7, 13).scenario
    assert draw(7, 12).scenario != draw(8, 12).scenario


def test_the_kinds_come_in_their_shares() -> None:
    kinds = [draw(1, number).kind for number in range(_MANY)]
    peaceful = kinds.count("healthy") + kinds.count("near-miss")
    assert 0.24 < peaceful / _MANY < 0.36
    assert 0.48 < kinds.count("single") / _MANY < 0.62
    assert 0.08 < kinds.count("pair") / _MANY < 0.20


def test_every_cause_of_the_vocabulary_is_reachable_by_itself() -> None:
    written = {cause for name in names() + air_names() for cause in load(name).truth.causes}
    assert set(SEGMENTS) - set(FAULTS) - written == _NOT_PLAYED
    met = {cause for n in range(_MANY) for cause in draw(2, n, "single").scenario.truth.causes}
    assert met == set(FAULTS)


@pytest.mark.parametrize("cause", sorted(FAULTS))
def test_a_fault_is_told_breaks_the_home_and_can_be_repaired(cause: str) -> None:
    for number in range(12):
        drawn = draw(3, number, cause).scenario
        assert drawn.truth.causes == (cause,)
        assert drawn.truth.status == "problem"
        assert set(drawn.truth.also) <= set(SEGMENTS)
        if cause not in ("double-nat", "cgnat-limits"):
            assert changed(drawn, drawn.repair) != drawn, "the repair changes nothing"


@pytest.mark.parametrize("number", range(60))
def test_near_misses_are_healthy_and_name_what_they_come_near_to(number: int) -> None:
    drawn = draw(4, number, "near-miss").scenario
    assert drawn.truth.status == "healthy"
    assert not drawn.truth.causes
    assert drawn.title.removeprefix("nearly ") in {near.of for near in NEAR_MISSES}


def test_every_near_miss_is_reachable() -> None:
    met = {draw(5, number, "near-miss").scenario.title for number in range(_MANY)}
    assert met == {f"nearly {near.of}" for near in NEAR_MISSES}


def test_pairs_are_two_known_causes_and_both_are_drawn() -> None:
    assert all(set(pair) <= set(FAULTS) and len(set(pair)) == 2 for pair in PAIRS)
    assert all(set(three) <= set(FAULTS) and len(set(three)) == 3 for three in TRIPLES)
    assert len({frozenset(pair) for pair in PAIRS}) == len(PAIRS) >= 30
    for number in range(60):
        drawn = draw(6, number, "pair").scenario
        assert drawn.truth.causes in PAIRS


def test_homes_lie_within_the_ranges_of_their_technology() -> None:
    subnets: set[str] = set()
    technologies: set[str] = set()
    for number in range(200):
        drawn = draw(8, number, "healthy").scenario
        access = access_of(drawn)
        assert (drawn.plan.down_mbps, drawn.plan.up_mbps) in access.plans
        assert access.rtt[0] <= drawn.plan.rtt_ms <= access.rtt[1] <= access.top
        assert drawn.line.down.loss_percent <= access.loss_percent
        if wireless(drawn):
            assert drawn.hop.speed_mbps * 0.6 >= drawn.plan.down_mbps
        else:
            assert drawn.hop.speed_mbps >= drawn.plan.down_mbps
        assert ip_network(drawn.home.subnet).is_private
        subnets.add(drawn.home.subnet.split(".")[0])
        technologies.add(drawn.plan.technology)
    assert subnets == {"10", "172", "192"}
    assert len(technologies) == 9


def test_a_drawn_fault_is_noticeable() -> None:
    for number in range(40):
        lost = draw(9, number, "line-loss").scenario.line
        assert max(lost.up.loss_percent, lost.down.loss_percent) >= 1.5
        far = draw(9, number, "line-latency-high").scenario
        delay_ms = (far.line.up.delay_ms or 0) + (far.line.down.delay_ms or 0)
        assert delay_ms >= 1.4 * access_of(far).top
        deep = draw(9, number, "bufferbloat-up").scenario
        assert (deep.line.up.queue_ms or 0) >= 300
        slow = draw(9, number, "line-slow").scenario
        shares = (
            (slow.line.down.rate_mbps or slow.plan.down_mbps) / slow.plan.down_mbps,
            (slow.line.up.rate_mbps or slow.plan.up_mbps) / slow.plan.up_mbps,
        )
        assert min(shares) <= access_of(slow).missed + 0.01 <= 0.7


def test_what_cannot_be_drawn_is_refused_in_one_sentence() -> None:
    with pytest.raises(LabError, match="Nothing is drawn for 'line-dwn'"):
        draw(1, 0, "line-dwn")
    assert {"healthy", "near-miss", "single", "pair", "line-loss"} <= set(wishes())
