"""Signs that compare with earlier checks: at their limits, and unknown where nothing is known."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from diagnostics.judge import judge
from diagnostics.readings.history import EarlierCheck, History
from diagnostics.readings.load import Throughput
from diagnostics.readings.path import Anchors, Path
from diagnostics.readings.router import RouterFacts
from diagnostics.result import Reading, Reason
from diagnostics.sign import Sign, State
from tests.cases import home as h
from tests.cases.home import HomeInFigures
from tests.cases.past import (
    HOME,
    NOT_SAID,
    PAST_FAULTS,
    USUAL_HOPS,
    capped,
    daily,
    detour,
    earlier,
    history,
    router,
)

SIGNS = {
    "router-restarts": (RouterFacts,),
    "far-delay-stepped": (Anchors,),
    "path-changed": (Path,),
    "speed-stepped-down": (Throughput,),
    "earlier-trouble": (),
}


def sign_of(home: HomeInFigures, name: str) -> Sign:
    signs = judge(home.evidence(), home.profile()).signs
    return next(one for one in signs if one.id == name)


@pytest.mark.parametrize("name", SIGNS)
def test_without_the_past_nothing_is_said(name: str) -> None:
    for fault in PAST_FAULTS:
        home = fault.home().without(History, reason=Reason.NOT_APPLICABLE)
        assert sign_of(home, name).belief == 0.5


@pytest.mark.parametrize(("name", "kinds"), SIGNS.items())
def test_without_the_reading_of_now_nothing_is_said(
    name: str, kinds: tuple[type[Reading], ...]
) -> None:
    for fault in PAST_FAULTS if kinds else ():
        assert sign_of(fault.home().without(*kinds), name).belief == 0.5


@pytest.mark.parametrize("name", ["far-delay-stepped", "path-changed", "speed-stepped-down"])
def test_through_a_tunnel_nothing_is_compared(name: str) -> None:
    tunnel = h.addressing(routes=(h.route(h.NONE_HERE, tunnel=True),))
    for fault in PAST_FAULTS:
        assert sign_of(fault.home().having(tunnel), name).belief == 0.5


@pytest.mark.parametrize(
    ("far_ms", "state"),
    [(14.0, State.ABSENT), (22.0, State.ABSENT), (45.0, State.PRESENT), (214.0, State.PRESENT)],
)
def test_a_step_of_delay_is_one_that_people_feel(far_ms: float, state: State) -> None:
    home = detour(far_ms).having(history(*daily(range(1, 8))))
    assert sign_of(home, "far-delay-stepped").state is state


def test_a_step_of_the_line_is_no_detour() -> None:
    home = detour(74.0, edge_ms=69.0).having(history(*daily(range(1, 8))))
    assert sign_of(home, "far-delay-stepped").state is State.ABSENT


def test_a_late_home_before_a_silent_edge_is_no_detour() -> None:
    home = detour(62.0).having(history(*daily(range(1, 8))))
    silent = home.having(h.path(series=h.dead(h.EDGE)), h.gateway(48.0))
    assert sign_of(silent, "far-delay-stepped").state is State.ABSENT


def test_a_detour_that_lasts_is_still_one() -> None:
    """Half of the checks that are known came by the long way already."""
    long_way = [earlier(4 * n, far_ms=58.0, hops=(h.EDGE, "62.115.1.9")) for n in range(1, 6)]
    home = detour(58.0).having(history(*long_way, *daily(range(2, 8))))
    assert sign_of(home, "far-delay-stepped").state is State.PRESENT
    assert sign_of(home, "path-changed").state is State.PRESENT


def test_a_way_among_several_is_known() -> None:
    """The provider spreads over two ways; the one of now was taken before."""
    other = (h.EDGE, "81.2.70.1", "62.115.1.9", "62.115.7.2")
    mixed = [earlier(20 * n, hops=other if n % 2 else USUAL_HOPS) for n in range(1, 9)]
    home = detour(15.0).having(history(*mixed))
    assert sign_of(home, "path-changed").state is State.ABSENT


def aged(*ages_h: float) -> tuple[EarlierCheck, ...]:
    """Checks 11 hours apart, the first of these the oldest, of a router that tells no number."""
    return tuple(
        earlier(11 * (len(ages_h) - at), connected_s=3600 * age_h, boot_id=NOT_SAID)
        for at, age_h in enumerate(ages_h)
    )


@pytest.mark.parametrize(
    ("ages_h", "state"),
    [
        ((900, 911, 922, 933), State.ABSENT),
        ((900, 911, 4, 15), State.ABSENT),
        ((900, 3, 2, 5, 1), State.PRESENT),
    ],
)
def test_starts_are_counted_by_the_age_that_the_router_tells(
    ages_h: tuple[float, ...], state: State
) -> None:
    now_h = ages_h[-1] + 11 if state is State.ABSENT else 6.0
    home = HOME.having(history(*aged(*ages_h)), router(now_h, NOT_SAID, h.AccessKind.ETHERNET))
    assert sign_of(home, "router-restarts").state is state


def test_a_young_connection_of_a_dialled_line_is_not_the_routers() -> None:
    past = history(*aged(900, 3, 2, 5, 1))
    home = HOME.having(past, router(6.0, NOT_SAID, h.AccessKind.ETHERNET, dialled=True))
    assert sign_of(home, "router-restarts").belief == 0.5


def test_an_age_that_goes_back_within_minutes_is_a_start() -> None:
    """Too short a time for the age alone to tell, yet it was eleven days and is seconds."""
    calm = [earlier(n, connected_s=1e6 - 3600 * n, boot_id=7) for n in (60, 50)]
    young = [
        earlier(40, connected_s=600.0, boot_id=8),
        earlier(39.98, connected_s=15.0, boot_id=9),
    ]
    home = HOME.having(history(*calm, *young), router(0.01, 11))
    sign = sign_of(home, "router-restarts")
    assert sign.state is State.PRESENT
    assert sign.value == 3.0


def test_plugs_pulled_within_an_hour_are_a_persons() -> None:
    past = [earlier(n / 4, connected_s=60.0, boot_id=20 - n) for n in range(1, 6)]
    home = HOME.having(history(earlier(30, boot_id=1), *past), router(0.01, 21))
    assert sign_of(home, "router-restarts").belief == 0.5


def test_checks_of_one_hour_are_no_usual() -> None:
    past = history(*(earlier(n / 4) for n in range(1, 9)))
    assert sign_of(detour(58.0).having(past), "far-delay-stepped").belief == 0.5


def test_starts_of_last_month_are_past() -> None:
    numbers = [earlier(24 * day, connected_s=3600.0 * (day % 5 + 1), boot_id=100 - day)
               for day in range(12, 30)]  # fmt: skip
    calm = [earlier(24 * day, connected_s=3600.0 * (300 - 24 * day), boot_id=100)
            for day in range(1, 11)]  # fmt: skip
    home = HOME.having(history(*numbers, *calm), router(300, 100))
    assert sign_of(home, "router-restarts").state is State.ABSENT


@pytest.mark.parametrize("mbps", [64.0, 46.0])
def test_half_the_speed_is_no_throttle(mbps: float) -> None:
    past = history(*daily(range(4, 12)), *(earlier(n, down_bps=mbps * 1e6) for n in (5, 30)))
    assert sign_of(capped(mbps, 19.0, past), "speed-stepped-down").state is State.ABSENT


def test_another_low_figure_each_time_is_no_throttle() -> None:
    lows = (earlier(5, down_bps=3e6), earlier(30, down_bps=21e6), earlier(50, down_bps=6e6))
    past = history(*daily(range(4, 12)), *lows)
    assert sign_of(capped(9.6, 19.0, past), "speed-stepped-down").state is State.ABSENT


def test_a_plan_that_never_reached_its_speed_was_not_throttled() -> None:
    past = history(
        *daily(range(4, 12), down_bps=52e6), *(earlier(n, down_bps=9.6e6) for n in (5, 30))
    )
    assert sign_of(capped(9.6, 19.0, past), "speed-stepped-down").belief == 0.5


def test_the_throttle_is_asked_for_only_where_a_step_is_seen() -> None:
    never = replace(HOME, down_mbps=(31.0, 30.0))
    assert sign_of(never, "asked-allowance-used").closed
    stepped = next(one for one in PAST_FAULTS if one.cause == "isp-data-cap").home()
    assert not sign_of(stepped, "asked-allowance-used").closed


def test_an_answer_tells_the_throttle_from_a_wrong_profile() -> None:
    home = PAST_FAULTS[-2].home()
    answer = Sign(id="asked-allowance-used", state=State.ABSENT, belief=0.05)
    verdict = judge(home.evidence(), home.profile(), asked=(answer,)).verdict
    assert "isp-data-cap" not in {one.id for one in verdict.causes}


def test_a_history_of_an_unreadable_time_says_nothing() -> None:
    odd = msgspec.structs.replace(history(*daily(range(1, 8))), at="now")
    for name in ("router-restarts", "speed-stepped-down", "earlier-trouble"):
        assert sign_of(HOME.having(odd), name).belief == 0.5
