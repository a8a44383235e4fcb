"""An nl80211 message for pyroute2's socket that leaves the attributes as they came.

Imported when a socket is opened, so that a check without WiFi never loads pyroute2's machinery.
"""

from __future__ import annotations

import struct
from typing import cast

from pyroute2.netlink import genlmsg

_HEADER = "=IHHIIBBH"  # struct nlmsghdr and struct genlmsghdr
_SIZE = struct.calcsize(_HEADER)


class RawMessage(genlmsg):
    """`cmd` is the command, `content` the bytes of the attributes, both ways."""

    __slots__ = ()

    def decode(self) -> None:
        data, offset = cast("bytes", self.data), self.offset
        length, kind, flags, number, port, command, _version, _ = struct.unpack_from(
            _HEADER, data, offset
        )
        self["header"] = {
            "length": length,
            "type": kind,
            "flags": flags,
            "sequence_number": number,
            "pid": port,
        }
        self["cmd"] = command
        self["content"] = bytes(data[offset + _SIZE : offset + length])

    def encode(self) -> None:
        header = cast("dict[str, int]", self["header"])
        content = cast("bytes", self["content"])
        length = _SIZE + len(content)
        numbers = (header["type"], header["flags"], header["sequence_number"], header["pid"])
        packed = struct.pack(_HEADER, length, *numbers, cast("int", self["cmd"]), 1, 0)
        self.data = bytearray(packed + content)
        self.length = length
