"""`gsettings list-recursively org.gnome.system.proxy`."""

from __future__ import annotations

import re

from diagnostics.platforms.base import ProxySetting
from diagnostics.readings.addressing import ProxySource

_LINE = re.compile(r"^org\.gnome\.system\.proxy(?:\.(\w+))? (\S+) (.*)$", re.MULTILINE)


def parse_gsettings_proxy(text: str) -> tuple[ProxySetting, ...]:
    """Empty unless the mode is 'manual' or 'auto'; hosts without a name are not set."""
    values = {(part, key): value.strip().strip("'") for part, key, value in _LINE.findall(text)}
    mode = values.get(("", "mode"), "none")
    if mode == "auto":
        pac_url = values.get(("", "autoconfig-url"), "")
        return (ProxySetting(source=ProxySource.PAC, scheme="http", pac_url=pac_url),)
    if mode != "manual":
        return ()
    found: list[ProxySetting] = []
    for scheme in ("https", "http", "socks"):
        host, port = values.get((scheme, "host"), ""), values.get((scheme, "port"), "0")
        if host and port.isdigit():
            # GNOME's https proxy is an HTTP proxy for https pages: spoken to without TLS.
            kind = "socks" if scheme == "socks" else "http"
            proxy = ProxySetting(source=ProxySource.SYSTEM, scheme=kind, host=host, port=int(port))
            if proxy not in found:
                found.append(proxy)
    return tuple(found)
