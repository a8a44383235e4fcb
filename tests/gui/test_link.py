"""The local socket: lost and found agents, broken lines, floods."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer

from agent.ipc import messages as ipc
from agent.ipc.lines import encode
from gui.agent_link import LinkState
from gui.pages.page import Place
from tests.gui import sample_runs as sample
from tests.gui.stage import Stage

FLOOD = 1000
LIMIT_MS = 100  # a window that does not answer for longer feels stuck
HISTORY = 1000


def test_an_absent_agent_is_started(stage: Stage) -> None:
    stage.far_end.die()
    stage.window.show()
    stage.link.open()
    stage.until(lambda: stage.starts == 1)
    assert stage.case.link_state is LinkState.CONNECTING
    stage.far_end.listen()
    stage.until(lambda: stage.case.link_state is LinkState.CONNECTED)
    assert stage.home.main_button.isEnabled()


def test_a_lost_agent_is_said_and_started_again(stage: Stage) -> None:
    stage.open()
    stage.far_end.die()
    stage.until(stage.window.banner.isVisible)
    assert "stopped" in stage.window.banner.words.text()
    assert not stage.home.main_button.isEnabled()
    stage.until(lambda: stage.starts == 1)
    stage.far_end.listen()
    stage.until(lambda: stage.case.link_state is LinkState.CONNECTED)
    assert not stage.window.banner.isVisible()


def test_what_the_agent_has_to_say_is_shown(stage: Stage) -> None:
    stage.far_end.notices = ("The file history.db was damaged; it was moved aside.",)
    stage.open()
    stage.until(stage.window.banner.isVisible)
    assert "history.db was damaged" in stage.window.banner.words.text()
    stage.window.banner.button.click()
    assert not stage.window.banner.isVisible()


def test_an_agent_that_cannot_be_started_is_said_with_the_phone(stage: Stage) -> None:
    stage.open()
    stage.link._start_agent = lambda: False  # pyright: ignore[reportPrivateUsage]  # no system where it fails by itself
    stage.far_end.die()
    stage.until(lambda: stage.case.link_state is LinkState.ABSENT)
    stage.until(lambda: "cannot be started" in stage.window.banner.words.text())
    assert "0800 123 456" in stage.window.banner.words.text()


def test_a_check_lost_with_its_agent_is_over_for_the_window(stage: Stage) -> None:
    stage.open()
    stage.far_end.begin("dns-wrong")
    stage.until(lambda: stage.case.check is not None)
    stage.far_end.die()
    stage.until(lambda: stage.case.check is None)
    stage.far_end.listen()
    stage.until(lambda: stage.case.link_state is LinkState.CONNECTED)
    assert "measure once more" in stage.window.banner.words.text()


def test_each_request_is_answered_once_also_when_the_agent_dies(stage: Stage) -> None:
    stage.open()
    answers: list[ipc.ResponseBody] = []
    stage.far_end.die()
    for _ in range(3):
        stage.link.ask(ipc.GetStatus(), answers.append)
    stage.until(lambda: len(answers) == 3)
    stage.settle()
    assert [type(each) for each in answers] == [ipc.Failed] * 3


def test_answers_find_their_questions_in_any_order(stage: Stage) -> None:
    stage.open()
    heard: list[str] = []
    stage.far_end.add(sample.healthy(), sample.dns_wrong())
    for run_id in ("dns-wrong", "healthy"):
        stage.link.ask(
            ipc.GetRun(run_id=run_id),
            lambda body: heard.append(body.run.id if isinstance(body, ipc.RunIs) else "?"),
        )
    stage.until(lambda: len(heard) == 2)
    assert heard == ["dns-wrong", "healthy"]


def test_lines_that_are_no_message_are_passed_over(stage: Stage) -> None:
    stage.open()
    for socket in stage.far_end.sockets:
        socket.write(b'not json\n{"type":"event","body":{"kind":"OfNextYear"}}\n\xff\xfe\n')
    stage.far_end.begin("dns-wrong")
    stage.until(lambda: stage.case.check is not None)
    assert stage.case.link_state is LinkState.CONNECTED


def test_a_message_in_pieces_is_put_together(stage: Stage) -> None:
    stage.open()
    line = encode(ipc.Event(body=ipc.CheckEnded(run=sample.dns_wrong())))
    for at in range(0, len(line), 700):
        for socket in stage.far_end.sockets:
            socket.write(line[at : at + 700])
            socket.flush()
        stage.app.processEvents()
    stage.until(lambda: stage.case.run is not None)


def test_the_window_stays_quick_under_a_flood(stage: Stage) -> None:
    """1000 events a second for two seconds; the event loop is never away for 100 ms of its time."""
    stage.far_end.add(sample.healthy())
    stage.open()
    stage.far_end.begin("flood")
    stage.until(lambda: stage.case.check is not None)
    run = sample.busy_line()
    gaps_ms: list[float] = []
    last = time.thread_time()
    sent = 0

    def tick() -> None:
        nonlocal last
        now = time.thread_time()  # our own work, not that of other programs on the machine
        gaps_ms.append((now - last) * 1000)
        last = now

    def pour() -> None:
        nonlocal sent
        for _ in range(FLOOD // 50):
            sent += 1
            stage.far_end.progress("flood", "throughput", sent / (3 * FLOOD), sent / FLOOD)
        stage.far_end.tell(
            ipc.VerdictSoFar(
                run_id="flood", verdict=run.verdict, final=False, readings=run.readings
            )
        )

    clock, source = QTimer(interval=0), QTimer(interval=20)
    clock.timeout.connect(tick)
    source.timeout.connect(pour)
    clock.start()
    source.start()
    stage.until(lambda: sent >= 2 * FLOOD, 30_000)
    clock.stop()
    source.stop()
    assert max(gaps_ms) < LIMIT_MS, f"longest turn {max(gaps_ms):.0f} ms"
    stage.until(lambda: stage.case.check is not None and stage.case.check.fraction > 0.6)


def test_a_thousand_checks_in_the_history_are_quick(stage: Stage) -> None:
    stage.far_end.add(sample.healthy())
    stage.far_end.summaries = sample.history(HISTORY)
    stage.far_end.runs["run-0"] = sample.healthy()
    stage.open()
    while stage.case.more_runs:
        known = len(stage.case.runs)
        stage.case.ask_more_runs()
        stage.until(lambda known=known: len(stage.case.runs) > known or not stage.case.more_runs)
    assert len(stage.case.runs) == HISTORY
    begun = time.thread_time()
    stage.window.go(Place.HISTORY)
    stage.app.processEvents()
    stage.history.list.scrollToBottom()
    stage.app.processEvents()
    assert stage.history.model.rowCount() == HISTORY
    assert time.thread_time() - begun < 1.0


def test_an_agent_of_another_version_is_said(stage: Stage) -> None:
    refusal = ipc.Failed(code="version", sentence="Restart both.")
    stage.far_end.on_ask = lambda body: refusal if isinstance(body, ipc.Hello) else None
    stage.window.show()
    stage.link.open()
    stage.until(lambda: stage.case.link_state is LinkState.ABSENT)
    stage.until(stage.window.banner.isVisible)
    stage.far_end.on_ask = None
    stage.until(lambda: stage.case.link_state is LinkState.CONNECTED)
    assert not stage.window.banner.isVisible()
