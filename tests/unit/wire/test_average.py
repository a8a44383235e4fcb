"""Beside the standard library's, on values far apart and close together."""

import random
import statistics

import pytest

from diagnostics.wire.average import deviation, mean


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize("offset", [0.0, 1e7])
def test_as_the_standard_library(scale: float, offset: float) -> None:
    chance = random.Random(11)
    values = [offset + scale * chance.random() for _ in range(60)]

    found = mean(values)

    assert found == pytest.approx(statistics.fmean(values), rel=1e-12)
    assert deviation(values, found) == pytest.approx(statistics.stdev(values), rel=1e-6)


def test_too_few() -> None:
    with pytest.raises(ValueError, match="nothing"):
        mean([])
    with pytest.raises(ValueError, match="one value"):
        deviation([3.0], 3.0)
