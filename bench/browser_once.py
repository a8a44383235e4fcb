"""A page of a browser test as a program, `bench.browser_once BROWSER ADDRESS SCRIPT GIVEN`.

It is to be the first process of a PID namespace with mounts of its own (`command`): so it sees all
of the browser's processes and no other, counts what they took, and they end with it. Loads ADDRESS
in Chromium, calls the function in the file SCRIPT with the JSON of the file GIVEN, prints JSON.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.devtools import Page, Pipe
from bench.harness import BenchError
from bench.looker import Looker
from tests.sim import spaces

_PATIENCE_S = 150.0
_END_S = 3.0
_LOOK_S = 0.5
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
#: nothing but the page: no updates, no lists, no questions, no slowing of a page that nobody sees
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--no-pings",
    "--mute-audio",
    "--password-store=basic",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--metrics-recording-only",
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--remote-debugging-pipe",
)


class Figures(msgspec.Struct, frozen=True):
    """What the page tells, Mbit/s."""

    down_mbps: float
    up_mbps: float


class Told(msgspec.Struct, frozen=True):
    """`wall_s` from the browser's start to the page's figures, `test_s` without that start.

    CPU is that of all its processes; memory the largest sum of their proportional shares (PSS).
    """

    figures: Figures
    wall_s: float
    test_s: float
    cpu_s: float
    peak_bytes: int


def command(argv: list[str]) -> list[str]:
    """The command line that runs this module with `argv` in spaces of its own (util-linux)."""
    apart = ["unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"]
    return [*apart, sys.executable, "-m", "bench.browser_once", *argv]


class _Memory(Looker):
    """Looks at the proportional memory of every other process that it sees."""

    def __init__(self) -> None:
        super().__init__(_LOOK_S)
        self.peak_bytes = 0

    def look(self) -> None:
        self.peak_bytes = max(self.peak_bytes, sum(map(_share_bytes, _others())))


def _others() -> list[int]:
    numbers = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [number for number in numbers if number != os.getpid()]


def _share_bytes(pid: int) -> int:
    try:
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    except OSError:
        return 0  # it has ended
    return int(found[1]) * 1024 if found else 0


def _start(browser: str, profile: Path) -> tuple[int, int]:
    """Start it; the descriptors to read from it and to write to it (its 4 and 3)."""
    (its_reads, writes), (reads, its_writes) = os.pipe(), os.pipe()
    # well above 3 and 4, which are filled one after the other
    given = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (its_reads, its_writes)]
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, given[0], 3),
        (os.POSIX_SPAWN_DUP2, given[1], 4),
    ]
    words = [browser, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    os.posix_spawn(browser, words, os.environ | {"HOME": str(profile)}, file_actions=actions)
    for end in (its_reads, its_writes, *given):
        os.close(end)
    return reads, writes


@contextmanager
def _scratch() -> Generator[Path]:
    """A folder in memory for the profile; the mount goes with this process, however it ends."""
    base = Path(tempfile.gettempdir())
    spaces.mount("none", base, "tmpfs", 0, "mode=1777")
    with tempfile.TemporaryDirectory(prefix="profile-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _end_all(pipe: Pipe) -> None:
    """Ask the browser to close, then end what is left; all of them are waited for."""
    with contextlib.suppress(BenchError, OSError):
        pipe.send({"id": 1 << 20, "method": "Browser.close"})
    until_s = time.monotonic() + _END_S
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < until_s:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.02)
        # in a PID namespace of our own these are the browser's, and no other's
        os.kill(-1, signal.SIGKILL)
        while True:
            os.waitpid(-1, 0)


def told(browser: str, address: str, script: str) -> Told:
    """Load, evaluate, end. BenchError when the page or the browser fails."""
    with _scratch() as profile, _Memory() as memory:
        begun_s = time.monotonic()
        reads, writes = _start(browser, profile)
        pipe = Pipe(reads, writes, _PATIENCE_S)
        try:
            page = Page.opened(pipe, address)
            loaded_s = time.monotonic()
            figures = msgspec.json.decode(page.evaluate(script), type=Figures)
            ended_s = time.monotonic()
        finally:
            _end_all(pipe)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    return Told(figures, ended_s - begun_s, ended_s - loaded_s, cpu_s, memory.peak_bytes)


def main(browser: str, address: str, script: Path, given: Path) -> int:
    """0 when the page told its figures; else one sentence on standard error."""
    if os.getpid() != 1:
        sys.stderr.write("This is to run in a PID namespace of its own (bench/browser_once.py).\n")
        return 2
    text = f"({script.read_text('utf-8').strip().rstrip(';')})({given.read_text('utf-8')})"
    try:
        sys.stdout.buffer.write(msgspec.json.encode(told(browser, address, text)))
    except (BenchError, msgspec.MsgspecError) as failed:
        sys.stderr.write(f"{failed}\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
