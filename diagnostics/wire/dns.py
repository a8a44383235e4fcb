"""DNS questions to one given server, timed."""

from typing import Literal

import msgspec

from diagnostics.wire.source import ANY, Source


class DnsAnswer(msgspec.Struct, frozen=True):
    """What one server said.

    `rcode` in capitals ("NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED" ...).
    `addresses`: A and AAAA of the answer; `records`: every answer record of the
    asked type as text; `cnames` the chain.  `rtt_ms` of the attempt that was
    answered.  `attempts_lost`: attempts before it that got nothing.
    `truncated`: TC was set (asked again by TCP when `retry_tcp`).
    """

    server: str
    name: str
    rdtype: str
    rcode: str
    addresses: tuple[str, ...]
    records: tuple[str, ...]
    cnames: tuple[str, ...]
    rtt_ms: float
    attempts_lost: int
    truncated: bool
    transport: Literal["udp", "tcp"]
    authenticated: bool
    recursion_available: bool
    min_ttl_s: int | None


class DnsPlan(msgspec.Struct, frozen=True):
    timeout_s: float = 1.5
    attempts: int = 2
    port: int = 53
    transport: Literal["udp", "tcp"] = "udp"
    retry_tcp: bool = True
    source: Source = ANY


async def query(
    server: str, name: str, rdtype: str = "A", plan: DnsPlan | None = None
) -> DnsAnswer:
    """Ask one server (literal address) one question.

    An NXDOMAIN or SERVFAIL is an answer.  Raises TimedOut, Refused (port
    unreachable), Unreachable, BadAnswer, Reset.
    """
    raise NotImplementedError
