"""A wlanapi.dll that replays structures laid out as Windows lays them out in memory."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable

import msgspec

from diagnostics.platforms import wlan_structures as w

GUID = bytes.fromhex("7ad42578595d934c8d912b0e1b5f6c4b")
FILETIME_1970 = 116_444_736_000_000_000


def wide(text: str, units: int = 256) -> bytes:
    return text.encode("utf-16-le").ljust(2 * units, b"\0")


def ssid(name: bytes) -> bytes:
    return struct.pack("<I32s", len(name), name)


def bss(  # noqa: PLR0913 - a row of the list as Windows writes it
    *,
    bssid: str,
    name: bytes,
    centre_khz: int,
    rssi: int,
    elements: bytes = b"",
    phy: int = 10,
    quality: int = 60,
    capability: int = 0x0411,
    host_time: int = FILETIME_1970,
) -> tuple[bytes, bytes]:
    """The 360 bytes up to the two last fields, by the offsets of the SDK; and the elements."""
    row = bytearray(352)
    row[0:36] = ssid(name)
    row[40:46] = bytes.fromhex(bssid.replace(":", ""))
    struct.pack_into("<IIiI", row, 48, 1, phy, rssi, quality)
    struct.pack_into("<BxH", row, 64, 1, 100)
    struct.pack_into("<QQHxxI", row, 72, 0, host_time, capability, centre_khz)
    return bytes(row), elements


def bss_list(*rows: tuple[bytes, bytes]) -> bytes:
    """Rows, then all elements; offsets are counted from the row."""
    at = 8 + 360 * len(rows)
    head, tail = b"", b""
    for number, (row, elements) in enumerate(rows):
        offset = at + len(tail) - (8 + 360 * number)
        head += row + struct.pack("<II", offset, len(elements))
        tail += elements
    return struct.pack("<II", at + len(tail), len(rows)) + head + tail


def connection(
    *, name: bytes, bssid: str, phy: int = 10, quality: int = 80, rx: int = 1_201_000, lock: int = 7
) -> bytes:
    body = struct.pack("<II", 1, 0) + wide("profile") + ssid(name) + struct.pack("<I", 1)
    body += bytes.fromhex(bssid.replace(":", "")) + b"\0\0"
    body += struct.pack("<IIIII", phy, 0, quality, rx, 864_700)
    return body + struct.pack("<iiII", 1, 0, lock, 4)


def realtime(*links: tuple[int, int, int], phy: int = 11, rx: int = 2_882_000) -> bytes:
    """Links: frequency in MHz, bandwidth, signal in dBm."""
    rates = struct.pack("<I", 0) + b"\0" * 252
    body = struct.pack("<IIIIiI", phy, 70, rx, 1_729_000, len(links) > 1, len(links))
    for number, (mhz, bandwidth, rssi) in enumerate(links):
        body += struct.pack("<B3xIIi", number, mhz, bandwidth, rssi) + rates
    return body


def radio(*states: tuple[int, int]) -> bytes:
    body = struct.pack("<I", len(states))
    for number, (software, hardware) in enumerate(states):
        body += struct.pack("<III", number, software, hardware)
    return body.ljust(772, b"\0")


def statistics(sent: int, received: int, retry: int, failed: int) -> bytes:
    mac = struct.pack("<QQ", sent, received) + b"\0" * 80
    phy = struct.pack("<QQQQ", sent, 0, failed, retry) + b"\0" * 112
    return struct.pack("<QQQ", 0, 0, 0) + mac + b"\0" * 96 + struct.pack("<Ixxxx", 1) + phy


class Windows11(msgspec.Struct):
    """What this computer answers. A number in place of bytes is the error that it answers with."""

    state: int = 1
    description: str = "Some WiFi 6 Adapter"
    answers: dict[int, bytes | int] = {}
    networks: bytes | int = w.ACCESS_DENIED
    profiles: tuple[str, ...] = ()
    phys: tuple[int, ...] = (4, 5, 6, 7, 8, 10)
    open_error: int = 0
    scan_error: int = 0
    during_scan: tuple[tuple[int, int, bytes], ...] = ()
    asked: list[int] = []


class WlanDll:
    """Functions of wlanapi.h; memory is handed out and must be given back."""

    def __init__(self, computer: Windows11) -> None:
        self.computer = computer
        self.memory: dict[int, ctypes.Array[ctypes.c_char]] = {}
        self.open_handles = 0
        self.callback: Callable[[object, object], None] | None = None
        self.WlanOpenHandle: Callable[..., int] = self.open_handle
        self.WlanCloseHandle: Callable[..., int] = self.close_handle
        self.WlanFreeMemory: Callable[..., object] = self.free_memory
        self.WlanEnumInterfaces: Callable[..., int] = self.enum_interfaces
        self.WlanQueryInterface: Callable[..., int] = self.query_interface
        self.WlanGetInterfaceCapability: Callable[..., int] = self.get_capability
        self.WlanGetNetworkBssList: Callable[..., int] = self.get_bss_list
        self.WlanGetProfileList: Callable[..., int] = self.get_profiles
        self.WlanScan: Callable[..., int] = self.scan
        self.WlanRegisterNotification: Callable[..., int] = self.register

    def give(self, out: ctypes._Pointer[ctypes.c_void_p], data: bytes) -> None:  # pyright: ignore[reportPrivateUsage]
        buffer = ctypes.create_string_buffer(data, len(data))
        address = ctypes.addressof(buffer)
        self.memory[address] = buffer
        out.contents.value = address

    def open_handle(self, version: int, reserved: None, got: object, out: object) -> int:
        assert (version, reserved) == (2, None)
        del got, out
        if not self.computer.open_error:
            self.open_handles += 1
        return self.computer.open_error

    def close_handle(self, handle: object, reserved: None) -> int:
        del handle, reserved
        self.open_handles -= 1
        return 0

    def free_memory(self, memory: ctypes.c_void_p) -> None:
        assert memory.value is not None
        del self.memory[memory.value]

    def enum_interfaces(self, handle: object, reserved: None, out: object) -> int:
        del handle, reserved
        row = GUID + wide(self.computer.description) + struct.pack("<I", self.computer.state)
        self.give(out, struct.pack("<II", 1, 0) + row)  # pyright: ignore[reportArgumentType]
        return 0

    def query_interface(
        self,
        handle: object,
        guid: object,
        opcode: int,
        reserved: None,
        size: ctypes._Pointer[ctypes.c_uint32],  # pyright: ignore[reportPrivateUsage]
        out: object,
        kind: object,
    ) -> int:
        del handle, guid, reserved, kind
        self.computer.asked.append(opcode)
        answer = self.computer.answers.get(opcode, 50)  # ERROR_NOT_SUPPORTED
        if isinstance(answer, int):
            return answer
        size.contents.value = len(answer)
        self.give(out, answer)  # pyright: ignore[reportArgumentType]
        return 0

    def get_capability(self, handle: object, guid: object, reserved: None, out: object) -> int:
        del handle, guid, reserved
        phys = self.computer.phys
        body = struct.pack(f"<IiIII{len(phys)}I", 1, 1, 16, 16, len(phys), *phys)
        self.give(out, body.ljust(276, b"\0"))  # pyright: ignore[reportArgumentType]
        return 0

    def get_bss_list(
        self, handle: object, guid: object, name: None, kind: int, secure: int, r: None, out: object
    ) -> int:
        del handle, guid, r
        assert (name, kind, secure) == (None, 3, 0)
        self.computer.asked.append(-1)
        if isinstance(self.computer.networks, int):
            return self.computer.networks
        self.give(out, self.computer.networks)  # pyright: ignore[reportArgumentType]
        return 0

    def get_profiles(self, handle: object, guid: object, reserved: None, out: object) -> int:
        del handle, guid, reserved
        rows = b"".join(wide(name) + struct.pack("<I", 0) for name in self.computer.profiles)
        head = struct.pack("<II", len(self.computer.profiles), 0)
        self.give(out, head + rows)  # pyright: ignore[reportArgumentType]
        return 0

    def scan(self, handle: object, guid: object, name: None, elements: None, reserved: None) -> int:
        del handle, guid, name, elements, reserved
        for source, code, data in self.computer.during_scan:
            self.tell(source, code, data)
        return self.computer.scan_error

    def register(
        self, handle: object, sources: int, once: int, callback: object, c: None, r: None, p: None
    ) -> int:
        del handle, once, c, r, p
        self.callback = callback if sources else None  # pyright: ignore[reportAttributeAccessIssue]
        return 0

    def tell(self, source: int, code: int, data: bytes = b"") -> None:
        """What Windows calls on a thread of its own."""
        buffer = ctypes.create_string_buffer(data, max(len(data), 1))
        told = w.NotificationData(source, code, w.Guid.from_buffer_copy(GUID), len(data))
        told.data = ctypes.addressof(buffer)
        assert self.callback is not None
        self.callback(ctypes.pointer(told), None)
