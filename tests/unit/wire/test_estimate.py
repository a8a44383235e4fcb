"""When the estimator believes that the line is full, and how far it is off."""

import random

import pytest

from diagnostics.wire.estimate import Estimator


def fed(
    rate_of_time: list[tuple[float, float]], rtt_s: float = 0.02, grain: int = 1448
) -> Estimator:
    """Amounts of a line whose rate (bit/s) changes at given times, whole packets only."""
    estimator = Estimator(rtt_s)
    amount = 0.0
    for step in range(int(rate_of_time[-1][0] * 100)):
        at_s = step / 100
        rate = next(rate for until, rate in rate_of_time if at_s < until)
        amount += rate / 8 / 100
        estimator.add(at_s, amount // grain * grain)
    return estimator


def test_a_steady_line_is_read_within_its_own_interval() -> None:
    found = fed([(2.0, 100e6)]).estimate()
    assert found is not None
    assert found.steady
    assert found.rate_bps == pytest.approx(100e6, rel=0.005)
    assert found.half_width < 0.01


def test_the_start_is_left_out() -> None:
    found = fed([(0.1, 10e6), (0.2, 40e6), (1.5, 100e6)]).estimate()
    assert found is not None
    assert found.steady
    assert found.since_s >= 0.15
    assert found.rate_bps == pytest.approx(100e6, rel=0.01)


def test_growth_is_never_called_steady() -> None:
    """A start that doubles each round trip on a satellite path."""
    estimator = Estimator(0.6)
    amount = 0.0
    for step in range(400):
        amount += 10_000 * 2 ** (step / 60)
        estimator.add(step / 100, amount)
    found = estimator.estimate()
    assert found is not None
    assert not found.steady


def test_a_burst_before_throttling_does_not_set_the_figure() -> None:
    found = fed([(0.5, 100e6), (2.5, 20e6)]).estimate()
    assert found is not None
    assert found.steady
    assert found.rate_bps == pytest.approx(20e6, rel=0.02)


def test_a_slow_line_needs_whole_seconds() -> None:
    short = fed([(0.6, 1e6)], rtt_s=0.04).estimate()
    long = fed([(4.0, 1e6)], rtt_s=0.04).estimate()
    assert short is not None
    assert long is not None
    assert not short.steady or short.half_width > 0.01
    assert long.rate_bps == pytest.approx(1e6, rel=0.02)


def test_a_wild_line_is_not_steady_and_says_so() -> None:
    chance = random.Random(3)
    steps = [(0.1 * n, chance.uniform(5e6, 95e6)) for n in range(1, 60)]
    found = fed(steps).estimate()
    assert found is not None
    assert not found.steady
    assert found.half_width > 0.1


def test_a_ceiling_hit_again_and_again_is_the_line() -> None:
    steps = [(0.8 * n + (0.5 if n % 2 else 0.8), 50e6 if n % 2 else 30e6) for n in range(24)]
    found = fed(steps, rtt_s=0.1).estimate()
    assert found is not None
    assert found.rate_bps == pytest.approx(50e6, rel=0.03)


def test_nothing_moved_is_no_estimate() -> None:
    estimator = Estimator(0.02)
    estimator.add(0.0, 0)
    estimator.add(1.0, 0)
    assert estimator.estimate() is None
    assert estimator.recent_bps() == 0.0
