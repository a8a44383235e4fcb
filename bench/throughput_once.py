"""Our side of a throughput comparison: `python -m bench.throughput_once PLACE [KIND]`.

Measures down, then up, against a server of this kind ("http" if none is named), prints JSON.
"""

from __future__ import annotations

# as in `firsthop check`: before all that is loaded
from agent.garbage import look_seldom

if __name__ == "__main__":
    look_seldom()

import asyncio
import sys
from typing import cast

import msgspec

from diagnostics.wire.throughput import Kind, SpeedServer, Throughput
from diagnostics.wire.transfer import measure


class Both(msgspec.Struct, frozen=True):
    """Both ways, one after the other."""

    down: Throughput
    up: Throughput


def _server(place: str, kind: Kind) -> SpeedServer:
    if kind == "http":
        return SpeedServer(kind, download_url=f"{place}/download", upload_url=f"{place}/upload")
    return SpeedServer(kind, url=place)


async def both(place: str, kind: Kind = "http") -> Both:
    """Where `place` is http://HOST or https://HOST, with the path that the kind asks for."""
    server = _server(place, kind)
    down = await measure("down", server)
    # what the sender of the first way still has on its way must not meet the second
    await asyncio.sleep(min(1.0, 0.1 + 2 * (down.base_rtt_ms or 50) / 1000))
    return Both(down, await measure("up", server))


if __name__ == "__main__":
    sys.stdout.buffer.write(
        msgspec.json.encode(asyncio.run(both(sys.argv[1], cast("Kind", (*sys.argv, "http")[2]))))
    )
