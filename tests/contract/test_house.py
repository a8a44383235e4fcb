"""The rules of the house that no linter knows: sizes, rooms, words, and what must not exist."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("diagnostics", "agent", "gui", "uploader", "desk", "bench")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
TOOLS = Path(sys.executable).parent


def product_files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring."""
    body = node.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(body) > 1:
        first = body[1]
    return (node.end_lineno or first.lineno) - first.lineno + 1


def test_modules_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in product_files()
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_the_window_file_stays_small() -> None:
    assert len((ROOT / "gui/window.py").read_text("utf-8").splitlines()) <= 250


def test_functions_stay_short() -> None:
    lengths: list[int] = []
    long: list[str] = []
    for path in product_files():
        for node in functions(path):
            lengths.append(length(node))
            if lengths[-1] > 45:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lengths[-1]}")
    assert long == []
    assert statistics.median(lengths) <= 12


def test_modules_are_nouns_of_the_users_world() -> None:
    assert [str(p) for p in product_files() if p.stem in FORBIDDEN_NAMES] == []


def test_packaging_is_no_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def crosses_border(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name == "subprocess" for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module == "subprocess"
    if isinstance(node, ast.Attribute) and node.attr == "platform":
        return isinstance(node.value, ast.Name) and node.value.id == "sys"
    return False


def test_child_processes_and_system_names_stay_at_the_border() -> None:
    """`subprocess` and `sys.platform` only in diagnostics/platforms; benches start their peers."""
    found: list[str] = []
    for path in product_files():
        relative = path.relative_to(ROOT)
        if relative.parts[:2] == ("diagnostics", "platforms") or relative.parts[0] == "bench":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        found += [
            f"{relative}:{getattr(node, 'lineno', 0)}"
            for node in ast.walk(tree)
            if crosses_border(node)
        ]
    assert found == []


def test_whoever_measures_runs_on_the_loop_that_can() -> None:
    """`asyncio.run` takes Windows' usual loop, on which no socket can be watched."""
    measuring = {"check", "check_here", "checkup", "measure_place", "measure_step"}
    found: list[str] = []
    for path in (ROOT / "agent").rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        imported = {
            alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("agent")
            for alias in node.names
        }
        runs = any(isinstance(n, ast.Attribute) and ast.unparse(n) == "asyncio.run" for n in nodes)
        if runs and imported & measuring:
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_nothing_speaks_of_a_workplace_or_a_registry() -> None:
    words = ("pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "/wo" + "rk/")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    found: list[str] = []
    for name in filter(None, listed):
        path = ROOT / name
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{name}: {word}" for word in words if word in text]
    assert found == []


def test_requirements_are_hashed_and_name_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "--index-url" not in text
    pins = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert pins
    assert all("==" in line for line in pins)
    assert text.count("--hash=sha256:") >= len(pins)


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        ["basedpyright", "--warnings"],
    ],
    ids=["ruff", "format", "import-borders", "types"],
)
def test_tools_are_content(command: list[str]) -> None:
    program = TOOLS / command[0]
    ended = subprocess.run(
        [str(program), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-4000:]
