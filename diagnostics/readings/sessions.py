"""Whether new connections still come about while an open one lives (a router's table of them)."""

from __future__ import annotations

from typing import ClassVar

from diagnostics.result import Reading, Unmeasured


class Sessions(Reading, frozen=True, kw_only=True):
    """`opened` of `tried` new TCP connections came about, all held open at the same time.

    Only places that took at least one are counted, unless none did.
    `late` of these needed a second question, as where packets get lost.
    One connection was opened before them and asked again after: `kept_alive`.
    """

    PROBE: ClassVar[str] = "sessions"
    tried: int
    opened: int
    late: int
    kept_alive: bool | Unmeasured
