"""The HTML report: complete, self-contained, accessible, and safe with hostile strings."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from diagnostics.evidence import reading_types
from diagnostics.explain import for_detail
from diagnostics.profile import Brand, Profile, Support
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.readings.load import Confidence, PlaceKind
from diagnostics.readings.watch import Watch, WatchedPlace
from diagnostics.report.charts import WIDTH, charts
from diagnostics.report.page import report_page
from diagnostics.report.picture import stations
from diagnostics.report.sheet import fill
from diagnostics.result import Measured, Reason, Unmeasured
from diagnostics.run import Answer, Run, StepTried, decode_run, encode_run
from diagnostics.verdict import Segment, SegmentState
from diagnostics.words import Words
from tests.unit.report.home_readings import (
    addressing,
    good_readings,
    interfaces,
    measured,
    names,
    throughput,
)
from tests.unit.report.homes import (
    HOMES,
    cannot_tell,
    finding,
    healthy,
    line_down,
    line_loss,
    loss_signs,
    run,
    several,
)

EN = Words("en")
every_home = pytest.mark.parametrize("home", HOMES)
VOID = {"meta", "rect", "circle", "path", "br", "link", "img", "input"}


class Outline(HTMLParser):
    """Tags with their attributes, text by tag, and whether all tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in tags]

    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(attributes)) for tag, attributes in self.tags]


@every_home
def test_page_is_whole_small_and_rests_on_nothing_outside(home: str) -> None:
    page = report_page(HOMES[home]())
    outline = Outline(page)
    assert not outline.faults
    assert not outline.open
    assert len(page.encode()) < 300_000
    assert not outline.of("script", "link", "img", "iframe", "object", "form")
    assert "url(" not in page
    assert "@import" not in page
    for attributes in (attributes for _, attributes in outline.tags):
        assert not {"src", "href", "onclick", "onload"} & set(attributes)
    assert "default-src 'none'" in page


@every_home
def test_page_can_be_read_by_a_screen_reader(home: str) -> None:
    outline = Outline(report_page(HOMES[home]()))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in attributes for attributes in outline.of("th"))
    for attributes in outline.of("svg"):
        assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")
    assert outline.of("html")[0]["lang"] == "en"
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [a["aria-labelledby"] for a in outline.of("section") if "aria-labelledby" in a]
    assert set(named) <= set(ids)


def test_a_state_is_a_word_and_a_sign_not_only_a_colour() -> None:
    page = report_page(line_loss())
    for word in ("fine", "trouble", "not known"):
        assert f'<span class="state">{word}</span>' in page


def test_what_was_not_measured_says_why_and_is_no_zero() -> None:
    page = report_page(line_down())
    assert "it needs another measurement that did not succeed" in page
    assert "it took too long" in page
    drawn = charts(line_down().evidence(), line_down().plan, EN)
    assert drawn.speeds == ()


def test_why_a_figure_is_not_sure_is_told_as_it_was() -> None:
    def page(**differs: object) -> str:
        base = throughput()
        figure = msgspec.structs.replace(base.down[0], confidence=Confidence.LOW, **differs)
        reading = msgspec.structs.replace(base, down=(figure,))
        return report_page(run(healthy().verdict, {**good_readings(), **measured(reading)}))

    busy, wavering = "this computer was too busy", "the line did not hold one speed"
    assert busy in page(starved=True)
    assert wavering not in page(starved=True)
    assert wavering in page()


@every_home
def test_the_detail_is_the_same_verdict(home: str) -> None:
    made = HOMES[home]()
    told, page = for_detail(made, EN), report_page(made)
    assert told.would_change
    assert told.causes or told.nothing
    for text in (*told.would_change, *(cause.title for cause in told.causes)):
        assert str(escape(text)) in page


def test_brand_and_contacts_come_from_the_profile() -> None:
    profile = Profile(
        brand=Brand(app_name="Example Connect", accent="#AA0055"),
        support=Support(phone="0800 123 456", hours="8 to 22"),
    )
    page = report_page(healthy(), profile)
    assert "--accent: #AA0055" in page
    assert "0800 123 456" in page
    assert "A person to talk to" not in report_page(healthy())


def test_a_right_to_left_reader_gets_a_right_to_left_page() -> None:
    page = report_page(healthy(), words=Words("ar"))
    assert 'lang="ar" dir="rtl"' in page


