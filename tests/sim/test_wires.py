"""The wire keeps its figures: they are the truth that every verdict is measured against."""

from __future__ import annotations

import re
import sys
import time

import pytest

from tests.sim.home import Figures, Home
from tests.sim.scenario import load

pytestmark = pytest.mark.lab

_EDGE = "81.2.69.1"
# about 15 Mbit/s that nothing slows down
_FLOOD = """
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(bytes(11200 // 8), ("77.67.20.20", 9))
    time.sleep(0.0006)
"""


def _ping(home: Home, count: int, interval_s: float) -> list[float]:
    argv = ["ping", "-n", "-c", str(count), "-i", str(interval_s), "-W", "2", _EDGE]
    said = home.run(argv, "router").stdout
    return [float(found) for found in re.findall(r"time=([0-9.]+) ms", said)]


def _lost(before: Figures, after: Figures) -> float:
    lost = after.lost - before.lost
    return lost / (lost + after.packets - before.packets)


def test_delay_loss_drops_and_duplicates_are_as_set() -> None:
    with Home.build(load("healthy-cable", {"plan.rtt_ms": 40})) as home:
        times = sorted(_ping(home, 100, 0.01))
        assert len(times) == 100
        assert 40.0 <= times[50] < 41.0

        fast = {"line.up.delay_ms": 1, "line.down.delay_ms": 1}
        home.set({**fast, "line.up.loss_percent": 10, "line.down.loss_percent": 0})
        before = home.figures()["line"]
        _ping(home, 1500, 0.002)
        after = home.figures()["line"]
        # four standard deviations of 1500 draws at 10 %
        assert abs(_lost(before.up, after.up) - 0.10) < 0.031
        assert after.down.lost == before.down.lost

        drops = {"line.down.drop_every_ms": 500, "line.down.drop_for_ms": 125}
        home.set({"line.up.loss_percent": 0, **drops})
        before = home.figures()["line"]
        # not faster: ping itself slows down while answers are missing
        _ping(home, 100, 0.04)
        assert 0.15 < _lost(before.down, home.figures()["line"].down) < 0.35

        home.set({"line.down.drop_every_ms": 0, "line.down.duplicate_percent": 100})
        said = home.run(["ping", "-n", "-c", "5", "-i", "0.05", _EDGE], "router").stdout
        assert said.count("DUP!") >= 4


@pytest.mark.parametrize(("down_mbps", "tolerance"), [(20, 0.005), (200, 0.005)])
def test_rate_is_held(down_mbps: float, tolerance: float) -> None:
    with Home.build(load("healthy-cable", {"plan.down_mbps": down_mbps})) as home:
        url = "http://speed.lab-isp.example/download?bytes=9999999999"
        load_it = home.popen(["curl", "-s", "-o", "/dev/null", "-m", "8", url])
        time.sleep(1)
        begun, before = time.monotonic(), home.figures()["line"].down.bytes
        time.sleep(2)
        ended, after = time.monotonic(), home.figures()["line"].down.bytes
        load_it.kill()
        load_it.communicate()
        measured = (after - before) * 8 / (ended - begun) / 1e6
        assert abs(measured / down_mbps - 1) < tolerance


def test_fast_plans_pass_and_the_queue_is_as_long_as_set() -> None:
    fast = {"plan.down_mbps": 2500, "plan.up_mbps": 10, "hop.speed_mbps": 2500}
    with Home.build(load("healthy-ftth-300", {**fast, "line.up.queue_ms": 400})) as home:
        url = "http://speed.lab-isp.example/download?bytes=9999999999"
        fetch = ["curl", "-s", "-o", "/dev/null", "-m", "2", "-w", "%{speed_download}", url]
        # 2 Gbit/s on a quiet machine of two cores; a busy one must not fail the test
        assert max(float(home.run(fetch).stdout) * 8 for _ in range(2)) > 0.5e9
        load_it = home.popen([sys.executable, "-c", _FLOOD])
        time.sleep(1)
        slowest = max(_ping(home, 40, 0.05))
        load_it.kill()
        load_it.communicate()
        assert 380 < slowest < 440
