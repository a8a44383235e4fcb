"""TCP connections: how long one takes and how it fails."""

import msgspec

from diagnostics.wire.source import ANY, Source


class Connected(msgspec.Struct, frozen=True):
    """A connection that came about. `rtt_ms`: SYN to SYN-ACK."""

    address: str
    port: int
    rtt_ms: float
    local_address: str


async def connect_time(
    address: str, port: int, timeout_s: float = 3.0, source: Source = ANY
) -> Connected:
    """Connect to a literal address and close again.

    Raises TimedOut, Refused, Unreachable, Reset, NotPermitted, NotSupported.
    """
    raise NotImplementedError
