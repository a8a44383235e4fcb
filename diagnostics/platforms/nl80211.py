"""The kernel's WiFi interface (linux/nl80211.h), asked through pyroute2 and answered in bytes.

pyroute2 finds the family, numbers requests and puts dumps together. Its own decoding of every
attribute costs 2 ms a network, so that here only what is asked for is taken apart.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Protocol, cast

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.netlink import knows_family
from diagnostics.result import Reason

_TYPE_MASK = 0x3FFF  # NLA_TYPE_MASK: the upper bits are flags
_REQUEST, _ACK, _DUMP = 0x1, 0x4, 0x300  # linux/netlink.h


class Command(IntEnum):
    """NL80211_CMD_*"""

    GET_WIPHY = 1
    GET_INTERFACE = 5
    GET_STATION = 17
    GET_REGULATORY = 31
    GET_SCAN = 32
    TRIGGER_SCAN = 33
    NEW_SCAN_RESULTS = 34
    SCAN_ABORTED = 35
    AUTHENTICATE = 37
    ASSOCIATE = 38
    DEAUTHENTICATE = 39
    DISASSOCIATE = 40
    CONNECT = 46
    ROAM = 47
    DISCONNECT = 48
    GET_SURVEY = 50
    GET_POWER_SAVE = 62
    CHANNEL_SWITCHED = 88
    RADAR = 94


class Attribute(IntEnum):
    """NL80211_ATTR_*"""

    WIPHY = 1
    INTERFACE = 3
    INTERFACE_NAME = 4
    INTERFACE_TYPE = 5
    MAC = 6
    STATION_INFO = 21
    BANDS = 22
    COUNTRY = 33
    FREQUENCY = 38
    SCAN_NAMES = 45
    BSS = 47
    FRAME = 51
    SSID = 52
    REASON_CODE = 54
    TIMED_OUT = 65
    DISCONNECTED_BY_AP = 71
    STATUS_CODE = 72
    SURVEY_INFO = 84
    POWER_SAVE_STATE = 93
    WIDTH = 159
    CENTRE = 160
    SECOND_CENTRE = 161
    RADAR_EVENT = 168
    SPLIT_DUMP = 174


Attributes = dict[int, bytes]


class Message(msgspec.Struct, frozen=True):
    """An answer or an event. `command` is one of NL80211_CMD_*, known to us or not."""

    command: int
    attributes: Attributes

    def number(self, kind: int) -> int | None:
        return number(self.attributes.get(kind))


def attributes(data: bytes) -> Attributes:
    """Attributes by number; of one that comes twice the last counts, a cut one is left out."""
    return dict(in_order(data))


def in_order(data: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, offset)
        if length < 4 or offset + length > len(data):
            return
        yield kind & _TYPE_MASK, data[offset + 4 : offset + length]
        offset += (length + 3) & ~3


def number(data: bytes | None, *, signed: bool = False) -> int | None:
    """A number of 1, 2, 4 or 8 bytes in this computer's order; None where there is none."""
    if data is None or len(data) not in {1, 2, 4, 8}:
        return None
    return int.from_bytes(data, _ORDER, signed=signed)


_ORDER = "little" if struct.pack("=H", 1) == b"\x01\x00" else "big"


def attribute(kind: int, content: bytes = b"") -> bytes:
    padding = bytes(-len(content) % 4)
    return struct.pack("=HH", 4 + len(content), kind) + content + padding


def index(interface: int) -> bytes:
    return attribute(Attribute.INTERFACE, struct.pack("=I", interface))


class _Raw(Protocol):
    """What our message class leaves in a pyroute2 message."""

    def __getitem__(self, key: str) -> object: ...


class _Socket(Protocol):
    prid: int
    mcast_groups: dict[str, int]

    async def bind(self, proto: str, msg_class: type) -> None: ...
    def nlm_request(self, msg: object, msg_type: int, msg_flags: int) -> Awaitable[object]: ...
    def get(self, msg_seq: int) -> AsyncIterator[_Raw]: ...
    def add_membership(self, group: str) -> None: ...
    def close(self) -> None: ...


