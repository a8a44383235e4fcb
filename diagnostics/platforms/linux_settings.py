"""What a Linux desktop has set (proxies) and which program uses the network most."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from diagnostics.platforms.base import PlatformError, ProxySetting
from diagnostics.platforms.command import output
from diagnostics.platforms.environment_proxies import environment_proxies
from diagnostics.platforms.parse.gsettings_proxy import parse_gsettings_proxy
from diagnostics.platforms.parse.ss import TcpSocket, parse_ss
from diagnostics.result import Reason

#: less than this in the window is chatter, not load (20 kbit/s over one second)
_CHATTER_BYTES = 2_500


async def proxies(variables: Mapping[str, str]) -> tuple[ProxySetting, ...]:
    """Environment first, as most programs do, then GNOME's setting where there is a session."""
    found = list(environment_proxies(variables))
    if "DBUS_SESSION_BUS_ADDRESS" in variables or "XDG_RUNTIME_DIR" in variables:
        with suppress(PlatformError):
            text = await output(
                ("gsettings", "list-recursively", "org.gnome.system.proxy"), deadline_s=1.0
            )
            found += [proxy for proxy in parse_gsettings_proxy(text) if proxy not in found]
    return tuple(found)


async def busiest_program(window_s: float) -> str:
    """The program whose TCP connections moved most between two looks `window_s` apart."""
    before = {socket.key: socket for socket in await _sockets()}
    await asyncio.sleep(window_s)
    moved: dict[str, int] = {}
    for socket in await _sockets():
        earlier = before.get(socket.key)
        amount = socket.moved_bytes - (earlier.moved_bytes if earlier else 0)
        moved[socket.program] = moved.get(socket.program, 0) + max(amount, 0)
    moved.pop("", None)
    program = max(moved, key=lambda name: moved[name], default="")
    if not program or moved[program] < _CHATTER_BYTES:
        raise PlatformError(Reason.NO_ANSWER, "no program of this user moves anything")
    return program


async def _sockets() -> tuple[TcpSocket, ...]:
    return parse_ss(await output(("ss", "-tinpHO"), deadline_s=1.0))
