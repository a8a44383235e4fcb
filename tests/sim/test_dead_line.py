"""A dead line is never the provider's outage, though the home's router complains in its own name.

Linux waits three seconds for an ARP answer on the dead line and then says "host unreachable" with
its outside address; a busy computer is slow enough to hear it. Here it is waited for.
"""

from __future__ import annotations

import json
import sys

import pytest

from tests.sim.home import ROOT, Home
from tests.sim.scenario import load

pytestmark = pytest.mark.lab

_GATEWAY, _OUTSIDE, _EDGE = "192.168.1.1", "81.2.69.77", "81.2.69.1"
# traces until somebody at distance 2 complains, and prints whom it heard and whom it disowned
_LOOK = f"""
import asyncio, json
from diagnostics.sounding.outer_names import outer_names
from diagnostics.wire.trace import Hop, TracePlan, trace

async def main():
    for _ in range(40):
        found = await trace("1.1.1.1", TracePlan(max_hops=4, rounds=1, retries=0, timeout_s=0.4))
        heard = [hop.address for hop in found.hops if isinstance(hop, Hop) and hop.ttl == 2]
        if heard:
            break
    own = await outer_names(found, {{{_GATEWAY!r}}})
    print(json.dumps([heard, sorted(own)]))

asyncio.run(main())
"""


def _look(home: Home) -> tuple[list[str], list[str]]:
    done = home.run(["env", f"PYTHONPATH={ROOT}", sys.executable, "-c", _LOOK], timeout_s=60)
    assert done.returncode == 0, done.stderr
    heard, own = json.loads(done.stdout)
    return heard, own


def test_the_routers_complaint_is_not_the_providers_first_hop() -> None:
    with Home.build(load("line-down")) as home:
        heard, own = _look(home)
    assert heard == [_OUTSIDE]
    assert own == [_OUTSIDE]


def test_an_edge_that_sees_no_way_on_is_the_providers() -> None:
    with Home.build(load("healthy-cable")) as home:
        home.run(["ip", "route", "del", "default"], place="edge")
        heard, own = _look(home)
    assert heard == [_EDGE]
    assert own == []
