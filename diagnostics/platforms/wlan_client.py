"""One open handle of wlanapi.dll: questions in, bytes copied out, memory given back.

`WlanLibrary` is the border: the loaded DLL on Windows, an object that replays recorded structures
in tests. Its functions take what the DLL's take and return the DLL's error number.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from ctypes import c_int32, c_uint32, c_void_p
from typing import Protocol, TypeVar, cast

import msgspec

from diagnostics.platforms import wlan_structures as w
from diagnostics.platforms.base import PlatformError
from diagnostics.result import Reason

_S = TypeVar("_S", bound=ctypes.Structure)
#: Nothing that Windows answers is longer; a driver's wild length must not read foreign memory.
_MOST_BYTES = 16 * 1024 * 1024


class WlanLibrary(Protocol):
    """Names and arguments as in wlanapi.h."""

    WlanOpenHandle: Callable[..., int]
    WlanCloseHandle: Callable[..., int]
    WlanFreeMemory: Callable[..., object]
    WlanEnumInterfaces: Callable[..., int]
    WlanQueryInterface: Callable[..., int]
    WlanGetInterfaceCapability: Callable[..., int]
    WlanGetNetworkBssList: Callable[..., int]
    WlanGetProfileList: Callable[..., int]
    WlanScan: Callable[..., int]
    WlanRegisterNotification: Callable[..., int]


class _Told(Protocol):
    """Pointer to what a notification tells."""

    @property
    def contents(self) -> w.NotificationData: ...


class WlanInterface(msgspec.Struct, frozen=True, kw_only=True):
    guid: bytes  # 16 bytes as in memory
    description: str
    state: int


class Bss(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the BSS list: the fixed part as it stands in memory, and its elements."""

    entry: w.BssEntry
    elements: bytes


def load_wlan_library() -> WlanLibrary:
    """PlatformError(not_supported) where Windows has no WiFi part (some servers)."""
    loader = getattr(ctypes, "WinDLL", None)
    if loader is None:
        raise PlatformError(Reason.NOT_SUPPORTED, "wlanapi.dll is part of Windows")
    try:
        return cast("WlanLibrary", loader("wlanapi.dll"))
    except OSError as error:
        raise PlatformError(Reason.NOT_SUPPORTED, "this Windows has no wlanapi.dll") from error


def checked(code: int, what: str) -> None:
    """Since 24H2 access is denied where the person has not allowed location to desktop apps."""
    if code == w.OK:
        return
    if code == w.ACCESS_DENIED:
        raise PlatformError(Reason.HIDDEN, f"{what}: withheld without consent to location")
    if code == w.SERVICE_NOT_ACTIVE:
        raise PlatformError(Reason.NOT_SUPPORTED, "the service WLAN AutoConfig does not run")
    raise PlatformError(Reason.NOT_SUPPORTED, f"{what}: Windows error {code}")


def wide_text(units: ctypes.Array[ctypes.c_uint16]) -> str:
    """UTF-16 up to the NUL."""
    return bytes(units).decode("utf-16-le", "replace").split("\0", maxsplit=1)[0]


def structure(kind: type[_S], data: bytes, offset: int = 0) -> _S | None:
    """None where the answer is shorter than the structure."""
    if offset < 0 or offset + ctypes.sizeof(kind) > len(data):
        return None
    return kind.from_buffer_copy(data, offset)


