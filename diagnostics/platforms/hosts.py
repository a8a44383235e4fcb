"""The hosts file, wherever a system keeps it."""

from __future__ import annotations

from pathlib import Path

from diagnostics.platforms.base import HostsEntry
from diagnostics.platforms.parse.hosts_file import parse_hosts


def read_hosts(path: Path) -> tuple[HostsEntry, ...]:
    """Empty when it cannot be read: an absent file says nothing."""
    try:
        return parse_hosts(path.read_text("utf-8", errors="replace"))
    except OSError:
        return ()
