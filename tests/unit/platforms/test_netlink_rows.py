"""Rows of the neighbour table, as the kernel lays them out (linux/neighbour.h, rtnetlink(7))."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import cast

import pytest

from diagnostics.platforms.netlink import NeighbourRow, Netlink

INCOMPLETE, REACHABLE, STALE, FAILED = 0x01, 0x02, 0x04, 0x20
AGES = struct.pack("=HHIIII", 20, 3, 7, 7, 7, 0)  # NDA_CACHEINFO
MAC = bytes.fromhex("b6b91ef134fe")


class Kernel:
    """Answers each request with these rows in one datagram, as a routing socket does."""

    def __init__(self, *rows: bytes) -> None:
        self.rows = rows
        self._sequence = 0

    def send(self, data: bytes) -> int:
        (self._sequence,) = struct.unpack_from("=I", data, 8)
        return len(data)

    def recv(self, _size: int) -> bytes:
        told = [_message(28, row, self._sequence) for row in self.rows]
        return b"".join((*told, _message(3, bytes(4), self._sequence)))


def _message(kind: int, body: bytes, sequence: int) -> bytes:
    padded = body.ljust((len(body) + 3) & ~3, b"\0")  # NLMSG_ALIGN
    return struct.pack("=IHHII", 16 + len(body), kind, 2, sequence, 0) + padded


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value.ljust((len(value) + 3) & ~3, b"\0")


def _row(address: str, state: int, *rest: bytes, before: bytes = b"") -> bytes:
    six = ":" in address
    family = socket.AF_INET6 if six else socket.AF_INET
    head = struct.pack("=BxxxiHBB", family, 2, state, 0, 1)
    return head + before + _attribute(1, socket.inet_pton(family, address)) + b"".join(rest)


def _read(*rows: bytes) -> list[NeighbourRow]:
    return asyncio.run(Netlink(cast("socket.socket", Kernel(*rows))).neighbours())


def test_who_answered_has_a_hardware_address_and_who_did_not_has_none() -> None:
    mac = _attribute(2, MAC)
    found = _read(
        _row("192.168.1.1", REACHABLE, mac, AGES),
        _row("192.168.1.7", INCOMPLETE, AGES),
        _row("192.168.1.8", FAILED, AGES),
        _row("fe80::1", STALE, mac, AGES),
        _row("fe80::2", FAILED, AGES),
    )
    assert [(row.address, row.mac, row.state) for row in found] == [
        ("192.168.1.1", MAC.hex(":"), REACHABLE),
        ("192.168.1.7", "", INCOMPLETE),
        ("192.168.1.8", "", FAILED),
        ("fe80::1", MAC.hex(":"), STALE),
        ("fe80::2", "", FAILED),
    ]
    assert {row.index for row in found} == {2}


def test_a_row_that_changes_is_not_told_as_it_was() -> None:
    (before,) = _read(_row("192.168.1.7", INCOMPLETE, AGES))
    (after,) = _read(_row("192.168.1.7", REACHABLE, _attribute(2, MAC), AGES))
    (gone,) = _read(_row("192.168.1.7", FAILED, AGES))
    assert [before.mac, after.mac, gone.mac] == ["", MAC.hex(":"), ""]
    assert [before.state, after.state, gone.state] == [INCOMPLETE, REACHABLE, FAILED]


@pytest.mark.parametrize("state", [INCOMPLETE, FAILED, REACHABLE])
def test_another_order_of_attributes_is_read_as_well(state: int) -> None:
    mac = () if state != REACHABLE else (_attribute(2, MAC),)
    (row,) = _read(_row("192.168.1.7", state, *mac, before=AGES))
    assert row.address == "192.168.1.7"
    assert row.mac == (MAC.hex(":") if mac else "")


def test_half_a_row_is_no_crash() -> None:
    (row,) = _read(_row("192.168.1.7", FAILED)[:15])
    assert (row.address, row.mac) == ("", "")
