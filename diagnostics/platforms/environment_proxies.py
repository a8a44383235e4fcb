"""Proxies that environment variables set, the same on every system."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from diagnostics.platforms.base import ProxySetting
from diagnostics.readings.addressing import ProxySource

_NAMES = ("https_proxy", "http_proxy", "all_proxy")
_PORTS = {"http": 80, "https": 443, "socks": 1080, "socks4": 1080, "socks5": 1080, "socks5h": 1080}


def environment_proxies(variables: Mapping[str, str]) -> tuple[ProxySetting, ...]:
    """Each proxy once; a value that names no host is passed over."""
    found: list[ProxySetting] = []
    for name in _NAMES:
        text = variables.get(name) or variables.get(name.upper(), "")
        proxy = proxy_of(text, ProxySource.ENVIRONMENT)
        if proxy is not None and proxy not in found:
            found.append(proxy)
    return tuple(found)


def proxy_of(text: str, source: ProxySource) -> ProxySetting | None:
    """`scheme://user:password@host:port/` or `host:port`; the log-in is never kept."""
    if not text.strip():
        return None
    parts = urlsplit(text if "://" in text else f"http://{text}")
    try:
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    scheme = "socks" if parts.scheme.startswith("socks") else parts.scheme
    return ProxySetting(
        source=source, scheme=scheme, host=parts.hostname, port=port or _PORTS.get(scheme, 80)
    )
