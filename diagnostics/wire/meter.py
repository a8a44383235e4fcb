"""How many bytes the check itself moved over the network."""

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


class Meter:
    """Counts payload bytes handed to and taken from sockets.

    Transport payload only; the headers below (28 bytes a UDP packet, some 40 a
    TCP segment) are not included.
    """

    def __init__(self) -> None:
        self.bytes_sent: int = 0
        self.bytes_received: int = 0

    def sent(self, size: int) -> None:
        self.bytes_sent += size

    def received(self, size: int) -> None:
        self.bytes_received += size


_METER: ContextVar[Meter | None] = ContextVar("wire_meter", default=None)
_NOBODYS = Meter()


def current() -> Meter:
    """The meter of the running check; a spare one when nobody counts."""
    return _METER.get() or _NOBODYS


@contextmanager
def metered() -> "Generator[Meter]":
    """Count everything done inside the block, tasks started in it included."""
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)
