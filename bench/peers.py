"""Other people's programs, installed from their public packages into a cache folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache as cache_calls
from pathlib import Path

from bench.harness import BenchError
from tests.sim.toolchain import search_path

_PATIENCE_S = 900


def cache() -> Path:
    """The cache folder, outside the repository; FIRSTHOP_BENCH_CACHE names another one."""
    base = os.environ.get("FIRSTHOP_BENCH_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    folder = Path(base) if base else home / "firsthop-bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def debian(program: str, package: str) -> Path:
    """A program of the distribution; installed by apt-get when it is missing (needs root)."""
    found = shutil.which(program, path=search_path())
    if found is None:
        _install(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", package],
            {"DEBIAN_FRONTEND": "noninteractive"},
        )
        found = shutil.which(program, path=search_path())
    if found is None:
        raise BenchError(f"{program} is not there after the installation of {package}")
    return Path(found)


def go(program: str, module: str, made: str = "", *, itself: str = "", c: bool = False) -> Path:
    """A Go program, built from `module` (MODULE@VERSION) with the Go tools that are at hand.

    `made`: the name that this gives it, where it is another one; `itself`: what the module calls
    itself, where it is another name; `c`: it has parts in C.  Where a module proxy does not have
    the module, put the built program into go/bin of the cache folder; it is said then that nobody
    knows what it was built from.
    """
    folder = cache() / "go"
    target = folder / "bin" / program
    if not target.exists():
        settings = {
            "GOBIN": str(folder / "bin"),
            "GOPATH": str(folder / "path"),
            "GOCACHE": str(folder / "build"),
            "GOFLAGS": "-modcacherw",
            "CGO_ENABLED": "1" if c else "0",
        }
        tool = _tool("go", "/usr/local/go/bin")
        if itself:
            _go_renamed(tool, module, itself, settings)
        else:
            _install([tool, "install", module], settings)
        if made:
            (folder / "bin" / made).replace(target)
    if not target.exists():
        raise BenchError(f"{module} has built no program {program}")
    _look(target, module.partition("@")[2])
    return target


@cache_calls
def _look(program: Path, version: str) -> None:
    """Say, once, when another version lies there: Go writes it into what it builds."""
    if version.encode() not in program.read_bytes():
        sys.stderr.write(f"{program} does not say that it is {version}\n")


def _go_renamed(tool: str, module: str, itself: str, settings: dict[str, str]) -> None:
    """`go install` refuses a module that calls itself otherwise; a replacement may do so."""
    path, _, version = module.partition("@")
    text = f"module bench\n\nrequire {itself} v0.0.0\n\nreplace {itself} => {path} {version}\n"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "go.mod").write_text(text, encoding="ascii")
        _install([tool, "-C", folder, "install", "-mod=mod", itself], settings)


def rust(program: str, crate: str, version: str) -> Path:
    """A Rust program, built by cargo from its published crate."""
    root = cache() / "rust"
    target = root / "bin" / program
    if not target.exists():
        cargo = _tool("cargo", "~/.cargo/bin")
        words = ["install", "--locked", "--root", str(root), "--version", version, crate]
        _install([cargo, *words], {})
    return target


def python(program: str, requirement: str) -> Path:
    """A Python program in a virtual environment of its own."""
    folder = cache() / f"python-{program}"
    target = folder / "bin" / program
    if not target.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _install([sys.executable, "-m", "venv", str(folder)], {})
        _install([str(folder / "bin" / "pip"), "install", "-q", requirement], {})
    return target


def node(package: str, version: str) -> Path:
    """The folder of an npm package with what it depends on beside it."""
    folder = cache() / "node" / f"{package.replace('/', '+')}-{version}"
    if not (folder / "node_modules" / package).is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = [_tool("npm", ""), "install", "--prefix", str(folder), "--ignore-scripts"]
        _install([*command, f"{package}@{version}"], {})
    return folder / "node_modules" / package


def _tool(name: str, folder: str) -> str:
    path = f"{search_path()}:{Path(folder).expanduser()}"
    found = shutil.which(name, path=path)
    if found is None:
        raise BenchError(f"{name} is needed to build this peer, and is not installed")
    return found


def _install(command: list[str], settings: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-400:]
        raise BenchError(f"`{' '.join(command[:4])} …` failed: {said}")
