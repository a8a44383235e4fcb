"""What the system's own resolver says about a name (hosts file, cache and all)."""

import msgspec

from diagnostics.wire.command import StreamCommand


class Lookup(msgspec.Struct, frozen=True):
    """Addresses in the system's order and the time it took."""

    name: str
    addresses: tuple[str, ...]
    duration_ms: float

    @property
    def ipv4(self) -> tuple[str, ...]: ...

    @property
    def ipv6(self) -> tuple[str, ...]: ...


async def system_lookup(
    name: str, timeout_s: float = 5.0, command: StreamCommand | None = None
) -> Lookup:
    """Look a name up as any program of this computer would.

    Raises NameNotFound, LookupFailed, TimedOut.
    """
    raise NotImplementedError
