"""Our side of the comparison of a voice call's packets: `python -m bench.voice_once TARGET COUNT`.

Prints a `Told` as JSON: the figures of one session and how long it took.
"""

from __future__ import annotations

import asyncio
import sys
import time

import msgspec

from diagnostics.wire.stamp import StampPlan, stamp
from diagnostics.wire.voice import Call, call_of


class Told(msgspec.Struct, frozen=True):
    """`took_s`: without the start of Python, which a check pays once."""

    took_s: float
    call: Call


def main(target: str, count: str) -> Told:
    """One session with the reflector at this address."""
    begun_s = time.monotonic()
    session = asyncio.run(stamp(target, StampPlan(count=int(count))))
    call = call_of(session)
    return Told(time.monotonic() - begun_s, call)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(*sys.argv[1:])))
