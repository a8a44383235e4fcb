"""What happens to a line while it is measured: steps, fading, and other people's datagrams."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

import msgspec

from bench.line import ELSEWHERE, FAR, BenchLine
from bench.throughput_links import Link
from tests.sim.home import Ways

_BUSY_BYTES = 6_000
_STEP_AFTER_S = 0.3
_FADE_S = 0.1
#: datagrams of 1200 bytes to a place that swallows them, on for 200 ms, off for 200 ms
_OTHERS = """
import socket, sys, time
place, rate_bps = sys.argv[1], float(sys.argv[2])
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
data, gap = bytes(1172), 1200 * 8 / (2 * rate_bps)
due = time.monotonic()
while True:
    if int(due * 5) % 2 == 0:
        try:
            sock.sendto(data, (place, 9))
        except OSError:
            pass
    due = max(due + gap, time.monotonic() - 0.05)
    time.sleep(max(0.0, due - time.monotonic()))
"""


@contextmanager
def weather(line: BenchLine, link: Link, seed: int) -> Generator[None]:
    """The link's manner plays inside the block; the wire is shaped for it at the beginning."""
    line.shape(link.down, link.up, link.rtt_ms)
    with ExitStack() as stack:
        if link.manner == "shared":
            # downstream to somebody else behind the gate, upstream out of the gate
            for place, to, rate in (
                ("far", ELSEWHERE, link.down.rate_mbps),
                ("gate", FAR, link.up.rate_mbps),
            ):
                words = [sys.executable, "-I", "-S", "-c", _OTHERS, to, str(rate * 0.2e6)]
                stack.enter_context(line.started(words, place))
        if link.manner in ("step", "fading"):
            stack.enter_context(_Play(line, link, seed))
        yield


class _Play:
    """A thread that tells the wire."""

    def __init__(self, line: BenchLine, link: Link, seed: int) -> None:
        self._line, self._link = line, link
        self._chance = random.Random(seed)
        self._over = threading.Event()
        play = self._step if link.manner == "step" else self._fade
        self._thread = threading.Thread(target=play)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _fade(self) -> None:
        while not self._over.wait(_FADE_S):
            for name, way in (("down", self._link.down), ("up", self._link.up)):
                rate_bps = way.rate_mbps * 1e6 * self._chance.uniform(0.5, 1.0)
                self._line.tell(f"{name} rate_bps={rate_bps:.0f}")

    def _step(self) -> None:
        """Each way changes once, some time after data has begun to move that way."""
        busy_s = {"down": 0.0, "up": 0.0}
        done: set[str] = set()
        before, at_s = self._ways(), time.monotonic()
        while not self._over.wait(0.02):
            now, now_s = self._ways(), time.monotonic()
            down = now.down.bytes - before.down.bytes
            up = now.up.bytes - before.up.bytes
            # acknowledgements are some 4 % of the other way's data
            busy_s["down"] += (now_s - at_s) * (down > max(_BUSY_BYTES, up / 2))
            busy_s["up"] += (now_s - at_s) * (up > max(_BUSY_BYTES, down / 2))
            before, at_s = now, now_s
            for name, way in (("down", self._link.down), ("up", self._link.up)):
                if busy_s[name] > _STEP_AFTER_S and name not in done:
                    done.add(name)
                    rate_bps = way.rate_mbps * 1e6 * self._link.then
                    self._line.tell(f"{name} rate_bps={rate_bps:.0f}")

    def _ways(self) -> Ways:
        return msgspec.json.decode(self._line.tell("figures"), type=Ways)
