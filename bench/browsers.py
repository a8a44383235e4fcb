"""Our kinds beside the browser tests that people run, in headless Chromium, on the same servers.

    python -m bench browsers [--runs 5] [--only TEXT]

LibreSpeed's worker against LibreSpeed's Go server, @m-lab/ndt7 against M-Lab's ndt-server, and
@cloudflare/speedtest against the lab's `/__down` and `/__up`; 100/20 Mbit/s, 20 ms. CPU and memory
are those of all processes of the browser.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec

from bench import browser_once, peers
from bench.harness import BenchError, Outcome, Spread, paired, table, usual_rows
from bench.line import FAR, PAYLOAD_SHARE, BenchLine, Way, built
from bench.real_servers import libre_server, ndt_server
from bench.throughput_once import Both

_DOWN, _UP, _RTT_MS = Way(100), Way(20), 20.0
_SITE = "http://speed.lab-isp.example"
_CLOUDFLARE, _NDT7 = ("@cloudflare/speedtest", "1.14.1"), ("@m-lab/ndt7", "0.1.4")
_PAGES = Path(__file__).parent / "pages"
_START_S = 4.0


@dataclass(frozen=True)
class Figures:
    """What one run told, Mbit/s, against what it should tell; `test_s` without any start."""

    side: str
    down_mbps: float
    up_mbps: float
    truth: tuple[float, float]
    test_s: float

    @property
    def errors(self) -> tuple[float, float]:
        """Relative, down and up."""
        return self.down_mbps / self.truth[0] - 1, self.up_mbps / self.truth[1] - 1


@dataclass(frozen=True)
class Test:
    """A browser test. `kind` and `place` are ours; `overhead`: headers are added."""

    name: str
    kind: str
    place: str
    page: str
    address: str
    given: Callable[[], dict[str, str]]
    serve: Callable[[BenchLine], AbstractContextManager[None]]
    overhead: bool = False

    def truth(self) -> tuple[float, float]:
        """Payload of full segments; IP packets where the overhead is added."""
        share = 1.0 if self.overhead else PAYLOAD_SHARE
        return _DOWN.rate_mbps * share, _UP.rate_mbps * share


@contextmanager
def _lab_only(_: BenchLine) -> Generator[None]:
    """The line's own servers will do."""
    yield


def _cloudflare() -> dict[str, str]:
    package = peers.node(*_CLOUDFLARE)
    return {"source": (package / "dist/speedtest.js").read_text("utf-8"), "place": _SITE}


def _ndt7() -> dict[str, str]:
    source = peers.node(*_NDT7) / "src"
    return {
        "source": (source / "ndt7.js").read_text("utf-8"),
        "downloadWorker": (source / "ndt7-download-worker.js").read_text("utf-8"),
        "uploadWorker": (source / "ndt7-upload-worker.js").read_text("utf-8"),
        "server": f"{FAR}:4080",
    }


_LIBRE = f"http://{FAR}:8989"
TESTS = (
    Test(
        "LibreSpeed's worker",
        "librespeed",
        f"{_LIBRE}/backend",
        "librespeed.js",
        f"{_LIBRE}/backend/getIP.php",  # any page of this server, so that its worker may be loaded
        lambda: {"worker": f"{_LIBRE}/speedtest_worker.js"},
        libre_server,
        overhead=True,  # it tells 1.06 times the payload (overheadCompensationFactor)
    ),
    Test(
        "@cloudflare/speedtest", "cloudflare", _SITE, "cloudflare.js", _SITE, _cloudflare, _lab_only
    ),
    Test("@m-lab/ndt7", "ndt7", f"http://{FAR}:4080", "ndt7.js", _SITE, _ndt7, ndt_server),
)


def _moved(line: BenchLine, argv: list[str]) -> tuple[str, Outcome]:
    """What it printed, and what it took as the harness sees it."""
    before = line.moved_bytes()
    used = line.run(argv, timeout_s=180)
    moved = line.moved_bytes() - before
    line.settle()
    if used.status:
        raise BenchError(f"{argv[-1]} ended with {used.status}: {used.errors.strip()[-300:]}")
    return used.output, Outcome(used.wall_s, used.cpu_s, used.peak_bytes, moved)


def _ours(line: BenchLine, test: Test, found: list[Figures]) -> Outcome:
    argv = [sys.executable, "-m", "bench.throughput_once", test.place, test.kind]
    output, took = _moved(line, argv)
    both = msgspec.json.decode(output, type=Both)
    payload = _DOWN.rate_mbps * PAYLOAD_SHARE, _UP.rate_mbps * PAYLOAD_SHARE
    seconds = both.down.duration_s + both.up.duration_s
    figures = Figures("ours", both.down.rate_bps / 1e6, both.up.rate_bps / 1e6, payload, seconds)
    found.append(figures)
    worst = max(figures.errors, key=abs)
    return Outcome(took.wall_s, took.cpu_s, took.peak_bytes, took.moved_bytes, worst)


def _theirs(line: BenchLine, test: Test, browser: str, found: list[Figures]) -> Outcome:
    given = line.stage.folder / "given.json"
    given.write_bytes(msgspec.json.encode(test.given()))
    words = [browser, test.address, str(_PAGES / test.page), str(given)]
    output, took = _moved(line, browser_once.command(words))
    told = msgspec.json.decode(output, type=browser_once.Told)
    told_mbps = told.figures
    figures = Figures(test.name, told_mbps.down_mbps, told_mbps.up_mbps, test.truth(), told.test_s)
    found.append(figures)
    worst = max(figures.errors, key=abs)
    return Outcome(told.wall_s, told.cpu_s, told.peak_bytes, took.moved_bytes, worst)


def detail(found: Sequence[Figures]) -> str:
    """A line for each side: figures and errors of its runs, min / median / max."""
    lines = [
        "| side | test alone, s | down, Mbit/s | % wrong | up, Mbit/s | % wrong |",
        "|---|---|---|---|---|---|",
    ]
    for side in dict.fromkeys(run.side for run in found):
        runs = [run for run in found if run.side == side]
        down = Spread.of([run.errors[0] * 100 for run in runs])
        up = Spread.of([run.errors[1] * 100 for run in runs])
        lines.append(
            f"| {side} | {median([run.test_s for run in runs]):.3g} | "
            f"{median([run.down_mbps for run in runs]):.4g} of {runs[0].truth[0]:.4g} | {down} | "
            f"{median([run.up_mbps for run in runs]):.4g} of {runs[0].truth[1]:.4g} | {up} |"
        )
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """Print two tables for each test."""
    parser = argparse.ArgumentParser(prog="python -m bench browsers", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="those whose name holds this")
    wanted = parser.parse_args(argv)
    browser = str(peers.debian("chromium", "chromium"))
    for test in (test for test in TESTS if wanted.only in test.name):
        found: list[Figures] = []
        with built() as line, test.serve(line):
            line.shape(_DOWN, _UP, _RTT_MS)
            time.sleep(_START_S)  # the servers' start
            pairs = paired(
                lambda line=line, test=test, found=found: _ours(line, test, found),
                lambda line=line, test=test, found=found: _theirs(line, test, browser, found),
                wanted.runs,
            )
        title = f"100/20 Mbit/s, 20 ms: {test.name} in Chromium"
        sys.stdout.write(f"{table(title, usual_rows(pairs), test.name)}\n{detail(found)}\n")
        sys.stdout.flush()
    return 0
