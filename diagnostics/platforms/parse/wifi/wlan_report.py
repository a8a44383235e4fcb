"""`netsh wlan show wlanreport`: an HTML page that holds the output of `netsh wlan show all`."""

from __future__ import annotations

import html
import re

import msgspec

from diagnostics.platforms.parse.wifi.netsh import parse_netsh
from diagnostics.platforms.parse.wifi.shown import WifiShown


def parse_wlan_report(text: str) -> WifiShown | None:
    """None where it is no such page."""
    if "<html" not in text[:20_000].lower() or "netsh wlan" not in text:
        return None
    start = text.find("netsh wlan show all")
    end = text.find("</textarea", start)
    output = text[max(start, 0) : end if end > 0 else len(text)]
    found = parse_netsh(html.unescape(re.sub(r"<[^>\n]{0,2000}>", "", output)))
    return None if found is None else msgspec.structs.replace(found, tool="wlan report")
