"""A file that a person named is written whole or not at all, and never over the profile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli import main
from agent.whole_file import same_file, why_not, write_whole
from tests.process.agent_house import ROOT


def test_the_old_file_stays_whole_where_the_new_one_does_not_fit(tmp_path: Path) -> None:
    """A limit on the size of files plays the full disk."""
    kept = tmp_path / "keep.zip"
    kept.write_bytes(b"precious")
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from agent.whole_file import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_whole(Path(sys.argv[1]), b'x' * 5000)\n"
        "except OSError as error: sys.exit(error.strerror)\n"
    )
    for path in (kept, tmp_path / "new.zip"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == "File too large\n"
    assert kept.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [kept]


def test_mode_and_link_stay(tmp_path: Path) -> None:
    real, link, fresh = tmp_path / "real", tmp_path / "link", tmp_path / "fresh"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole(link, b"new")
    write_whole(fresh, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640
    beside = tmp_path / "beside"
    beside.touch()
    assert fresh.stat().st_mode == beside.stat().st_mode


def test_a_device_is_written_to_and_not_replaced() -> None:
    assert why_not(Path(os.devnull)) == ""
    write_whole(Path(os.devnull), b"x")
    assert Path(os.devnull).is_char_device()


def test_files_are_the_same_under_every_name(tmp_path: Path) -> None:
    one, other, hard = tmp_path / "a", tmp_path / "x" / ".." / "a", tmp_path / "hard"
    (tmp_path / "x").mkdir()
    assert same_file(one, other)
    one.touch()
    hard.hardlink_to(one)
    assert same_file(one, hard)
    assert not same_file(one, tmp_path / "b")
    assert not same_file(Path("/dev/null"), Path("/dev/null"))


@pytest.mark.parametrize("words", [("check", "--json"), ("check", "--report"), ("bundle", "-o")])
def test_the_provider_file_is_not_written_over(
    tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "acme.toml"
    profile.write_text("[brand]\n")
    assert main([*words, str(profile), "--provider", str(profile)]) == 2
    assert "is the provider file" in capsys.readouterr().err
    assert profile.read_text() == "[brand]\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("words", [("--help",), ("--version",), ("status",), ("check", "--help")])
def test_an_output_that_takes_nothing_is_said_and_leaves_no_crash_note(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    variables = {"XDG_DATA_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli", *words],
            cwd=ROOT,
            env={**os.environ, **variables},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 4
    assert done.stderr == "firsthop: The answer could not be written: No space left on device.\n"
    assert not list(tmp_path.rglob("crash-*"))
