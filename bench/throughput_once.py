"""Our side of a throughput comparison, as one program: `python -m bench.throughput_once SERVER`.

Measures down, then up, against http://SERVER or https://SERVER, and prints both as JSON.
"""

from __future__ import annotations

import asyncio
import sys

import msgspec

from diagnostics.wire.throughput import SpeedServer, Throughput
from diagnostics.wire.transfer import measure


class Both(msgspec.Struct, frozen=True):
    """Both ways, one after the other."""

    down: Throughput
    up: Throughput


async def both(place: str) -> Both:
    """Where `place` is http://HOST or https://HOST."""
    server = SpeedServer("http", download_url=f"{place}/download", upload_url=f"{place}/upload")
    down = await measure("down", server)
    # what the sender of the first way still has on its way must not meet the second
    await asyncio.sleep(min(1.0, 0.1 + 2 * (down.base_rtt_ms or 50) / 1000))
    return Both(down, await measure("up", server))


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(both(sys.argv[1]))))
