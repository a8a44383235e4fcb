"""The model of the air: shares, not counts; more from others never leaves us more."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.air.airtime import (
    Neighbour,
    Witness,
    is_heard,
    leaks_db,
    overlap_part,
    share_of,
    spoils,
)
from diagnostics.air.channels import Lane, centre_of, lane_of, twenties
from diagnostics.air.rates import Gear, link_rate_bps, noise_dbm
from diagnostics.readings.wifi import Band, Generation


def lane(number: int, width: int = 20, band: Band | None = None) -> Lane:
    found = lane_of(band or (Band.GHZ_2_4 if number <= 14 else Band.GHZ_5), number, width)
    assert found is not None
    return found


@st.composite
def neighbours(draw: st.DrawFn) -> Neighbour:
    number = draw(st.integers(1, 13))
    width = draw(st.sampled_from([20, 20, 20, 40]))
    return Neighbour(lane(number, width), draw(st.floats(-95, -30)))


CROWD = st.lists(neighbours(), max_size=12)


@settings(max_examples=25, deadline=None)
@given(crowd=CROWD, one=neighbours(), number=st.sampled_from([1, 6, 11]))
def test_one_more_network_never_frees_the_air(
    crowd: list[Neighbour], one: Neighbour, number: int
) -> None:
    here = lane(number)
    before, after = (share_of(here, rows, (), -55.0) for rows in (crowd, [*crowd, one]))
    assert after.taken >= before.taken - 1e-9
    assert 0 <= after.busy < 1
    assert 0 < after.free <= 1


@settings(max_examples=25, deadline=None)
@given(crowd=CROWD, seed=st.randoms())
def test_the_order_of_a_scan_does_not_matter(crowd: list[Neighbour], seed: object) -> None:
    here = lane(6)
    mixed = sorted(crowd, key=lambda one: (one.signal_dbm, one.lane.number))
    assert share_of(here, crowd, (), -55.0).taken == pytest.approx(
        share_of(here, mixed, (), -55.0).taken
    )


def test_fourteen_quiet_networks_are_less_than_one_busy_channel() -> None:
    """The adapter's own count outweighs how many names stand in the list."""
    here = lane(6)
    many = [Neighbour(here, -60.0 - one) for one in range(14)]
    quiet = share_of(here, many, [Witness(2437, 0.15, here=True)], -55.0)
    busy = share_of(here, many[:1], [Witness(2437, 0.85, here=True)], -55.0)
    assert quiet.taken < 0.3
    assert busy.taken > 0.75


def test_a_load_that_an_access_point_tells_is_believed() -> None:
    here = lane(36, 80)
    told = share_of(here, [Neighbour(here, -55.0, 0.8)], (), -55.0)
    untold = share_of(here, [Neighbour(here, -55.0, math.nan)], (), -55.0)
    assert told.busy > 0.6
    assert untold.busy < 0.2
    assert told.measured
    assert not untold.measured
    assert untold.sd > told.sd


@pytest.mark.parametrize(("number", "sure"), [(6, 1.0), (7, 1.0), (1, 0.0), (11, 0.0)])
def test_who_is_heard_on_channel_six(number: int, sure: float) -> None:
    assert is_heard(lane(6), Neighbour(lane(number), -55.0)) == pytest.approx(sure, abs=0.1)


def test_a_far_network_is_not_waited_for() -> None:
    assert is_heard(lane(6), Neighbour(lane(6), -94.0)) < 0.1
    assert is_heard(lane(6), Neighbour(lane(36), -30.0)) == 0


def test_what_overlaps_below_the_energy_threshold_spoils_frames() -> None:
    """At -68 dBm nobody waits for it, yet it drowns a link of -70 dBm."""
    beside = Neighbour(lane(4), -68.0)
    assert is_heard(lane(6), beside) < 0.2
    assert spoils(lane(6), beside, -70.0) > 0.7
    assert spoils(lane(6), beside, -40.0) < 0.1


def test_overlap_is_told_from_sharing() -> None:
    same = [Neighbour(lane(6), -50.0)]
    beside = [Neighbour(lane(4), -50.0), Neighbour(lane(8), -50.0)]
    assert overlap_part(lane(6), same, -55.0) < 0.1
    assert overlap_part(lane(6), beside, -55.0) > 0.9
    assert overlap_part(lane(6), [], -55.0) == 0


def test_the_mask_falls_and_never_rises() -> None:
    steps = [leaks_db(mhz) for mhz in range(60)]
    assert steps == sorted(steps)
    assert leaks_db(11.0) == pytest.approx(20.0)


@settings(max_examples=30, deadline=None)
@given(
    generation=st.sampled_from(list(Generation)),
    streams=st.integers(1, 4),
    db=st.floats(-5, 45),
    width=st.sampled_from([20, 40, 80, 160]),
)
def test_more_signal_never_slows_a_link(
    generation: Generation, streams: int, db: float, width: int
) -> None:
    gear = Gear(generation, streams, width)
    assert link_rate_bps(gear, db + 3) >= link_rate_bps(gear, db)
    assert noise_dbm(width) >= noise_dbm(20)


@pytest.mark.parametrize(
    ("generation", "streams", "width", "mbps"),
    [
        (Generation.N, 1, 20, 72.2),  # 802.11-2020, table 19-27 with the short guard interval
        (Generation.N, 2, 40, 300.0),
        (Generation.AC, 2, 80, 866.7),  # table 21-38
        (Generation.AX, 2, 80, 1201.0),  # 802.11ax-2021, table 27-111
        (Generation.G, 1, 20, 54.0),
        (Generation.B, 1, 20, 11.0),
    ],
)
def test_best_rates_are_those_of_the_standard(
    generation: Generation, streams: int, width: int, mbps: float
) -> None:
    rate = link_rate_bps(Gear(generation, streams, width), 60.0)
    assert rate / 1e6 == pytest.approx(mbps, rel=0.02)


@pytest.mark.parametrize(
    ("number", "width", "centre"),
    [(36, 20, 5180), (36, 80, 5210), (48, 80, 5210), (100, 160, 5570), (149, 40, 5755),
     (40, 40, 5190), (6, 20, 2437)],
)  # fmt: skip
def test_centres_are_those_of_annex_e(number: int, width: int, centre: int) -> None:
    band = Band.GHZ_2_4 if number < 15 else Band.GHZ_5
    assert centre_of(band, number, width) == centre


@pytest.mark.parametrize(
    ("number", "width", "centre"), [(1, 20, 5955), (37, 80, 6145), (5, 160, 6025), (1, 320, 6105)]
)
def test_centres_at_6_ghz(number: int, width: int, centre: int) -> None:
    assert centre_of(Band.GHZ_6, number, width) == centre


@pytest.mark.parametrize("width", [20, 40, 80, 160])
def test_a_wide_channel_is_made_of_twenties(width: int) -> None:
    parts = twenties(lane(36, width))
    assert len(parts) == width // 20
    assert 5180 in parts
