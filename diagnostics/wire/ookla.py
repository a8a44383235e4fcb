"""Servers of speedtest.net near here, found by speedtest-cli in a child process.

speedtest-cli blocks and prints; in a child it can be ended at any moment, and its memory goes
with it.  This is the only place that knows it.
"""

import asyncio
import importlib
import sys
from collections.abc import Callable
from typing import Protocol, cast

import msgspec

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.errors import BadAnswer, NotSupported, TimedOut

MODULE = "diagnostics.wire.ookla"
_NEAREST = 5
_MOST_LETTERS = 100_000


class OoklaServer(msgspec.Struct, frozen=True):
    """`url` ends in upload.php; `latency_ms` as speedtest-cli took it, 0 when it did not."""

    url: str
    sponsor: str
    name: str
    distance_km: float
    latency_ms: float = 0.0


class _Found(msgspec.Struct, frozen=True):
    servers: tuple[OoklaServer, ...] = ()
    failure: str = ""


def argv() -> list[str]:
    """How the child is started; a frozen app starts itself (agent/child.py)."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", MODULE]
    return [sys.executable, "-m", MODULE]


async def nearest(command: StreamCommand, timeout_s: float = 15.0) -> tuple[OoklaServer, ...]:
    """The nearest by round trip first.

    Raises TimedOut, NotSupported (it cannot be started), BadAnswer (no list, with its words).
    """
    lines: list[str] = []
    try:
        async with asyncio.timeout(timeout_s), command(argv()) as output:
            lines.extend([line[:_MOST_LETTERS] async for line in output])
    except TimeoutError:
        raise TimedOut("the list of speedtest.net's servers did not come in time") from None
    except OSError as error:
        raise NotSupported(f"speedtest-cli cannot be started: {error}") from None
    try:
        found = msgspec.json.decode(lines[-1] if lines else "", type=_Found)
    except msgspec.DecodeError:
        raise BadAnswer("speedtest-cli ended without a list of servers") from None
    if not found.servers:
        raise BadAnswer(f"speedtest.net gives no server: {found.failure or 'an empty list'}")
    return found.servers


class _Client(Protocol):
    """The part of speedtest-cli's class that is used; it has no types of its own."""

    def get_servers(self) -> object: ...

    def get_closest_servers(self, limit: int) -> list[dict[str, object]]: ...

    def get_best_server(self, servers: list[dict[str, object]]) -> dict[str, object]: ...


def _servers() -> tuple[OoklaServer, ...]:
    # heavy, and only this child needs it
    make = cast("Callable[..., _Client]", importlib.import_module("speedtest").Speedtest)
    client = make(timeout=5)
    client.get_servers()
    near = client.get_closest_servers(limit=_NEAREST)
    best = client.get_best_server(near)
    return tuple(
        OoklaServer(
            url=str(one["url"]),
            sponsor=str(one["sponsor"]),
            name=str(one["name"]),
            distance_km=round(float(str(one["d"])), 1),
            latency_ms=float(str(one.get("latency", 0.0))),
        )
        for one in [best, *(each for each in near if each["url"] != best["url"])]
    )


def main() -> int:
    """The child: one line of JSON, whatever happens."""
    try:
        found = _Found(_servers())
    except Exception as error:  # noqa: BLE001 - speedtest-cli raises what urllib, XML and it think of
        found = _Found(failure=f"{type(error).__name__}: {error}"[:300])
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    return 0 if found.servers else 1


if __name__ == "__main__":
    sys.exit(main())
