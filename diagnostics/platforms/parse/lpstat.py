"""Printers of CUPS: `lpstat -v` prints `device for NAME: URI` (lpstat(1))."""

from __future__ import annotations

from urllib.parse import urlsplit

#: schemes of printers on a network, and the port where none is given (IANA)
_PORTS = {"socket": 9100, "ipp": 631, "ipps": 631, "lpd": 515, "http": 631, "https": 631}


def parse_lpstat(text: str) -> tuple[tuple[str, int], ...]:
    """Host and port of each network printer; names that only discovery can resolve are left out."""
    found: dict[tuple[str, int], None] = {}
    for line in text.splitlines():
        uri = line.partition(": ")[2].strip()
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            continue
        if parts.scheme in _PORTS and host and "%" not in host and host != "localhost":
            found[(host, port or _PORTS[parts.scheme])] = None
    return tuple(found)
