"""What to ask, test and do next: by value, never what is known, never what cannot matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.guide_file import load_guides
from diagnostics.inference import Hypothesis
from diagnostics.judge import judge
from diagnostics.plan import OpenStep, gain_bits, open_steps, ranked_steps
from diagnostics.readings.home import LanHosts
from diagnostics.readings.load import Throughput
from diagnostics.sign import Sign, Source, State
from diagnostics.signbook import sign_specs
from diagnostics.verdict import Finding, Segment
from tests.cases.faults import FAULTS
from tests.cases.healthy import HOME
from tests.cases.home import HomeInFigures


def fault(cause: str) -> HomeInFigures:
    return next(one for one in FAULTS if one.cause == cause).home()


def finding(cause: str, probability: float) -> Finding:
    return Finding(
        id=cause,
        segment=Segment.ACCESS,
        probability=probability,
        evidence=(),
        against=(),
        guide="",
    )


def test_a_certain_set_leaves_nothing_to_ask() -> None:
    sets = (Hypothesis(("line-loss",), 1.0),)
    assert all(gain_bits(spec, sets) == 0.0 for spec in sign_specs().values())


def test_the_sign_that_tells_two_causes_apart_is_worth_most() -> None:
    sets = (Hypothesis(("isp-dns-dead",), 0.5), Hypothesis(("router-dns-dead",), 0.5))
    specs = sign_specs()
    worth = {name: gain_bits(spec, sets) for name, spec in specs.items()}
    assert max(worth, key=lambda name: worth[name]) in {"provider-dns-fails", "provider-dns-works"}
    assert worth["provider-dns-fails"] > 0.8
    assert worth["loss-on-line"] == 0.0


@given(share=st.floats(0.01, 0.99))
def test_a_gain_is_never_more_than_what_is_not_known(share: float) -> None:
    sets = (Hypothesis(("line-down",), share), Hypothesis(("isp-outage",), 1 - share))
    assert all(0 <= gain_bits(spec, sets) <= 1.0 for spec in sign_specs().values())


def test_the_missing_test_is_proposed() -> None:
    home = fault("router-overloaded").without(LanHosts)
    verdict = judge(home.evidence(), home.profile()).verdict
    assert "lan-hosts" in {one.id for one in verdict.deciders if one.kind == "test"}


def test_what_was_measured_is_never_asked_nor_tested_again() -> None:
    home = fault("wifi-unreliable")
    evidence = home.evidence()
    deciders = judge(evidence, home.profile()).verdict.deciders
    measured = {name for name in evidence if name != "tunnel"}
    assert measured.isdisjoint(one.id for one in deciders if one.kind == "test")


def test_what_was_answered_is_not_asked_again() -> None:
    home = fault("line-down")
    evidence, profile = home.evidence(), home.profile()
    before = judge(evidence, profile).verdict.deciders
    questions = [one.id for one in before if one.kind == "question"]
    answers = tuple(
        Sign(id=name, state=State.PRESENT, belief=0.9, source=Source.ASKED) for name in questions
    )
    after = judge(evidence, profile, asked=answers).verdict.deciders
    assert set(questions).isdisjoint(one.id for one in after)


def test_a_healthy_home_is_asked_nothing() -> None:
    assert judge(HOME.evidence(), HOME.profile()).verdict.deciders == ()


def test_deciders_are_ordered_by_bits_a_minute() -> None:
    home = fault("line-loss").without(Throughput, LanHosts)
    deciders = judge(home.evidence(), home.profile()).verdict.deciders
    worth = [one.gain_bits / one.minutes for one in deciders]
    assert worth == sorted(worth, reverse=True)


def test_steps_are_ranked_by_chance_of_repair_a_minute() -> None:
    steps = (
        OpenStep(guide="g", step="long-sure", minutes=20, chances={"line-loss": 0.9}),
        OpenStep(guide="g", step="short-fair", minutes=2, chances={"line-loss": 0.3}),
        OpenStep(guide="g", step="useless", minutes=1, chances={"line-down": 0.9}),
    )
    ranked = ranked_steps(steps, (finding("line-loss", 0.9),))
    assert [one.step for one in ranked] == ["short-fair", "long-sure"]


def test_a_step_that_serves_two_likely_causes_counts_both() -> None:
    both = OpenStep(guide="g", step="restart", minutes=6, chances={"a": 0.5, "b": 0.5})
    (ranked,) = ranked_steps((both,), (finding("a", 0.8), finding("b", 0.5)))
    assert ranked.chance == pytest.approx(1 - 0.6 * 0.75)


def test_a_step_that_was_done_is_not_proposed_again() -> None:
    step = OpenStep(guide="g", step="restart", minutes=6, chances={"a": 0.5})
    assert ranked_steps((step,), (finding("a", 0.8),), frozenset({("g", "restart")})) == ()


def test_guides_give_the_steps_of_all_asserted_causes() -> None:
    findings = (finding("line-loss", 0.9), finding("isp-dns-slow", 0.8))
    ranked = ranked_steps(open_steps(load_guides("en"), findings), findings)
    assert {one.guide for one in ranked} == {"line-unsteady", "isp-dns"}
    worth = [one.chance_per_minute for one in ranked]
    assert worth == sorted(worth, reverse=True)
