"""The kernel's log on Linux: /dev/kmsg, or the journal where kernel.dmesg_restrict bars that."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.command import output
from diagnostics.platforms.parse.driver_log import parse_journal, parse_kmsg
from diagnostics.readings.driver import DriverMishaps
from diagnostics.result import Reason

_MOST_RECORDS, _RECORD_BYTES = 20_000, 8192
_WINDOW_S = 3600.0
_JOURNAL = (
    *("journalctl", "--dmesg", "--boot", "--output=short-monotonic", "--no-pager", "--quiet"),
    "--lines=5000",
)


async def driver_mishaps(root: Path, interface: str) -> DriverMishaps:
    """Raise PlatformError: not_permitted, not_supported for an adapter without hardware."""
    folder = root / "sys/class/net" / interface
    if not (folder / "device").exists():
        raise PlatformError(Reason.NOT_SUPPORTED, "this adapter has no hardware of its own")
    names = [interface, (folder / "device").resolve().name]
    with suppress(OSError):
        names.append((folder / "phy80211" / "name").read_text("ascii").strip())
    # the records' clock stands still while the computer sleeps, as this one does
    now_s = time.clock_gettime(time.CLOCK_MONOTONIC)
    try:
        return parse_kmsg(_records(root / "dev/kmsg"), names, now_s, _WINDOW_S)
    except PlatformError as error:
        if error.reason is not Reason.NOT_PERMITTED:
            raise
        text = await output(_JOURNAL)  # who may administer the computer may read it there
        if "kernel:" not in text:
            raise
        return parse_journal(text, names, now_s, _WINDOW_S)


def _records(path: Path) -> str:
    """All records that are kept, one a read (Documentation/ABI/testing/dev-kmsg)."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError as error:
        raise PlatformError(Reason.NOT_PERMITTED, "the system's log is closed to us") from error
    except OSError as error:
        raise PlatformError(Reason.NOT_SUPPORTED, "this system shows no log") from error
    found: list[bytes] = []
    try:
        while len(found) < _MOST_RECORDS:
            try:
                record = os.read(handle, _RECORD_BYTES)
            except BlockingIOError:
                break
            except BrokenPipeError:
                continue  # records were overwritten meanwhile: the next read goes on behind them
            if not record:
                break
            found.append(record.split(b"\n", 1)[0] if path.is_char_device() else record)
    finally:
        os.close(handle)
    return b"\n".join(found).decode("utf-8", errors="replace")
