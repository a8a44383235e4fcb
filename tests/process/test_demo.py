"""`firsthop demo` and the group's --provider: said at once when wrong, and held for the command."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.process.agent_house import ROOT

#: keeps a child as the demo keeps its desk, and says when that ended
_KEEPS = """
import asyncio, sys
from agent.commands.demo import kept

async def main():
    desk = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)")
    enough = asyncio.Event()
    if "enough" in sys.argv:
        enough.set()
    if "ends" in sys.argv:
        desk.kill()
    try:
        await kept(desk, enough)
    finally:
        if desk.returncode is None:
            desk.kill()
        await desk.wait()

asyncio.run(main())
"""
SOON_S = 20.0


@contextmanager
def keeping(*words: str, terminal: bool) -> Generator[subprocess.Popen[bytes]]:
    near, far = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _KEEPS, *words],
        cwd=ROOT,
        stdin=far if terminal else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    os.close(far)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
        os.close(near)


def test_the_desk_stays_until_the_person_ends_it() -> None:
    with keeping(terminal=True) as process:
        assert process.stderr is not None
        told = process.stderr.readline().decode()
        assert "Ctrl-C" in told
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON_S) == 0


@pytest.mark.parametrize(
    ("words", "terminal"), [((), False), (("enough",), True), (("ends",), True)]
)
def test_the_desk_does_not_stay_for_nobody(words: tuple[str, ...], terminal: bool) -> None:
    """No terminal, Ctrl-C during the check already, or a desk that ended by itself."""
    with keeping(*words, terminal=terminal) as process:
        assert process.wait(SOON_S) == 0


def command(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **variables}
    environment |= {"XDG_DATA_HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "agent.cli", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("words", [(), ("demo",), ("check",), ("agent", "start"), ("desk",)])
def test_a_wrong_profile_is_said_before_anything_starts(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """With a place for a window, too: the window's agent would be heard by nobody."""
    done = command(tmp_path, "--provider", "/absent/acme.toml", *words)
    assert done.returncode == 2, done.stderr
    assert "Cannot read the provider file /absent/acme.toml" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_the_commands_own_profile_wins(tmp_path: Path) -> None:
    own, outer = tmp_path / "own.toml", tmp_path / "outer.toml"
    own.write_text("[brand]\nnothing = 1\n")
    outer.write_text("[brand]\n")
    done = command(tmp_path, "--provider", str(outer), "check", "--provider", str(own))
    assert done.returncode == 2
    assert str(own) in done.stderr
