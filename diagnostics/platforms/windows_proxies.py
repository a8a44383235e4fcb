"""The proxy of Windows' Internet settings, from the person's own part of the registry."""

from __future__ import annotations

import sys

from diagnostics.platforms.base import ProxySetting
from diagnostics.platforms.environment_proxies import proxy_of
from diagnostics.readings.addressing import ProxySource

_KEY = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"


def registry_proxies() -> tuple[ProxySetting, ...]:
    """Empty when none is set."""
    values = _values()
    found: list[ProxySetting] = []
    if values.get("ProxyEnable") == "1":
        found += parse_proxy_server(values.get("ProxyServer", ""))
    if pac_url := values.get("AutoConfigURL", ""):
        found.append(ProxySetting(source=ProxySource.PAC, scheme="http", pac_url=pac_url))
    return tuple(found)


def parse_proxy_server(text: str) -> list[ProxySetting]:
    """`host:port` for all, or `http=host:port;https=host:port;socks=host:port`."""
    found: list[ProxySetting] = []
    for part in text.split(";"):
        scheme, equals, place = part.strip().rpartition("=")
        kind = "socks" if scheme.lower() == "socks" else "http"
        proxy = proxy_of(f"{kind}://{place}" if equals else place, ProxySource.SYSTEM)
        if proxy is not None and proxy not in found:
            found.append(proxy)
    return found


def _values() -> dict[str, str]:
    if sys.platform != "win32":
        return {}
    import winreg  # noqa: PLC0415

    found: dict[str, str] = {}
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
            for name in ("ProxyEnable", "ProxyServer", "AutoConfigURL"):
                try:
                    found[name] = str(winreg.QueryValueEx(key, name)[0])
                except OSError:
                    continue
    except OSError:
        return {}
    return found
