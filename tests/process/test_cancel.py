"""Ctrl-C at any moment of a check: back within a second, with what was measured so far."""

from __future__ import annotations

import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnostics.run import decode_run
from tests.sim.home import Home
from tests.sim.scenario import load

CHECK = [sys.executable, "-m", "agent.cli", "check", "--json", "-"]
#: what is promised: the partial Run begins to be printed (0.3 s at most on a busy machine)
ANSWERED_WITHIN_S = 1.0
#: until the interpreter has ended as well, which is the machine's business
ENDED_WITHIN_S = ANSWERED_WITHIN_S + 1.0

pytestmark = [pytest.mark.lab, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with Home.build(load("healthy-cable")) as built:
        yield built


def _begun(folder: Path) -> None:
    """The check holds its lock: before that Ctrl-C ends a program that has measured nothing."""
    deadline = time.monotonic() + 20
    while not list(folder.rglob("*.check")):
        assert time.monotonic() < deadline, "the check did not begin"
        time.sleep(0.02)


@pytest.mark.parametrize("after_s", [0.5, 1.5, 3.0, 5.0, 6.5])
def test_a_cancelled_check_is_back_at_once(home: Home, tmp_path: Path, after_s: float) -> None:
    variables = [f"XDG_DATA_HOME={tmp_path}", f"XDG_RUNTIME_DIR={tmp_path}"]
    check = home.popen(["env", *variables, *CHECK])
    _begun(tmp_path)
    time.sleep(after_s)
    assert check.poll() is None, "the check was over before it could be cancelled"
    began = time.monotonic()
    check.send_signal(signal.SIGINT)
    assert check.stdout is not None
    select.select([check.stdout], [], [], 20)
    answered_s = time.monotonic() - began
    printed, said = check.communicate(timeout=20)
    ended_s = time.monotonic() - began
    assert answered_s <= ANSWERED_WITHIN_S, f"{answered_s:.2f} s"
    assert ended_s <= ENDED_WITHIN_S, f"{ended_s:.2f} s"
    assert "Traceback" not in said
    run = decode_run(printed.encode())
    assert not run.complete
    assert check.returncode == 3
    assert run.readings
