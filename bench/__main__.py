"""Comparisons with peers: `python -m bench NAME [ARGUMENTS]`; without a name, all are listed.

A comparison is a module of this folder that has `main(argv)`, which returns the exit status.
"""

from __future__ import annotations

import ast
import compileall
import importlib
import sys
from pathlib import Path
from typing import Protocol, cast

from bench.apart import apart
from bench.harness import BenchError
from tests.sim.complaint import LabError

ROOT = Path(__file__).resolve().parent.parent


class _Comparison(Protocol):
    def main(self, argv: list[str]) -> int: ...


def comparisons() -> dict[str, str]:
    """Name and first line of the docstring of each."""
    found: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if any(map(_is_main, tree.body)) and path.stem != "__main__":
            found[path.stem] = (ast.get_docstring(tree) or "").split("\n")[0]
    return found


def _is_main(node: ast.stmt) -> bool:
    """Programs that a comparison starts have a `main`, too, with other arguments."""
    return (
        isinstance(node, ast.FunctionDef)
        and node.name == "main"
        and [each.arg for each in node.args.args] == ["argv"]
    )


def main(argv: list[str]) -> int:
    known = comparisons()
    if not argv or argv[0] not in known:
        if argv and argv[0] not in {"-h", "--help"}:
            sys.stderr.write(f"There is no comparison {argv[0]!r}; these there are:\n")
        for name, text in known.items():
            sys.stdout.write(f"{name:24} {text}\n")
        return 2 if argv and argv[0] not in {"-h", "--help"} else 0
    for folder in ("agent", "diagnostics"):  # as an installation does, so that no run pays for it
        compileall.compile_dir(ROOT / folder, quiet=2)
    chosen = cast("_Comparison", importlib.import_module(f"bench.{argv[0]}"))

    def work() -> int:
        try:
            return chosen.main(argv[1:])
        except (BenchError, LabError) as failed:
            sys.stderr.write(f"{failed}\n")
            return 4

    # a home of the lab has a warden that ends all of it, a line has not
    return apart(work) if "bench.line" in sys.modules else work()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
