"""What is told of a probability: the same order, nothing moved across one half."""

from __future__ import annotations

from itertools import pairwise

import pytest

from diagnostics.sureness import told


def test_order_is_kept() -> None:
    assert all(told(n / 100) < told((n + 1) / 100) for n in range(100))


@pytest.mark.parametrize("posterior", [0.0, 0.5, 1.0])
def test_ends_and_the_middle_stay(posterior: float) -> None:
    assert told(posterior) == posterior


@pytest.mark.parametrize("posterior", [0.02, 0.14, 0.4])
def test_both_sides_move_alike_away_from_the_middle(posterior: float) -> None:
    assert 0 < told(posterior) < posterior
    assert told(posterior) + told(1 - posterior) == pytest.approx(1.0, abs=2e-4)


def test_a_sum_that_rounding_took_beyond_one() -> None:
    assert told(1.0 + 1e-12) == 1.0
    assert told(-1e-18) == 0.0


def test_steps_are_even() -> None:
    steps = [told(n / 20) for n in range(21)]
    assert all(later - former < 0.09 for former, later in pairwise(steps))
