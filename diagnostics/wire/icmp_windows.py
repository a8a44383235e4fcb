"""The echoes of iphlpapi.dll: one open handle, any number of requests under way, no administrator.

Each request has an event of its own, and a thread of Windows' pool calls us the moment it is set:
the DLL's own round trip is in whole milliseconds. `IcmpLibrary` is the border: the loaded DLLs on
Windows, an object that plays them in tests. Layouts: ipexport.h, icmpapi.h (Windows SDK 26100).
"""

from __future__ import annotations

import ctypes
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from ctypes import c_uint8, c_uint32, c_void_p
from typing import Protocol, cast

import msgspec

from diagnostics.wire.errors import NotPermitted, NotSupported, Unreachable, WireError
from diagnostics.wire.source import sockaddr

IO_PENDING = 997
ACCESS_DENIED = 5
IP_SUCCESS = 0
DONT_FRAGMENT = 0x02  # IP_FLAG_DF
#: Room behind the reply for an ICMP error and the IO_STATUS_BLOCK (documentation of IcmpSendEcho2).
_EXTRA = 8 + 32
_REPLY4, _REPLY6 = 40, 36
_INVALID_HANDLE = ctypes.c_void_p(-1).value
_EXECUTE_IN_WAIT_THREAD = 0x04
_INFINITE = 0xFFFFFFFF
_AF_INET6 = 23
_MOST_SLOTS = 512
#: IP_STATUS of ipexport.h (11000 and on); the same numbers mean other things in IPv6
TIMED_OUT, TOO_BIG, _EXPIRED, _REASSEMBLY = 11010, 11009, 11013, 11014
COMPLAINTS4 = {
    11002: ("net_unreachable", (3, 0)),
    11003: ("host_unreachable", (3, 1)),
    11004: ("other", (3, 2)),
    11005: ("port_unreachable", (3, 3)),
    TOO_BIG: ("too_big", (3, 4)),
    _EXPIRED: ("ttl_exceeded", (11, 0)),
    _REASSEMBLY: ("ttl_exceeded", (11, 1)),
}
COMPLAINTS6 = {
    11002: ("net_unreachable", (1, 0)),
    11003: ("host_unreachable", (1, 3)),
    11004: ("prohibited", (1, 1)),
    11005: ("port_unreachable", (1, 4)),
    TOO_BIG: ("too_big", (2, 0)),
    _EXPIRED: ("ttl_exceeded", (3, 0)),
    _REASSEMBLY: ("ttl_exceeded", (3, 1)),
}
#: Windows' errors for a packet that never left: WSAENETUNREACH, ERROR_NETWORK/HOST_UNREACHABLE
REFUSALS = {
    ACCESS_DENIED: "not_permitted",
    1231: "net_unreachable",
    1232: "host_unreachable",
    10051: "net_unreachable",
    10065: "host_unreachable",
}


#: WAITORTIMERCALLBACK; stdcall on 32-bit Windows, one convention else
WaitCallback = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)(None, c_void_p, c_uint8)


class IcmpLibrary(Protocol):
    """Names and arguments as in icmpapi.h and of kernel32; handles are plain numbers."""

    def IcmpCreateFile(self) -> int | None: ...  # noqa: N802 - Windows' own names
    def Icmp6CreateFile(self) -> int | None: ...  # noqa: N802
    def IcmpCloseHandle(self, handle: int, /) -> int: ...  # noqa: N802
    def IcmpSendEcho2Ex(self, *arguments: object) -> int: ...  # noqa: N802
    def Icmp6SendEcho2(self, *arguments: object) -> int: ...  # noqa: N802
    def IcmpParseReplies(self, buffer: object, size: int, /) -> int: ...  # noqa: N802
    def Icmp6ParseReplies(self, buffer: object, size: int, /) -> int: ...  # noqa: N802
    def CreateEventW(self, *arguments: object) -> int | None: ...  # noqa: N802
    def CloseHandle(self, handle: int, /) -> int: ...  # noqa: N802
    def RegisterWaitForSingleObject(self, *arguments: object) -> int: ...  # noqa: N802
    def UnregisterWaitEx(self, wait: int, event: int, /) -> int: ...  # noqa: N802
    def last_error(self) -> int: ...


class IpOptions(ctypes.Structure):
    """IP_OPTION_INFORMATION."""

    _fields_ = (
        ("ttl", c_uint8),
        ("tos", c_uint8),
        ("flags", c_uint8),
        ("size", c_uint8),
        ("data", c_void_p),
    )


class Answer(msgspec.Struct, frozen=True):
    """What became of request `number`: `status` is an IP_STATUS, `by` who answered ("" unknown).

    `waited_ms` is by our clock, from the call to the event; `told_ms` the DLL's whole milliseconds.
    """

    number: int
    status: int
    by: str
    waited_ms: float
    told_ms: int
    ttl: int

    @property
    def rtt_ms(self) -> float:
        """By our clock, but never more than the DLL's figure allows: a busy computer wakes us
        late."""
        return min(self.waited_ms, self.told_ms + 1.0)


