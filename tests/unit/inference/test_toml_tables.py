"""Kept tables are never older than their files, and never in the way."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import pytest

from diagnostics.toml_tables import TomlFileError, tables_in


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def _kept(folder: Path) -> Path:
    return folder / "__pycache__" / "tables.json"


@pytest.mark.usefixtures("keeping")
def test_what_is_kept_is_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('id = "b"\n[produces]\nsign = 0.5\n', "utf-8")
    (tmp_path / "a.toml").write_text('id = "ä"\nsays = ["x", "y"]\n', "utf-8")
    (tmp_path / "other.txt").write_text("no table", "utf-8")
    first = tables_in(tmp_path)
    assert list(first) == ["a.toml", "b.toml"]
    assert _kept(tmp_path).is_file()
    assert tables_in(tmp_path) == first
    assert first["a.toml"] == {"id": "ä", "says": ["x", "y"]}


@pytest.mark.usefixtures("keeping")
def test_a_changed_a_new_and_a_removed_file_count(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("figure = 1\n", "utf-8")
    tables_in(tmp_path)
    file.write_text("figure = 2\n", "utf-8")  # as long as before: the time of change tells
    os.utime(file, ns=(1, 1))
    assert tables_in(tmp_path)["a.toml"] == {"figure": 2}
    (tmp_path / "b.toml").write_text("figure = 3\n", "utf-8")
    assert len(tables_in(tmp_path)) == 2
    file.unlink()
    assert list(tables_in(tmp_path)) == ["b.toml"]


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize("harm", [b"", b"{}", b"\xff\xfe", b'{"stamps":[],"tables":{"a":1}}'])
def test_a_harmed_copy_is_read_anew(tmp_path: Path, harm: bytes) -> None:
    (tmp_path / "a.toml").write_text("figure = 1\n", "utf-8")
    tables_in(tmp_path)
    _kept(tmp_path).write_bytes(harm)
    assert tables_in(tmp_path) == {"a.toml": {"figure": 1}}


@pytest.mark.usefixtures("keeping")
def test_what_json_cannot_hold_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("moment = 2026-11-26\n", "utf-8")
    first = tables_in(tmp_path)
    assert tables_in(tmp_path) == first == {"a.toml": {"moment": date(2026, 11, 26)}}
    assert not _kept(tmp_path).exists()


@pytest.mark.usefixtures("keeping")
def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("figure = 1\n", "utf-8")
    tables_in(tmp_path)
    assert [one.name for one in _kept(tmp_path).parent.iterdir()] == ["tables.json"]


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("figure =\n", "utf-8")
    with pytest.raises(TomlFileError) as told:
        tables_in(tmp_path)
    assert told.value.name == "a.toml"
    assert "line 1" in str(told.value)


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "a.toml").write_text("figure = 1\n", "utf-8")
    tables_in(tmp_path)
    assert not _kept(tmp_path).exists()
