"""Where the agent keeps its things: one data folder and one runtime folder a user, both private."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

NAME = "firsthop"
#: sun_path holds 104 bytes on macOS and 108 on Linux, the closing zero included (unix(7))
SOCKET_PATH_BYTES = 100


class FolderError(OSError):
    """A folder that cannot be used; the message is one sentence for a person."""


def data_folder() -> Path:
    """The user's data folder (XDG base directories, %LOCALAPPDATA%, Application Support)."""
    if chosen := os.environ.get("XDG_DATA_HOME", ""):
        return Path(chosen) / NAME
    if chosen := os.environ.get("LOCALAPPDATA", ""):
        return Path(chosen) / NAME
    support = _home() / "Library" / "Application Support"
    return (support if support.is_dir() else _home() / ".local" / "share") / NAME


def runtime_folder() -> Path:
    """For socket and lock: XDG_RUNTIME_DIR, else the data folder, else a private temporary one."""
    chosen = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(chosen) / NAME if chosen else data_folder() / "run"
    if len(os.fsencode(folder)) + len("/agent-4026531840.sock") <= SOCKET_PATH_BYTES:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"{NAME}-{_user()}-{digest}"


def private_folder(folder: Path) -> Path:
    """Make it if need be, for this user alone; FolderError when it is somebody else's."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as error:
        raise FolderError(
            f"The folder {folder} cannot be made: {error.strerror}. Check who owns it."
        ) from error
    if hasattr(os, "getuid"):
        if status.st_uid != os.getuid():
            raise FolderError(f"The folder {folder} belongs to another user; it is not used.")
        if status.st_mode & 0o077:
            folder.chmod(0o700)
    return folder


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # no HOME and no entry in the user database
        return Path(tempfile.gettempdir()) / f"{NAME}-{_user()}"


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
