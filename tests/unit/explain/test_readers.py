"""The three readers' words: complete for every kind of run, honest about what is not known."""

from __future__ import annotations

from datetime import UTC

import msgspec
import pytest

from diagnostics.explain import Level, Visit, for_csr, for_detail, for_subscriber, for_technician
from diagnostics.explain.detail import decided_by
from diagnostics.guide import StepKind
from diagnostics.run import Answer, Run, StepOutcome, StepTried
from diagnostics.sign import Sign, Source, State
from diagnostics.verdict import Decider, Segment, SegmentState
from diagnostics.words import Words
from tests.unit.report.home_readings import measured, throughput
from tests.unit.report.homes import (
    HOMES,
    cannot_tell,
    finding,
    healthy,
    line_down,
    line_loss,
    run,
    several,
)

EN = Words("en", isolates=False, zone=UTC)
every_home = pytest.mark.parametrize("home", HOMES)


@every_home
def test_every_run_has_words_for_all_three(home: str) -> None:
    made = HOMES[home]()
    subscriber, csr = for_subscriber(made, EN), for_csr(made, EN)
    assert subscriber.headline
    assert subscriber.where
    assert len(subscriber.meaning) == 4
    assert all(each.text and each.answer for each in subscriber.meaning)
    assert subscriber.next_step is not None
    assert csr.next_action
    assert csr.visit_why
    for_technician(made, EN)


def levels(made: Run) -> list[Level]:
    return [each.level for each in for_subscriber(made, EN).meaning]


def test_healthy_says_so_and_sends_nobody() -> None:
    made = healthy()
    words = for_subscriber(made, EN)
    assert levels(made) == [Level.GOOD] * 4
    assert not words.confidence
    assert not words.causes
    assert "Router" in words.fine
    assert "WiFi" not in words.fine, "unknown must not be called fine"
    assert for_csr(made, EN).visit is Visit.NO
    assert not for_technician(made, EN).places


def test_loss_spoils_calls_and_is_said_with_its_figure() -> None:
    meaning = for_subscriber(line_loss(), EN).meaning
    assert meaning[0].level is Level.BAD
    assert "7.5\u00a0%" in meaning[0].text


def test_nothing_gets_through_when_the_line_is_down() -> None:
    assert levels(line_down()) == [Level.BAD] * 4


def test_unmeasured_is_never_good() -> None:
    made = run(healthy().verdict, {})
    assert levels(made) == [Level.UNKNOWN] * 4
    only_speed = run(healthy().verdict, measured(throughput(100, 20, 1)))
    assert levels(only_speed)[1] is Level.GOOD
    assert levels(only_speed)[2] is Level.UNKNOWN


def test_delay_under_load_spoils_games_although_the_idle_line_is_quick() -> None:
    assert levels(several())[2] is Level.BAD
    assert "While the line is busy" in for_subscriber(several(), EN).meaning[2].text


def test_all_causes_are_named_with_their_places() -> None:
    words = for_subscriber(several(), EN)
    assert [each.id for each in words.causes] == [
        "ethernet-slow-link",
        "bufferbloat-up",
        "line-haunted",
    ]
    assert "cables and boxes" in words.where
    assert "line between" in words.where


def test_a_cause_of_a_newer_version_is_named_and_not_explained() -> None:
    unknown = for_subscriber(several(), EN).causes[2]
    assert not unknown.known
    assert "line-haunted" in unknown.title
    assert not unknown.means
    verdict = msgspec.structs.replace(
        several().verdict, causes=(finding("line-haunted", Segment.ACCESS),)
    )
    words = for_subscriber(run(verdict), EN)
    assert words.next_step is None
    assert for_csr(run(verdict), EN).visit is Visit.NOT_YET


def test_a_partial_check_says_so_and_what_is_missing() -> None:
    words = for_subscriber(cannot_tell(), EN)
    assert "stopped early" in words.partial
    assert words.missing == (
        "Speed, and delay under load: the check was stopped before",
        "Way to the provider: not asked for in this check",
    )


