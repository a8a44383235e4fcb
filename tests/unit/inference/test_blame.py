"""The rules of blame, each by name: who may be blamed, on what evidence, and who never."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.judge import judge
from diagnostics.profile import Plan, Technology
from diagnostics.readings.home import LanHosts
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.readings.names import Names
from diagnostics.readings.path import Anchors, Path
from diagnostics.readings.web import FetchEnd, Portal, PortalFinding
from diagnostics.result import Reason
from diagnostics.sign import Sign, Source, State
from diagnostics.verdict import Segment, SegmentState, Status, Verdict
from tests.cases import home as h
from tests.cases.faults import FAULTS, HOME, WIFI
from tests.cases.home import HomeInFigures

HOME_SIDE = {Segment.DEVICE, Segment.WIFI, Segment.LAN, Segment.ROUTER}
PROVIDER_SIDE = {Segment.ACCESS, Segment.ISP}


def verdict_of(home: HomeInFigures, complaint: str = "") -> Verdict:
    return judge(home.evidence(), home.profile(), complaint=complaint).verdict


def blamed(verdict: Verdict) -> set[str]:
    return {finding.id for finding in verdict.causes}


def fault(cause: str) -> HomeInFigures:
    return next(one for one in FAULTS if one.cause == cause).home()


def test_absence_of_a_reply_to_ping_is_no_evidence() -> None:
    """All anchors ignore echoes; pages load: nobody is blamed and nothing is called dead."""
    quiet = Anchors(ipv4=tuple(h.dead(a) for a in h.ANCHORS), ipv6=(), tcp_reached=True)
    verdict = verdict_of(HOME.having(quiet))
    assert blamed(verdict) == set()


def test_unmeasured_loss_is_never_good() -> None:
    verdict = verdict_of(HOME.without(Path, Anchors, h.Watch, h.Throughput))
    assert verdict.status is Status.CANNOT_TELL
    assert verdict.segments.access is not SegmentState.OK


def test_names_that_fail_because_the_line_is_down_blame_no_resolver() -> None:
    verdict = verdict_of(fault("line-down"))
    assert blamed(verdict) == {"line-down"}


def test_a_dead_router_is_not_a_dead_line() -> None:
    verdict = verdict_of(fault("router-unreachable"))
    assert blamed(verdict) == {"router-unreachable"}
    assert verdict.segments.access is not SegmentState.BAD


def test_loss_on_wifi_is_not_charged_to_the_line() -> None:
    verdict = verdict_of(fault("wifi-unreliable"))
    assert {finding.segment for finding in verdict.causes} == {Segment.WIFI}


def test_the_same_figures_on_a_cable_are_the_home_networks() -> None:
    home = fault("wifi-unreliable")
    wired = replace(home, kind=InterfaceKind.ETHERNET)
    host = h.echoes("192.168.1.50", 1.0, lost=h.every(9))
    verdict = verdict_of(wired.having(h.lan_hosts((host,))))
    assert blamed(verdict) == {"lan-unreliable"}


def test_loss_that_began_at_home_and_loss_of_the_line_are_both_named() -> None:
    near = h.gateway(series=h.echoes(h.ROUTER, 4.0, sent=200, lost=h.every(20, 200)))
    lost = h.every(5, 200)
    edge = h.path(series=h.echoes(h.EDGE, 13.0, sent=200, lost=lost))
    far = h.anchors(series=tuple(h.echoes(a, 18.0, sent=200, lost=lost) for a in h.ANCHORS))
    slow = replace(WIFI, down_mbps=(7.0, 6.0), delay=replace(WIFI.delay, line_adds=(3.0, 25.0)))
    verdict = verdict_of(slow.having(near, edge, far, h.NOBODY))
    assert blamed(verdict) == {"wifi-unreliable", "line-loss"}


def test_one_slow_server_is_not_a_slow_line() -> None:
    verdict = verdict_of(replace(HOME, down_mbps=(18.0, 95.0)))
    assert "line-slow" not in blamed(verdict)
    assert {finding.segment for finding in verdict.causes} <= {Segment.BEYOND}


def test_a_single_low_figure_without_a_queue_does_not_blame_the_line() -> None:
    low = replace(HOME, down_mbps=(18.0,), delay=replace(HOME.delay, line_adds=(1.0, 25.0)))
    verdict = verdict_of(low)
    assert blamed(verdict) == set()
    assert verdict.status is Status.CANNOT_TELL


def test_speed_under_foreign_load_is_not_the_lines() -> None:
    verdict = verdict_of(fault("device-upload-busy"))
    assert blamed(verdict) == {"device-upload-busy"}


def test_a_slow_cable_explains_a_low_speed() -> None:
    verdict = verdict_of(fault("ethernet-slow-link"))
    assert blamed(verdict) == {"ethernet-slow-link"}


def test_a_satellites_delay_is_right_on_a_satellite_and_wrong_on_fibre() -> None:
    far = tuple(h.echoes(a, 610.0) for a in h.ANCHORS)
    slow = HOME.having(h.path(600.0, h.echoes(h.EDGE, 600.0)), h.anchors(series=far))
    above = replace(slow, plan=Plan(down_mbps=100, up_mbps=20, technology=Technology.GEO_SATELLITE))
    fibre = replace(slow, plan=Plan(down_mbps=100, up_mbps=20, technology=Technology.FTTH))
    assert blamed(verdict_of(above)) == set()
    assert blamed(verdict_of(fibre)) == {"line-latency-high"}


def test_a_dead_resolver_behind_the_router_is_the_providers() -> None:
    """When the provider's resolver is dead the router's looks dead too."""
    assert blamed(verdict_of(fault("isp-dns-dead"))) == {"isp-dns-dead"}


def test_without_the_providers_resolver_the_router_is_not_blamed() -> None:
    home = fault("router-dns-dead")
    reading = home.evidence().value(Names)
    assert isinstance(reading, Names)
    fewer = tuple(one for one in reading.resolvers if one.role.value != "provider")
    verdict = verdict_of(home.having(Names(system=reading.system, resolvers=fewer)))
    assert blamed(verdict) == set()
    assert verdict.status is Status.CANNOT_TELL


def test_one_failing_site_is_not_a_failing_line() -> None:
    verdict = verdict_of(fault("service-down"))
    assert {finding.segment for finding in verdict.causes} == {Segment.SERVICE}


def test_half_of_the_sites_failing_is_no_single_service() -> None:
    some = tuple(
        h.fetch(site, FetchEnd.CONNECT_TIMED_OUT if n % 2 else FetchEnd.ANSWERED)
        for n, site in enumerate(h.SITES)
    )
    assert "service-down" not in blamed(verdict_of(HOME.having(h.web(some))))


def test_certificates_of_all_sites_under_a_wrong_clock_blame_the_clock_alone() -> None:
    assert blamed(verdict_of(fault("device-clock-wrong"))) == {"device-clock-wrong"}


def test_a_log_in_page_explains_that_nothing_else_answers() -> None:
    assert blamed(verdict_of(fault("captive-portal"))) == {"captive-portal"}


def test_an_unreached_portal_check_is_no_portal() -> None:
    dead = fault("line-down").having(h.portal(PortalFinding.UNREACHED))
    assert "captive-portal" not in blamed(verdict_of(dead))


def test_a_dead_tunnel_is_not_a_dead_line() -> None:
    assert blamed(verdict_of(fault("device-vpn-dead"))) == {"device-vpn-dead"}


def test_no_connection_without_ipv6_is_broken_ipv6() -> None:
    only_four = tuple(h.fetch(site, FetchEnd.NO_ROUTE, 6) for site in h.SITES)
    fetches = (*only_four, *(h.fetch(site) for site in h.SITES))
    assert blamed(verdict_of(HOME.having(h.web(fetches, ipv6=False)))) == set()


def test_cgnat_is_only_a_note_unless_the_complaint_is_inbound() -> None:
    shared = HOME.having(h.path(shared=1))
    assert blamed(verdict_of(shared)) == set()
    assert blamed(verdict_of(shared, "My camera cannot be seen from outside")) == {"cgnat-limits"}


def test_passed_while_offline_is_impossible() -> None:
    verdict = verdict_of(fault("line-down").without(LanHosts))
    assert verdict.status is not Status.HEALTHY


def test_a_drop_that_the_router_shares_is_not_the_lines() -> None:
    gone = ((2.0, 1.5), (7.0, 1.5))
    verdict = verdict_of(WIFI.having(h.watch(gone, gone, gone)))
    assert "line-intermittent" not in blamed(verdict)


def test_a_drop_of_one_far_place_is_not_the_lines() -> None:
    verdict = verdict_of(HOME.having(h.watch((), (), ((2.0, 1.5), (7.0, 1.5)))))
    assert blamed(verdict) == set()


def test_an_answer_never_overrules_a_measurement() -> None:
    told = Sign(
        id="link-down",
        state=State.PRESENT,
        belief=0.95,
        source=Source.ASKED,
    )
    judgement = judge(HOME.evidence(), HOME.profile(), asked=(told,))
    assert judgement.verdict.status is Status.HEALTHY


def test_an_answer_fills_what_no_measurement_tells() -> None:
    told = Sign(
        id="asked-evening-worse",
        state=State.PRESENT,
        belief=0.9,
        source=Source.ASKED,
    )
    signs = judge(HOME.evidence(), HOME.profile(), asked=(told,)).signs
    assert told in signs


@pytest.mark.parametrize("one", FAULTS, ids=lambda one: one.name)
def test_home_and_provider_are_never_mixed_up(one: object) -> None:
    assert hasattr(one, "cause")
    case = next(each for each in FAULTS if each is one)
    found = verdict_of(case.home(), case.complaint).causes
    side = HOME_SIDE if found[0].segment in HOME_SIDE else PROVIDER_SIDE
    other = PROVIDER_SIDE if side is HOME_SIDE else HOME_SIDE
    assert not {finding.segment for finding in found} & other


def test_evidence_in_any_order_gives_the_same_verdict() -> None:
    evidence = fault("line-loss").evidence()
    backwards = type(evidence)(dict(reversed(list(evidence.items()))))
    profile = HOME.profile()
    assert judge(backwards, profile) == judge(evidence, profile)


@pytest.mark.parametrize("reason", list(Reason))
def test_any_reason_for_no_reading_is_no_evidence(reason: Reason) -> None:
    """A probe that failed for whatever reason must not push the blame anywhere."""
    home = HOME.without(Path, Portal, h.Watch, LanHosts, reason=reason)
    assert blamed(verdict_of(home)) == set()


def fallen_silent(target: str) -> h.EchoSeries:
    """Answers at first, and none in the last two seconds of its series."""
    return h.echoes(target, 9.0, lost=range(20, 60))


def test_an_edge_that_answered_before_the_line_died_is_no_proof_of_an_outage() -> None:
    """Only what still answers is alive: the first second of a check may be older than the fault."""
    dead = fault("line-down")
    late = h.path(found=h.hops()[:2], series=fallen_silent(h.EDGE))
    verdict = verdict_of(dead.having(late))
    assert blamed(verdict) == {"line-down"}


def test_an_edge_that_answers_to_the_end_is_proof_of_an_outage() -> None:
    dead = fault("line-down")
    lossy = h.echoes(h.EDGE, 9.0, lost=range(20, 45))
    assert blamed(verdict_of(dead.having(h.path(found=h.hops()[:2], series=lossy)))) == {
        "isp-outage"
    }
