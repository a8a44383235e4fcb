"""The guest itself: real nl80211 as root and as nobody. Runs where the guest has been built."""

from __future__ import annotations

import sys

import msgspec
import pytest

from diagnostics.readings.wifi import LinkState, NetworkName, OwnLink
from tests.sim.scenario import load
from tests.sim.toolchain import cache
from tests.sim.wifi.kernel import is_built
from tests.sim.wifi.machine import run

pytestmark = [
    pytest.mark.lab,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not is_built(), reason="built by: python -m tests.sim.wifi.kernel"),
]
_CACHE = cache()
_READ = """
import asyncio, msgspec, sys
from diagnostics.platforms.linux import Linux
sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(Linux().wifi_link("wlan0"))))
"""


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have a home of their own; the guest takes minutes to build and stays where it is."""
    monkeypatch.setenv("FIRSTHOP_LAB_CACHE", str(_CACHE))


def test_the_own_link_is_read_by_anybody() -> None:
    command = [sys.executable, "-c", _READ]
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    ended = run(load("wifi/healthy-2ghz"), nobody)
    assert ended.code == 0, ended.err
    link = msgspec.json.decode(ended.out, type=OwnLink)
    assert link.state is LinkState.JOINED
    assert isinstance(link.name, NetworkName)
    assert link.name.text == "HomeNet"
    assert isinstance(link.signal_dbm, float)
    assert -56 < link.signal_dbm < -40
