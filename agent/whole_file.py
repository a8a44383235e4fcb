"""A file that a person named: written beside, put in place whole; the old one stays till then."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

#: what a new file may be read and written by, before the umask takes its part
_NEW_MODE = 0o666


def write_whole(path: Path, data: bytes) -> None:
    """All of it or nothing. OSError leaves what was there, and no rest of what was not.

    Pipes and devices (`/dev/stdout`) cannot be replaced and are written to as they are.
    """
    if _special(path):
        path.write_bytes(data)
        return
    target = path.resolve()  # a link stays a link
    mode = _mode(target)
    handle, name = tempfile.mkstemp(prefix=".firsthop-", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(mode)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def why_not(path: Path) -> str:
    """Why `write_whole` could not write there now, empty when it could: a sentence's end."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        return "there is no such folder, or it is one"
    if _special(path) or path.exists():
        if not os.access(path, os.W_OK):
            return "you have no right to write there"
        if _special(path):
            return ""
    try:
        handle, name = tempfile.mkstemp(prefix=".firsthop-", dir=path.resolve().parent)
    except OSError as error:
        return f"nothing can be written in its folder ({error.strerror})"
    os.close(handle)
    Path(name).unlink()
    return ""


def same_file(one: Path, other: Path) -> bool:
    """One regular file under two names; two may well write to one pipe or device."""
    if _special(one):
        return False
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except OSError:  # one of them is not there yet
        return False


def _special(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:  # absent, so far
        return False


def _mode(target: Path) -> int:
    """As it was; a new one as the umask says, which only setting it can tell."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0o077)
        os.umask(mask)
        return _NEW_MODE & ~mask
