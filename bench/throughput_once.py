"""Our side of a throughput comparison: `python -m bench.throughput_once PLACE [KIND [PLAN RTT]]`.

Measures down, then up, against a server of this kind ("http" if none is named), prints JSON.  With
a plan (100/20, in Mbit/s) and the line's round trip in ms it is limited as a check of that plan is.
With the kind "ookla" and an empty PLACE the server is the nearest of speedtest.net's list.
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

from diagnostics.wire.throughput import Kind, SpeedServer, Throughput, TransferPlan
from diagnostics.wire.transfer import measure


class Both(msgspec.Struct, frozen=True):
    """Both ways, one after the other."""

    down: Throughput
    up: Throughput


def _server(place: str, kind: Kind) -> SpeedServer:
    if kind == "http":
        return SpeedServer(kind, download_url=f"{place}/download", upload_url=f"{place}/upload")
    return SpeedServer(kind, url=place)


class Plans(msgspec.Struct, frozen=True):
    """Limits of each way."""

    down: TransferPlan = TransferPlan()
    up: TransferPlan = TransferPlan()


def as_in_a_check(sold: str, rtt_ms: float) -> Plans:
    """`sold`: Mbit/s down/up."""
    # more to load, which a side that stands alone does not need
    from diagnostics.sounding.delays import LONG_PATH_MS  # noqa: PLC0415
    from diagnostics.sounding.speed import limits  # noqa: PLC0415

    ways = (limits(float(mbps) * 1e6, long_path=rtt_ms > LONG_PATH_MS) for mbps in sold.split("/"))
    return Plans(*ways)


async def _nearest() -> str:
    # the other kinds need not pay for it
    from diagnostics.platforms.command import stream_command  # noqa: PLC0415
    from diagnostics.wire import ookla  # noqa: PLC0415

    return (await ookla.nearest(stream_command))[0].url


async def both(place: str, kind: Kind = "http", plans: Plans | None = None) -> Both:
    """Where `place` is http://HOST or https://HOST, with the path that the kind asks for."""
    if kind == "ookla" and not place:
        place = await _nearest()
    server, plans = _server(place, kind), plans or Plans()
    down = await measure("down", server, plans.down)
    # what the sender of the first way still has on its way must not meet the second
    await asyncio.sleep(min(1.0, 0.1 + 2 * (down.base_rtt_ms or 50) / 1000))
    return Both(down, await measure("up", server, plans.up))


def main(place: str, kind: str = "http", sold: str = "", rtt_ms: str = "0") -> None:
    """Both ways, as JSON."""
    plans = as_in_a_check(sold, float(rtt_ms)) if sold else None
    found = asyncio.run(both(place, cast("Kind", kind), plans))
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
