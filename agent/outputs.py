"""Standard output and error of the command: closed, full, or gone."""

from __future__ import annotations

import errno
import os
import sys

#: what a write says on a full disk, over a quota or a limit of size, and on a dead device
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})


class UnwritableError(Exception):
    """Standard output takes no more; the message is the system's reason."""


def open_closed() -> None:
    """A closed output (`>&-`) is None; what cannot be said there is dropped, the work is done."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends


def judged(error: OSError) -> Exception:
    """UnwritableError for a write to no named file that found no room, else the error itself."""
    if error.errno in _NO_ROOM and error.filename is None:
        return UnwritableError(error.strerror)
    return error


def flushed(status: int) -> int:
    """Flush now, while there is somebody to tell: the interpreter's end would only complain."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise judged(error) from error
    return status


def drop() -> None:
    """What is left unwritten must not be tried again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