class _Slot:
    """Event, wait and memory of one request at a time; kept until its event has come."""

    def __init__(self, size: int) -> None:
        self.event: int = 0
        self.wait: int = 0
        self.buffer: ctypes.Array[ctypes.c_char] = ctypes.create_string_buffer(size)
        self.request: ctypes.Array[ctypes.c_char] | None = None
        self.number: int = -1
        self.begun_ns: int = 0
        self.callback: object = None


#: Requests that were under way when their handle was closed: Windows may still write there.
_left_behind: deque[_Slot] = deque(maxlen=4096)


class IcmpFile:
    """An open handle for one family. Raises NotSupported, NotPermitted."""

    def __init__(self, library: IcmpLibrary, family: socket.AddressFamily, size: int) -> None:
        self._library = library
        self._six = family == socket.AF_INET6
        handle = library.Icmp6CreateFile() if self._six else library.IcmpCreateFile()
        if handle is None or handle == _INVALID_HANDLE:
            raise _refused(library.last_error(), "opening ICMP")
        self._handle = handle
        self._room = (_REPLY6 if self._six else _REPLY4) + size + _EXTRA
        self._free: list[_Slot] = []
        self._slots: list[_Slot] = []
        self._done: deque[tuple[_Slot, int]] = deque()

    def send(
        self,
        number: int,
        target: str,
        source: str,
        data: bytes,
        ttl: int,
        wait_ms: int,
        flags: int = 0,
    ) -> int:
        """Start one request; 0, or the Windows error that it was refused with."""
        slot = self._free.pop() if self._free else self._new_slot()
        if slot is None:
            return _INFINITE
        slot.number = number
        slot.request = ctypes.create_string_buffer(data, len(data))
        options = IpOptions(ttl=ttl, flags=flags)
        tail = (
            slot.request,
            len(data),
            ctypes.byref(options),
            slot.buffer,
            len(slot.buffer),
            wait_ms,
        )
        slot.begun_ns = time.perf_counter_ns()
        if self._six:
            ends = (_sockaddr6(source or "::"), _sockaddr6(target))
            found = self._library.Icmp6SendEcho2(self._handle, slot.event, None, None, *ends, *tail)
        else:
            places = (_address4(source or "0.0.0.0"), _address4(target))  # noqa: S104 - any
            found = self._library.IcmpSendEcho2Ex(
                self._handle, slot.event, None, None, *places, *tail
            )
        error = 0 if found else self._library.last_error()
        if error in {0, IO_PENDING}:
            return 0
        self._free.append(slot)
        return error

    def answers(self) -> list[Answer]:
        """What has come since the last call."""
        found: list[Answer] = []
        while self._done:
            slot, at_ns = self._done.popleft()
            if slot.number < 0:
                continue  # told already
            found.append(self._answer(slot, (at_ns - slot.begun_ns) / 1e6))
            slot.number = -1
            self._free.append(slot)
        return found

    def _answer(self, slot: _Slot, waited_ms: float) -> Answer:
        size = len(slot.buffer)
        if self._six:
            heard = self._library.Icmp6ParseReplies(slot.buffer, size)
            raw = slot.buffer.raw
            status, told_ms = struct.unpack_from("=II", raw, 28)
            by = socket.inet_ntop(socket.AF_INET6, raw[6:22])
            return Answer(slot.number, _status(status, heard), by, waited_ms, told_ms, 0)
        heard = self._library.IcmpParseReplies(slot.buffer, size)
        raw = slot.buffer.raw
        status, told_ms = struct.unpack_from("=II", raw, 4)
        by = socket.inet_ntop(socket.AF_INET, raw[:4])
        ttl = raw[_ttl_at(raw, ctypes.addressof(slot.buffer), size)]
        return Answer(slot.number, _status(status, heard), by, waited_ms, told_ms, ttl)

    def _new_slot(self) -> _Slot | None:
        """None when there are too many, or Windows has no more events."""
        if len(self._slots) >= _MOST_SLOTS:
            return None
        event = self._library.CreateEventW(None, 0, 0, None)
        if not event:
            return None
        slot = _Slot(self._room)
        done = self._done

        def happened(_context: object, _timed_out: object) -> None:
            done.append((slot, time.perf_counter_ns()))  # on a thread of Windows

        slot.event, slot.callback = event, WaitCallback(happened)
        wait = c_void_p()
        if not self._library.RegisterWaitForSingleObject(
            ctypes.byref(wait), event, slot.callback, None, _INFINITE, _EXECUTE_IN_WAIT_THREAD
        ):
            self._library.CloseHandle(event)
            return None
        slot.wait = wait.value or 0
        self._slots.append(slot)
        return slot

    def close(self) -> None:
        """Give all back; no callback runs after it."""
        self._library.IcmpCloseHandle(self._handle)
        for slot in self._slots:
            # an invalid handle as its event: wait until a callback under way has ended
            self._library.UnregisterWaitEx(slot.wait, _INVALID_HANDLE or 0)
            self._library.CloseHandle(slot.event)
        self._done.clear()
        _left_behind.extend(slot for slot in self._slots if slot not in self._free)
        self._slots.clear()
        self._free.clear()


