"""The provider's status feed: what counts as open now, and what is no feed at all."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from diagnostics.probes.status import read_feed
from diagnostics.readings.status import NoticeKind
from diagnostics.wire.errors import BadAnswer

NOW = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)


def feed(**changes: object) -> bytes:
    one: dict[str, object] = {
        "id": "N-1",
        "kind": "outage",
        "begins_at": "2026-03-04T21:00:00+00:00",
        "ends_at": "2026-03-05T04:00:00Z",
        "text": {"de": "Stoerung", "en": "A fault."},
        "areas": ["a key of a later version"],
    }
    return msgspec.json.encode({"schema": "firsthop-status/1", "notices": [{**one, **changes}]})


def test_a_notice_that_is_open() -> None:
    (notice,) = read_feed(feed(), NOW).notices
    assert (notice.kind, notice.now, notice.text) == (NoticeKind.OUTAGE, True, "A fault.")


@pytest.mark.parametrize(
    "changes",
    [
        {"resolved": True},
        {"begins_at": "2026-03-04T22:00:01+00:00"},
        {"ends_at": "2026-03-04T21:59:59+00:00"},
        {"begins_at": "2026-03-04T21:00:00-02:00"},
    ],
)
def test_a_notice_of_another_time_is_not_now(changes: dict[str, object]) -> None:
    assert [one.now for one in read_feed(feed(**changes), NOW).notices] == [False]


def test_a_notice_without_an_end_is_open() -> None:
    assert read_feed(feed(ends_at=""), NOW).notices[0].now


@pytest.mark.parametrize("when", ["soon", "2026-03-04T21:00:00", ""])
def test_a_notice_without_a_readable_time_is_left_out(when: str) -> None:
    assert read_feed(feed(begins_at=when), NOW).notices == ()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>All is well</html>",
        b"",
        b"[]",
        b'{"schema":"firsthop-status/2","notices":[]}',
        b'{"schema":"firsthop-status/1","notices":[{"id":1}]}',
        b"\xff",
    ],
)
def test_what_is_no_feed_is_no_reading(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_feed(body, NOW)
