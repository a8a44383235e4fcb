"""A fixed sample of the score: the real check in real homes. The whole score is `lab score`.

One home a segment and kind of evidence, and the near misses that are easiest to get wrong; the
figures of the whole lab stand in docs/accuracy.md.
"""

from __future__ import annotations

import pytest

from tests.sim.score import Case, judge

FAULTS = (
    "device-link-down",
    "device-dns-setting-wrong",
    "device-hosts-override",
    "ethernet-slow-link",
    "wifi-unreliable",
    "router-dns-dead",
    "router-no-dhcp",
    "line-down",
    "line-loss",
    "bufferbloat-up",
    "isp-outage",
    "isp-dns-dead",
    "captive-portal",
    "service-down",
)
NEAR_MISSES = (
    "healthy-cable",
    "healthy-geo-satellite",
    "healthy-no-ipv6",
    "healthy-router-ignores-ping",
    "healthy-slow-plan",
)
SEED = 20_261

pytestmark = [pytest.mark.lab, pytest.mark.timeout(200)]


def said(case: Case) -> str:
    blamed = ", ".join(f"{cause.id} {cause.probability:.2f}" for cause in case.asserted)
    return f"{case.name}: {case.first} [{blamed}] {case.failure}"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(name: str) -> None:
    case = judge(name, SEED)
    assert case.right_segment, said(case)
    assert case.right_cause, said(case)
    assert not case.wrong_side, said(case)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_healthy_home_is_left_in_peace(name: str) -> None:
    case = judge(name, SEED)
    assert case.document is not None, said(case)
    assert not case.asserted, said(case)


def test_a_check_stays_within_its_allowance() -> None:
    """Goal on the healthy 100/20 line: at most 20 s and 40 MB, first verdict within 5 s."""
    case = judge("healthy-cable", SEED + 1)
    assert case.document is not None, said(case)
    sent, received = case.document.bytes_sent, case.document.bytes_received
    assert sent is not None
    assert received is not None
    assert sent + received <= 40_000_000
    assert case.document.duration_s is not None
    assert case.document.duration_s <= 20
    assert case.document.first_verdict_s is not None
    assert case.document.first_verdict_s <= 5
