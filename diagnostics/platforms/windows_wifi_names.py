"""Names of network adapters as Windows shows them, from the registry, by GUID."""

from __future__ import annotations

import sys

_KEY = (
    r"SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318}"
    r"\%s\Connection"
)


def adapter_name(guid: str) -> str | None:
    """ "Wi-Fi" for "{7825D47A-…}"; None for a GUID that Windows does not know."""
    if sys.platform != "win32":
        return None
    import winreg  # noqa: PLC0415

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _KEY % guid) as key:
            return str(winreg.QueryValueEx(key, "Name")[0])
    except OSError:
        return None
