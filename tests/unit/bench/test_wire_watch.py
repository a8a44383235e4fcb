"""Questions and answers on the wire, of frames that are written here."""

from __future__ import annotations

import struct

import pytest

from bench.watched import Passed
from bench.wire_watch import Ledger, dns, echo

_ETHER = bytes(12)


def _ipv4(protocol: int, data: bytes, options: bytes = b"") -> bytes:
    head = bytes([0x45 + len(options) // 4]) + bytes(8) + bytes([protocol]) + bytes(10)
    return _ETHER + b"\x08\x00" + head + options + data


def _ipv6(protocol: int, data: bytes) -> bytes:
    head = bytes([0x60, 0, 0, 0]) + struct.pack("!HBB", len(data), protocol, 64) + bytes(32)
    return _ETHER + b"\x86\xdd" + head + data


def _echo(kind: int, number: int = 5) -> bytes:
    return struct.pack("!BBHHH", kind, 0, 0, 0x1234, number) + bytes(16)


def _udp(source: int, target: int) -> bytes:
    return struct.pack("!HHHHH", source, target, 20, 0, 7) + bytes(10)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (_ipv4(1, _echo(8)), _ipv4(1, _echo(0))),
        (_ipv4(1, _echo(8), bytes(8)), _ipv4(1, _echo(0))),
        (_ipv6(58, _echo(128)), _ipv6(58, _echo(129))),
    ],
)
def test_an_echo_is_known_by_its_identifier_and_number(question: bytes, answer: bytes) -> None:
    assert echo(question) == (True, b"\x12\x34\0\x05")
    assert echo(answer) == (False, b"\x12\x34\0\x05")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (_ipv4(17, _udp(40_000, 53)), _ipv4(17, _udp(53, 40_000))),
        (_ipv6(17, _udp(40_000, 53)), _ipv6(17, _udp(53, 40_000))),
    ],
)
def test_a_dns_answer_is_known_by_port_and_id(question: bytes, answer: bytes) -> None:
    assert dns(question) == (True, struct.pack("!HH", 40_000, 7))
    assert dns(answer) == (False, struct.pack("!HH", 40_000, 7))


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        _ETHER + b"\x08\x06" + bytes(28),  # ARP
        _ipv6(58, _echo(135)),  # neighbour solicitation
        _ipv4(1, b"\x08"),
        _ipv4(17, _udp(123, 123)),
    ],
)
def test_other_frames_are_none(frame: bytes) -> None:
    assert dns(frame) is None
    assert echo(frame) is None


def test_the_ledger_tells_times_and_who_was_not_answered() -> None:
    ledger = Ledger(echo)
    assert ledger.note(_ipv6(58, _echo(129, 9)), 1.0) is None  # nobody asked
    for number, at_ms in ((1, 10.0), (2, 20.0), (2, 30.0), (3, 40.0)):
        assert ledger.note(_ipv6(58, _echo(128, number)), at_ms) is None
    assert ledger.note(_ipv6(58, _echo(129, 2)), 31.5) == 1.5
    assert ledger.note(_ipv6(58, _echo(129, 1)), 35.0) == 25.0
    assert ledger.note(_ipv6(58, _echo(129, 1)), 36.0) is None  # a duplicate
    assert ledger.unanswered == 2  # the third, and the second's first


def test_what_the_watch_writes_is_read() -> None:
    passed = Passed()
    passed.read("18.5000\n19.2500\n-\n-\n-\n")
    assert (passed.rtts_ms, passed.unanswered, passed.questions) == ([18.5, 19.25], 3, 5)
