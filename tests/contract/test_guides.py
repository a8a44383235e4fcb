"""Over every guide in the folder: does it parse, serve, read easily, and can it be proved?"""

from __future__ import annotations

import re
from importlib import resources

import pytest

from diagnostics.cause import all_causes
from diagnostics.evidence import reading_types
from diagnostics.guide import Guide, GuideStep, Skill, StepKind, System
from diagnostics.guide_file import load_guides
from diagnostics.signbook import sign_specs
from tests.contract.readability import grade, plain

GUIDES = tuple(load_guides().values())
STEPS = tuple((guide, step) for guide in GUIDES for step in guide.steps)
#: causes that the first version tells apart, and the verdicts of their own
MUST_SERVE = [
    "device-link-down",
    "device-address-wrong",
    "device-gateway-wrong",
    "device-dns-setting-wrong",
    "device-proxy-broken",
    "device-clock-wrong",
    "device-hosts-override",
    "device-vpn-dead",
    "device-upload-busy",
    "ethernet-slow-link",
    "wifi-unreliable",
    "duplicate-address",
    "double-nat",
    "captive-portal",
    "router-no-dhcp",
    "router-dns-dead",
    "router-unreachable",
    "router-overloaded",
    "line-down",
    "line-loss",
    "line-slow",
    "line-latency-high",
    "line-intermittent",
    "bufferbloat-up",
    "bufferbloat-down",
    "isp-outage",
    "isp-dns-dead",
    "isp-dns-slow",
    "isp-dns-rewrites",
    "ipv6-broken",
    "mtu-black-hole",
    "cgnat-limits",
    "service-down",
    "normal-for-plan",
    "cannot-tell",
    "not-reproducible",
]
PROVIDER_SIDE = (
    "line-down",
    "line-loss",
    "line-slow",
    "isp-outage",
    "isp-dns-dead",
    "line-no-login",
)
JARGON = re.compile(
    r"\b(DHCP|DNS|MTU|VPN|NAT|IPv4|IPv6|PPPoE|LAN|ISP|TCP|UDP|ICMP|TLS|SSID|QoS|ONT|RTT)\b"
)
SALES = re.compile(r"\b(upgrade|buy|offer|premium|subscribe|faster plan)\b", re.IGNORECASE)


def names(pair: tuple[Guide, GuideStep]) -> str:
    return f"{pair[0].id}/{pair[1].id}"


every_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)
every_step = pytest.mark.parametrize("pair", STEPS, ids=names)


@pytest.mark.parametrize("cause", sorted({*MUST_SERVE, *all_causes()}))
def test_every_cause_has_a_guide_with_a_step(cause: str) -> None:
    known = all_causes().get(cause)
    guide = load_guides().for_cause(cause)
    assert guide is not None
    assert any(step.serves(cause) for step in guide.steps)
    if known is not None:
        assert known.guide == guide.id, "the cause file names another guide"


@every_guide
def test_guide_serves_each_of_its_causes(guide: Guide) -> None:
    for cause in guide.causes:
        assert any(step.serves(cause) for step in guide.steps), cause


@every_step
def test_step_says_what_why_and_how_to_see(pair: tuple[Guide, GuideStep]) -> None:
    _, step = pair
    assert step.title
    assert step.do
    assert step.why
    assert step.see
    assert len(step.title) <= 60


@every_step
def test_step_asks_for_readings_that_exist(pair: tuple[Guide, GuideStep]) -> None:
    _, step = pair
    assert set(step.probes) <= set(reading_types())
    if step.kind is StepKind.REPAIR and step.skill is Skill.ANYONE:
        provable = step.probes or all(chance.probability <= 0.5 for chance in step.chances)
        assert provable, "a repair with a good chance must be measured again"


@every_step
def test_step_is_judged_by_signs_that_exist(pair: tuple[Guide, GuideStep]) -> None:
    _, step = pair
    assert {judge.sign for judge in step.judges} <= set(sign_specs())


@every_step
def test_step_has_all_systems_or_none(pair: tuple[Guide, GuideStep]) -> None:
    _, step = pair
    assert {variant.system for variant in step.variants} in (set[System](), set(System))
    assert all(variant.do for variant in step.variants)


@every_step
def test_action_reads_easily(pair: tuple[Guide, GuideStep]) -> None:
    _, step = pair
    for text in (step.do, *(variant.do for variant in step.variants)):
        assert grade(plain(text)) <= 9, plain(text)
        longest = max(len(each.split()) for each in re.split(r"[.?!:]\s", plain(text)))
        assert longest <= 26, plain(text)


@every_step
def test_action_has_few_parts(pair: tuple[Guide, GuideStep]) -> None:
    """One thing at a time: at most five numbered actions, one sentence or two each."""
    _, step = pair
    for text in (step.do, *(variant.do for variant in step.variants)):
        items = re.findall(r"^\d+\. (.+)$", text, flags=re.MULTILINE)
        assert len(items) <= 5
        assert all(len(re.findall(r"[.?!](\s|$)", item)) <= 2 for item in items)


@every_guide
def test_abbreviations_are_explained(guide: Guide) -> None:
    """In running words an abbreviation stands in brackets, or as the label on a button (bold)."""
    for step in guide.steps:
        for text in (
            guide.title,
            guide.intro,
            step.title,
            step.do,
            step.why,
            step.see,
            step.safety,
        ):
            words = re.sub(r"\*\*[^*]*\*\*|`[^`]*`", "", text)
            for match in JARGON.finditer(words):
                known = re.search(
                    rf"[(][^)]*{match[0]}|called (a |an )?{match[0]}", all_words(guide)
                )
                assert known, f"{match[0]} in {text!r}"


def all_words(guide: Guide) -> str:
    steps = (part for step in guide.steps for part in (step.title, step.do, step.why))
    return "\n".join((guide.title, guide.intro, *steps))


@every_guide
def test_nothing_is_sold(guide: Guide) -> None:
    text = " ".join((guide.intro, *(f"{s.title} {s.do} {s.why} {s.see}" for s in guide.steps)))
    text = text.replace("offers", "").replace("offered", "")
    assert not SALES.search(text)


@pytest.mark.parametrize("cause", PROVIDER_SIDE)
def test_provider_fault_has_a_way_to_a_person_and_says_what_is_sent(cause: str) -> None:
    guide = load_guides().for_cause(cause)
    assert guide is not None
    kinds = {step.kind for step in guide.steps_for(cause)}
    assert StepKind.SEND in kinds
    sends = [step for step in guide.steps_for(cause) if step.kind is StepKind.SEND]
    assert any("report" in step.do.lower() for step in sends)


@every_guide
def test_questions_have_three_answers(guide: Guide) -> None:
    for question in guide.questions:
        assert [reply.answer for reply in question.replies] == ["yes", "no", "unknown"]
        assert question.text.endswith("?")
        assert question.why


def test_no_restart_without_the_warning_about_reset() -> None:
    for guide, step in STEPS:
        if "power plug of the router" in step.do:
            assert step.safety, names((guide, step))


def test_no_file_lies_unread() -> None:
    folder = resources.files("diagnostics").joinpath("guides")
    files = {each.name.partition(".")[0] for each in folder.iterdir() if each.name.endswith(".md")}
    assert files == set(load_guides())
