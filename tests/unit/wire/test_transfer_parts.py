"""The parts of a transfer that need no connection."""

from __future__ import annotations

import pytest

from diagnostics.wire import errors
from diagnostics.wire.estimate import Estimate
from diagnostics.wire.http_message import parse_head
from diagnostics.wire.throughput import InterfaceBytes
from diagnostics.wire.transfer_beside import Beside
from diagnostics.wire.transfer_body import Body
from diagnostics.wire.transfer_fullness import Fullness
from diagnostics.wire.transfer_tail import Tail, confidence


def _body(headers: str) -> Body:
    return Body(parse_head(f"HTTP/1.1 200 OK\r\n{headers}".encode()))


def _chunks(sizes: list[int], end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x;a=b\r\n" % size + b"\n" * size + b"\r\n" for size in sizes) + end


def test_a_body_of_a_length_ends_there() -> None:
    body = _body("Content-Length: 10")
    assert body.skippable(100) == 10
    body.passed(4)
    assert not body.ended
    body.feed(b"x" * 50)
    assert body.ended
    assert body.size == 10


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Length: 3", b"abc"),
        ("Content-Length: 0", b""),
        ("Transfer-Encoding: chunked", _chunks([5, 70])),
    ],
)
def test_what_follows_an_answer_is_the_next_one(header: str, body: bytes) -> None:
    following = b"HTTP/1.1 200 OK\r\n"
    assert _body(header).feed(body + following) == following
    piecewise, rest = _body(header), b""
    for at in range(len(body + following)):
        rest += piecewise.feed((body + following)[at : at + 1])
    assert rest == following


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    body = _body("Server: x")
    assert not body.told
    body.passed(1_000_000)
    assert body.skippable(77) == 77
    assert not body.ended


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", [b"0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n"])
def test_chunks_however_they_are_cut(piece: int, end: bytes) -> None:
    body, data = _body("Transfer-Encoding: chunked"), _chunks([1, 300, 16, 70], end)
    for at in range(0, len(data), piece):
        assert not body.ended
        body.feed(data[at : at + piece])
    assert body.ended
    assert body.size == 387 + 4 * 2  # with the line break behind each


def test_most_of_a_chunk_need_not_be_looked_at() -> None:
    body, data = _body("Transfer-Encoding: chunked"), _chunks([5_000, 6_000])
    at = looked = 0
    while not body.ended:
        if size := body.skippable(1_000):
            body.passed(size)
        else:
            size = min(16, len(data) - at)
            body.feed(data[at : at + size])
            looked += size
        at += size
    assert at == len(data)
    assert looked < 64


@pytest.mark.parametrize("data", [b"xyz\r\n", b"-5\r\n", b"\r\n", b"1" * 20 + b"\r\n", b"5" * 2000])
def test_chunks_that_are_none(data: bytes) -> None:
    with pytest.raises(errors.BadAnswer):
        _body("Transfer-Encoding: chunked").feed(data)


def test_segments_that_are_not_full_are_seen_later_too() -> None:
    """A server's first writes may fill them by chance."""
    fullness = Fullness()
    for count in range(1, 2_000):
        whole = count * 1448.0
        fullness.add(whole, whole if count < 60 else 0.94 * whole, 4 * 1448)
    assert not fullness.full


def test_a_gap_under_repair_does_not_make_segments_less_full() -> None:
    fullness = Fullness()
    for count in range(1, 2_000):
        whole = count * 1448.0
        fullness.add(whole, whole - (100_000 if count % 50 else 0), 4 * 1448)
    assert fullness.full


def test_high_confidence_needs_a_known_plan_or_a_long_look() -> None:
    def of(span_s: float, sold_bps: float) -> str:
        found = Estimate(50e6, 0.002, 1.0, 1.0 + span_s, "steady")
        sure = confidence(found, sold_bps, starved=False, doubtful=False)
        assert confidence(found, sold_bps, starved=False, doubtful=True) == "medium"
        return sure

    assert of(1.2, 50e6) == "high"
    assert of(1.2, 30e6) == "medium"  # well above what is sold: a burst, perhaps
    assert of(1.2, 0.0) == "medium"
    assert of(3.1, 0.0) == "high"


def test_what_others_move_is_what_nobody_here_accounts_for() -> None:
    counts = iter([InterfaceBytes(1_000, 50), InterfaceBytes(2_001_000, 90)])
    beside = Beside("down", lambda: next(counts))
    beside.end()
    assert beside.others_bps(Tail("down", "192.0.2.1", ()), 2.0) == pytest.approx(8e6)


def test_without_a_counter_nothing_is_said_of_others() -> None:
    beside = Beside("up", None)
    beside.end()
    assert beside.others_bps(Tail("up", "192.0.2.1", ()), 2.0) is None


def test_a_figure_that_others_of_this_computer_shared_is_not_sure() -> None:
    tail = Tail("down", "192.0.2.1", ())
    assert not tail.doubtful("segments", 0.01)
    assert tail.doubtful("segments", 0.2)
    assert tail.doubtful("confirmed", 0.0)
