"""Speed and duplex of a Linux adapter by ioctl (linux/ethtool.h); needs no rights."""

from __future__ import annotations

import array
import socket
import struct

import msgspec

from diagnostics.readings.interfaces import Duplex

_SIOCETHTOOL = 0x8946
_GLINKSETTINGS = 0x4C
_UNKNOWN_SPEED = (0, 0xFFFFFFFF, 0xFFFF)
#: struct ethtool_link_settings before its masks: cmd, speed, duplex, 6, mask words, 4, 7 spare
_HEAD = struct.Struct("=II7Bb4B7I")
_HEAD_FIELDS = 21
_DUPLEX, _MASK_WORDS = 2, 9

#: Bit of the supported mask → Mbit/s (ETHTOOL_LINK_MODE_*_BIT).
_MODES = {
    **dict.fromkeys((0, 1), 10.0),
    **dict.fromkeys((2, 3, 67, 90, 91), 100.0),
    **dict.fromkeys((4, 5, 17, 41, 68), 1000.0),
    **dict.fromkeys((15, 47), 2500.0),
    48: 5000.0,
    **dict.fromkeys((12, 18, 19, 42, 43, 44, 45, 46), 10000.0),
    **dict.fromkeys((31, 32, 33), 25000.0),
    **dict.fromkeys((23, 24, 25, 26), 40000.0),
}


class LinkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """None where driver does not tell."""

    speed_mbps: float | None
    supported_mbps: float | None
    duplex: Duplex | None


NOTHING = LinkSettings(speed_mbps=None, supported_mbps=None, duplex=None)


def link_settings(interface: str) -> LinkSettings:
    """Ask the driver; NOTHING where it has no such idea (WiFi, tunnels)."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            # The first call fails on purpose: the kernel answers with the size it wants, negated.
            words = -_ask(sock, interface, 0)[_MASK_WORDS]
            fields = _ask(sock, interface, words)
    except OSError:
        return NOTHING
    speed, duplex = fields[1], fields[_DUPLEX]
    return LinkSettings(
        speed_mbps=None if speed in _UNKNOWN_SPEED else float(speed),
        supported_mbps=_best(fields[_HEAD_FIELDS:]),
        duplex={0: Duplex.HALF, 1: Duplex.FULL}.get(duplex),
    )


def _ask(sock: socket.socket, interface: str, words: int) -> tuple[int, ...]:
    import fcntl  # noqa: PLC0415 - not on Windows

    request = bytearray(_HEAD.size + 3 * 4 * 128)
    struct.pack_into("=I", request, 0, _GLINKSETTINGS)
    struct.pack_into("=b", request, 15, words)
    memory = array.array("B", request)
    address, _ = memory.buffer_info()
    ifreq = struct.pack("16sP", interface.encode()[:15], address).ljust(40, b"\0")
    fcntl.ioctl(sock.fileno(), _SIOCETHTOOL, ifreq)
    answer = memory.tobytes()
    masks = struct.unpack_from(f"={max(words, 0)}I", answer, _HEAD.size)
    return (*_HEAD.unpack_from(answer), *masks)


def _best(mask: tuple[int, ...]) -> float | None:
    speeds = [
        speed
        for bit, speed in _MODES.items()
        if bit // 32 < len(mask) and mask[bit // 32] >> (bit % 32) & 1
    ]
    return max(speeds, default=None)
