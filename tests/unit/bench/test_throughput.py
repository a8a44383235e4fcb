"""Kinds of servers are not mixed in what a comparison keeps."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.throughput import kept, main
from bench.throughput_report import Measured


def test_what_was_kept_of_another_kind_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = Measured(
        link="x",
        side="ours",
        wall_s=1,
        cpu_s=1,
        peak_bytes=1,
        moved_bytes=1,
        down_error=0,
        up_error=0,
        kind="ookla",
    )
    path = tmp_path / "kept"
    path.write_bytes(msgspec.json.encode(row) + b"\n")
    assert kept(path) == [row]
    with pytest.raises(SystemExit) as ended:
        main(["--ours", "--keep", str(path), "--links", "no such link"])
    assert ended.value.code == 2
    assert "another kind" in capsys.readouterr().err
    assert main(["--ours", "--keep", str(path), "--links", "no such link", "--kind", "ookla"]) == 0
