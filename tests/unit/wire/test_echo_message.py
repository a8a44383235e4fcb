"""Echo packets as bytes."""

import socket

import pytest

from diagnostics.wire import echo_message

INET, INET6 = socket.AF_INET, socket.AF_INET6


def test_a_request_carries_a_right_checksum() -> None:
    packet = echo_message.request(INET, 7, 9, b"cookie..", 33)
    assert echo_message.checksum(packet) == 0
    assert len(packet) == 8 + 33


def test_checksum_of_the_rfc_example() -> None:
    # RFC 1071 section 3: 0001 f203 f4f5 f6f7 sums to ddf2, complement 220d.
    assert echo_message.checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D


def test_a_reply_is_read_with_and_without_ip_header() -> None:
    bare = b"\0\0\0\0" + (5).to_bytes(2, "big") + (6).to_bytes(2, "big") + b"12345678rest"
    for data in (bare, b"\x45" + bytes(19) + bare):
        reply = echo_message.reply(INET, data)
        assert reply is not None
        assert (reply.identifier, reply.sequence, reply.cookie) == (5, 6, b"12345678")


@pytest.mark.parametrize("data", [b"", b"\0", b"\x08" + bytes(20), b"\x45" + bytes(3), b"\x4f"])
def test_other_packets_are_no_reply(data: bytes) -> None:
    assert echo_message.reply(INET, data) is None


def test_an_error_is_traced_to_its_request() -> None:
    assert _quoted(INET, echo_message.request(INET, 1, 513, b"", 0)) == 513
    assert _quoted(INET6, echo_message.request(INET6, 1, 77, b"", 0)) == 77
    assert _quoted(INET6, b"\x03\x00") is None


@pytest.mark.parametrize(
    ("family", "icmp", "kind"),
    [
        (INET, (3, 0), "net_unreachable"),
        (INET, (3, 1), "host_unreachable"),
        (INET, (3, 4), "too_big"),
        (INET, (3, 13), "prohibited"),
        (INET, (11, 0), "ttl_exceeded"),
        (INET, (12, 0), "other"),
        (INET6, (1, 0), "net_unreachable"),
        (INET6, (1, 4), "port_unreachable"),
        (INET6, (2, 0), "too_big"),
        (INET6, (3, 0), "ttl_exceeded"),
    ],
)
def test_errors_have_names(family: socket.AddressFamily, icmp: tuple[int, int], kind: str) -> None:
    assert echo_message.complaint_kind(family, *icmp) == kind


def _quoted(family: socket.AddressFamily, data: bytes) -> int | None:
    found = echo_message.quoted(family, data)
    return None if found is None else found.sequence
