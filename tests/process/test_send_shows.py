"""`firsthop send` shows every letter of what would be sent before anybody agrees."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.process.agent_house import ROOT, House
from tests.unit.uploader.samples import run_of


def test_the_whole_text_can_be_read_before_it_is_sent(tmp_path: Path) -> None:
    provider = tmp_path / "acme.toml"
    provider.write_text('[desk]\nurl = "http://127.0.0.1:9/"\n')
    house = House(tmp_path, provider)
    house.keep(run_of())
    near, far = pty.openpty()
    os.write(near, b"s\nn\n")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli", "send"],
            cwd=ROOT,
            env={**house.environment, "PAGER": "cat"},
            stdin=far,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(near)
        os.close(far)
    assert done.returncode == 3, done.stderr
    assert done.stdout.endswith("Nothing was sent.\n")
    assert "s shows it all" in done.stdout
    parts = dict(_files(done.stdout))
    assert set(parts) == {"summary.txt", "manifest.json", "report.html", "run.json"}
    assert json.loads(parts["run.json"])["schema"] == "firsthop-run/1"
    assert "</html>" in parts["report.html"]


def _files(out: str) -> list[tuple[str, str]]:
    """Name and text of each, as they stand between the lines that name them."""
    form = r"===== (\S+) \(\d+ bytes\) =====\n(.*?)\n+(?=^===== |^Send exactly)"
    return re.findall(form, out, re.DOTALL | re.MULTILINE)
