"""What pages show, from runs and messages alone."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from agent.ipc.messages import (
    CheckStarted,
    Delivery,
    PreviewIs,
    ProbeMoved,
)
from diagnostics.evidence import Evidence
from diagnostics.profile import Support
from diagnostics.result import Reason, Unmeasured
from diagnostics.run import Answer, StepOutcome, StepTried
from diagnostics.sign import State
from diagnostics.verdict import Segments, SegmentState
from gui.presenters import moments, progress
from gui.presenters.figures import path_figures, tables
from gui.presenters.guide import changes, guide_view, outcome_view
from gui.presenters.home import home_view
from gui.presenters.link import link_notice
from gui.presenters.path import stretches
from gui.presenters.result import Act, result_view
from gui.presenters.support import channels
from gui.presenters.tickets import preview_view, ticket_view, track
from tests.gui import sample_readings, sample_runs

NOW = "2026-03-05T12:00:00+00:00"


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ")


# -- the path -------------------------------------------------------------------------------


def test_an_unknown_stretch_is_never_drawn_as_good() -> None:
    for each in stretches(Segments()):
        assert each.tone == "unknown"
        assert each.word == "Not known"
        assert each.figure == ""


def test_a_good_part_does_not_hide_a_bad_one() -> None:
    ok, bad = SegmentState.OK, SegmentState.BAD
    path = stretches(Segments(beyond=ok, service=bad, wifi=bad, lan=ok))
    assert path[-1].tone == "bad"
    assert path[1].tone == "bad"


@pytest.mark.parametrize(
    ("segments", "name"),
    [
        (Segments(wifi=SegmentState.OK), "WiFi"),
        (Segments(lan=SegmentState.WARN), "Cable"),
        (Segments(), "WiFi or cable"),
    ],
)
def test_the_link_is_named_once_it_is_known(segments: Segments, name: str) -> None:
    assert stretches(segments)[1].name == name


def test_figures_come_from_readings_and_nothing_else() -> None:
    assert path_figures(Evidence({})).router == ""
    known = path_figures(sample_runs.busy_line().evidence())
    assert plain(known.link) == "100 Mbit/s"
    assert plain(known.provider) == "11 ms"
    assert known.wired


def test_loss_is_the_news_where_there_is_some() -> None:
    evidence = sample_readings.evidence(sample_readings.gateway(38, lost=2))
    assert plain(path_figures(evidence).router) == "4 % lost"


def test_a_silent_place_has_no_figure() -> None:
    evidence = sample_readings.evidence(sample_readings.path(0, lost=50))
    assert path_figures(evidence).provider == ""


def test_the_table_says_why_a_figure_is_missing() -> None:
    rows = tables(Evidence({"throughput": Unmeasured(Reason.CANCELLED)}))[0].rows
    assert not rows[0].measured
    assert rows[0].value == "Not measured: the check was stopped before"


# -- progress -------------------------------------------------------------------------------


def running(elapsed_s: float, expected_s: float = 20) -> progress.Check:
    begun = progress.started(CheckStarted(run_id="r", probes=("names",), expected_s=expected_s))
    return progress.moved(
        begun,
        ProbeMoved(run_id="r", probe="names", state="running", fraction=0.4, elapsed_s=elapsed_s),
    )


@pytest.mark.parametrize(
    ("elapsed_s", "expected_s", "said"),
    [
        (2, 20, "About 18 seconds left"),
        (18.5, 20, "Almost done"),
        (40, 20, "Almost done"),
        (1, 181, "About 3 minutes left"),
        (1, 0, "Measuring…"),
    ],
)
def test_time_left_in_words(elapsed_s: float, expected_s: float, said: str) -> None:
    assert progress.time_left(running(elapsed_s, expected_s)) == said


def test_progress_never_runs_backwards() -> None:
    late = ProbeMoved(run_id="r", probe="web", state="started", fraction=0.1, elapsed_s=1)
    check = progress.moved(running(5), late)
    assert (check.fraction, check.elapsed_s) == (0.4, 5)
    assert progress.doing(check) == "Looking up names"


def test_home_offers_what_fits_the_moment() -> None:
    assert home_view(None, None, NOW, connected=False).can_press is False
    assert home_view(None, None, NOW, connected=True).button == "&Check now"
    assert home_view(running(2), None, NOW, connected=True).percent == 10
    after = home_view(None, sample_runs.line_down(), NOW, connected=True)
    assert after.button == "&Check again"
    assert after.tone == "bad"


# -- the result -----------------------------------------------------------------------------


def test_the_next_action_fits_who_can_act() -> None:
    def main(run_name: str) -> Act:
        return result_view(getattr(sample_runs, run_name)(), NOW).main.act

    assert main("healthy") is Act.WATCH
    assert main("dns_wrong") is Act.GUIDE
    assert main("cannot_tell") is Act.WATCH
    others = result_view(sample_runs.line_down(), NOW).others
    assert Act.HELP in [each.act for each in others]


def test_trouble_that_is_gone_is_watched_for_and_its_guide_is_at_hand() -> None:
    view = result_view(sample_runs.gone(), NOW)
    assert view.main.act is Act.WATCH
    assert Act.GUIDE in [each.act for each in view.others]
    assert view.evidence[0].startswith("2 of the last 5 checks")
    guide = guide_view(sample_runs.gone())
    assert guide is not None
    assert {step.guide for step in guide.steps} == {"not-reproducible"}
    assert not any(step.sends for step in guide.steps)
    assert guide.person == ""


@pytest.mark.parametrize(
    "name", ["healthy", "gone", "dns_wrong", "busy_line", "line_down", "cannot_tell", "cut_short"]
)
def test_a_person_is_one_press_away_from_every_result(name: str) -> None:
    view = result_view(getattr(sample_runs, name)(), NOW)
    assert Act.HELP in [view.main.act, *(each.act for each in view.others)]


def test_all_causes_are_named() -> None:
    view = result_view(sample_runs.busy_line(), NOW)
    assert len(view.also) == 1
    assert view.evidence[0].startswith("Under upload")


def test_a_question_is_asked_once() -> None:
    run = sample_runs.cannot_tell()
    question = result_view(run, NOW).questions[0]
    answered = msgspec.structs.replace(
        run, answers=(Answer(question=question.id, answer="no", answered_at=NOW),)
    )
    assert result_view(answered, NOW).questions == ()


def test_what_was_not_measured_is_unknown_for_calls_and_games() -> None:
    view = result_view(sample_runs.cannot_tell(), NOW)
    assert {each.tone for each in view.meaning} == {"unknown"}


# -- the guide ------------------------------------------------------------------------------


def test_the_guide_begins_with_the_first_step_not_tried() -> None:
    run = sample_runs.dns_wrong()
    view = guide_view(run)
    assert view is not None
    assert view.first_open() == 0
    assert "Settings" in view.steps[0].do  # in the words of this system
    after, _tried = sample_runs.after_step(
        run, StepOutcome.NO_CHANGE, view.steps[0].guide, view.steps[0].step
    )
    later = guide_view(after)
    assert later is not None
    assert later.first_open() == 1


def test_an_unknown_cause_has_no_guide() -> None:
    run = sample_runs.dns_wrong()
    first = msgspec.structs.replace(run.verdict.causes[0], id="of-next-year", guide="none")
    verdict = msgspec.structs.replace(run.verdict, id="of-next-year", causes=(first,))
    assert guide_view(msgspec.structs.replace(run, verdict=verdict)) is None


def test_changes_are_shown_by_their_figures() -> None:
    run = sample_runs.dns_wrong()
    _after, tried = sample_runs.after_step(run, StepOutcome.HELPED, "g", "s")
    first = changes(tried)[0]
    assert (plain(first.before), plain(first.after)) == ("100 %", "0 %")


@pytest.mark.parametrize("outcome", StepOutcome)
def test_every_outcome_has_words(outcome: StepOutcome) -> None:
    run, tried = sample_runs.after_step(sample_runs.dns_wrong(), outcome, "g", "s")
    view = outcome_view(tried, run)
    assert view.headline
    assert view.text
    assert (view.tone == "ok") is (outcome is StepOutcome.HELPED)
    assert view.over is (outcome is StepOutcome.HELPED)


# -- help -----------------------------------------------------------------------------------


@pytest.mark.parametrize("delivery", Delivery)
def test_every_state_of_a_ticket_has_its_place(delivery: Delivery) -> None:
    steps = track(delivery)
    states = [each.state for each in steps]
    assert "done" in states or "now" in states
    if delivery in (Delivery.RESOLVED, Delivery.CLOSED):
        assert set(states) == {"done"}
    elif delivery is Delivery.REFUSED:
        assert states[-1] == "failed"
    else:
        assert states.count("now") == 1


def test_the_spoken_code_is_shown_only_while_it_is_of_use() -> None:
    waiting = ticket_view(sample_runs.ticket(Delivery.WAITING), sample_runs.ago(0))
    assert waiting.spoken_code == "K7MQ-2XDA"
    assert "in 4 minutes" in waiting.next_try
    received = ticket_view(sample_runs.ticket(Delivery.RECEIVED), sample_runs.ago(0))
    assert received.spoken_code == ""
    assert received.can_reply


def test_an_undelivered_reply_says_so() -> None:
    view = ticket_view(sample_runs.ticket(Delivery.ANSWERED), sample_runs.ago(0))
    assert view.messages[1].when == "waiting to be sent"
    assert view.messages[1].mine


def test_the_preview_shows_every_file_whole() -> None:
    shown = sample_runs.preview()
    view = preview_view(shown)
    assert [each.text for each in view.files] == [each.text for each in shown.files]
    assert view.consent == shown.consent_text
    assert view.can_send


def test_without_a_desk_nothing_can_be_sent() -> None:
    shown: PreviewIs = msgspec.structs.replace(sample_runs.preview(), destination="")
    view = preview_view(shown)
    assert not view.can_send
    assert "Call or write" in view.no_desk


def test_only_the_channels_that_exist_are_offered() -> None:
    assert channels(Support()) == ()
    (call,) = channels(Support(phone="+49 30 1234"))
    assert call.address == "tel:+49301234"


def test_an_absent_agent_is_said_with_the_phone() -> None:
    assert link_notice("connected", Support()).words == ""
    assert "0800" in link_notice("absent", Support(phone="0800 1")).words


# -- times ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-03-05T11:59:30+00:00", "just now"),
        ("2026-03-05T11:30:00+00:00", "30 minutes ago"),
        ("no time at all", "no time at all"),
        ("2026-03-05T11:30:00", "2026-03-05T11:30:00"),
    ],
)
def test_moments_in_words(moment: str, said: str) -> None:
    assert moments.ago(moment, NOW) == said


def test_older_moments_have_their_day() -> None:
    assert moments.day_and_time("2026-03-04T12:00:00+00:00", NOW).startswith("yesterday at")
    assert "2025" in moments.day_and_time("2025-12-01T12:00:00+00:00", NOW)
    assert moments.ahead("2026-03-05T12:05:00+00:00", NOW) == "in 5 minutes"


def test_the_bar_follows_the_clock_when_probes_run_ahead() -> None:
    check = running(2, 20)
    ahead = progress.moved(
        check,
        ProbeMoved(run_id="r", probe="names", state="measured", fraction=0.9, elapsed_s=4),
    )
    assert progress.part_done(ahead) == 0.2
    assert progress.part_done(replace(ahead, expected_s=0.0)) == 0.9


def test_a_wandering_figure_is_no_proof() -> None:
    slow = sample_runs.sign("router-dns-slow", "", 38.0, "ms", 100.0, probe="names")
    slow = msgspec.structs.replace(slow, state=State.ABSENT, belief=0.05)
    fails = sample_runs.sign("hand-set-dns-fails", "", 0.0, "%", 20.0, probe="names")
    gone = Unmeasured(reason=Reason.NOT_APPLICABLE)
    tried = StepTried(
        guide="device-dns-setting",
        step="automatic-dns",
        cause="device-dns-setting-wrong",
        done_at=sample_runs.ago(0),
        outcome=StepOutcome.HELPED,
        before=(slow, fails),
        after=(
            msgspec.structs.replace(slow, value=39.0),
            msgspec.structs.replace(fails, state=State.ABSENT, value=gone),
        ),
    )
    (change,) = changes(tried)
    assert (change.before, change.after) == ("yes", "no")
