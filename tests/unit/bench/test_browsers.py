"""A page steered by the DevTools protocol, what its browser took, and the table of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from bench.browser_once import Told, command
from bench.browsers import TESTS, Figures, detail
from bench.devtools import Page, Pipe
from bench.harness import BenchError
from tests.sim.toolchain import search_path

_CHROMIUM = shutil.which("chromium", path=search_path())
_OPENED = (
    '{"id":1,"result":{"targetId":"T"}}',
    '{"method":"Target.attachedToTarget","params":{"sessionId":"S"}}',
    '{"id":2,"result":{"sessionId":"S"}}',
    '{"id":3,"result":{},"sessionId":"S"}',
    '{"id":4,"result":{"frameId":"F"},"sessionId":"S"}',
    '{"method":"Page.frameNavigated","params":{"frame":{"id":"F"}},"sessionId":"S"}',
    '{"method":"Page.loadEventFired","params":{"timestamp":1.5},"sessionId":"S"}',
)


class _Browser:
    """The other ends of the pipes: what it will say is written beforehand."""

    def __init__(self) -> None:
        self._asked, its_writes = os.pipe()
        its_reads, self._says = os.pipe()
        self.ends = (its_reads, its_writes)

    def say(self, *messages: str) -> None:
        os.write(self._says, "".join(f"{message}\0" for message in messages).encode())

    def asked(self) -> list[dict[str, object]]:
        texts = os.read(self._asked, 1 << 16).split(b"\0")
        return [msgspec.json.decode(text, type=dict[str, object]) for text in texts if text]

    def leave(self) -> None:
        if self._says >= 0:
            os.close(self._says)
        self._says = -1

    def close(self) -> None:
        self.leave()
        for end in (self._asked, *self.ends):
            os.close(end)


@pytest.fixture
def browser() -> Generator[_Browser]:
    made = _Browser()
    yield made
    made.close()


def test_a_page_is_opened_and_asked(browser: _Browser) -> None:
    browser.say(*_OPENED, '{"id":5,"result":{"result":{"type":"object","value":{"down":1.5}}}}')
    page = Page.opened(Pipe(*browser.ends, 5), "http://speed.example/")
    assert page.evaluate("(async () => {})()") == b'{"down":1.5}'
    asked = browser.asked()
    assert [message["method"] for message in asked] == [
        "Target.createTarget",
        "Target.attachToTarget",
        "Page.enable",
        "Page.navigate",
        "Runtime.evaluate",
    ]
    assert [message.get("sessionId") for message in asked] == [None, None, "S", "S", "S"]
    assert asked[3]["params"] == {"url": "http://speed.example/"}


def test_what_the_page_throws_is_said(browser: _Browser) -> None:
    thrown = '{"text":"Uncaught (in promise)","exception":{"description":"Error: no server"}}'
    browser.say(*_OPENED, f'{{"id":5,"result":{{"result":{{}},"exceptionDetails":{thrown}}}}}')
    page = Page.opened(Pipe(*browser.ends, 5), "http://speed.example/")
    with pytest.raises(BenchError, match="no server"):
        page.evaluate("x")


def test_what_the_browser_refuses_is_said(browser: _Browser) -> None:
    browser.say('{"id":1,"error":{"code":-32000,"message":"Not allowed"}}')
    with pytest.raises(BenchError, match=r"Target\.createTarget: Not allowed"):
        Page.opened(Pipe(*browser.ends, 5), "http://speed.example/")


def test_a_browser_that_ends_or_keeps_silent_is_no_result(browser: _Browser) -> None:
    with pytest.raises(BenchError, match="in time"):
        Pipe(*browser.ends, 0.05).receive()
    browser.leave()
    with pytest.raises(BenchError, match="ended before"):
        Pipe(*browser.ends, 5).receive()


def test_each_side_is_judged_by_what_it_means_to_tell() -> None:
    worker, cloudflare, ndt7 = TESTS
    assert worker.truth() == (100, 20)
    assert cloudflare.truth() == ndt7.truth() == pytest.approx((96.53, 19.31), abs=0.01)
    runs = [Figures(worker.name, 105, 19, worker.truth(), seconds) for seconds in (20.0, 30.0)]
    (row,) = detail(runs).splitlines()[2:]
    assert row.startswith(
        f"| {worker.name} | 25 | 105 of 100 | 5 / 5 / 5 | 19 of 20 | -5 / -5 / -5"
    )


def test_every_test_has_its_page() -> None:
    pages = Path(__file__).parents[3] / "bench" / "pages"
    assert {test.page for test in TESTS} == {path.name for path in pages.iterdir()}


def test_outside_of_its_own_spaces_it_ends_nobody() -> None:
    words = [sys.executable, "-m", "bench.browser_once", "/bin/true", "about:blank", "x", "y"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert "PID namespace" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0 or _CHROMIUM is None, reason="needs root and Chromium")
def test_chromium_and_all_its_processes_are_counted(tmp_path: Path) -> None:
    script, given = tmp_path / "page.js", tmp_path / "given.json"
    script.write_text(
        "// busy for a while\n"
        "async ({ ms }) => {\n"
        "  const begun = performance.now();\n"
        "  while (performance.now() - begun < ms);\n"
        "  return { down_mbps: ms, up_mbps: 1 };\n"
        "};\n"
    )
    given.write_text('{"ms": 600}')
    words = [str(_CHROMIUM), "about:blank", str(script), str(given)]
    done = subprocess.run(
        ["unshare", "--net", *command(words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = msgspec.json.decode(done.stdout, type=Told)
    assert (told.figures.down_mbps, told.figures.up_mbps) == (600, 1)
    assert told.wall_s > told.test_s >= 0.6
    assert told.cpu_s > 0.5
    assert told.peak_bytes > 50e6
