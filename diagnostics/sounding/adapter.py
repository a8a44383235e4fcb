"""The WiFi adapter that a check looks at."""

from __future__ import annotations

from diagnostics.platforms.base import Platform
from diagnostics.probe import ProbeError
from diagnostics.result import Reason, Unmeasured
from diagnostics.sounding.told import told

_WITHIN_S = 2.0  # the first asker loads what speaks to the kernel


async def wifi_adapter(platform: Platform) -> str:
    """Its interface's name; ProbeError(not_applicable) where this computer has no WiFi."""
    found = await told(platform.wifi_interfaces(), _WITHIN_S)
    if isinstance(found, Unmeasured):
        raise ProbeError(found.reason, found.detail)
    if not found:
        raise ProbeError(Reason.NOT_APPLICABLE, "this computer has no WiFi adapter")
    return found[0]
