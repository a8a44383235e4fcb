"""Processor time to read a scan of 60 networks, from the kernel's bytes to typed networks.

The messages are laid out as nl80211 dumps them, with the elements of a WiFi 6 access point; they go
through pyroute2's parser and ours. What the kernel itself needs is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import struct
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from pyroute2.netlink.marshal import Marshal

from diagnostics.platforms.nl80211 import Attribute, Message, attribute, attributes
from diagnostics.platforms.nl80211_message import RawMessage
from diagnostics.platforms.nl80211_scan import bss_row, networks

_FAMILY, _NEW_SCAN_RESULTS = 28, 34
_MOST_MS = 60.0
#: rates, DS, TIM, country, ERP, extended rates, RSN, BSS load, HT, HT operation, extended
#: capabilities, VHT, VHT operation, HE, HE operation, WMM
_ELEMENTS = bytes.fromhex(
    "010882848b960c1218240301060504000100000706444520010d142a010032043048606c"
    "30140100000fac040100000fac040100000fac0200000b050300600000"
    "2d1aef0117ffff000000000000000000000000000000000000000000"
    "3d160600000000000000000000000000000000000000000000007f080000000000000040"
    "bf0cb2798933faff0c03faff0c03c005000000fcff"
    "ff1623030008129200103020200280020d009f0820010000faff"
    "dd180050f2020101000003a4000027a4000042435e0062322f00"
)  # fmt: skip


def _dump(count: int) -> bytes:
    """One datagram a network, one after the other."""
    parts: list[bytes] = []
    for n in range(count):
        name = f"Network {n:02}".encode()
        elements = bytes([0, len(name)]) + name + _ELEMENTS
        bss = (
            attribute(1, bytes([2, 0, 0, 0, n, 0]))
            + attribute(2, struct.pack("=I", 2412 + 5 * (n % 13)))
            + attribute(4, struct.pack("=H", 100))
            + attribute(5, struct.pack("=H", 0x1431))
            + attribute(6, elements)
            + attribute(7, struct.pack("=i", -4000 - 60 * n))
            + attribute(11, elements)
        )
        content = attribute(Attribute.INTERFACE, struct.pack("=I", 3)) + attribute(
            Attribute.BSS, bss
        )
        header = struct.pack(
            "=IHHIIBBH", 20 + len(content), _FAMILY, 2, 1, 1, _NEW_SCAN_RESULTS, 1, 0
        )
        parts.append(header + content)
    return b"".join(parts)


class _Parser(Protocol):
    """What of pyroute2's parser is used here."""

    msg_map: dict[int, type]

    def parse(self, data: bytes) -> Iterator[Mapping[str, object]]: ...


def _once(data: bytes) -> tuple[float, int]:
    parser = cast("_Parser", cast("object", Marshal()))
    parser.msg_map[_FAMILY] = RawMessage
    begun_s = time.process_time()
    rows = [
        bss_row(Message(cast("int", m["cmd"]), attributes(cast("bytes", m["content"]))))
        for m in parser.parse(data)
    ]
    found = networks([row for row in rows if row is not None])
    return (time.process_time() - begun_s) * 1000, len(found)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=60)
    parser.add_argument("--runs", type=int, default=31)
    words = parser.parse_args(argv)
    data = _dump(words.networks)
    _once(data)
    taken = [_once(data) for _ in range(words.runs)]
    median_ms = statistics.median(ms for ms, _ in taken)
    print(f"{taken[0][1]} networks: {median_ms:.1f} ms of processor time (median of {words.runs})")
    return 0 if median_ms <= _MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