def test_the_next_step_passes_over_what_was_tried() -> None:
    first = for_subscriber(line_down(), EN).next_step
    assert first is not None
    tried = tuple(
        StepTried(
            guide=first.guide,
            step=step,
            cause="line-down",
            done_at="2026-03-04T18:31:00Z",
            outcome=StepOutcome.NO_CHANGE,
        )
        for step in ("line-plug", "restart-router")
    )
    second = for_subscriber(msgspec.structs.replace(line_down(), steps=tried), EN).next_step
    assert second is not None
    assert first.kind is not StepKind.SEND
    assert second.kind is StepKind.SEND


def test_the_step_is_told_for_the_system_of_the_run() -> None:
    verdict = msgspec.structs.replace(
        line_down().verdict, causes=(finding("device-clock-wrong", Segment.DEVICE),)
    )
    made = run(verdict)
    windows = msgspec.structs.replace(
        made, software=msgspec.structs.replace(made.software, system="windows")
    )
    step = for_subscriber(windows, EN).next_step
    assert step is not None
    assert "Sync now" in step.do


def test_csr_sees_evidence_with_limits_and_what_is_ruled_out() -> None:
    words = for_csr(line_loss(), EN)
    row = words.evidence[0]
    assert (row.sign, row.speaks, row.state) == ("loss-on-line", "for", State.PRESENT)
    assert (row.figure, row.limit) == ("6\u00a0%", "1\u00a0%")
    assert words.evidence[1].speaks == "against"
    titles = [each.title for each in words.excluded]
    assert "Router" in titles
    assert len(titles) == len(set(titles))
    assert "Provider" not in titles, "unknown is not ruled out"
    assert words.tried[0].outcome is StepOutcome.NO_CHANGE
    assert words.tried[0].figures[0].startswith("Before: 6 %")
    assert words.answers == ("Is it worse when it rains, or at certain hours? yes",)
    assert words.complaint == "My calls break up every evening."


def test_a_visit_needs_a_sure_cause() -> None:
    assert for_csr(line_loss(), EN).visit is Visit.YES
    unsure = msgspec.structs.replace(
        line_loss().verdict, causes=(finding("line-loss", Segment.ACCESS, 0.7),)
    )
    assert for_csr(run(unsure), EN).visit is Visit.NOT_YET
    home = msgspec.structs.replace(
        line_loss().verdict, causes=(finding("device-clock-wrong", Segment.DEVICE, 0.99),)
    )
    assert for_csr(run(home), EN).visit is Visit.NO


def test_technician_gets_places_in_order_and_the_right_tools() -> None:
    words = for_technician(several(), EN)
    assert [each.segment for each in words.places] == [Segment.LAN, Segment.ACCESS]
    assert "Cable tester" in words.bring
    assert "Copper line tester" in words.bring
    assert "Optical power meter" not in words.bring


def test_a_hostile_sign_cannot_turn_the_line() -> None:
    evil = Sign(
        id="loss-on-line",
        state=State.PRESENT,
        belief=0.9,
        text="A\u202eB\x1b[31m\nC",
        value="x\u2066",
    )
    made = msgspec.structs.replace(line_loss(), signs=(evil,))
    assert for_subscriber(made, EN).evidence == ("A B [31m C",)
    assert "\u2066" not in for_csr(made, EN).evidence[0].figure


def test_ok_segments_are_the_only_ones_called_fine() -> None:
    for state in (SegmentState.UNKNOWN, SegmentState.WARN, SegmentState.BAD):
        segments = msgspec.structs.replace(healthy().verdict.segments, router=state)
        made = run(msgspec.structs.replace(healthy().verdict, segments=segments))
        assert "Router" not in for_subscriber(made, EN).fine


def test_what_was_answered_is_known_at_the_phone_and_at_the_door() -> None:
    made = line_loss()
    assert for_csr(made, EN).answers == for_technician(made, EN).answers
    assert for_technician(made, EN).answers


