"""A server that is full: `python -m bench.server_full JSON SECOND` (a `Load`), prints JSON.

Holds so many connections that each fetch a file, counts who is let in, and lets our own test of
throughput choose: the full server stands first in its profile, SECOND (of LibreSpeed's) behind it.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from contextlib import ExitStack

import msgspec

from bench.server_load import Load, answered, opened, trusting
from diagnostics.evidence import Evidence
from diagnostics.platforms import present_platform
from diagnostics.probe import Context
from diagnostics.probes.throughput import ThroughputProbe
from diagnostics.profile import ServerPlace, SpeedKind, SpeedServer, default_profile
from diagnostics.run import Depth
from diagnostics.wire.meter import metered


class Full(msgspec.Struct, frozen=True, kw_only=True):
    """Connections let in and refused with 503; which servers our test then has figures of."""

    let_in: int
    refused: int
    first: str
    down: tuple[str, ...]
    up: tuple[str, ...]
    down_failed: str
    up_failed: str


def _profile_servers(load: Load, second: str) -> tuple[SpeedServer, ...]:
    first = f"http://{load.host}:{load.port}"
    return (
        SpeedServer(
            kind=SpeedKind.HTTP,
            where=ServerPlace.ISP,
            download_url=f"{first}/download",
            upload_url=f"{first}/upload",
        ),
        SpeedServer(kind=SpeedKind.LIBRESPEED, where=ServerPlace.OUTSIDE, url=second),
    )


async def _tested(load: Load, second: str, counted: Counter[int]) -> Full:
    profile = msgspec.structs.replace(default_profile(), speed=_profile_servers(load, second))
    with metered() as meter:
        context = Context(
            profile=profile,
            platform=present_platform(),
            earlier=Evidence({}),
            depth=Depth.NORMAL,
            meter=meter,
            progress=lambda _fraction, _word: None,
        )
        found = await ThroughputProbe().measure(context)
    return Full(
        let_in=counted[200],
        refused=counted[503],
        first=f"http://{load.host}:{load.port}",
        down=tuple(figure.server for figure in found.down),
        up=tuple(figure.server for figure in found.up),
        down_failed=str(found.down_failed),
        up_failed=str(found.up_failed),
    )


def full(load: Load, second: str) -> Full:
    """Raises OSError when a connection fails."""
    counted: Counter[int] = Counter()
    context = trusting(load.trusted)
    with ExitStack() as held:
        for _ in range(load.connections):
            sock = held.enter_context(opened(load, context))
            sock.sendall(load.head.encode())
            counted[answered(sock)] += 1
        return asyncio.run(_tested(load, second, counted))


if __name__ == "__main__":
    try:
        found = full(msgspec.json.decode(sys.argv[1], type=Load), sys.argv[2])
    except OSError as failed:
        sys.exit(str(failed))
    sys.stdout.buffer.write(msgspec.json.encode(found))
