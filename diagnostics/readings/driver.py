"""What the system's log says of the adapter's driver: counts of known mishaps, never its lines."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from diagnostics.private import DeviceName
from diagnostics.result import Reading


class DriverMishaps(msgspec.Struct, frozen=True, kw_only=True):
    """Each counted once in ten seconds, over the last `window_s` seconds of a running system."""

    resets: int  # the driver or the system started the adapter anew
    crashes: int  # the adapter's own program stopped
    window_s: float


class DriverLog(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "driver-log"
    interface: DeviceName
    mishaps: DriverMishaps
