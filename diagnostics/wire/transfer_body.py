"""Where the body of an answer ends (RFC 9112, 6.3), told without keeping any of it."""

from diagnostics.wire.errors import BadAnswer
from diagnostics.wire.http_message import Head

_MOST_CHUNK_LINE = 1024


class Body:
    """By its announced length, by its chunks, or with the connection.

    Bytes go by either unseen (`skippable` says how many, `passed` that they did) or looked at
    (`feed`).
    """

    def __init__(self, head: Head) -> None:
        #: Payload so far; of a chunk with its line break.
        self.size: int = 0
        self.ended: bool = False
        bodiless = head.status in (204, 304)
        length = "0" if bodiless else head.header("content-length")
        coding = "" if bodiless else head.header("transfer-encoding") or ""
        self._chunked = "chunked" in coding.lower()
        #: Of the announced length, or of the present chunk with the line break behind it.
        self._left: int | None = 0 if self._chunked else _number(length)
        self._held = bytearray()
        self._last = False
        if self._left == 0 and not self._chunked:
            self.ended = True

    @property
    def told(self) -> bool:
        """The end is known without the connection's."""
        return self._left is not None

    def skippable(self, most: int) -> int:
        """So much may be dropped unseen; 0: what comes next must be looked at."""
        if self.ended or self._left is None:
            return most
        return min(most, self._left)

    def passed(self, size: int) -> None:
        """So much was dropped."""
        self.size += size
        if self._left is None:
            return
        self._left -= size
        if self._left <= 0 and not self._chunked:
            self.ended = True

    def feed(self, data: bytes) -> bytes:
        """Bytes that were read. Returns what follows the end, which is the next answer's.

        Raises BadAnswer for chunks that cannot be read.
        """
        if not self._chunked:
            mine = len(data) if self._left is None else min(len(data), self._left)
            self.passed(mine)
            return data[mine:]
        self._held += data
        while not self.ended and (self._left or self._next_chunk()):
            size = min(self._left or 0, len(self._held))
            if self._left and not size:
                return b""
            del self._held[:size]
            self.passed(size)
        rest = bytes(self._held) if self.ended else b""
        if self.ended:
            self._held.clear()
        return rest

    def _next_chunk(self) -> bool:
        """Take the next chunk's head; False while it is not whole, or when it was the last."""
        at = self._held.find(b"\n")
        if at < 0:
            if len(self._held) > _MOST_CHUNK_LINE:
                raise BadAnswer("the speed server's chunk head is too long")
            return False
        line = bytes(self._held[:at]).strip()
        del self._held[: at + 1]
        if self._last:  # lines behind the last chunk, an empty one ends them
            self.ended = not line
            return not self.ended
        digits = line.split(b";")[0].strip()
        if not digits or len(digits) > 15 or digits.strip(b"0123456789abcdefABCDEF"):
            raise BadAnswer("the speed server's chunks cannot be read")
        size = int(digits, 16)
        self._last = size == 0
        self._left = size + 2 if size else 0
        return True


def _number(text: str | None) -> int | None:
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 18:
        return None
    return int(text)
