"""What the system's own resolver says about a name (hosts file, cache and all)."""

import asyncio
import ipaddress
import os
import socket
import threading
import time

import msgspec

from diagnostics.wire.command import StreamCommand
from diagnostics.wire.errors import NameNotFound, TimedOut, WireError, wire_error
from diagnostics.wire.kernel import KERNEL
from diagnostics.wire.source import family_of


class Lookup(msgspec.Struct, frozen=True):
    """Addresses in the system's order of preference and the time it took."""

    name: str
    addresses: tuple[str, ...]
    duration_ms: float

    @property
    def ipv4(self) -> tuple[str, ...]:
        return tuple(a for a in self.addresses if family_of(a) == socket.AF_INET)

    @property
    def ipv6(self) -> tuple[str, ...]:
        return tuple(a for a in self.addresses if family_of(a) == socket.AF_INET6)


async def system_lookup(
    name: str, timeout_s: float = 5.0, command: StreamCommand | None = None
) -> Lookup:
    """Look a name up as any program of this computer would.

    getaddrinfo() cannot be interrupted.  On Linux `getent` asks the same
    library in a child that can be ended, so pass `command` there; otherwise a
    thread does it and, when time is up, is left to end by itself within the
    resolver's own limit.  Raises NameNotFound, LookupFailed, TimedOut.
    """
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(timeout_s):
            if command is not None and KERNEL.name == "linux":
                addresses = await _by_command(name, command)
            else:
                addresses = await _by_thread(name)
    except TimeoutError:
        raise TimedOut(
            f"looking up {name}: the system's resolver did not answer in {timeout_s:g} s"
        ) from None
    return Lookup(name, addresses, (time.perf_counter() - begun) * 1000)


async def _by_command(name: str, command: StreamCommand) -> tuple[str, ...]:
    """`getent ahosts`: one line an address and socket type; nothing when there is none."""
    if name.startswith("-"):
        raise NameNotFound(f"looking up {name}: not a name")
    try:
        async with command(["getent", "ahosts", name]) as lines:
            found = [_clean(line.split()[0]) async for line in lines if line.strip()]
    except OSError:
        return await _by_thread(name)  # no such command here
    if not found:
        raise NameNotFound(f"looking up {name}: the system's resolver gave no address")
    return tuple(dict.fromkeys(found))


def _clean(address: str) -> str:
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


async def _by_thread(name: str) -> tuple[str, ...]:
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(addresses: tuple[str, ...], error: WireError | None) -> None:
        if outcome.done():
            return
        if error is None:
            outcome.set_result(addresses)
        else:
            outcome.set_exception(error)

    def ask() -> None:
        addresses: tuple[str, ...] = ()
        failure: WireError | None = None
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        except OSError as error:
            failure = wire_error(error, f"looking up {name}")
        except UnicodeError:
            failure = NameNotFound(f"looking up {name}: not a name")
        if not loop.is_closed():
            try:
                loop.call_soon_threadsafe(settle, addresses, failure)
            except RuntimeError:
                return  # the loop closed meanwhile: nobody waits any more

    # glibc reads this in each new thread: shortens how long an abandoned one lives.
    os.environ.setdefault("RES_OPTIONS", "timeout:2 attempts:2")
    threading.Thread(target=ask, name=f"lookup {name}", daemon=True).start()
    return await outcome
