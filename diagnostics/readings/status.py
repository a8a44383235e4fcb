"""What the provider announces of outages and planned work (docs/design/0008-status-feed.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import FreeText, Plain
from diagnostics.result import Reading


class NoticeKind(StrEnum):
    OUTAGE = "outage"
    MAINTENANCE = "maintenance"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """`now`: begun and not yet ended when it was read. Times are RFC 3339, "" where not told."""

    id: Plain
    kind: NoticeKind
    now: bool
    begins_at: Plain
    ends_at: Plain
    text: FreeText


class ProviderStatus(Reading, frozen=True, kw_only=True):
    """Notices that concern this line, as the feed has them; none is good news and no proof."""

    PROBE: ClassVar[str] = "status"
    notices: tuple[Notice, ...]
