"""HTTP/1.1 as bytes (RFC 9112): the request, and an answer that may be hostile."""

import msgspec

from diagnostics.wire.channel import Channel
from diagnostics.wire.errors import BadAnswer, Reset, TooLarge

# Far above what servers send (Apache and nginx take 8 KB a line and 100 lines).
_MAX_HEAD = 65_536
_MAX_HEADERS = 200
_MAX_CHUNK_LINE = 1024

Headers = tuple[tuple[str, str], ...]


class Head(msgspec.Struct, frozen=True):
    """Status line and headers; names in lower case."""

    status: int
    reason: str
    headers: Headers

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)


def request(method: str, target: str, host: str, headers: Headers) -> bytes:
    """ValueError when a header could smuggle in another line."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    for name, value in headers:
        if any(c in name + value for c in "\r\n\0"):
            raise ValueError(f"header {name!r} has a line break")
        lines.append(f"{name}: {value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Incoming:
    """Reads one answer from a channel, bounded in every direction."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._buffer = bytearray()
        self._ended = False

    async def _more(self) -> bool:
        if self._ended:
            return False
        data = await self._channel.receive()
        self._ended = not data
        self._buffer += data
        return bool(data)

    async def first_byte(self) -> None:
        """Wait for the answer to begin. Raises Reset when the connection ends instead."""
        if not self._buffer and not await self._more():
            raise Reset("the server closed the connection without an answer")

    async def head(self) -> Head:
        """The final status, interim ones (1xx) skipped."""
        for _ in range(10):
            found = parse_head(await self._until(b"\n\r\n", b"\n\n"))
            if found.status >= 200 or found.status == 101:
                return found
        raise BadAnswer("the server sends interim answers without an end")

    async def _until(self, *ends: bytes) -> bytes:
        while True:
            places = [(at, end) for end in ends if (at := self._buffer.find(end)) >= 0]
            if places:
                at, end = min(places)
                found = bytes(self._buffer[:at])
                del self._buffer[: at + len(end)]
                return found
            if len(self._buffer) > _MAX_HEAD:
                raise TooLarge("the server's headers are too long")
            if not await self._more():
                raise BadAnswer("the server closed the connection within the headers")

    async def body(self, head: Head, limit: int, *, bodiless: bool) -> tuple[bytes, bool]:
        """Body and whether it is whole; cut at `limit` bytes."""
        if bodiless or head.status in (204, 304):
            return b"", True
        if "chunked" in (head.header("transfer-encoding") or "").lower():
            return await self._chunked(limit)
        length = head.header("content-length")
        if length is None:
            return await self._to_the_end(limit)
        if not (length.isascii() and length.isdigit()) or len(length) > 18:
            raise BadAnswer(f"the server gives an impossible length {length[:30]!r}")
        return await self._exactly(int(length), limit)

    async def _exactly(self, size: int, limit: int) -> tuple[bytes, bool]:
        wanted = min(size, limit)
        while len(self._buffer) < wanted:
            if not await self._more():
                return bytes(self._buffer), False
        return bytes(self._buffer[:wanted]), size <= limit

    async def _to_the_end(self, limit: int) -> tuple[bytes, bool]:
        while len(self._buffer) <= limit:
            if not await self._more():
                return bytes(self._buffer), True
        return bytes(self._buffer[:limit]), False

    async def _chunked(self, limit: int) -> tuple[bytes, bool]:
        body = bytearray()
        while True:
            line = await self._chunk_line()
            size = _chunk_size(line)
            if size == 0:
                return bytes(body), True
            while len(self._buffer) < min(size + 2, limit - len(body)):
                if not await self._more():
                    return bytes(body + self._buffer[:size])[:limit], False
            body += self._buffer[:size]
            del self._buffer[: size + 2]
            if len(body) > limit or (len(body) == limit and size):
                return bytes(body[:limit]), False

    async def _chunk_line(self) -> bytes:
        while (at := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MAX_CHUNK_LINE:
                raise TooLarge("the server's chunk head is too long")
            if not await self._more():
                raise BadAnswer("the server closed the connection within the body")
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 1]
        return line


def _chunk_size(line: bytes) -> int:
    digits = line.split(b";")[0].strip()
    if not digits or len(digits) > 15 or digits.strip(b"0123456789abcdefABCDEF"):
        raise BadAnswer("the server's chunks cannot be read")
    return int(digits, 16)


def parse_head(data: bytes) -> Head:
    """Raises BadAnswer when it is not HTTP, TooLarge for too many headers."""
    lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    words = lines[0].split(" ", 2) if lines else []
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or len(words[1]) != 3:
        raise BadAnswer("the server does not speak HTTP")
    if not (words[1].isascii() and words[1].isdigit()):
        raise BadAnswer("the server gives no status")
    if len(lines) > _MAX_HEADERS:
        raise TooLarge("the server sends too many headers")
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip()))
    reason = words[2].strip() if len(words) > 2 else ""
    return Head(int(words[1]), reason, tuple(headers))
