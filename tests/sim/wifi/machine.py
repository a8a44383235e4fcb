"""Starts the guest, passes on what the command prints, and has everything gone at the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import msgspec

from tests.sim.complaint import LabError
from tests.sim.scenario import Scenario
from tests.sim.toolchain import cache, tools
from tests.sim.wifi.job import Job, Told
from tests.sim.wifi.kernel import Guest, guest

ROOT = Path(__file__).parents[3]
_LIMIT_S = 240.0
_BUILD_S = 150.0  # a busy machine: alone it takes 10
_MEMORY_MB = 1024

Write = Callable[[int, bytes], None]


@dataclass(frozen=True)
class Ended:
    """How the command in the guest ended; `ready_s` is when the home stood."""

    code: int
    out: bytes
    err: bytes
    ready_s: float


def run(scenario: Scenario, command: list[str], environ: dict[str, str] | None = None) -> Ended:
    """Run to its end, output captured. LabError when the guest itself failed."""
    held: dict[int, bytes] = {1: b"", 2: b""}

    def keep(stream: int, data: bytes) -> None:
        held[stream] += data

    told = _played(scenario, command, environ or {}, keep)
    return Ended(_code(told), held[1], held[2], _ready_s(told))


def run_in_guest(scenario: Scenario, command: list[str], seed: int) -> int:
    """As `lab run`: streams pass through; the guest's medium has its own seed."""
    del seed
    return _code(_played(scenario, command, {}, _pass_on))


def _pass_on(stream: int, data: bytes) -> None:
    while data:
        data = data[os.write(stream, data) :]


def _code(told: list[Told]) -> int:
    failed = next((line.text for line in told if line.what == "failed"), "")
    if failed:
        raise LabError(f"The WiFi guest failed: {failed}")
    ended = [line.code for line in told if line.what == "ended"]
    if not ended:
        raise LabError("The WiFi guest went away before the command had ended.")
    return ended[0]


def _ready_s(told: list[Told]) -> float:
    return next((line.after_s for line in told if line.what == "ready"), 0.0)


def _played(
    scenario: Scenario, command: list[str], extra: dict[str, str], write: Write
) -> list[Told]:
    if scenario.air is None:
        raise LabError("This scenario has no air.")
    tools()  # compiled here: the guest has no time for it
    kernel = guest()
    with tempfile.TemporaryDirectory(prefix="firsthop-guest-") as name:
        folder = Path(name)
        job = Job(
            scenario=scenario,
            command=command,
            environ=_environ(extra),
            cwd=str(Path.cwd()),
            folder=name,
            limit_s=_LIMIT_S,
        )
        (folder / "job.json").write_bytes(msgspec.json.encode(job))
        for file in ("out", "err", "told"):
            (folder / file).touch()
        with _started(kernel, folder, scenario.air.radios) as process:
            _follow(process, folder, write)
        told = _told(folder)
        if not any(line.what == "ended" for line in told):
            console = (folder / "console").read_text(errors="replace")[-1500:]
            raise LabError(f"The WiFi guest went away: {console}")
        return told


def _environ(extra: dict[str, str]) -> dict[str, str]:
    unwanted = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS")
    own = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    kept = {k: v for k, v in own.items() if k not in unwanted and not k.startswith("FIRSTHOP_LAB")}
    return kept | extra


@contextmanager
def _started(kernel: Guest, folder: Path, radios: int) -> Generator[subprocess.Popen[bytes]]:
    """The guest's process group, dead at the end however that comes."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else str(folder)  # noqa: S108
    with (folder / "console").open("wb") as console:
        process = subprocess.Popen(
            _line(kernel, folder, radios),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "TMPDIR": memory},
        )
    try:
        with _ended_by_signal(process):
            yield process
    finally:
        _kill(process)
        process.wait()


def _line(kernel: Guest, folder: Path, radios: int) -> list[str]:
    python = Path(sys.prefix) / "bin" / "python"
    own_cache = os.environ.get("FIRSTHOP_LAB_CACHE", "")
    return [
        str(kernel.linux),
        f"mem={_MEMORY_MB}M",
        "root=/dev/root",
        "rootfstype=hostfs",
        "rootflags=/",
        "ro",
        "quiet",
        "loglevel=3",
        f"uml_dir={folder}/",
        "con0=null,fd:1",
        "con=null",
        "ssl=null",
        "panic=-1",
        f"mac80211_hwsim.radios={radios}",
        f"init={Path(__file__).parent / 'init.sh'}",
        f"lab.folder={folder}",
        f"lab.layer={kernel.layer}",
        f"lab.tree={ROOT}",
        f"lab.python={python}",
        f"lab.home={Path.home()}",
        *([f"lab.cache={cache()}"] if own_cache else []),
    ]


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def _ended_by_signal(process: subprocess.Popen[bytes]) -> Generator[None]:
    """A request to end ends the guest; only the main thread may listen for it."""

    def end(_number: int, _frame: FrameType | None) -> None:
        _kill(process)

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _follow(process: subprocess.Popen[bytes], folder: Path, write: Write) -> None:
    end_s = time.monotonic() + _LIMIT_S + _BUILD_S
    with (folder / "out").open("rb") as out, (folder / "err").open("rb") as err:
        while True:
            over = process.poll() is not None or time.monotonic() > end_s
            for stream, file in ((1, out), (2, err)):
                if data := file.read():
                    write(stream, data)
            if over:
                return
            time.sleep(0.02)


def _told(folder: Path) -> list[Told]:
    lines = (folder / "told").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Told) for line in lines if line]


def available() -> bool:
    """Whether the guest is built, or can be here."""
    return shutil.which("gcc") is not None