class _Dlls:
    """The two DLLs as one `IcmpLibrary`, with the types that 64 bit handles need."""

    def __init__(self, iphlpapi: ctypes.CDLL, kernel32: ctypes.CDLL) -> None:
        for name in ("IcmpCreateFile", "Icmp6CreateFile"):
            getattr(iphlpapi, name).restype = c_void_p
        iphlpapi.IcmpCloseHandle.argtypes = (c_void_p,)
        head = (c_void_p, c_void_p, c_void_p, c_void_p)
        tail = (c_void_p, ctypes.c_uint16, c_void_p, c_void_p, c_uint32, c_uint32)
        iphlpapi.IcmpSendEcho2Ex.argtypes = (*head, c_uint32, c_uint32, *tail)
        iphlpapi.Icmp6SendEcho2.argtypes = (*head, c_void_p, c_void_p, *tail)
        for name in ("IcmpParseReplies", "Icmp6ParseReplies"):
            getattr(iphlpapi, name).argtypes = (c_void_p, c_uint32)
        kernel32.CreateEventW.restype = c_void_p
        kernel32.CreateEventW.argtypes = (c_void_p, ctypes.c_int32, ctypes.c_int32, c_void_p)
        kernel32.CloseHandle.argtypes = (c_void_p,)
        kernel32.RegisterWaitForSingleObject.argtypes = (
            c_void_p,
            c_void_p,
            WaitCallback,
            c_void_p,
            c_uint32,
            c_uint32,
        )
        kernel32.UnregisterWaitEx.argtypes = (c_void_p, c_void_p)
        self._iphlpapi = iphlpapi
        self._kernel32 = kernel32

    def __getattr__(self, name: str) -> Callable[..., int]:
        holder = self._iphlpapi if name.startswith("Icmp") else self._kernel32
        return cast("Callable[..., int]", getattr(holder, name))

    def last_error(self) -> int:
        told: Callable[[], int] = getattr(ctypes, "get_last_error", int)
        return told()


def load_icmp_library() -> IcmpLibrary:
    """NotSupported on other systems."""
    loader: Callable[..., ctypes.CDLL] | None = getattr(ctypes, "WinDLL", None)
    if loader is None:
        raise NotSupported("iphlpapi.dll is part of Windows")
    try:
        return cast(
            "IcmpLibrary",
            _Dlls(
                loader("iphlpapi.dll", use_last_error=True),
                loader("kernel32.dll", use_last_error=True),
            ),
        )
    except (OSError, AttributeError) as error:
        raise NotSupported("this Windows has no ICMP in iphlpapi.dll") from error


def _refused(code: int, doing: str) -> NotPermitted | NotSupported:
    kind = NotPermitted if code == ACCESS_DENIED else NotSupported
    return kind(f"{doing}: Windows error {code}")


def sending_refused(code: int, doing: str) -> WireError:
    """For the error of `IcmpFile.send`."""
    kinds = {"not_permitted": NotPermitted, "net_unreachable": Unreachable}
    kind = kinds.get(REFUSALS.get(code, ""), WireError)
    return kind(f"{doing}: Windows error {code}")


def _address4(address: str) -> int:
    """IPAddr: the four bytes as they stand in memory."""
    (number,) = struct.unpack("=I", socket.inet_aton(address))
    return number


def _sockaddr6(address: str) -> ctypes.Array[ctypes.c_char]:
    """SOCKADDR_IN6."""
    scope = sockaddr(address, 0)[3:]
    bare = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    data = struct.pack("=HHI16sI", _AF_INET6, 0, 0, bare, int(scope[0]) if scope else 0)
    return ctypes.create_string_buffer(data, len(data))


def _status(told: int, heard: int) -> int:
    """Memory that nobody wrote to says "success"; without a reply there was none."""
    return TIMED_OUT if told == IP_SUCCESS and not heard else told


def _ttl_at(raw: bytes, begin: int, size: int) -> int:
    """Offset of the TTL: the reply's pointer to its data has 8 bytes, or 4 where Windows writes
    ICMP_ECHO_REPLY32 in a 64 bit program."""
    (pointer,) = struct.unpack_from("=Q", raw, 16)
    return 24 if begin <= pointer <= begin + size else 20
