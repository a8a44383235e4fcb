"""One HTTP/1.1 request with every phase timed."""

import ssl
from typing import Literal

import msgspec

from diagnostics.wire.source import ANY, Source
from diagnostics.wire.tls import Certificate


class Timing(msgspec.Struct, frozen=True):
    """Milliseconds of each phase; None where the phase did not take place."""

    dns_ms: float | None
    connect_ms: float
    tls_ms: float | None
    first_byte_ms: float
    total_ms: float


class HttpAnswer(msgspec.Struct, frozen=True):
    """Status, headers (names in lower case, order kept) and bounded body.

    `body_complete` is false when `max_body` cut it.  `date` is the Date header
    as Unix seconds, `received_at` the own clock at the first byte.
    """

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    body_complete: bool
    address: str
    local_address: str
    timing: Timing
    date: float | None
    received_at: float
    tls_version: str | None
    certificate: Certificate | None

    def header(self, name: str) -> str | None:
        """First value of a header, or None."""
        ...


class HttpPlan(msgspec.Struct, frozen=True):
    """`family` "any" tries IPv6 then IPv4 addresses as the system orders them.

    `address` connects there instead of looking the host up.  `proxy` is
    "http://host:port".  `context` None takes the system's trust store.
    """

    family: Literal["any", "ipv4", "ipv6"] = "any"
    address: str = ""
    timeout_s: float = 8.0
    connect_timeout_s: float = 4.0
    max_body: int = 65_536
    source: Source = ANY
    proxy: str = ""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    redirects: int = 0
    user_agent: str = "firsthop"
    verify: bool = True


async def get(
    url: str, plan: HttpPlan | None = None, context: ssl.SSLContext | None = None
) -> HttpAnswer:
    """Fetch http:// or https://; any status is an answer.

    Raises NameNotFound, LookupFailed, TimedOut, Refused, Unreachable, Reset,
    TlsRejected, TlsFailed, BadAnswer, TooLarge; ValueError for a URL it cannot use.
    """
    raise NotImplementedError
