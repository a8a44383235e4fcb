"""The command's manners: exit statuses, one sentence for every mistake, nothing hostile printed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.cli import main
from agent.terminal.findings import findings
from agent.terminal.plain import plain, plain_lines, unmarked_lines
from agent.terminal.screen import folded, show
from diagnostics.guide_file import load_guides
from diagnostics.profile import ProfileError, load_profile, parse_profile
from tests.unit.uploader.samples import run_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["check", "--quick", "--full"], 2, "Choose --quick or --full, not both."),
        (["chek"], 2, "No such command 'chek'."),
        (["check", "--no"], 2, "No such option"),
        (["check", "--provider", "/absent.toml"], 2, "Cannot read the provider file /absent.toml"),
        (["check", "--json", "/absent/x.json"], 2, "/absent/x.json cannot be written"),
        (["check", "--report", "/"], 2, "/ cannot be written"),
        (["check", "--complaint", "x" * 10_001], 2, "The complaint is longer than 10000 letters"),
        (["guide", "line-dwn"], 2, "There is no guide for 'line-dwn'. Did you mean line-down?"),
        (["guide"], 2, "Missing argument"),
        (["bundle", "-o", "/absent/x.zip"], 2, "/absent/x.zip cannot be written"),
        (["bundle", "abc", "-o", "x.zip"], 4, "There is no check 'abc' here."),
        (["check", "--complaint", "no \udcff"], 2, "The complaint is not UTF-8 text"),
        (["bundle", "-o", "x.zip", "--complaint", "\udcff"], 2, "The complaint is not UTF-8"),
        (["check", "--report", "/proc/x.html"], 2, "/proc/x.html cannot be written"),
        (["check", "--json", "r.x", "--report", "./r.x"], 2, "r.x is named twice"),
        (["wifi", "read", "/dev/zero"], 4, "/dev/zero is larger than 256 MB"),
        (["wifi"], 2, "Missing command"),
        (["send"], 4, "The provider's profile names no desk to send to"),
        (["agent", "status"], 4, ""),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == status
    told = capsys.readouterr()
    assert sentence in told.err
    assert "Traceback" not in told.err
    assert len(told.err.splitlines()) <= 1


def test_a_wrong_profile_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "p.toml"
    for text in (b"[plan]\ndown_mbps = -1", b"[brand", b"\xff\xfe", b"[nothing]\nx = 1"):
        wrong.write_bytes(text)
        assert main(["check", "--provider", str(wrong)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_our_own_mistake_leaves_a_note(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "firsthop").mkdir()
    from agent.crash_note import leave_note  # noqa: PLC0415 - the environment comes first

    sentence = leave_note(ValueError("boom"))
    place = Path(sentence.rpartition(" is in ")[2].rstrip("."))
    assert place.parent == tmp_path / "firsthop" / "crashes"
    assert "boom" in place.read_text()
    assert place.stat().st_mode & 0o077 == 0
    assert "boom" not in sentence
    assert capsys.readouterr().err == ""


def test_guide_shows_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guide", "line-down"]) == 0
    out = capsys.readouterr().out
    guide = load_guides().for_cause("line-down")
    assert guide is not None
    assert all(plain(step.title) in out for step in guide.steps_for("line-down"))


def test_findings_put_the_verdict_first_and_need_no_colour(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = run_of()
    show(findings(run))
    out = capsys.readouterr().out
    assert out.startswith(run.verdict.headline)
    assert "\x1b" not in out
    assert plain(run.signs[0].text) in out


def test_hostile_names_cannot_move_the_cursor() -> None:
    hostile = "net\x1b[2J\x07\u202eevil\u2066\r\nx\x9b1A"
    assert plain(hostile) == "net[2Jevil x1A"
    assert plain_lines("a\x1b\nb\u202e") == ["a", "b"]


def test_help_comes_quickly_and_loads_no_window() -> None:
    code = (
        "import sys; from agent.cli import main; main(['--help']);"
        "print(sorted({m.split('.')[0] for m in sys.modules} &"
        " {'PySide6', 'httpx', 'rich', 'scapy', 'litestar', 'dns', 'asyncio'}), file=sys.stderr)"
    )
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert time.perf_counter() - began < 1.5
    assert ran.stderr.strip() == "[]"
    assert "check" in ran.stdout


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("1. Open **Settings**.\n2. Type `9.9.9.9`.", ["1. Open Settings.", "2. Type 9.9.9.9."]),
        ("See [the page](https://a.example/x).", ["See the page (https://a.example/x)."]),
        ("2 * 3 * 4 and a_b_c", ["2 * 3 * 4 and a_b_c"]),
    ],
)
def test_marks_of_markdown_are_not_shown(markdown: str, lines: list[str]) -> None:
    assert unmarked_lines(markdown) == lines


def test_narrow_terminals_keep_the_shape_of_lists() -> None:
    folded_lines = folded("  - one two three four five", 16)
    assert folded_lines == ["  - one two", "    three four", "    five"]
    assert folded("", 16) == [""]


@pytest.mark.parametrize(
    "text",
    [
        '[targets]\nanchors = ["not an address"]',
        '[targets]\nsites = ["ftp://x.example/"]',
        '[desk]\nurl = "file:///etc/passwd"',
        '[support]\nchat_url = "javascript:alert(1)"',
        '[targets]\nportal = [{ url = "http://[broken/" }]',
        '[[speed]]\nkind = "http"',
        '[[speed]]\nkind = "http"\nurl = "http://a.example/"',
        '[[speed]]\nkind = "ndt7"',
        '[desk]\npublic_key = "abc"',
        '[desk]\npublic_key = "no base64 at all"',
    ],
)
def test_a_profile_with_a_wrong_address_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ProfileError, match="wrong entry") as refused:
        parse_profile(text)
    assert "\n" not in str(refused.value)


def test_a_profile_nested_without_end_is_refused_in_one_sentence() -> None:
    for text in ("x = " + "[" * 90_000, "x = " + "{a = " * 30_000):
        with pytest.raises(ProfileError, match="nested too deeply"):
            parse_profile(text)


def test_speed_servers_that_need_no_more_are_taken() -> None:
    text = '[[speed]]\nkind = "ookla"\n[[speed]]\nkind = "http"\ndownload_url = "http://a.example/"'
    assert len(parse_profile(text).speed) == 2


def test_a_profile_that_never_ends_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="no regular file"):
        load_profile(Path("/dev/zero"))
    long = tmp_path / "long.toml"
    long.write_text("#" * 300_000)
    with pytest.raises(ProfileError, match="longer than"):
        load_profile(long)
