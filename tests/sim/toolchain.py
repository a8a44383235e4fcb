"""Compiles the lab's C programs on first use into a cache folder, by content."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.sim.complaint import LabError

SOURCES = Path(__file__).parent / "link"
PROGRAMS = ("link", "enter", "tunnel", "medium")
NEEDED = ("ip", "nft", "dnsmasq", "dhclient", "ethtool", "unshare", "mount")


def cache() -> Path:
    """The lab's cache folder, private to the user; made when absent."""
    base = os.environ.get("FIRSTHOP_LAB_CACHE")
    home = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    folder = Path(base) if base else Path(home).expanduser() / "firsthop-lab"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def kept_in_home() -> Path:
    """Where a computer of the lab keeps its user's data: in memory, gone with the home.

    It exists in homes only, whose first process hides the cache folder behind an empty one.
    """
    return cache() / "user"


@dataclass(frozen=True)
class Tools:
    """Paths of the compiled programs."""

    link: Path
    enter: Path
    tunnel: Path
    medium: Path


def missing() -> list[str]:
    """Programs that the lab needs and this machine lacks."""
    return [name for name in NEEDED if shutil.which(name, path=search_path()) is None]


def search_path() -> str:
    """PATH with the system folders that users' shells often leave out."""
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"


def tools() -> Tools:
    """The compiled programs; compiles them when their source is new (about a second)."""
    built = [_built(name) for name in PROGRAMS]
    return Tools(*built)


def _built(name: str) -> Path:
    source = SOURCES / f"{name}.c"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    target = cache() / f"{name}-{digest}"
    if not target.exists():
        _compile(source, target)
    return target


def _compile(source: Path, target: Path) -> None:
    compiler = os.environ.get("CC") or shutil.which("cc")
    if not compiler:
        raise LabError("The lab needs a C compiler: install gcc (or set CC).")
    handle, name = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    done = subprocess.run(
        [compiler, "-O2", "-Wall", "-Wextra", "-o", name, str(source), "-lm"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        Path(name).unlink()
        raise LabError(f"The lab's {source.name} does not compile: {done.stderr.strip()[:400]}")
    Path(name).replace(target)
