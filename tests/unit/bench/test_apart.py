"""What a comparison starts and mounts ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sim.stage import wait_until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root for namespaces")

_WORK = """
import os, subprocess, sys, tempfile
from pathlib import Path
from bench.apart import apart

def work():
    folder = tempfile.mkdtemp()
    (Path(folder) / "held").write_text("x")
    subprocess.Popen(["sleep", "{seconds}"], start_new_session=True)
    print(os.getpid(), folder, flush=True)
    {then}

sys.exit(apart(work))
"""


def _started(cache: Path, seconds: str, then: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WORK.format(seconds=seconds, then=then)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"FIRSTHOP_BENCH_CACHE": str(cache)},
    )


def _sleepers(seconds: str) -> list[str]:
    """Processes of this machine that sleep for just so long."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == f"sleep\0{seconds}\0".encode():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_of_one_that_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    seconds = f"{1000 + number}.{os.getpid()}"
    with _started(tmp_path, seconds, "__import__('time').sleep(60)") as child:
        assert child.stdout
        pid, folder = child.stdout.readline().split()
        assert pid == "1"
        assert wait_until(lambda: len(_sleepers(seconds)) == 1, 10)
        child.send_signal(number)
        assert child.wait(20) != 0
    assert wait_until(lambda: not _sleepers(seconds), 10)
    assert Path(folder).is_relative_to(tmp_path)
    assert not Path(folder).exists()


@pytest.mark.parametrize(("then", "status"), [("return 4", 4), ("sys.exit(3)", 3), ("1 / 0", 1)])
def test_its_status_is_told(tmp_path: Path, then: str, status: int) -> None:
    seconds = f"2000.{os.getpid()}"
    with _started(tmp_path, seconds, then) as child:
        child.communicate(timeout=30)
        assert child.returncode == status
    assert wait_until(lambda: not _sleepers(seconds), 10)
