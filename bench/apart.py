"""Work in spaces of its own: what it starts, mounts and writes ends with it, also after kill -9."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from bench.peers import cache
from tests.sim import spaces

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h


def apart(work: Callable[[], int]) -> int:
    """The exit status of `work`, done by the first process of a new PID and mount namespace.

    That process dies with this one, the kernel then kills all others in there, and the mounts go
    with the last. Temporary files lie in memory. Without the right to do so it is done here.
    """
    try:
        spaces.unshare(spaces.NEW_PID)
    except OSError:
        return work()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os._exit(_inside(work, parent))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(child, number))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _inside(work: Callable[[], int], parent: int) -> int:
    """As the first process, whose end is everybody's: nothing has to be cleaned up by hand."""
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    # a first process has no default for a signal
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: os._exit(128 + number))
    status = 1
    try:
        if Path(f"/proc/{parent}").exists():
            _furnish()
            status = work()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - beyond here is nobody who would show it
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _furnish() -> None:
    """Its own view of processes, and an empty folder for temporary files."""
    spaces.unshare(spaces.NEW_MOUNT)
    spaces.keep_mounts_private()
    spaces.mount("proc", Path("/proc"), "proc")
    scratch = cache() / "scratch"
    scratch.mkdir(exist_ok=True)
    spaces.mount("none", scratch, "tmpfs", 0, "mode=711")
    tempfile.tempdir = str(scratch)
