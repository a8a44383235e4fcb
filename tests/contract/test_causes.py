"""Every cause file keeps the contract: known signs, a guide that serves it, words for all."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from diagnostics.cause import Cause, CauseError, all_causes, parse_cause
from diagnostics.complaint_table import Table, TableError, parse_table, tables
from diagnostics.evidence import reading_types
from diagnostics.guide_file import load_guides
from diagnostics.segments import TROUBLES
from diagnostics.signbook import sign_specs
from diagnostics.verdict import Segment

CAUSES = tuple(all_causes().values())
#: the vocabulary: ids stand in bundles and tickets and keep their segment for ever
VOCABULARY = {
    "device": """device-adapter-off device-link-down device-driver-fault device-wifi-power-saving
        device-too-slow device-vpn-dead device-vpn-slow device-proxy-broken
        device-dns-setting-wrong device-hosts-override device-firewall-blocks device-clock-wrong
        device-route-wrong device-address-wrong device-gateway-wrong device-upload-busy
        device-download-busy device-tls-intercepted""",
    "wifi": """wifi-signal-weak wifi-channel-crowded wifi-channel-overlap wifi-interference
        wifi-band-slow wifi-roaming-sticky wifi-mesh-backhaul wifi-standard-old
        wifi-slow-neighbour wifi-dropouts wifi-password-wrong wifi-security-weak
        wifi-network-absent wifi-network-wrong wifi-unreliable captive-portal""",
    "lan": """ethernet-slow-link ethernet-errors powerline-bottleneck lan-unreliable lan-loop
        rogue-dhcp duplicate-address double-nat lan-upload-busy lan-download-busy
        lan-device-unreachable""",
    "router": """router-unreachable router-no-dhcp router-offers-wrong router-dns-dead
        router-overloaded router-session-limit router-failing router-blocks""",
    "access": """line-down line-no-login line-slow line-loss line-latency-high line-jitter
        line-reordering line-intermittent modem-signal-poor bufferbloat-up bufferbloat-down""",
    "isp": """isp-outage isp-area-outage isp-congestion isp-profile-low isp-data-cap
        isp-maintenance isp-dns-dead isp-dns-slow isp-dns-flaky isp-dns-rewrites ipv6-broken
        ipv4-broken cgnat-limits mtu-black-hole port-blocked account-suspended
        order-not-active""",
    "beyond": "peering-congestion route-detour test-server-limited",
    "service": "service-down service-slow service-certificate site-filtered",
}
SEGMENT_OF = {name: Segment(place) for place, names in VOCABULARY.items() for name in names.split()}
#: what issue 2 asks for by name
PROMISED = """device-link-down device-address-wrong device-gateway-wrong device-dns-setting-wrong
    device-proxy-broken device-clock-wrong device-hosts-override device-vpn-dead
    device-upload-busy ethernet-slow-link wifi-unreliable duplicate-address double-nat
    captive-portal router-no-dhcp router-dns-dead router-unreachable router-overloaded line-down
    line-loss line-slow line-latency-high line-intermittent bufferbloat-up bufferbloat-down
    isp-outage isp-dns-dead isp-dns-slow isp-dns-rewrites ipv6-broken mtu-black-hole
    cgnat-limits service-down"""


def named(cause: Cause) -> str:
    return cause.id


def test_all_promised_causes_are_there() -> None:
    assert set(PROMISED.split()) <= set(all_causes())


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_a_cause_has_its_own_id_and_segment(cause: Cause) -> None:
    assert SEGMENT_OF[cause.id] is cause.segment


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_a_cause_speaks_of_signs_that_exist(cause: Cause) -> None:
    unknown = {*cause.produces, *cause.needs.named} - set(sign_specs())
    assert unknown == set()


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_no_cause_is_asserted_without_positive_evidence(cause: Cause) -> None:
    """Something that the cause itself makes show must be needed, not only its surroundings."""
    gates = (*cause.needs.all, *cause.needs.any)
    assert set(gates) & set(cause.produces)
    assert set(cause.needs.none).isdisjoint(gates)
    assert set(cause.needs.none).isdisjoint(cause.produces)


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_a_cause_that_rests_says_what_wakes_it(cause: Cause) -> None:
    assert not cause.rests or cause.needs.all


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_a_cause_shows_itself_more_often_than_chance(cause: Cause) -> None:
    weak = {name for name, chance in cause.produces.items() if chance <= sign_specs()[name].leak}
    assert weak == set()


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_a_guide_serves_the_cause(cause: Cause) -> None:
    guides = load_guides("en")
    assert cause.guide in guides
    assert cause.id in guides[cause.guide].causes


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_words_are_whole_sentences(cause: Cause) -> None:
    words = cause.words
    for text in (words.headline, words.means, words.csr, words.technician, cause.visit.why):
        assert re.fullmatch(r"[A-Z].*[.]", text), text
    assert len(words.headline) <= 90
    assert len(words.headline.split()) <= 16


#: letters that a subscriber need not know, unless the same text explains them
JARGON = re.compile(
    r"\b(NAT|DHCP|DNS|MTU|ICMP|TCP|LAN|TTL|CGNAT|ARP|MAC|PPPoE|TLS|HTTP|jitter|latency|packet)\b"
)


@pytest.mark.parametrize("cause", CAUSES, ids=named)
def test_the_subscriber_reads_no_jargon(cause: Cause) -> None:
    assert JARGON.findall(cause.words.headline + " " + cause.words.means) == []


#: signs that no cause makes show, and that decide a verdict of their own
OF_VERDICTS = {"earlier-trouble"}


def test_every_sign_serves_a_purpose() -> None:
    """A sign tells causes apart, draws the path picture, or is asked by a guide."""
    used = {name for cause in CAUSES for name in (*cause.produces, *cause.needs.named)}
    used |= {name for names in TROUBLES.values() for name in names}
    asked = {question.id for guide in load_guides("en").values() for question in guide.questions}
    idle = set(sign_specs()) - used - asked
    assert idle <= {"two-ways-out", "home-hosts-alive", *OF_VERDICTS}


def test_guides_judge_by_signs_that_exist() -> None:
    judged = {
        judge.sign
        for guide in load_guides("en").values()
        for step in guide.steps
        for judge in step.judges
    }
    assert judged <= set(sign_specs())


def test_guides_ask_questions_that_are_signs() -> None:
    asked = {question.id for guide in load_guides("en").values() for question in guide.questions}
    assert asked <= {spec.id for spec in sign_specs().values() if spec.question}


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.language)
def test_terms_of_complaints_shift_causes_of_the_vocabulary(table: Table) -> None:
    for term in table.terms:
        assert {*term.shifts, *term.fine_shifts} <= set(SEGMENT_OF)
        assert set(term.probes) <= set(reading_types())
        assert all(0.2 <= factor <= 5 for factor in (*term.shifts.values(),))


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.language)
def test_the_page_of_a_service_is_that_of_a_named_one(table: Table) -> None:
    assert table.sites
    for name, address in table.sites.items():
        assert name in table.words
        parts = urlsplit(address)
        assert (parts.scheme, parts.path) == ("https", "/")
        assert parts.hostname
        assert not parts.query


def test_every_language_has_the_topics_that_the_verdict_asks_for() -> None:
    asked = {cause.note_unless for cause in CAUSES if cause.note_unless} | {"slow", "drops"}
    for table in tables():
        assert asked <= {topic for term in table.terms for topic in term.topics}, table.language


def test_a_broken_table_is_told_in_one_sentence() -> None:
    wrong = (
        "[[term]]\nsays = ['x']\nshifts = { a = -1 }",
        "[[term]]\nsays = ['{no}']",
        "[[term]]\nword = 1",
        "x = [",
    )
    for text in wrong:
        with pytest.raises(TableError, match=r"complaints xx\.toml is wrong: .*Correct that"):
            parse_table(text, "xx.toml")


def test_a_broken_cause_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CauseError, match=r"cause file odd\.toml is wrong: .*Correct that entry"):
        parse_cause("id = 'odd'\nsegment = 'moon'", str(tmp_path / "odd.toml").rsplit("/", 1)[1])


def test_a_cause_file_is_named_after_its_cause() -> None:
    text = next(Path("diagnostics/causes").glob("line-loss.toml")).read_text("utf-8")
    with pytest.raises(CauseError, match="rename one"):
        parse_cause(text, "line-lost.toml")
