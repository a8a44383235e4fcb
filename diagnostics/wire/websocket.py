"""WebSocket frames as bytes (RFC 6455), no more than a speed test needs."""

import base64
import hashlib
import os
import struct

import msgspec

from diagnostics.wire.errors import BadAnswer

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_MOST_CONTROL = 125


def new_key() -> str:
    """For Sec-WebSocket-Key."""
    return base64.b64encode(os.urandom(16)).decode()


def accepted(key: str) -> str:
    """What Sec-WebSocket-Accept has to be (RFC 6455, 4.2.2)."""
    digest = hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


class FrameHead(msgspec.Struct, frozen=True):
    """`size` of the payload; `length` of the head itself; `final` ends a message."""

    opcode: int
    size: int
    length: int
    final: bool


def parse_head(data: bytes | bytearray) -> FrameHead | None:
    """None while the head is not whole. BadAnswer for what a server must not send."""
    if len(data) < 2:
        return None
    opcode, size, length = data[0] & 15, data[1] & 127, 2
    if data[0] & 0x70 or data[1] & 128:
        raise BadAnswer("the speed server's frames are masked or extended")
    if size == 126:
        length = 4
    elif size == 127:
        length = 10
    if len(data) < length:
        return None
    if length > 2:
        (size,) = struct.unpack_from(">H" if length == 4 else ">Q", data, 2)
    final = bool(data[0] & 128)
    if opcode >= CLOSE and (size > _MOST_CONTROL or not final):
        raise BadAnswer("the speed server sends a control frame that is too long")
    return FrameHead(opcode, size, length, final)


def frame_head(opcode: int, size: int, mask: bytes) -> bytes:
    """Head of a client's whole message; the payload that follows is to be masked by `mask`."""
    if size < 126:
        lengths = struct.pack(">BB", 128 | opcode, 128 | size)
    elif size < 65_536:
        lengths = struct.pack(">BBH", 128 | opcode, 128 | 126, size)
    else:
        lengths = struct.pack(">BBQ", 128 | opcode, 128 | 127, size)
    return lengths + mask


def control_frame(opcode: int, payload: bytes) -> bytes:
    """A whole masked control frame; its payload is cut at 125 bytes."""
    payload, mask = payload[:_MOST_CONTROL], os.urandom(4)
    masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
    return frame_head(opcode, len(payload), mask) + masked