class Nl80211:
    """One open socket."""

    def __init__(self, opened: _Socket) -> None:
        self._socket = opened

    async def dump(self, command: Command, content: bytes = b"") -> list[Message]:
        """All rows. PlatformError where the kernel or the driver does not tell."""
        return await self._asked(command, content, _REQUEST | _DUMP)

    async def ask(self, command: Command, content: bytes = b"") -> list[Message]:
        return await self._asked(command, content, _REQUEST | _ACK)

    async def _asked(self, command: Command, content: bytes, flags: int) -> list[Message]:
        from pyroute2.netlink.exceptions import NetlinkError  # noqa: PLC0415

        from diagnostics.platforms.nl80211_message import RawMessage  # noqa: PLC0415

        request = RawMessage()
        request["cmd"] = int(command)
        request["content"] = content
        opened = self._socket
        try:
            stream = await opened.nlm_request(request, msg_type=opened.prid, msg_flags=flags)
            rows = [_message(row) async for row in cast("AsyncIterator[_Raw]", stream)]
        except NetlinkError as error:
            raise refusal(cast("int", error.code), command) from error
        return [row for row in rows if row is not None]

    def listen(self, *groups: str) -> None:
        """Take part in multicast groups: scan, mlme, regulatory; older kernels lack some."""
        for group in groups:
            if group in self._socket.mcast_groups:
                self._socket.add_membership(group)

    async def events(self) -> AsyncIterator[Message]:
        """What the groups tell, for ever."""
        while True:
            async for row in self._socket.get(msg_seq=0):
                message = _message(row)
                if message is not None:
                    yield message


def _message(row: _Raw) -> Message | None:
    try:
        command, content = row["cmd"], row["content"]
    except KeyError:  # an acknowledgement
        return None
    if isinstance(command, int) and isinstance(content, bytes):
        return Message(command, attributes(content))
    return None


def refusal(code: int, command: Command) -> PlatformError:
    """The kernel's error number in our words."""
    told = f"{command.name.lower()}: {errno.errorcode.get(code, str(code))}"
    if code in {errno.EPERM, errno.EACCES}:
        return PlatformError(Reason.NOT_PERMITTED, told)
    if code == errno.ENETDOWN:
        return PlatformError(Reason.NOT_APPLICABLE, told)
    if code in {errno.EBUSY, errno.EAGAIN}:
        return PlatformError(Reason.DISTURBED, told)
    return PlatformError(Reason.NOT_SUPPORTED, told)


@asynccontextmanager
async def nl80211() -> AsyncGenerator[Nl80211, None]:
    """Open a socket. PlatformError(not_applicable) where the kernel has no WiFi at all."""
    # Loading pyroute2 takes a quarter of a second of processor time: not where there is no WiFi.
    if not knows_family("nl80211"):
        raise PlatformError(Reason.NOT_APPLICABLE, "this kernel has no WiFi")
    import logging  # noqa: PLC0415

    from pyroute2.netlink.exceptions import NetlinkError  # noqa: PLC0415
    from pyroute2.netlink.generic import AsyncGenericNetlinkSocket  # noqa: PLC0415

    from diagnostics.platforms.nl80211_message import RawMessage  # noqa: PLC0415

    # A kernel without the family is an answer here, and no warning on the terminal.
    AsyncGenericNetlinkSocket.module_err_level = "debug"
    logging.getLogger("pyroute2").setLevel(logging.ERROR)
    opened = cast("_Socket", cast("object", AsyncGenericNetlinkSocket()))
    try:
        try:
            await opened.bind("nl80211", RawMessage)
        except NetlinkError as error:
            raise PlatformError(Reason.NOT_APPLICABLE, "this kernel has no WiFi") from error
        except OSError as error:
            raise PlatformError(Reason.NOT_PERMITTED, f"no nl80211 socket: {error}") from error
        yield Nl80211(opened)
    finally:
        opened.close()
