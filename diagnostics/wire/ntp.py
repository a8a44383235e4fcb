"""The own clock against a time server (SNTP, RFC 4330)."""

import msgspec

from diagnostics.wire.source import ANY, Source


class ClockOffset(msgspec.Struct, frozen=True):
    """`offset_s` > 0: the own clock is behind; `error_s` bounds it (half the delay)."""

    server: str
    offset_s: float
    error_s: float
    rtt_ms: float
    stratum: int


async def clock_offset(
    server: str,
    port: int = 123,
    timeout_s: float = 1.5,
    attempts: int = 2,
    source: Source = ANY,
) -> ClockOffset:
    """Ask one server (literal address). Raises TimedOut, Refused, Unreachable, BadAnswer."""
    raise NotImplementedError
