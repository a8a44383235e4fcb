"""Addresses of the web, taken apart and checked."""

from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec


class Url(msgspec.Struct, frozen=True):
    """`path` with the query; `host` without brackets, in lower case."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """As in a Host header: the port only when it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.secure else 80
        return host if self.port == usual else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(text: str) -> Url:
    """ValueError, in one plain sentence, for anything but a clean http(s) URL."""
    if any(ord(c) <= 32 or ord(c) > 126 for c in text):
        raise ValueError(f"not a web address: {text[:100]!r} has a blank or a special character")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not a web address: {text[:100]!r}")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"a web address with a password is not taken: {parts.hostname!r}")
    port = _port(parts, text)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(parts.scheme, parts.hostname, port, path)


def _port(parts: SplitResult, text: str) -> int:
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"not a web address: {text[:100]!r} has an impossible port") from None
    return port or (443 if parts.scheme == "https" else 80)


def joined(base: Url, location: str) -> Url:
    """Where a Location header leads; ValueError as in `parse`."""
    return parse(urljoin(str(base), location))


def with_query(text: str, query: str) -> str:
    """Add to the query part, whatever is there already."""
    return f"{text}{'&' if '?' in text else '?'}{query}"
