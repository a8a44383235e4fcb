"""The window driven by real messages over a real socket, from the first check to the answer."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from agent.ipc import messages as ipc
from diagnostics.run import Depth, StepOutcome
from diagnostics.verdict import Segments, SegmentState
from gui.pages.page import Place
from gui.pages.result import ResultPage
from gui.remembered import Contact, Remembered, View
from tests.gui import sample_runs as sample
from tests.gui.stage import Stage


def start(stage: Stage) -> None:
    stage.open()
    stage.home.main_button.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.StartCheck)))
    stage.far_end.begin("dns-wrong")
    stage.until(lambda: stage.case.check is not None and stage.case.check.run_id == "dns-wrong")


def test_a_check_from_press_to_verdict(stage: Stage) -> None:
    stage.open()
    stage.home.complaint.setText("pages do not open")
    stage.home.main_button.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.StartCheck)))
    asked = stage.far_end.asked_for(ipc.StartCheck)[0]
    assert asked == ipc.StartCheck(depth=Depth.NORMAL, complaint="pages do not open")
    run = sample.dns_wrong()
    stage.far_end.begin(run.id)
    stage.far_end.progress(run.id, "names", 0.5, 5.0)
    stage.until(lambda: stage.home.bar.value() == 25)
    assert stage.home.time_left.text() == "About 15 seconds left"
    assert stage.home.doing.text() == "Looking up names"
    stage.far_end.end(run)
    stage.until(lambda: stage.window.place is Place.RESULT)
    assert run.verdict.headline in stage.result.headline.text()
    assert stage.result.confidence.text().startswith("How sure: almost certain")


def test_the_path_fills_in_live_and_unknown_is_never_good(stage: Stage) -> None:
    start(stage)
    assert {each.stretch.tone for each in stage.home.path.stations()} == {"unknown"}
    run = sample.dns_wrong()
    segments = Segments(device=SegmentState.OK, wifi=SegmentState.OK, router=SegmentState.OK)
    stage.far_end.verdict(run, msgspec.structs.replace(run.verdict, segments=segments))
    stage.until(lambda: stage.home.path.stations()[2].stretch.tone == "ok")
    you, link, router, line, provider, internet = stage.home.path.stations()
    assert [each.stretch.tone for each in (you, link, router)] == ["ok", "ok", "ok"]
    assert [each.stretch.tone for each in (line, provider, internet)] == ["unknown"] * 3
    assert link.name.text() == "WiFi"
    assert "4" in router.figure.text()
    assert "ms" in router.figure.text()
    assert "Router: Fine" in stage.home.path.accessibleDescription()


def test_cancel_keeps_what_was_measured(stage: Stage) -> None:
    start(stage)
    stage.home.main_button.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.CancelCheck)))
    assert not stage.home.main_button.isEnabled()
    stage.far_end.end(sample.cut_short())
    stage.until(lambda: stage.window.place is Place.RESULT)
    assert "stopped early" in stage.result.partial.text()


def test_a_refused_check_says_why(stage: Stage) -> None:
    stage.open()
    stage.far_end.on_ask = lambda body: (
        ipc.Failed(code="busy", sentence="Another check is running.")
        if isinstance(body, ipc.StartCheck)
        else None
    )
    stage.home.main_button.click()
    stage.until(stage.window.banner.isVisible)
    assert stage.window.banner.words.text() == "Another check is running."
    stage.window.banner.button.click()
    assert not stage.window.banner.isVisible()


def test_a_broken_check_gives_the_button_back(stage: Stage) -> None:
    start(stage)
    stage.far_end.tell(ipc.CheckFailed(run_id="dns-wrong", sentence="The check broke. Try again."))
    stage.until(lambda: stage.case.check is None)
    stage.settle()
    assert stage.window.banner.words.text() == "The check broke. Try again."
    assert stage.home.main_button.isEnabled()


def test_window_opened_during_a_check_shows_it(stage: Stage) -> None:
    stage.far_end.running = "dns-wrong"
    stage.open()
    stage.until(lambda: stage.case.check is not None)
    stage.far_end.progress("dns-wrong", "gateway", 0.3, 3.0)
    stage.until(lambda: stage.home.bar.value() == 30)


def at_guide(stage: Stage) -> None:
    stage.far_end.add(sample.dns_wrong())
    stage.open()
    stage.go(Place.RESULT)
    stage.result.main_button.click()
    assert stage.window.place is Place.GUIDE


def measured(stage: Stage, outcome: StepOutcome) -> None:
    stage.guide.done.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.MeasureStep)))
    stage.until(lambda: stage.case.check is not None)
    stage.far_end.end_step(outcome)
    stage.until(lambda: stage.case.check is None)
    stage.settle()


def test_a_step_that_helped_is_proved_by_figures(stage: Stage) -> None:
    at_guide(stage)
    measured(stage, StepOutcome.HELPED)
    asked = stage.far_end.asked_for(ipc.MeasureStep)[0]
    assert asked == ipc.MeasureStep(
        run_id="dns-wrong",
        guide="device-dns-setting",
        step="automatic-dns",
        cause="device-dns-setting-wrong",
    )
    assert stage.guide.outcome_headline.text() == "It worked"
    stage.guide.next.click()
    assert stage.window.place is Place.RESULT
    assert stage.result.headline.text() == "Your connection works as it should."


def test_a_step_without_effect_leads_to_the_next(stage: Stage) -> None:
    at_guide(stage)
    measured(stage, StepOutcome.NO_CHANGE)
    assert stage.guide.outcome_headline.text() == "No change"
    first = stage.guide.step_title.text()
    stage.guide.next.click()
    assert stage.guide.step_title.text() != first
    assert stage.guide.place.text().startswith("Step 2")
    stage.guide.back.click()
    assert stage.guide.step_title.text() == first
    assert stage.guide.outcome_headline.isVisible()


def test_skip_is_recorded_and_goes_on(stage: Stage) -> None:
    at_guide(stage)
    stage.guide.skip.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.SkipStep)))
    assert stage.guide.place.text().startswith("Step 2")
    stage.guide.to_person.click()
    assert stage.window.place is Place.HELP


def test_an_answer_changes_the_verdict(stage: Stage) -> None:
    stage.far_end.add(sample.cannot_tell())
    stage.open()
    stage.go(Place.RESULT)
    down = msgspec.structs.replace(sample.line_down(), id="cannot-tell")
    stage.far_end.runs["cannot-tell"] = down
    button = next(
        each for each in stage.result.findChildren(QPushButton) if "red or off" in each.text()
    )
    button.click()
    stage.until(lambda: stage.result.headline.text() == down.verdict.headline)
    asked = stage.far_end.asked_for(ipc.AnswerQuestion)[0]
    assert asked == ipc.AnswerQuestion(
        run_id="cannot-tell", question="asked-internet-light", answer="yes"
    )


def at_preview(stage: Stage) -> None:
    stage.far_end.add(sample.line_down())
    stage.open()
    stage.go(Place.HELP)
    stage.help.form.name.setText("Robin")
    stage.help.show_it.click()
    stage.until(lambda: stage.case.preview is not None)
    stage.settle()


def test_nothing_is_sent_without_consent(stage: Stage) -> None:
    at_preview(stage)
    asked = stage.far_end.asked_for(ipc.PreviewBundle)[0]
    assert isinstance(asked, ipc.PreviewBundle)
    assert (asked.name, asked.complaint) == ("Robin", "No internet since this morning")
    assert stage.help.preview.consent.text() == sample.preview().consent_text
    assert not stage.help.preview.send.isEnabled()
    stage.help.preview.send.click()
    stage.settle()
    assert stage.far_end.asked_for(ipc.SendBundle) == []


def test_exactly_what_was_shown_is_sent(stage: Stage) -> None:
    at_preview(stage)
    stage.help.preview.consent.click()
    stage.help.preview.send.click()
    stage.until(lambda: bool(stage.case.tickets))
    shown = sample.preview()
    assert stage.far_end.asked_for(ipc.SendBundle) == [
        ipc.SendBundle(
            bundle_id=shown.bundle_id, digest=shown.digest, consent_text=shown.consent_text
        )
    ]
    stage.settle()
    assert not stage.help.preview.isVisible()


def test_taken_back_is_discarded(stage: Stage) -> None:
    at_preview(stage)
    stage.help.preview.back.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.DiscardBundle)))
    assert stage.far_end.asked_for(ipc.SendBundle) == []
    assert stage.help.form.isVisible()


def test_contact_is_asked_once(stage: Stage) -> None:
    at_preview(stage)
    assert stage.window.remembered.contact().name == "Robin"


def test_ticket_goes_from_waiting_to_answered_and_the_draft_stays(stage: Stage) -> None:
    stage.far_end.tickets = (sample.ticket(ipc.Delivery.WAITING),)
    stage.far_end.add(sample.line_down())
    stage.open()
    stage.go(Place.HELP)
    card = stage.help.cards["bundle-1"]
    assert card.qr.isVisible()
    assert "K7MQ-2XDA" in card.code.text()
    assert not card.reply.isVisible()
    stage.far_end.tell(ipc.TicketChanged(ticket=sample.ticket(ipc.Delivery.RECEIVED)))
    stage.until(card.reply.isVisible)
    assert not card.qr.isVisible()
    card.reply.setPlainText("It blinks red")
    stage.far_end.tell(ipc.TicketChanged(ticket=sample.ticket(ipc.Delivery.ANSWERED)))
    stage.until(lambda: "wrote" in card.sentence.text())
    assert card.reply.toPlainText() == "It blinks red"
    stage.far_end.tickets = (sample.ticket(ipc.Delivery.ANSWERED),)
    card.send.click()
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.ReplyTicket)))
    assert stage.far_end.asked_for(ipc.ReplyTicket) == [
        ipc.ReplyTicket(bundle_id="bundle-1", text="It blinks red")
    ]


def test_support_is_there_without_an_agent(stage: Stage) -> None:
    stage.far_end.add(sample.line_down())
    stage.open()
    stage.far_end.die()
    stage.until(stage.window.banner.isVisible)
    stage.go(Place.HELP)
    texts = [each.text() for each in stage.help.findChildren(QPushButton) if each.isVisible()]
    assert any("0800 123 456" in each for each in texts)
    assert any("help@acme.example" in each for each in texts)
    assert not stage.help.show_it.isEnabled()


def test_an_older_check_opens_from_the_history(stage: Stage) -> None:
    stage.far_end.add(sample.healthy(), sample.dns_wrong())
    stage.open()
    stage.go(Place.HISTORY)
    stage.history.list.setCurrentIndex(stage.history.model.index(1))
    QTest.keyClick(stage.history.list, Qt.Key.Key_Return)
    stage.until(lambda: stage.case.run is not None and stage.case.run.id == "healthy")
    assert stage.window.place is Place.RESULT


def press(key: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)
    QApplication.processEvents()


def tab_to(name: str) -> None:
    """Press Tab until the focus is on the button or field with this name."""
    seen: list[str] = []
    for _ in range(80):
        focus = QApplication.focusWidget()
        words = focus.text() if isinstance(focus, QPushButton) else ""
        seen.append(words or type(focus).__name__)
        if name in words.replace("&", "") or (focus and name == focus.objectName()):
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"no way by Tab to {name!r}; seen {seen}")


def test_the_whole_way_by_keyboard_alone(stage: Stage) -> None:
    stage.open()
    stage.window.activateWindow()
    stage.home.main_button.setFocus()
    press(Qt.Key.Key_Space)
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.StartCheck)))
    stage.far_end.begin("dns-wrong")
    stage.far_end.end(sample.dns_wrong())
    stage.until(lambda: stage.window.place is Place.RESULT)
    stage.settle()
    assert QApplication.focusWidget() is stage.result.main_button
    press(Qt.Key.Key_Space)
    assert stage.window.place is Place.GUIDE
    assert QApplication.focusWidget() is stage.guide.done
    press(Qt.Key.Key_Space)
    stage.until(lambda: stage.case.check is not None)
    stage.far_end.end_step(StepOutcome.NO_CHANGE)
    stage.until(lambda: stage.case.check is None)
    stage.settle()
    assert QApplication.focusWidget() is stage.guide.next
    tab_to("Talk to a person")
    press(Qt.Key.Key_Space)
    assert stage.window.place is Place.HELP
    tab_to("Show what would be sent")
    press(Qt.Key.Key_Space)
    stage.until(lambda: stage.case.preview is not None)
    stage.settle()
    assert QApplication.focusWidget() is stage.help.preview.first_focus()
    press(Qt.Key.Key_Space)  # opens the first file to read; nothing is agreed to by habit
    assert not stage.help.preview.consent.isChecked()
    while QApplication.focusWidget() is not stage.help.preview.consent:
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    tab_to("Send")
    press(Qt.Key.Key_Space)
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.SendBundle)))
    press(Qt.Key.Key_Escape)
    assert stage.window.place is Place.HOME


def test_complaint_starts_the_check_by_enter(stage: Stage) -> None:
    stage.open()
    stage.home.complaint.setFocus()
    assert isinstance(stage.home.complaint, QLineEdit)
    QTest.keyClicks(stage.home.complaint, "slow")
    QTest.keyClick(stage.home.complaint, Qt.Key.Key_Return)
    stage.until(lambda: bool(stage.far_end.asked_for(ipc.StartCheck)))
    assert stage.far_end.asked_for(ipc.StartCheck) == [ipc.StartCheck(complaint="slow")]


def at_result(stage: Stage) -> None:
    stage.far_end.add(sample.busy_line())
    stage.open()
    stage.go(Place.RESULT)


def said(stage: Stage) -> str:
    return "\n".join(each.text() for each in stage.result.findChildren(QLabel) if each.isVisible())


def test_the_detailed_view_is_the_same_verdict_with_more_of_it(stage: Stage) -> None:
    at_result(stage)
    simple = said(stage)
    assert "First step:" in simple
    for told in ("how likely each is", "Ruled out", "What would change", "limit:"):
        assert told not in simple
    stage.result.switch.detailed.click()
    stage.settle()
    detailed = said(stage)
    for told in ("how likely each is", "Ruled out", "What would change", "limit:", "Download"):
        assert told in detailed
    assert [line for line in simple.splitlines() if line not in detailed] == []
    stage.result.switch.simple.click()
    stage.settle()
    assert said(stage) == simple


def test_the_view_is_chosen_by_keyboard_and_told_to_screen_readers(stage: Stage) -> None:
    at_result(stage)
    stage.window.activateWindow()
    switch = stage.result.switch
    switch.simple.setFocus()
    press(Qt.Key.Key_Right)
    assert switch.detailed.isChecked()
    assert QApplication.focusWidget() is switch.detailed
    interface = QAccessible.queryAccessibleInterface(switch.detailed)
    assert interface.role() is QAccessible.Role.RadioButton
    assert interface.text(QAccessible.Text.Name) == "Detailed view"
    assert "causes" in interface.text(QAccessible.Text.Description)
    assert interface.state().checked
    assert not switch.simple.isChecked()


def test_the_view_is_remembered_between_starts(stage: Stage) -> None:
    at_result(stage)
    assert stage.window.remembered.view() is View.SIMPLE
    stage.result.switch.detailed.click()
    path = str(stage.folder / "contact.ini")
    kept = Remembered(QSettings(path, QSettings.Format.IniFormat))
    assert kept.view() is View.DETAILED
    assert kept.contact() == Contact()
    again = ResultPage(stage.case, kept)
    assert again.switch.view is View.DETAILED
    assert again.detail.isVisibleTo(again)
    again.deleteLater()


def test_a_view_of_another_version_is_the_simple_one(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "contact.ini"), QSettings.Format.IniFormat)
    settings.setValue("view", "holographic")
    assert Remembered(settings).view() is View.SIMPLE
