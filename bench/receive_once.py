"""Our receive path for so many seconds: `python -m bench.receive_once SERVER SECONDS`."""

from __future__ import annotations

import asyncio
import sys

import msgspec

from diagnostics.wire.throughput import SpeedServer, TransferPlan
from diagnostics.wire.transfer import measure


async def received(place: str, seconds: float) -> None:
    """Downloads for as long as told, however clear the figure; 0: a small transfer only."""
    plan = TransferPlan(
        connections=4,
        deadline_s=seconds or 0.3,
        budget_bytes=1 << 40 if seconds else 1000,
        budget_s=0.0,
        precision=0.0,
    )
    server = SpeedServer("http", download_url=f"{place}/download")
    found = await measure("down", server, plan)
    sys.stdout.buffer.write(msgspec.json.encode(found.rate_bps) + b"\n")


if __name__ == "__main__":
    asyncio.run(received(sys.argv[1], float(sys.argv[2])))
