"""The borders hold against an import that crosses them, and the notices name what is installed."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("diagnostics", "agent", "gui", "uploader", "desk")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize(
    ("importer", "imported", "contract"),
    [
        ("gui/case.py", "agent.tickets", "window knows the agent only through its messages"),
        ("desk/tickets.py", "uploader.outbox", "desk knows of the uploader what both ends must"),
    ],
)
def test_an_import_across_a_border_is_found(
    house: Path, importer: str, imported: str, contract: str
) -> None:
    file = house / importer
    before = file.read_text("utf-8")
    file.write_text(f"{before}\nimport {imported}\n", encoding="utf-8")
    try:
        ended = subprocess.run(
            [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
            cwd=house,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        file.write_text(before, encoding="utf-8")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    broken = [line for line in ended.stdout.splitlines() if " BROKEN" in line]
    assert len(broken) == 1, ended.stdout
    assert contract in broken[0]


def _locked() -> tuple[dict[str, str], dict[str, set[str]]]:
    """Versions, and what each package was locked for."""
    versions: dict[str, str] = {}
    wanted_by: dict[str, set[str]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if pin := re.match(r"([a-z0-9-]+)==(\S+)", line):
            name = pin[1]
            versions[name] = pin[2]
            wanted_by[name] = set()
        elif name and (via := re.match(r"    #(?: via)? +(\S.*)", line)):
            wanted_by[name].add(via[1])
    return versions, wanted_by


def _run_time(wanted_by: dict[str, set[str]]) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named: list[str] = [*project["dependencies"], *project["optional-dependencies"]["desk"]]
    found = {re.split(r"[^A-Za-z0-9-]", each)[0].lower() for each in named}
    while more := {name for name, wanting in wanted_by.items() if wanting & found} - found:
        found |= more
    return found


def test_the_notices_name_every_package_that_the_product_brings() -> None:
    versions, wanted_by = _locked()
    brought = _run_time(wanted_by)
    assert {"litestar", "polyfactory", "faker", "h11"} <= brought
    assert brought.isdisjoint({"pytest", "scapy", "basedpyright"})
    text = (ROOT / "THIRD-PARTY-NOTICES.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z0-9-]+)(?: \([A-Za-z]+\))? \| (\S+) \| \S", text, re.MULTILINE)
    named: dict[str, str] = dict(rows[1:])  # the first is the head
    assert named == {name: versions[name] for name in sorted(brought)}


def test_the_windows_door_names_its_folder_in_any_alphabet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that dev.ps1 lets Python write for itself, run as it stands there."""
    text = (ROOT / "dev.ps1").read_text("utf-8")
    assert "[Parameter" not in text  # else `-o FILE` could mean -OutVariable
    found = re.search(r'-c "(import sys, sysconfig.*)" \$Here', text)
    assert found
    script = tmp_path / "line.py"
    script.write_text(found[1], encoding="utf-8")
    here = tmp_path / "Zo\u00eb \u5bb6"
    here.mkdir()
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.setattr(sysconfig, "get_paths", lambda: {"purelib": str(site)})
    monkeypatch.setattr(sys, "argv", ["-c", str(here)])
    runpy.run_path(str(script))
    code = "import site, sys; site.addsitedir(sys.argv[1]); print(ascii(sys.path[-1]))"
    told = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code, str(site)],
        env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"{str(here)!a}\n"
