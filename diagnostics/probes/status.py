"""The provider's status feed, where the profile names one; never needed for a verdict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Dhcp
from diagnostics.readings.status import Notice, NoticeKind, ProviderStatus
from diagnostics.result import Reading, Reason
from diagnostics.sounding.lookup import find
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.wire.errors import BadAnswer
from diagnostics.wire.http import HttpPlan, get

SCHEMA = "firsthop-status/1"
_PLAN = HttpPlan(timeout_s=4.0, connect_timeout_s=2.0, max_body=65_536, redirects=2)
_MOST = 20
Short = Annotated[str, Meta(max_length=300)]


class FeedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """One notice of the feed; keys that this version does not know are passed over."""

    id: Short
    kind: NoticeKind
    begins_at: Short
    ends_at: Short = ""
    resolved: bool = False
    text: dict[str, str] = {}


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    schema: str
    notices: tuple[FeedNotice, ...]


class StatusProbe(Probe[ProviderStatus]):
    reading: ClassVar[type[Reading]] = ProviderStatus
    after: ClassVar[tuple[type[Reading], ...]] = (Dhcp,)
    deadline_s: ClassVar[float] = 6.0

    async def measure(self, context: Context) -> ProviderStatus:
        url = context.profile.support.status_url
        if not url:
            raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no status feed")
        asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
        host = urlsplit(url).hostname or ""
        found = await find(host, [one.address for one in asked], context.platform)
        if not found.addresses:
            raise ProbeError(Reason.NO_ANSWER, "the status feed has no address")
        address = min(found.addresses, key=lambda a: ":" in a)
        plan = msgspec.structs.replace(
            _PLAN, address=address, command=context.platform.stream_command
        )
        answer = await get(url, plan)
        if answer.status != 200:
            raise ProbeError(Reason.BAD_ANSWER, f"the status feed answers {answer.status}")
        return read_feed(answer.body, datetime.now(UTC))


def read_feed(body: bytes, now: datetime) -> ProviderStatus:
    """Notices of a feed at this time. Raises BadAnswer for anything else, such as a page."""
    try:
        feed = msgspec.json.decode(body, type=Feed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadAnswer(f"the status feed cannot be read: {error}") from None
    if feed.schema != SCHEMA:
        raise BadAnswer(f"the status feed has schema {feed.schema[:40]!r}")
    notices = [_notice(one, now) for one in feed.notices[:_MOST]]
    return ProviderStatus(notices=tuple(one for one in notices if one is not None))


def _notice(one: FeedNotice, now: datetime) -> Notice | None:
    """None for one whose times cannot be read."""
    begins, ends = _time(one.begins_at), _time(one.ends_at)
    if begins is None or (one.ends_at and ends is None):
        return None
    open_now = begins <= now and (ends is None or now <= ends) and not one.resolved
    texts = one.text
    text = texts.get("en") or next(iter(texts.values()), "")
    return Notice(
        id=one.id[:80],
        kind=one.kind,
        now=open_now,
        begins_at=begins.isoformat(),
        ends_at=ends.isoformat() if ends else "",
        text=text[:300],
    )


def _time(text: str) -> datetime | None:
    """RFC 3339 with a zone; None for anything else."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else None
