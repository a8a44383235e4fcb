"""Reading bytes from the front; what is not there raises TruncatedError, never anything else."""

from __future__ import annotations


class TruncatedError(ValueError):
    """The sender promised more bytes than there are, or a value that the standard forbids."""


class Cursor:
    """All numbers of 802.11 are little-endian (802.11-2020, 9.2.2)."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise TruncatedError(f"{size} bytes wanted, {self.left} there")
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self, size: int = 1) -> int:
        return int.from_bytes(self.take(size), "little")

    def rest(self) -> bytes:
        return self.take(self.left)