def test_csr_asks_the_question_that_would_decide() -> None:
    made = cannot_tell()
    asks = Decider(kind="question", id="asked-other-devices-too", gain_bits=0.5, minutes=0.5)
    verdict = msgspec.structs.replace(made.verdict, deciders=(asks, *made.verdict.deciders))
    made = msgspec.structs.replace(made, verdict=verdict)
    assert for_csr(made, EN).next_action == (
        "Ask the subscriber: Do other devices in your home have the same trouble?"
    )
    said = Answer(question=asks.id, answer="no", answered_at="2026-03-04T18:31:00Z")
    answered = msgspec.structs.replace(made, answers=(said,))
    assert "Ask the subscriber" not in for_csr(answered, EN).next_action


def test_work_from_home_needs_an_upload() -> None:
    slow_up = run(healthy().verdict, measured(throughput(100, 0.4, 1)))
    work = for_subscriber(slow_up, EN).meaning[3]
    assert work.title == "Work from home"
    assert work.level is Level.BAD


def test_the_detail_weighs_causes_rivals_and_what_is_ruled_out() -> None:
    made = line_loss()
    verdict = msgspec.structs.replace(
        made.verdict,
        considered=(
            finding("line-jitter", Segment.ACCESS, 0.3),
            finding("wifi-unreliable", Segment.WIFI, 0.03),
        ),
    )
    told = for_detail(msgspec.structs.replace(made, verdict=verdict), EN)
    assert [(each.id, each.share) for each in told.causes] == [
        ("line-loss", "93\u00a0%"),
        ("line-jitter", "30\u00a0%"),
    ]
    assert told.causes[0].standing == "found"
    assert told.causes[1].against == ("0 % of the packets to the router are lost.",)
    ruled_out = {each.title: each.why for each in told.excluded}
    assert "Router" in ruled_out
    assert "Provider" not in ruled_out, "unknown is not ruled out"
    beaten = next(why for title, why in ruled_out.items() if "WiFi between" in title)
    assert beaten[-1] == "Only 3\u00a0% likely."


def test_a_sign_is_told_with_the_figure_and_limit_that_decided_it() -> None:
    row = for_detail(line_loss(), EN).evidence[0]
    assert decided_by(row, EN) == (
        "Answer: yes, figure: 6\u00a0%, limit: 1\u00a0%, from: Way to the provider, speaks for it."
    )


def test_the_subscriber_is_spoken_to_in_the_detail() -> None:
    said = Sign(id="asked-new-box", state=State.PRESENT, belief=0.95, source=Source.ASKED)
    made = msgspec.structs.replace(line_loss(), signs=(said,))
    assert for_detail(made, EN).evidence[0].source == "said by you"
    assert for_csr(made, EN).evidence[0].source == "said by the subscriber"


def test_what_would_change_the_verdict_is_always_said() -> None:
    made = cannot_tell()
    asks = Decider(
        kind="question",
        id="asked-new-box",
        gain_bits=0.1,
        minutes=0.5,
        text="Is a box new?",
    )
    more = Decider(kind="consent", id="location", gain_bits=0.5, minutes=1)
    verdict = msgspec.structs.replace(made.verdict, deciders=(*made.verdict.deciders, asks, more))
    test, question, consent = for_detail(
        msgspec.structs.replace(made, verdict=verdict), EN
    ).would_change
    assert test.startswith("A test of: Speed, and delay under load")
    assert test.endswith("It would tell a lot.")
    assert "Is a box new?" in question
    assert question.endswith("It would tell a little.")
    assert "WiFi" in consent
    assert for_detail(healthy(), EN).would_change[0].startswith("A check in a bad moment")
    assert for_detail(line_loss(), EN).would_change == (
        "Nothing that could still be asked or measured would change this.",
    )


@every_home
def test_each_reader_gets_what_is_theirs(home: str) -> None:
    """Subscriber: calls, films, games; desk: verdict, action, visit and why; technician: order."""
    made = HOMES[home]()
    told = {each.activity.value for each in for_subscriber(made, EN).meaning}
    assert {"calls", "video", "games"} <= told
    csr = for_csr(made, EN)
    assert csr.verdict
    assert csr.next_action
    assert csr.visit_words.partition(": ")[2] in {"yes", "no", "not yet"}
    assert csr.visit_why
    technician = for_technician(made, EN)
    chances = [place.probability for place in technician.places]
    assert chances == sorted(chances, reverse=True)
    assert bool(technician.places) == bool(technician.measure_first)
