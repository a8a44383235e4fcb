"""The resident agent as a process: light, single, hard to hold up, harder to lose a check with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from agent.ipc.messages import (
    LINE_LIMIT_BYTES,
    AnswerQuestion,
    CancelCheck,
    CheckAccepted,
    CheckEnded,
    CheckFailed,
    Failed,
    GetRun,
    GetStatus,
    Hello,
    ListRuns,
    MeasureStep,
    ProbeMoved,
    RunIs,
    RunList,
    SkipStep,
    StartCheck,
    StatusIs,
    StepMeasured,
    Welcome,
)
from diagnostics.guide_file import load_guides
from diagnostics.run import Depth, StepOutcome
from tests.process.agent_house import House, Line, wait_for
from tests.unit.uploader.samples import run_of

#: the promise of the design, in bytes
RESIDENT_BYTES = 30 * 1024 * 1024

lab = pytest.mark.lab


def start_check(line: Line) -> str:
    accepted = line.ask(StartCheck(depth=Depth.QUICK))
    assert isinstance(accepted, CheckAccepted), accepted
    return accepted.run_id


def ended(line: Line, run_id: str) -> CheckEnded:
    event = line.until(
        lambda one: (
            isinstance(one, CheckEnded | CheckFailed)
            and run_id in {getattr(one, "run_id", ""), getattr(getattr(one, "run", None), "id", "")}
        )
    )
    assert isinstance(event, CheckEnded), event
    return event


def test_waits_in_thirty_megabytes_and_without_work(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.keep(run_of())
    with house.agent() as process, house.line() as line:
        assert isinstance(line.ask(GetRun(run_id="a" * 32)), RunIs)
        agent = psutil.Process(process.pid)
        before = agent.cpu_times()
        time.sleep(2)
        after = agent.cpu_times()
        assert agent.memory_info().rss <= RESIDENT_BYTES
        assert after.user + after.system - before.user - before.system <= 0.02
        assert agent.num_threads() == 1


def test_opens_no_port_and_a_private_socket(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.agent() as process:
        assert house.socket.stat().st_mode & 0o777 == 0o600
        kinds = {one.family for one in psutil.Process(process.pid).net_connections("inet")}
        assert kinds == set()


def test_is_single(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.agent():
        second = house.command("agent", "run")
        assert second.returncode == 4
        assert second.stderr == "firsthop: The agent runs already.\n"
        assert house.command("agent", "start").returncode == 0
        with house.line() as line:
            assert isinstance(line.ask(Hello(client="test")), Welcome)


def test_starts_again_after_a_kill(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.agent() as process:
        process.kill()
        process.wait()
        assert house.socket.exists()
    with house.agent(), house.line() as line:
        assert isinstance(line.ask(Hello(client="test")), Welcome)


def test_answers_what_it_cannot_read(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.agent(), house.line() as line:
        for number, text in enumerate(
            [
                "nonsense",
                '{"id": 1',
                '{"id": 2, "body": {"kind": "Dance"}}',
                "[" * 5000,
                '"\\ud800"',
            ]
        ):
            line.raw(text.encode() + b"\n")
            answer = line.next()
            assert isinstance(answer.body, Failed), number
        line.raw(b"\xff\xfe\n\n")
        assert isinstance(line.next().body, Failed)
        assert isinstance(line.ask(Hello(client="test")), Welcome)
        assert isinstance(line.ask(Hello(version=99, client="test")), Failed)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.agent(), house.line() as line, house.line() as other:
        with suppress(OSError):  # it may be closed on us half way: that is its right
            line.raw(b"x" * (LINE_LIMIT_BYTES + 1024))
        assert isinstance(other.ask(Hello(client="test")), Welcome)


@lab
def test_a_client_that_never_reads_holds_up_nobody(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    with house.agent(), house.line() as line, socket.socket(socket.AF_UNIX) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        deaf.connect(str(house.socket))
        run_id = start_check(line)
        assert ended(line, run_id).run.complete
        assert isinstance(line.ask(GetStatus()), StatusIs)


@lab
def test_one_check_at_a_time_told_to_all_and_kept(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    with house.agent(), house.line() as line, house.line() as other:
        run_id = start_check(line)
        busy = other.ask(StartCheck())
        assert isinstance(busy, Failed)
        assert busy.code == "busy"
        assert other.until(lambda one: isinstance(one, ProbeMoved))
        assert ended(line, run_id) == ended(other, run_id)
        listed = line.ask(ListRuns())
        assert isinstance(listed, RunList)
        assert [one.id for one in listed.runs] == [run_id]


@lab
def test_the_window_may_die_and_the_check_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    with house.agent():
        with house.line() as line:
            run_id = start_check(line)
        with house.line() as line:
            wait_for(lambda: isinstance(line.ask(GetRun(run_id=run_id)), RunIs))


@lab
@pytest.mark.parametrize("hangs", [False, True], ids=["lively", "hanging"])
def test_a_cancelled_check_is_back_within_a_second_and_kept(tmp_path: Path, hangs: bool) -> None:
    house = House(tmp_path, alone=True)
    with house.agent() as process, house.line() as line:
        run_id = start_check(line)
        line.until(lambda one: isinstance(one, ProbeMoved))
        children = psutil.Process(process.pid).children()
        assert len(children) == 1
        if hangs:
            children[0].send_signal(signal.SIGSTOP)
        began = time.monotonic()
        line.ask(CancelCheck(run_id=run_id))
        run = ended(line, run_id).run
        assert time.monotonic() - began < 1.3
        assert not run.complete
        kept = line.ask(GetRun(run_id=run_id))
        assert isinstance(kept, RunIs)
        assert kept.run.id == run_id
        assert psutil.Process(process.pid).children() == []


@lab
def test_a_check_whose_process_dies_says_so(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    with house.agent() as process, house.line() as line:
        start_check(line)
        line.until(lambda one: isinstance(one, ProbeMoved))
        psutil.Process(process.pid).children()[0].kill()
        event = line.until(lambda one: isinstance(one, CheckFailed | CheckEnded))
        if isinstance(event, CheckFailed):
            assert event.sentence == "The check broke off; nothing is lost. Start it again."
        else:
            assert isinstance(event, CheckEnded)
            assert not event.run.complete
        assert isinstance(line.ask(StartCheck(depth=Depth.QUICK)), CheckAccepted)


@lab
def test_a_check_whose_agent_was_killed_ends_in_order(tmp_path: Path) -> None:
    """No process stays, and no note of a crash: nothing of ours went wrong."""
    house = House(tmp_path, alone=True)
    with house.agent() as process:
        with house.line() as line:
            start_check(line)
            line.until(lambda one: isinstance(one, ProbeMoved))
            children = psutil.Process(process.pid).children()
            assert children
            process.kill()
        process.wait()
        _, alive = psutil.wait_procs(children, timeout=15)
        assert alive == []
    assert not list(house.folder.rglob("crash-*"))


def test_a_damaged_store_is_told_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.keep(run_of())
    (house.data / "history.db").write_bytes(b"no database" * 500)
    with house.agent(), house.line() as line:
        first, second = line.ask(GetStatus()), line.ask(GetStatus())
        assert isinstance(first, StatusIs)
        assert isinstance(second, StatusIs)
        assert "history.db was damaged" in first.notices[0]
        assert second.notices == ()
    (house.data / "history.db").write_bytes(b"no database" * 500)
    told = house.command("status")
    assert told.returncode == 0
    assert told.stderr.count("history.db was damaged") == 1
    assert house.command("status").stderr == ""


@lab
def test_a_result_that_cannot_be_kept_is_said_in_a_pipe_too(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    house.data.parent.mkdir()
    house.data.write_text("no folder")
    done = house.command("check", "--quick", "--json", "-")
    assert "The result is not kept: " in done.stderr
    assert done.stdout.startswith("{")


def test_steps_that_are_skipped_or_unknown(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.keep(run_of())
    with house.agent(), house.line() as line:
        skipped = line.ask(SkipStep(run_id="a" * 32, guide="line", step="wait", cause="line-down"))
        assert isinstance(skipped, RunIs)
        assert skipped.run.steps[-1].outcome is StepOutcome.SKIPPED
        line.ask(MeasureStep(run_id="a" * 32, guide="none", step="none", cause="none"))
        event = line.until(lambda one: isinstance(one, CheckFailed))
        assert isinstance(event, CheckFailed)
        assert event.sentence == "There is no step 'none' in the guide 'none'."


@lab
def test_the_terminal_checks_without_an_agent_and_a_home(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    blocked = {**house.environment, "HOME": "/proc/nowhere", "XDG_DATA_HOME": "/proc/nowhere"}
    ran = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", "agent.cli", "check", "--quick", "--json", "-"],
        env=blocked,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.stdout.startswith('{\n "schema": "firsthop-run/1"')
    assert ran.returncode in {1, 3}
    assert ran.stderr.startswith("The result is not kept: The folder /proc/nowhere/firsthop")
    assert ran.stderr.count("\n") == 1
    assert ".." not in ran.stderr


@lab
def test_control_c_keeps_and_marks_the_partial_result(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    process = subprocess.Popen(
        ["unshare", "-n", sys.executable, "-m", "agent.cli", "check"],
        env=house.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Checking")
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert time.monotonic() - began < 5  # a busy machine; the second is test_cancel's
    assert process.returncode in {1, 3}
    assert "stopped early" in out
    assert "\x1b" not in out
    kept = house.command("status")
    assert "Checks kept: 1" in kept.stdout


@lab
def test_a_step_is_measured_again_and_judged(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    with house.agent(), house.line() as line:
        run_id = start_check(line)
        before = ended(line, run_id).run
        cause, guide = "device-link-down", "device-link"
        found = load_guides().for_cause(cause)
        assert found is not None
        step = next(one.id for one in found.steps if one.probes)
        accepted = line.ask(MeasureStep(run_id=run_id, guide=guide, step=step, cause=cause))
        assert isinstance(accepted, CheckAccepted)
        event = line.until(lambda one: isinstance(one, StepMeasured | CheckFailed))
        assert isinstance(event, StepMeasured), event
        assert event.step.step == step
        assert event.step.outcome in {StepOutcome.NO_CHANGE, StepOutcome.NOT_MEASURED}
        assert event.run.id == run_id
        assert event.run.steps == (event.step,)
        assert set(before.readings) <= set(event.run.readings)
        kept = line.ask(GetRun(run_id=run_id))
        assert isinstance(kept, RunIs)
        assert kept.run == event.run


@lab
def test_an_answer_changes_the_verdicts_evidence(tmp_path: Path) -> None:
    house = House(tmp_path, alone=True)
    house.keep(run_of())
    question = "asked-neighbours-too"  # what no measurement can close
    with house.agent(), house.line() as line:
        answered = line.ask(AnswerQuestion(run_id="a" * 32, question=question, answer="yes"))
        assert isinstance(answered, RunIs), answered
        assert [one.answer for one in answered.run.answers] == ["yes"]
        sign = next(one for one in answered.run.signs if one.id == question)
        assert sign.state.value == "present"
        wrong = AnswerQuestion(run_id="a" * 32, question=question, answer="perhaps")
        assert isinstance(line.ask(wrong), Failed)