class WlanClient:
    """Use it with `opened`."""

    def __init__(self, library: WlanLibrary, handle: c_void_p) -> None:
        self._library = library
        self._handle = handle

    def interfaces(self) -> tuple[WlanInterface, ...]:
        found = c_void_p()
        code = self._library.WlanEnumInterfaces(self._handle, None, ctypes.pointer(found))
        checked(code, "WlanEnumInterfaces")
        with self._kept(found):
            items = _items(found, w.InterfaceInfo)
            return tuple(
                WlanInterface(
                    guid=bytes(item.guid), description=wide_text(item.description), state=item.state
                )
                for item in items
            )

    def query(self, guid: bytes, opcode: int) -> bytes:
        """PlatformError: hidden (no consent), not_supported (older Windows, driver)."""
        size, found, kind = c_uint32(), c_void_p(), c_int32()
        code = self._library.WlanQueryInterface(
            self._handle,
            _pointer(guid),
            opcode,
            None,
            ctypes.pointer(size),
            ctypes.pointer(found),
            ctypes.pointer(kind),
        )
        checked(code, f"WlanQueryInterface({opcode})")
        with self._kept(found):
            return _copied(found, size.value)

    def capability(self, guid: bytes) -> w.InterfaceCapability | None:
        found = c_void_p()
        code = self._library.WlanGetInterfaceCapability(
            self._handle, _pointer(guid), None, ctypes.pointer(found)
        )
        checked(code, "WlanGetInterfaceCapability")
        with self._kept(found):
            size = ctypes.sizeof(w.InterfaceCapability)
            return structure(w.InterfaceCapability, _copied(found, size))

    def bss_list(self, guid: bytes) -> tuple[Bss, ...]:
        found = c_void_p()
        code = self._library.WlanGetNetworkBssList(
            self._handle,
            _pointer(guid),
            None,
            w.BSS_TYPE_ANY,
            0,
            None,
            ctypes.pointer(found),
        )
        checked(code, "WlanGetNetworkBssList")
        with self._kept(found):
            head = structure(w.BssListHead, _copied(found, ctypes.sizeof(w.BssListHead)))
            data = b"" if head is None else _copied(found, head.total_size)
            return tuple(_bss_entries(data))

    def scan(self, guid: bytes) -> None:
        code = self._library.WlanScan(self._handle, _pointer(guid), None, None, None)
        checked(code, "WlanScan")

    def profile_names(self, guid: bytes) -> tuple[str, ...]:
        found = c_void_p()
        code = self._library.WlanGetProfileList(
            self._handle, _pointer(guid), None, ctypes.pointer(found)
        )
        checked(code, "WlanGetProfileList")
        with self._kept(found):
            return tuple(wide_text(item.name) for item in _items(found, w.ProfileInfo))

    @contextmanager
    def notified(self, callback: Callable[[w.NotificationData, bytes], None]) -> Generator[None]:
        """`callback` runs on a thread of Windows, with a copy of what comes with the event."""

        def called(pointer: _Told, _context: object) -> None:
            told = pointer.contents
            callback(told, _copied(c_void_p(told.data), told.size))

        kept = w.NotificationCallback(called)
        code = self._register(w.FROM_ACM | w.FROM_MSM, kept)
        checked(code, "WlanRegisterNotification")
        try:
            yield
        finally:
            self._register(0, w.NotificationCallback())  # waits for a callback under way

    def _register(self, sources: int, callback: object) -> int:
        return self._library.WlanRegisterNotification(
            self._handle, sources, 1, callback, None, None, None
        )

    @contextmanager
    def _kept(self, memory: c_void_p) -> Generator[None]:
        try:
            yield
        finally:
            if memory.value:
                self._library.WlanFreeMemory(memory)


@contextmanager
def opened(library: WlanLibrary) -> Generator[WlanClient]:
    """PlatformError(not_supported) where the WLAN service does not run."""
    version, handle = c_uint32(), c_void_p()
    code = library.WlanOpenHandle(
        w.CLIENT_VERSION, None, ctypes.pointer(version), ctypes.pointer(handle)
    )
    checked(code, "WlanOpenHandle")
    try:
        yield WlanClient(library, handle)
    finally:
        library.WlanCloseHandle(handle, None)


def _pointer(guid: bytes) -> object:
    return ctypes.pointer(w.Guid.from_buffer_copy(guid))


def _copied(memory: c_void_p, size: int) -> bytes:
    return ctypes.string_at(memory, min(size, _MOST_BYTES)) if memory.value else b""


def _items(memory: c_void_p, kind: type[_S]) -> list[_S]:
    """Of a list that begins with its count."""
    head_size, item_size = ctypes.sizeof(w.ListHead), ctypes.sizeof(kind)
    head = structure(w.ListHead, _copied(memory, head_size))
    count = 0 if head is None else min(head.count, _MOST_BYTES // item_size)
    data = _copied(memory, head_size + count * item_size)
    found = (structure(kind, data, head_size + i * item_size) for i in range(count))
    return [item for item in found if item is not None]


def _bss_entries(data: bytes) -> Iterator[Bss]:
    """Elements are counted from their entry and must lie within the list."""
    head = structure(w.BssListHead, data)
    for index in range(0 if head is None else head.count):
        at = ctypes.sizeof(w.BssListHead) + index * ctypes.sizeof(w.BssEntry)
        entry = structure(w.BssEntry, data, at)
        if entry is None:
            return
        start = at + entry.elements_offset
        yield Bss(entry=entry, elements=data[start : start + entry.elements_size])
