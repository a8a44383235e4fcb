"""How the lab's servers behave at present: one small file that they read again when it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec


class Line(msgspec.Struct, frozen=True):
    """What the router says of its line, in UPnP's own words; `up_s` before the lab was built."""

    upnp: bool = True
    dialled: bool = False
    state: str = "Connected"
    error: str = "ERROR_NONE"
    address: str = ""
    kind: str = "Ethernet"
    link: str = "Up"
    down_bps: float = 0.0
    up_bps: float = 0.0
    up_s: int = 500_000


class Manners(msgspec.Struct, frozen=True):
    """What the scenario says of the servers."""

    resolver: Literal["works", "silent", "fails", "rewrites"] = "works"
    resolver_delay_ms: float = 0.0
    resolver_loss_percent: float = 0.0
    slow_sites: tuple[str, ...] = ()
    slow_ms: float = 4000.0
    clock_offset_s: int = 0
    desk_answers: bool = True
    notice: str = "none"
    sites_hidden: tuple[str, ...] = ()
    sites_withheld: tuple[str, ...] = ()
    sites_cut: tuple[str, ...] = ()
    line: Line = Line()


#: made once: threads that make a decoder of nested types at the same time can crash it
_DECODER: msgspec.json.Decoder[Manners] = msgspec.json.Decoder(Manners)


class Present:
    """The manners of this moment; reads the file only when it is new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp_ns = -1
        self._manners = Manners()

    def manners(self) -> Manners:
        """The manners as they stand now."""
        stamp_ns = self._path.stat().st_mtime_ns
        if stamp_ns != self._stamp_ns:
            self._manners = _DECODER.decode(self._path.read_bytes())
            self._stamp_ns = stamp_ns
        return self._manners
