"""What is remembered of a check, for whom, and how it comes into the next one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from agent.checkup import measure_step
from agent.orders import StepOrder
from diagnostics.evidence import Evidence, to_raw
from diagnostics.judge import judge
from diagnostics.past import (
    LONGEST_DAYS,
    NEWEST,
    OLDER_DAYS,
    PastCheck,
    connection_of,
    earlier_checks,
    remembered,
    with_repair,
)
from diagnostics.platforms.linux import Linux
from diagnostics.probe import Context, ProbeError
from diagnostics.probes.history import HistoryProbe
from diagnostics.profile import Plan, Profile, parse_profile
from diagnostics.readings.history import EarlierCheck, History
from diagnostics.readings.home import Gateway
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.result import Measured, Reason, Unmeasured
from diagnostics.run import Depth, Run, StepOutcome, StepTried
from diagnostics.verdict import Status
from diagnostics.wire.meter import Meter
from tests.cases import home as h
from tests.cases.home import HomeInFigures
from tests.cases.past import NOW, earlier, text_of
from tests.unit.report.homes import healthy

HOME = HomeInFigures()
HERE = connection_of(HOME.evidence(), "Firsthop", HOME.plan)


def run_in(home: HomeInFigures = HOME, **other: object) -> Run:
    evidence = home.evidence()
    signs, verdict = judge(evidence, home.profile())
    return msgspec.structs.replace(
        healthy(),
        started_at=text_of(NOW),
        provider="Firsthop",
        plan=home.plan,
        readings=to_raw(evidence),
        signs=signs,
        verdict=verdict,
        **other,
    )


def kept(run: Run) -> EarlierCheck:
    past = remembered(run)
    assert past is not None
    assert past.connection == HERE
    return past.check


def step(name: str, outcome: StepOutcome) -> StepTried:
    return StepTried(
        guide="router-restart",
        step=name,
        cause="router-overloaded",
        done_at=text_of(NOW),
        outcome=outcome,
    )


def test_the_figures_of_a_check_are_remembered_and_nothing_else() -> None:
    check = kept(run_in())
    assert (check.status, check.verdict, check.causes) == (Status.HEALTHY, "normal-for-plan", ())
    assert (check.down_bps, check.up_bps, check.line_ms) == (95e6, 19.2e6, 9.0)
    assert check.over is InterfaceKind.ETHERNET
    assert check.hops == (h.EDGE, "81.2.70.1", "80.81.192.5")
    assert {one.address for one in check.far} == set(h.ANCHORS)
    assert check.connected_s == 86400.0
    assert len(msgspec.json.encode(check)) < 1500


def test_a_check_that_was_cut_short_or_knows_no_router_is_not_remembered() -> None:
    assert remembered(run_in(complete=False)) is None
    gone = h.silent_gateway()
    assert remembered(run_in(HOME.having(gone))) is None
    assert remembered(run_in(HOME.without(Gateway))) is None


def test_what_went_through_a_tunnel_says_nothing_of_the_line() -> None:
    check = kept(run_in(HOME.having(h.addressing(routes=(h.route(h.NONE_HERE, tunnel=True),)))))
    figures = (check.down_bps, check.up_bps, check.line_ms, check.target)
    assert all(isinstance(one, Unmeasured) for one in figures)
    assert (check.far, check.hops) == ((), ())


def test_a_rate_that_this_computer_held_back_is_none_of_the_line() -> None:
    check = kept(run_in(HOME.having(h.throughput(HOME, starved=True))))
    assert isinstance(check.down_bps, Unmeasured)


def test_steps_that_helped_and_restarts_are_remembered() -> None:
    steps = (
        step("restart-router", StepOutcome.HELPED),
        step("restart-router", StepOutcome.SKIPPED),
        step("cool-router", StepOutcome.NO_CHANGE),
    )
    check = kept(run_in(steps=steps))
    assert check.repaired
    assert check.restarts_asked == (text_of(NOW),)
    assert not kept(run_in(steps=steps[2:])).repaired


@pytest.mark.parametrize(
    ("home", "provider"),
    [
        (HOME.having(h.gateway(series=h.echoes(h.ROUTER, 1.0))), "Another"),
        (replace(HOME, plan=Plan(down_mbps=250, up_mbps=20)), "Firsthop"),
    ],
    ids=["provider", "plan"],
)
def test_another_provider_or_plan_is_another_connection(home: HomeInFigures, provider: str) -> None:
    assert connection_of(home.evidence(), provider, home.plan) not in {"", HERE}


def test_another_router_is_another_connection() -> None:
    mine = h.gateway()
    mac = "02:00:00:00:00:99"
    other = msgspec.structs.replace(
        mine, neighbour=msgspec.structs.replace(mine.neighbour, mac=mac)
    )
    evidence = HOME.having(other).evidence()
    assert connection_of(evidence, "Firsthop", HOME.plan) not in {"", HERE}
    assert connection_of(Evidence({}), "Firsthop", HOME.plan) == ""


def past(*checks: EarlierCheck, connection: str = HERE) -> tuple[PastCheck, ...]:
    return tuple(PastCheck(connection=connection, check=one) for one in checks)


def test_only_this_connection_and_the_last_weeks_count() -> None:
    long_ago = earlier(24 * LONGEST_DAYS + 1)
    later, odd = earlier(-1), msgspec.structs.replace(earlier(1), at="yesterday")
    known = (
        *past(long_ago, later, odd, earlier(3), earlier(2)),
        *past(earlier(1), connection="elsewhere"),
    )
    assert [one.at for one in earlier_checks(known, HERE, NOW)] == [
        earlier(2).at,
        earlier(3).at,
    ]


def test_many_checks_of_today_do_not_push_out_how_it_was() -> None:
    today = [earlier(0.05 * number) for number in range(1, 100)]
    before = [earlier(24 * day + part) for day in range(1, 40) for part in (0, 1, 2)]
    chosen = earlier_checks(past(*today, *before), HERE, NOW)
    assert len(chosen) <= NEWEST + OLDER_DAYS
    assert [one.at for one in chosen[:NEWEST]] == [one.at for one in today[:NEWEST]]
    assert len({one.at[:10] for one in chosen[NEWEST:]}) == len(chosen) - NEWEST >= 15
    assert list(chosen) == sorted(chosen, key=lambda one: one.at, reverse=True)


def context_of(home: HomeInFigures, known: tuple[PastCheck, ...]) -> Context:
    return Context(
        profile=Profile(plan=home.plan),
        platform=Linux(),
        earlier=home.evidence(),
        depth=Depth.QUICK,
        meter=Meter(),
        progress=lambda _part, _word: None,
        past=known,
    )


def test_the_probe_gives_what_is_known_of_the_connection_of_now() -> None:
    fresh = msgspec.structs.replace(earlier(0), at="2020-01-01T00:00:00Z")
    with pytest.raises(ProbeError) as old:
        asyncio.run(HistoryProbe().measure(context_of(HOME, past(fresh))))
    assert old.value.reason is Reason.NOT_APPLICABLE
    with pytest.raises(ProbeError) as none:
        asyncio.run(HistoryProbe().measure(context_of(HOME, ())))
    assert none.value.reason is Reason.NOT_APPLICABLE
    with pytest.raises(ProbeError) as homeless:
        asyncio.run(HistoryProbe().measure(context_of(HOME.without(Gateway), past(fresh))))
    assert homeless.value.reason is Reason.NEEDS_OTHER


def test_the_probe_reads_yesterdays_check() -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 - the probe asks the clock

    at = text_of(datetime.now(UTC) - timedelta(days=1))
    mine = msgspec.structs.replace(earlier(0), at=at)
    reading = asyncio.run(HistoryProbe().measure(context_of(HOME, past(mine))))
    assert reading.checks == (mine,)
    assert at < reading.at


def test_a_repair_takes_nothing_else_from_the_history() -> None:
    reading = History(at=text_of(NOW), checks=(earlier(3, "line-loss"),))
    evidence = HOME.having(reading).evidence()
    after = with_repair(evidence)
    assert after.value(History) == msgspec.structs.replace(reading, repaired=True)
    assert {name: one for name, one in after.items() if name != History.PROBE} == {
        name: one for name, one in evidence.items() if name != History.PROBE
    }
    assert with_repair(HOME.evidence()) == HOME.evidence()


LOOPBACK = """
[targets]
anchors = ["127.0.0.1"]
sites = ["http://127.0.0.1:9/"]
"""


@pytest.mark.parametrize(("name", "repaired"), [("cool-router", True), ("check-power", False)])
def test_a_repair_step_is_remembered_in_the_run_and_a_look_is_not(
    name: str, repaired: bool
) -> None:
    """All of it on loopback: the router itself is not asked."""
    reading = History(at=text_of(NOW), checks=(earlier(3, "line-loss"),))
    run = run_in(HOME.having(reading))
    of_newer = Measured(reading=msgspec.Raw(b'{"x": 1}'))
    run = msgspec.structs.replace(run, readings={**run.readings, "of-a-newer-version": of_newer})
    order = StepOrder(
        run=run,
        profile=parse_profile(LOOPBACK),
        guide="router-restart",
        step=name,
        cause="router-overloaded" if repaired else "router-unreachable",
    )
    after, tried = asyncio.run(measure_step(order, lambda _telling: None))
    found = after.evidence().value(History)
    assert found == msgspec.structs.replace(reading, repaired=repaired)
    assert after.readings["of-a-newer-version"] == of_newer
    assert tried.step == name


def test_the_same_run_gives_the_same_verdict_whenever_it_is_judged() -> None:
    reading = History(at=text_of(NOW), checks=(earlier(20, "line-loss"),))
    run = run_in(HOME.having(reading))
    assert run.verdict.id == "not-reproducible"
    again = judge(run.evidence(), HOME.profile())
    assert again.verdict == run.verdict
    assert isinstance(run.evidence().of(History), Measured)
