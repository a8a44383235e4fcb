"""IPv6 in the lab's homes: its addresses there, and the wait until a home has one of its own."""

from __future__ import annotations

import time

from bench.harness import BenchError
from tests.sim.atlas import PUBLIC_RESOLVERS6
from tests.sim.country import HOME6
from tests.sim.home import Home

ROUTER6 = f"{HOME6}1"
#: as 1.1.1.1 and 8.8.8.8 stand for far places by IPv4
FAR6, FARTHER6 = PUBLIC_RESOLVERS6[0], PUBLIC_RESOLVERS6[1]
#: what the home's road shows a trace, hop by hop, as far as somebody answers (tests/sim/country.py)
EDGE6, TRANSIT6 = "2a0b:4d00:0:1::1", "2a0b:4d00:0:3::2"
_PATIENCE_S = 10.0


def await_ipv6(home: Home) -> None:
    """Until the computer reaches the far place by IPv6; BenchError when it does not get there."""
    ends_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends_s:
        done = home.run(["ping", "-6", "-n", "-c", "1", "-W", "1", FAR6])
        if done.returncode == 0:
            return
        time.sleep(0.2)
    raise BenchError("the home has got no IPv6")
