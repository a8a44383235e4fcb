"""Peers are what was measured: exact versions, and a word when another one lies there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench import peers

_BENCH = Path(peers.__file__).parent
#: a version of Go's: a release, or a commit with its time (go.dev/ref/mod#pseudo-versions)
_EXACT = re.compile(r"v\d+\.\d+\.\d+(-(0\.)?\d{14}-[0-9a-f]{12})?")
_MODULE = "example.org/tool@v1.2.3"


def _kept(folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIRSTHOP_BENCH_CACHE", str(folder))
    program = folder / "go" / "bin" / "tool"
    program.parent.mkdir(parents=True)
    program.write_bytes(content)
    return program


def test_no_module_of_go_is_asked_for_by_a_name_that_moves() -> None:
    found: list[str] = []
    for path in sorted(_BENCH.glob("*.py")):
        found += re.findall(r'"github\.com/[^"@]+@([^"]+)"', path.read_text("utf-8"))
    assert len(found) >= 5
    assert [version for version in found if not _EXACT.fullmatch(version)] == []


def test_a_program_of_this_version_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = _kept(tmp_path, b"\x7fELF\tmod\texample.org/tool\tv1.2.3\th1:x=\n", monkeypatch)
    assert peers.go("tool", _MODULE) == program
    assert not capsys.readouterr().err


def test_it_is_said_once_that_another_one_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = _kept(tmp_path, b"\x7fELF\tmod\texample.org/tool\t(devel)\n", monkeypatch)
    assert [peers.go("tool", _MODULE) for _ in range(2)] == [program] * 2
    assert capsys.readouterr().err.splitlines() == [f"{program} does not say that it is v1.2.3"]