def test_every_reading_type_has_rows_of_its_own() -> None:
    general = fill.dispatch(object)
    for kind in reading_types().values():
        assert fill.dispatch(kind) is not general, kind.__name__


def test_the_picture_shows_the_link_in_use_and_every_blamed_place() -> None:
    by_cable = [each.icon for each in stations(healthy(), EN)]
    assert "lan" in by_cable
    assert "wifi" not in by_cable
    by_air = [each.icon for each in stations(cannot_tell(), EN)]
    assert "wifi" in by_air
    assert "lan" not in by_air
    assert [each.icon for each in stations(several(), EN) if each.here] == ["lan", "access"]
    unknown = stations(run(healthy().verdict, {}), EN)
    assert {"wifi", "lan"} <= {each.icon for each in unknown}
    assert all(not each.figure for each in unknown)


def test_an_unknown_stretch_is_not_drawn_as_fine() -> None:
    states = {each.icon: each.state for each in stations(line_down(), EN)}
    assert states["isp"] is SegmentState.UNKNOWN
    assert 'class="unknown"' in report_page(line_down())


def test_no_green_line_is_drawn_where_nobody_answered() -> None:
    dead = WatchedPlace(place=PlaceKind.EDGE, address="203.0.113.1", sent=90, received=0, drops=())
    made = run(healthy().verdict, measured(Watch(duration_s=18, places=(dead,), link_drops=0)))
    assert charts(made.evidence(), made.plan, EN).watch[0].silent
    assert 'class="alive"' not in report_page(made)


def test_bars_stay_inside_and_the_plan_is_marked() -> None:
    drawn = charts(several().evidence(), several().plan, EN)
    assert all(0 < bar.length <= WIDTH and 0 < bar.plan <= WIDTH for bar in drawn.speeds)
    down, up = drawn.speeds
    assert down.length < down.plan
    assert up.length < down.length
    gateway = drawn.delays[0].bars
    assert not gateway[1].measured
    assert gateway[1].length == 0


EVIL = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "</title><script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "' onmouseover='alert(1)",
            "{{ 7*7 }}{% for x in y %}",
            "\u202e\u2066gnp.exe",
            "]]><!--",
            "</style><svg/onload=alert(1)>",
            "\ufeff\u0000\u001b[2J",
        ]
    ),
)


def hostile(text: str) -> Run:
    """A run with the text in every place that somebody outside can fill."""
    verdict = msgspec.structs.replace(
        line_loss().verdict,
        headline=f"x{text}",
        causes=(finding(f"x{text}", Segment.ACCESS, guide=f"x{text}"),),
        missing=(f"x{text}",),
    )
    readings = measured(
        interfaces(InterfaceKind.WIFI, f"x{text}"), addressing(f"x{text}"), names(f"x{text}")
    )
    readings[f"x{text}"] = Unmeasured(Reason.INTERNAL, text)
    sign = msgspec.structs.replace(
        loss_signs()[0], text=f"x{text}", value=f"x{text}", unit=f"x{text}", probe=f"x{text}"
    )
    other = msgspec.structs.replace(sign, id="loss-to-gateway", value=3.0)
    tried = StepTried(
        guide=f"x{text}",
        step=f"x{text}",
        cause=f"x{text}",
        done_at=f"x{text}",
        outcome=line_loss().steps[0].outcome,
        before=(sign,),
    )
    answer = Answer(question=f"x{text}", answer=f"x{text}", answered_at="x")
    return msgspec.structs.replace(
        run(verdict, readings, (sign, other)),
        id=f"x{text}",
        provider=f"x{text}",
        complaint=f"x{text}",
        started_at=f"x{text}",
        steps=(tried,),
        answers=(answer,),
    )


PLAIN_SHAPE = Outline(report_page(hostile("harmless"))).shape()


@given(EVIL)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_strings_change_no_tag_and_no_attribute(text: str) -> None:
    page = report_page(hostile(text))
    assert Outline(page).shape() == PLAIN_SHAPE
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_a_run_that_went_through_a_file_gives_the_same_page() -> None:
    again = decode_run(encode_run(several()))
    assert report_page(again) == report_page(several())


def test_a_damaged_reading_is_said_and_spoils_nothing_else() -> None:
    made = line_loss()
    readings = {**made.readings, "gateway": Measured(reading=msgspec.Raw(b'{"address": 5}'))}
    page = report_page(msgspec.structs.replace(made, readings=readings))
    assert "the answer could not be understood" in page
    assert "Way to the provider" in page
