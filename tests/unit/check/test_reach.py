"""A profile with every target on loopback keeps the check on this computer, and no other does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.checkup import check
from agent.orders import CheckOrder
from diagnostics.profile import Profile, default_profile, parse_profile
from diagnostics.reach import HOME_PROBES, stays_on_this_computer
from diagnostics.result import Unmeasured
from diagnostics.run import Depth

HERE = """
[targets]
anchors = ["127.0.0.1", "::1"]
sites = ["http://127.0.0.1:9/", "http://localhost:9/"]
resolvers = ["127.0.0.1"]
portal = [{ url = "http://127.0.0.2:9/generate_204" }]
"""


@pytest.mark.parametrize(
    "extra",
    [
        'provider_resolvers = ["81.2.64.53"]',
        'ntp = ["pool.ntp.org"]',
        '[[speed]]\nkind = "http"\ndownload_url = "http://192.168.1.1/"',
    ],
)
def test_one_target_elsewhere_is_enough(extra: str) -> None:
    assert stays_on_this_computer(parse_profile(HERE))
    assert not stays_on_this_computer(parse_profile(HERE + extra))


def test_usual_and_empty_profiles_reach_out() -> None:
    assert not stays_on_this_computer(default_profile())
    assert not stays_on_this_computer(Profile())


def test_a_check_on_loopback_asks_nobody_else(tmp_path: Path) -> None:
    """The test guard refuses every packet that leaves this computer."""
    order = CheckOrder(run_id="here", profile=parse_profile(HERE), depth=Depth.QUICK)
    run = asyncio.run(check(order, lambda _telling: None))
    outcomes = run.evidence()
    for probe in HOME_PROBES:
        outcome = outcomes[probe]
        assert isinstance(outcome, Unmeasured)
        assert "on this computer" in outcome.detail
    assert run.verdict.causes == () or run.verdict.causes[0].segment.value == "service"
