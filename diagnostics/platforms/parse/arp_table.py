"""`arp -a` and `arp -an`, of macOS (and BSD) and of Windows in any language."""

from __future__ import annotations

import re

from diagnostics.platforms.base import NeighbourEntry
from diagnostics.readings.home import NeighbourState

_BSD = re.compile(r"\((?P<ip>[\d.]+)\) at (?P<mac>\S+) on (?P<interface>\S+)(?P<rest>.*)")
_WINDOWS_HEAD = re.compile(r"^\S.*?(?P<ip>\d+\.\d+\.\d+\.\d+) --- 0x[0-9a-f]+", re.IGNORECASE)
_WINDOWS_ROW = re.compile(
    r"^\s+(?P<ip>\d+\.\d+\.\d+\.\d+)\s+(?P<mac>(?:[0-9a-f]{2}-){5}[0-9a-f]{2})\s", re.IGNORECASE
)


def parse_bsd_arp(text: str) -> tuple[NeighbourEntry, ...]:
    """macOS writes MACs without leading zeros and "(incomplete)" where nobody answered."""
    return tuple(
        NeighbourEntry(
            interface=found["interface"],
            address=found["ip"],
            mac=_padded(found["mac"]),
            state=_state(found["mac"], found["rest"]),
        )
        for found in _BSD.finditer(text)
        if not _is_group(_padded(found["mac"]))
    )


def _state(mac: str, rest: str) -> NeighbourState:
    if mac == "(incomplete)":
        return NeighbourState.INCOMPLETE
    return NeighbourState.PERMANENT if "permanent" in rest else NeighbourState.STALE


def _padded(mac: str) -> str:
    parts = mac.split(":")
    return ":".join(part.zfill(2) for part in parts).lower() if len(parts) == 6 else ""


def _is_group(mac: str) -> bool:
    """Multicast and broadcast have the lowest bit of the first byte set (IEEE 802)."""
    return bool(mac) and bool(int(mac[:2], 16) & 1)


def parse_windows_arp(text: str) -> tuple[NeighbourEntry, ...]:
    """`interface` is the address of the own interface: that is all that Windows prints here."""
    found: list[NeighbourEntry] = []
    interface = ""
    for line in text.splitlines():
        if head := _WINDOWS_HEAD.match(line):
            interface = head["ip"]
        elif row := _WINDOWS_ROW.match(line + " "):
            mac = row["mac"].replace("-", ":").lower()
            if not _is_group(mac):
                state = NeighbourState.STALE
                entry = NeighbourEntry(interface=interface, address=row["ip"], mac=mac, state=state)
                found.append(entry)
    return tuple(found)
