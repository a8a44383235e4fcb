"""Frames written by hand for the tests: elements as bytes, laid out as the standard prints them."""

from __future__ import annotations

import struct


def element(number: int, body: bytes) -> bytes:
    return bytes((number, len(body))) + body


def extension(number: int, body: bytes) -> bytes:
    return element(255, bytes((number,)) + body)


def ssid(name: bytes) -> bytes:
    return element(0, name)


OLD_RATES = element(1, bytes.fromhex("82848b96")) + element(50, bytes.fromhex("0c1218243048606c"))
FIVE_RATES = element(1, bytes.fromhex("8c129824b048606c"))
B_ONLY = element(1, bytes.fromhex("82848b96"))


def direct(channel: int) -> bytes:
    return element(3, bytes((channel,)))


def suites(oui: bytes, *kinds: int) -> bytes:
    return struct.pack("<H", len(kinds)) + b"".join(oui + bytes((kind,)) for kind in kinds)


RSN_OUI = bytes.fromhex("000fac")
WPA_OUI = bytes.fromhex("0050f2")


def rsn(
    *akms: int, pairwise: tuple[int, ...] = (4,), group: int = 4, capabilities: int = 0
) -> bytes:
    body = struct.pack("<H", 1) + RSN_OUI + bytes((group,)) + suites(RSN_OUI, *pairwise)
    return element(48, body + suites(RSN_OUI, *akms) + struct.pack("<H", capabilities))


def wpa(*akms: int, pairwise: tuple[int, ...] = (2,)) -> bytes:
    body = bytes.fromhex("0050f201") + struct.pack("<H", 1) + WPA_OUI + b"\x02"
    return element(221, body + suites(WPA_OUI, *pairwise) + suites(WPA_OUI, *akms))


def ht(streams: int = 2, *, wide: bool = True, short: bool = True) -> bytes:
    info = (2 if wide else 0) | (0x60 if short else 0)
    mcs = b"\xff" * streams + b"\0" * (16 - streams)
    return element(45, struct.pack("<HB", info, 0x1B) + mcs + b"\0" * 7)


def ht_use(channel: int, offset: int = 0, centre: int = 0) -> bytes:
    first = {0: 0, 1: 5, -1: 7}[offset]
    return element(61, bytes((channel, first)) + struct.pack("<H", centre << 5) + b"\0" * 18)


def vht(streams: int = 2, *, info: int = 0x20) -> bytes:
    mcs = sum((2 if n < streams else 3) << 2 * n for n in range(8))
    return element(191, struct.pack("<IHHHH", info, mcs, 0, mcs, 0))


def vht_use(code: int, centre: int, second: int = 0) -> bytes:
    return element(192, bytes((code, centre, second)) + b"\xfc\xff")


def he(streams: int = 2, *, widths: int = 0x04) -> bytes:
    """`widths`: byte 0 of the physical capabilities; 0x04 is up to 80, 0x0c up to 160 MHz."""
    mcs = sum((2 if n < streams else 3) << 2 * n for n in range(8))
    maps = struct.pack("<HH", mcs, mcs) * (2 if widths & 0x08 else 1)
    return extension(35, b"\0" * 6 + bytes((widths,)) + b"\0" * 10 + maps)


def he_use(six: tuple[int, int, int, int] | None = None) -> bytes:
    parameters = 1 << 17 if six else 0
    body = parameters.to_bytes(3, "little") + b"\x05" + b"\xfc\xff"
    if six:
        channel, control, centre, second = six
        body += bytes((channel, control, centre, second, 6))
    return extension(36, body)


def eht(streams: int = 2, *, wide: bool = True, he_160: bool = True) -> bytes:
    """`wide`: 320 MHz; a map of three bytes for each of 80, 160, 320 that is there."""
    nibbles = bytes((streams | streams << 4,)) * 3
    maps = 1 + he_160 + wide
    return extension(108, b"\0\0" + bytes((2 if wide else 0,)) + b"\0" * 8 + nibbles * maps)


def eht_use(code: int, centre: int, second: int) -> bytes:
    return extension(106, b"\x01" + b"\x44" * 4 + bytes((code, centre, second)))


def country(code: bytes, *triplets: tuple[int, int, int]) -> bytes:
    return element(7, code + b" " + b"".join(bytes(each) for each in triplets))


def beacon(bssid: str, elements: bytes, *, capability: int = 0x0411, interval: int = 100) -> bytes:
    """The 802.11 frame, without a checksum."""
    address = bytes.fromhex(bssid.replace(":", ""))
    header = b"\x80\0\0\0" + b"\xff" * 6 + address * 2 + b"\0\0"
    return header + b"\0" * 8 + struct.pack("<HH", interval, capability) + elements


def radiotap(frame: bytes, frequency_mhz: int, signal_dbm: int) -> bytes:
    """Flags, channel, signal."""
    present = 1 << 1 | 1 << 3 | 1 << 5
    fields = b"\0\0" + struct.pack("<HHb", frequency_mhz, 0x0140, signal_dbm)
    return struct.pack("<BBHI", 0, 0, 8 + len(fields), present) + fields + frame


def pcap(*frames: bytes, link_type: int = 127) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type)
    return head + b"".join(
        struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame for frame in frames
    )
