"""However a lab ends, nothing of it is left: no process, no namespace, no mount."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.sim.home import ROOT, Home
from tests.sim.scenario import load
from tests.sim.toolchain import cache

pytestmark = pytest.mark.lab

_LAB = (sys.executable, "-m", "tests.sim.command", "run", "healthy-cable", "--")


def _networks(pids: Iterable[int]) -> set[str]:
    found: set[str] = set()
    for pid in pids:
        with suppress(OSError):
            found.add(str(Path(f"/proc/{pid}/ns/net").readlink()))
    return found


def _wait_for(path: Path) -> None:
    end = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < end, "the lab did not run its command"
        time.sleep(0.05)


def _gone_within(processes: list[psutil.Process], limit_s: float) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=limit_s)
    return alive


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_after_a_signal(ending: signal.Signals, tmp_path: Path) -> None:
    ours = _networks([os.getpid()])
    sign = tmp_path / "running"
    lab = subprocess.Popen(
        [*_LAB, "sh", "-c", f"touch {sign}; exec sleep 60"],
        cwd=ROOT,
        start_new_session=True,
    )
    _wait_for(sign)
    family = psutil.Process(lab.pid).children(recursive=True)
    assert len(family) > 5
    theirs = _networks(process.pid for process in family) - ours
    assert len(theirs) >= 2
    if ending == signal.SIGINT:
        os.killpg(lab.pid, ending)
    else:
        lab.send_signal(ending)
    lab.wait(10)
    assert _gone_within(family, 5) == []
    assert _networks(psutil.pids()).isdisjoint(theirs)
    assert not (cache() / "stage" / "networks").exists()
    assert "stage" not in Path("/proc/mounts").read_text(encoding="utf-8")


def test_closing_a_home_ends_what_still_runs_in_it() -> None:
    with Home.build(load("healthy-cable")) as home:
        left = home.popen(["sleep", "60"])
        family = psutil.Process(left.pid).children(recursive=True)
    assert left.returncode != 0
    assert _gone_within(family, 5) == []


def test_what_a_run_keeps_goes_with_its_home(tmp_path: Path) -> None:
    """Neither the user's own data nor the lab's cache holds it afterwards."""
    kept = 'cd "$XDG_DATA_HOME" && mkdir firsthop && head -c 4000000 /dev/zero >firsthop/x'
    variables = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    told = 'printf %s "$XDG_DATA_HOME"'
    done = subprocess.run(
        [*_LAB, "sh", "-c", f"{kept} && {told}"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout != str(tmp_path)
    assert not Path(done.stdout, "firsthop").exists()
    assert list(tmp_path.iterdir()) == []
