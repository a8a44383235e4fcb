"""Who is at the other end of a local socket, and the lock that keeps the agent single.

On Windows neither exists in this form: there the pipe's own access list does the same work
(agent.ipc.server says what has run and what has not).
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

#: struct ucred: pid, uid, gid (unix(7))
_UCRED = struct.Struct("iII")


class AnotherAgentError(Exception):
    """An agent for this user and network runs already."""


def is_same_user(connection: socket.socket) -> bool:
    """Whether the peer runs as this user. The socket's mode 0600 says so too; this is the proof."""
    if hasattr(socket, "SO_PEERCRED"):
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        _, uid, _ = _UCRED.unpack(raw)
        return bool(uid == os.getuid())
    return True  # macOS: mode 0600 in a folder of mode 0700 has to do


class SingleLock:
    """Held as long as the process lives; the kernel lets go of it whatever kills us."""

    def __init__(self, path: Path) -> None:
        import fcntl  # noqa: PLC0415 - not on Windows

        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise AnotherAgentError("The agent runs already.") from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        os.close(self._file)
