"""Linux namespaces and mounts by their system calls: no process to start for each."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

NEW_MOUNT = 0x00020000
NEW_PID = 0x20000000
NEW_NET = 0x40000000
_READ_ONLY = 1
_BIND = 4096
_RECURSIVE = 16384
_PRIVATE = 1 << 18

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def unshare(kinds: int) -> None:
    """Step into new namespaces of these kinds (unshare(2))."""
    _check(int(_libc.unshare(kinds)), "unshare")


def join(path: Path, kind: int) -> None:
    """Step into the namespace behind this file (setns(2))."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _check(int(_libc.setns(handle, kind)), f"setns {path}")
    finally:
        os.close(handle)


def mount(source: str, target: Path, kind: str, flags: int = 0, options: str = "") -> None:
    """mount(2)."""
    result = int(
        _libc.mount(
            source.encode(),
            os.fsencode(target),
            kind.encode() or None,
            ctypes.c_ulong(flags),
            options.encode() or None,
        )
    )
    _check(result, f"mount {kind or 'bind'} on {target}")


def bind(source: Path, target: Path) -> None:
    """Show `source` also at `target`."""
    mount(str(source), target, "", _BIND)


def cover(target: Path) -> None:
    """Hide what lies in a folder behind an empty one."""
    mount("none", target, "tmpfs", 0, "mode=755,size=64k")


def keep_mounts_private() -> None:
    """Nothing mounted from here on is seen outside."""
    mount("none", Path("/"), "", _RECURSIVE | _PRIVATE)


def make_network(path: Path) -> None:
    """Make a network namespace that lives as long as the mount at `path` does."""
    path.touch()
    with staying_here():
        unshare(NEW_NET)
        bind(Path("/proc/thread-self/ns/net"), path)


@contextmanager
def staying_here() -> Generator[None]:
    """Come back to the present network namespace at the end."""
    handle = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield
    finally:
        _check(int(_libc.setns(handle, NEW_NET)), "setns back")
        os.close(handle)


@contextmanager
def inside(path: Path) -> Generator[None]:
    """Be in the network namespace behind `path` for a while."""
    with staying_here():
        join(path, NEW_NET)
        yield
