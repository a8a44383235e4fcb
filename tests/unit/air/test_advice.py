"""Advice: allowed channels alone, a gain that is there at the lower end, else an honest "stay"."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.air.advice import WORTH, Answer, BandAdvice, advise, prospect
from diagnostics.air.channels import CLEAR_AT_2_4, EVERYWHERE_AT_5, is_radar, lane_of, twenties
from diagnostics.air.radio import Radio, radio_of
from diagnostics.explain.air import advice_sentence, wanted_bps
from diagnostics.judge import judge
from diagnostics.readings.wifi import Ability, Band, LinkEventKind
from diagnostics.result import Reason, Unmeasured
from diagnostics.words import Words
from tests.cases import air as a
from tests.cases.air import Air, channel, neighbour
from tests.cases.healthy import WIFI
from tests.cases.home import HomeInFigures
from tests.cases.wifi import CASES, five_too, many, two, with_air

NO = Unmeasured(Reason.NOT_SUPPORTED)


def radio(air: Air) -> Radio:
    found = radio_of(with_air(HomeInFigures(), air).evidence())
    assert isinstance(found, Radio)
    return found


def on(air: Air, band: Band, plan_bps: float = 0.0) -> BandAdvice:
    return next(one for one in advise(radio(air), plan_bps) if one.band is band)


def number_of(advice: BandAdvice) -> int:
    assert not isinstance(advice.best, Unmeasured)
    return advice.best.lane.number


def test_the_free_channel_is_advised() -> None:
    found = on(two(around=many(6, 6, -48.0), busy={2437: 0.75, 2412: 0.1, 2462: 0.4}),
               Band.GHZ_2_4)  # fmt: skip
    assert found.answer is Answer.CHANGE
    assert number_of(found) == 1
    assert WORTH <= found.gain_low <= found.gain <= found.gain_high


def test_no_channel_is_better_is_an_answer() -> None:
    crowd = (*many(3, 1, -48.0), *many(3, 6, -48.0), *many(3, 11, -48.0))
    busy = {2412: 0.7, 2437: 0.72, 2462: 0.71}
    found = on(two(around=crowd, busy=busy), Band.GHZ_2_4)
    assert found.answer is Answer.STAY
    assert "no channel is better" in advice_sentence(found, Words())


def test_a_quiet_channel_is_left_alone() -> None:
    assert on(two(), Band.GHZ_2_4).answer is Answer.STAY


def test_more_than_the_plan_is_enough() -> None:
    air = Air(where=channel(36, 40), around=many(5, 36, -70.0, 0.5), busy={5180: 0.5})
    assert on(air, Band.GHZ_5, plan_bps=20e6).answer is Answer.ENOUGH


def test_a_model_that_lets_expect_enough_gives_way_to_what_was_measured() -> None:
    """A channel that the verdict blames is left, whatever the model says that it carries."""
    home = next(case for case in CASES if case.name == "overlap-queue-is-all-that-shows").home()
    verdict = judge(home.evidence(), home.profile()).verdict
    assert verdict.causes
    assert wanted_bps(verdict, home.plan) == 0.0
    sound = judge(WIFI.evidence(), WIFI.profile()).verdict
    assert wanted_bps(sound, WIFI.plan) == 1e6 * WIFI.plan.down_mbps


def test_40_mhz_at_2_4_ghz_is_never_advised() -> None:
    found = on(two(around=many(6, 6, -48.0), busy={2437: 0.8}), Band.GHZ_2_4)
    assert {one.lane.width_mhz for one in found.prospects} == {20}
    assert {one.lane.number for one in found.prospects} <= set(CLEAR_AT_2_4)


def test_without_word_of_the_domain_only_what_all_allow() -> None:
    blank = msgspec.structs.replace(a.ability(), forbidden_mhz=NO, radar_mhz=NO)
    air = Air(ability=blank, around=many(5, 36, -50.0, 0.9), busy={5180: 0.9})
    for one in on(air, Band.GHZ_5).prospects:
        assert {(mhz - 5000) // 5 for mhz in twenties(one.lane)} <= EVERYWHERE_AT_5


def test_radar_channels_are_told_and_never_after_an_alarm() -> None:
    full = tuple(
        neighbour(index, channel(number, 80), -45.0, 0.9)
        for index, number in enumerate((36, 40, 44, 48), 1)
    )
    busy = {5180: 0.9, 5200: 0.9, 5220: 0.9, 5240: 0.9}
    air = Air(around=full, busy=busy)
    found = on(air, Band.GHZ_5)
    assert not isinstance(found.best, Unmeasured)
    assert found.best.radar
    assert "radar" in advice_sentence(found, Words())
    alarmed = on(replace(air, events=(a.event(3.0, LinkEventKind.RADAR),)), Band.GHZ_5)
    assert not isinstance(alarmed.best, Unmeasured)
    assert not alarmed.best.radar


def test_each_band_of_the_own_network_has_its_advice() -> None:
    found = advise(radio(two(own=(five_too(-58.0),))))
    assert [one.band for one in found] == [Band.GHZ_2_4, Band.GHZ_5]


def test_an_unseen_air_gives_no_advice() -> None:
    wifi, watch = a.deny(*two(around=many(4, 6, -50.0)).readings())
    home = HomeInFigures().having(wifi, watch)
    found = radio_of(home.evidence())
    assert isinstance(found, Radio)
    assert [one.answer for one in advise(found)] == [Answer.UNKNOWN]
    assert "cannot be seen" in advice_sentence(advise(found)[0], Words())


@st.composite
def airs(draw: st.DrawFn) -> Air:
    """A home among neighbours anywhere, with or without a survey."""
    count = draw(st.integers(0, 8))
    numbers = st.sampled_from([1, 2, 3, 6, 8, 11, 13, 36, 40, 44, 52, 100, 149])
    around = tuple(
        neighbour(index, channel(draw(numbers)), draw(st.floats(-92, -35)))
        for index in range(1, count + 1)
    )
    shares = st.floats(0, 0.95)
    spots = st.sampled_from([2412, 2437, 2462, 5180, 5220, 5500])
    busy = draw(st.dictionaries(spots, shares, max_size=4))
    base = draw(st.sampled_from([two(), two(1), Air(), Air(where=channel(36, 20))]))
    return replace(base, around=around, busy=busy, signal_dbm=draw(st.floats(-85, -35)))


@settings(max_examples=20, deadline=None)
@given(air=airs())
def test_advice_keeps_to_the_rules_whatever_the_air(air: Air) -> None:
    seen = radio(air)
    ability = air.ability
    assert isinstance(ability, Ability)
    forbidden = ability.forbidden_mhz
    assert not isinstance(forbidden, Unmeasured)
    for one in advise(seen):
        assert one.gain_low <= one.gain <= one.gain_high
        assert advice_sentence(one, Words())
        if one.answer is not Answer.CHANGE:
            continue
        assert not isinstance(one.best, Unmeasured)
        assert not isinstance(one.now, Unmeasured)
        assert one.gain_low >= WORTH
        assert one.best.carries_bps > one.now.carries_bps
        assert not set(forbidden) & set(twenties(one.best.lane))
        assert one.best.radar == is_radar(one.best.lane, ability)


@settings(max_examples=20, deadline=None)
@given(air=airs())
def test_what_was_advised_is_not_left_again(air: Air) -> None:
    """Once moved, the same air gives no reason to move on."""
    for one in advise(radio(air)):
        if one.answer is not Answer.CHANGE or isinstance(one.best, Unmeasured):
            continue
        lane = one.best.lane
        if air.where.band is not one.band:
            continue
        moved = replace(air, where=channel(lane.number, lane.width_mhz))
        again = next(each for each in advise(radio(moved)) if each.band is one.band)
        assert again.answer is not Answer.CHANGE


@pytest.mark.parametrize("busy", [0.1, 0.5, 0.9])
def test_a_wide_channel_carries_less_when_its_neighbours_talk(busy: float) -> None:
    here = Air(busy={5200: busy, 5220: busy, 5240: busy})
    quiet = radio(Air())
    seen = radio(here)
    assert not isinstance(seen.lane, Unmeasured)
    gear = seen.gear
    loaded = prospect(seen, seen.lane, gear, -50.0).carries_bps
    assert loaded < prospect(quiet, seen.lane, gear, -50.0).carries_bps


def test_what_fills_the_air_where_nobody_else_is_heard_moves_along() -> None:
    """The home's own streaming is no reason to change the channel."""
    for air, band in ((Air(busy={5180: 0.7}), Band.GHZ_5), (two(busy={2437: 0.7}), Band.GHZ_2_4)):
        assert on(air, band).answer is Answer.STAY


@pytest.mark.parametrize("busy_mhz", [5180, 5200, 5220, 5240])
def test_a_primary_beside_the_busy_half_is_no_worse(busy_mhz: int) -> None:
    """The second 20 MHz are the partner within the 40: the other half stays whole."""
    seen = radio(Air(around=many(2, (busy_mhz - 5000) // 5, -50.0, 0.8), busy={busy_mhz: 0.8}))
    carried = {
        number: prospect(seen, lane, seen.gear, -50.0).carries_bps
        for number in (36, 40, 44, 48)
        if (lane := lane_of(Band.GHZ_5, number, 80)) is not None
    }
    half = {36, 40} if busy_mhz < 5210 else {44, 48}
    beside = min(bps for number, bps in carried.items() if number not in half)
    assert beside >= max(bps for number, bps in carried.items() if number in half)
