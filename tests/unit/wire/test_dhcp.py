"""A question for offers, and what is taken for an answer to it; all bytes are written here."""

from __future__ import annotations

import ipaddress
import struct

from hypothesis import given
from hypothesis import strategies as st

from diagnostics.platforms.parse.leases import parse_dhcp_message
from diagnostics.wire.dhcp import discover, offer_in

MAC, TRANSACTION = "02:00:00:00:00:23", 0x1234ABCD


def reply(*, transaction: int = TRANSACTION, kind: int = 2, port: int = 68, cut: int = 0) -> bytes:
    """An offer of 192.168.8.100 by 192.168.8.1, as a server broadcasts it."""
    options = bytes((53, 1, kind, 54, 4)) + ipaddress.IPv4Address("192.168.8.1").packed
    options += bytes((3, 4)) + ipaddress.IPv4Address("192.168.8.254").packed + b"\xff"
    message = struct.pack("!BBBBIHH", 2, 1, 6, 0, transaction, 0, 0x8000) + bytes(4)
    message += ipaddress.IPv4Address("192.168.8.100").packed + bytes(8 + 16 + 64 + 128)
    message += b"\x63\x82\x53\x63" + options
    udp = struct.pack("!HHHH", 67, port, 8 + len(message), 0) + message
    whole = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0, 0xFFFFFFFF) + udp
    return whole[: len(whole) - cut]


def test_the_question_is_a_whole_ip_packet_in_our_name() -> None:
    packet = discover(MAC, TRANSACTION)
    assert struct.unpack_from("!H", packet, 2)[0] == len(packet)
    total = sum(struct.unpack("!10H", packet[:20]))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF  # RFC 1071
    assert packet[16:20] == b"\xff" * 4
    assert struct.unpack_from("!HH", packet, 20) == (68, 67)
    message = packet[28:]
    assert len(message) >= 300
    assert message[:4] == bytes((1, 1, 6, 0))
    assert struct.unpack_from("!I", message, 4)[0] == TRANSACTION
    assert message[28:34] == bytes.fromhex(MAC.replace(":", ""))
    assert message[236:243] == b"\x63\x82\x53\x63" + bytes((53, 1, 1))


def test_an_offer_is_read_by_the_parser_of_leases() -> None:
    offer = parse_dhcp_message(offer_in(reply(), TRANSACTION))
    assert offer is not None
    assert (offer.server, offer.address) == ("192.168.8.1", "192.168.8.100")
    assert offer.gateway == "192.168.8.254"


def test_only_offers_to_this_question_count() -> None:
    assert offer_in(reply(transaction=1), TRANSACTION) == b""
    assert offer_in(reply(kind=5), TRANSACTION) == b""
    assert offer_in(reply(port=67), TRANSACTION) == b""
    assert offer_in(discover(MAC, TRANSACTION), TRANSACTION) == b""


@given(st.binary(max_size=400), st.integers(0, 320))
def test_whatever_comes_is_no_reason_to_fail(noise: bytes, cut: int) -> None:
    for packet in (noise, reply(cut=min(cut, 250)), reply()[:40] + noise):
        message = offer_in(packet, TRANSACTION)
        if message:
            parse_dhcp_message(message)
