"""An iphlpapi.dll that plays answers: memory laid out as Windows lays it out, events of its own."""

from __future__ import annotations

import ctypes
import itertools
import socket
import struct
import threading
from collections.abc import Callable
from typing import TypeVar, cast

import msgspec

from diagnostics.wire.icmp_windows import IO_PENDING, IpOptions

_T = TypeVar("_T")


def behind(reference: object, kind: type[_T]) -> _T:
    """What a `byref` points to; only a DLL could follow it otherwise."""
    found: object = getattr(reference, "_obj", None)
    assert isinstance(found, kind)
    return found


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """How one request ends. `error`: refused at once; `narrow`: ICMP_ECHO_REPLY32; `empty`: the
    event comes, but there is no reply."""

    after_s: float = 0.002
    status: int = 0
    told_ms: int = 2
    by: str = "192.168.1.1"
    ttl: int = 63
    error: int = IO_PENDING
    narrow: bool = False
    empty: bool = False


class FakeIcmp:
    """`plays` by request, the last for all that follow, or by hop limit, or by size; `asked` and
    `flags` what came in."""

    def __init__(
        self,
        *plays: Play,
        no_handle: int = 0,
        by_ttl: Callable[[int], Play] | None = None,
        by_size: Callable[[int], Play] | None = None,
    ) -> None:
        self.plays = plays or (Play(),)
        self._by_ttl = by_ttl
        self._by_size = by_size
        self.flags: list[int] = []
        self.asked: list[tuple[str, int, int, bytes]] = []
        self.open: set[int] = set()
        self.most_open = 0
        self._numbers = itertools.count(16, 4)
        self._no_handle = no_handle
        self._error = 0
        self._callbacks: dict[int, Callable[[object, object], object]] = {}
        self._waits: dict[int, int] = {}
        self._timers: list[threading.Timer] = []
        self._parsed: dict[int, bytes] = {}

    def _handle(self) -> int:
        number = next(self._numbers)
        self.open.add(number)
        self.most_open = max(self.most_open, len(self.open))
        return number

    def last_error(self) -> int:
        return self._error

    def IcmpCreateFile(self) -> int | None:  # noqa: N802 - Windows' own names, here and below
        if self._no_handle:
            self._error = self._no_handle
            return ctypes.c_void_p(-1).value
        return self._handle()

    def Icmp6CreateFile(self) -> int | None:  # noqa: N802
        return self.IcmpCreateFile()

    def IcmpCloseHandle(self, handle: int, /) -> int:  # noqa: N802
        self.open.remove(handle)
        for timer in self._timers:
            timer.cancel()
            timer.join()
        return 1

    def CreateEventW(self, *arguments: object) -> int | None:  # noqa: N802
        assert arguments == (None, 0, 0, None), "an event that resets itself, not set"
        return self._handle()

    def CloseHandle(self, handle: int, /) -> int:  # noqa: N802
        self.open.remove(handle)
        return 1

    def RegisterWaitForSingleObject(self, *arguments: object) -> int:  # noqa: N802
        place, event, callback, _context, _wait_ms, _flags = arguments
        wait = self._handle()
        behind(place, ctypes.c_void_p).value = wait
        self._callbacks[cast("int", event)] = cast("Callable[[object, object], object]", callback)
        self._waits[wait] = cast("int", event)
        return 1

    def UnregisterWaitEx(self, wait: int, event: int, /) -> int:  # noqa: N802
        assert event == ctypes.c_void_p(-1).value, "waits for a callback under way"
        self.open.remove(wait)
        del self._callbacks[self._waits.pop(wait)]
        return 1

    def IcmpSendEcho2Ex(self, *arguments: object) -> int:  # noqa: N802
        event, target = cast("int", arguments[1]), cast("int", arguments[5])
        place = socket.inet_ntop(socket.AF_INET, struct.pack("=I", target))
        return self._sent(event, place, arguments[6:])

    def Icmp6SendEcho2(self, *arguments: object) -> int:  # noqa: N802
        event, target = cast("int", arguments[1]), cast("ctypes.Array[ctypes.c_char]", arguments[5])
        assert len(target.raw) == 28
        place = socket.inet_ntop(socket.AF_INET6, target.raw[8:24])
        return self._sent(event, place, arguments[6:])

    def _sent(self, event: int, target: str, rest: tuple[object, ...]) -> int:
        data, size, options, buffer, room, _wait_ms = rest
        asked = cast("ctypes.Array[ctypes.c_char]", data).raw[: cast("int", size)]
        ttl = behind(options, IpOptions).ttl
        play = self.plays[min(len(self.asked), len(self.plays) - 1)]
        play = play if self._by_ttl is None else self._by_ttl(ttl)
        play = play if self._by_size is None else self._by_size(cast("int", size))
        self.flags.append(behind(options, IpOptions).flags)
        self.asked.append((target, cast("int", size), ttl, asked))
        self._error = play.error
        if play.error == IO_PENDING:
            memory = cast("ctypes.Array[ctypes.c_char]", buffer)
            assert len(memory) == room
            told = (event, memory, play)
            timer = threading.Timer(play.after_s, self.came, told, {"six": ":" in target})
            self._timers.append(timer)
            timer.start()
        return 0

    def came(self, event: int, memory: object, play: Play, *, six: bool) -> None:
        at = ctypes.addressof(cast("ctypes.Array[ctypes.c_char]", memory))
        self._parsed[at] = b"" if play.empty else _reply6(play) if six else _reply4(play, at)
        self._callbacks[event](None, 0)

    def IcmpParseReplies(self, buffer: object, _size: int, /) -> int:  # noqa: N802
        """Only this makes the memory readable: what the driver left there is its own affair."""
        at = ctypes.addressof(cast("ctypes.Array[ctypes.c_char]", buffer))
        data = self._parsed.pop(at)
        ctypes.memmove(at, data, len(data))
        return 1 if data else 0

    def Icmp6ParseReplies(self, buffer: object, size: int, /) -> int:  # noqa: N802
        return self.IcmpParseReplies(buffer, size)


def _reply4(play: Play, at: int) -> bytes:
    head = socket.inet_aton(play.by) + struct.pack("=IIHH", play.status, play.told_ms, 56, 0)
    options = struct.pack("=BBBB", play.ttl, 0, 0, 0)
    if play.narrow:
        return head + struct.pack("=I", (at + 28) & 0xFFFFFFFF) + options + bytes(4)
    return head + struct.pack("=Q", at + 40) + options + bytes(12)


def _reply6(play: Play) -> bytes:
    place = socket.inet_pton(socket.AF_INET6, play.by)
    address = struct.pack("=HI", 0, 0) + place + struct.pack("=I", 0)
    return address + bytes(2) + struct.pack("=II", play.status, play.told_ms)
