"""IPv6 that fails in a home that loses much: chance, or not."""

from __future__ import annotations

import msgspec
import pytest

from diagnostics.readings.addressing import Addressing
from diagnostics.readings.home import Neighbour, NeighbourState
from diagnostics.readings.web import FetchEnd
from diagnostics.result import NOT_RUN, Unmeasured
from diagnostics.scene import Scene
from diagnostics.sign import State
from diagnostics.signbook import read_sign, sign_specs
from tests.cases import home as h
from tests.cases.healthy import HOME

_ROUTER6 = "fe80::1"
_SITES = ("https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/")


def _state(*, mac: str | Unmeasured, every: int, sites: int) -> State:
    """Of `sites` none answers over IPv6; one of `every` echoes to the router is lost."""
    fetches = tuple(
        one
        for site in _SITES[:sites]
        for one in (h.fetch(site), h.fetch(site, FetchEnd.CONNECT_TIMED_OUT, 6))
    )
    router6 = Neighbour(address=_ROUTER6, mac=mac, state=NeighbourState.STALE)
    hosts = msgspec.structs.replace(h.lan_hosts(), neighbours6=(router6,))
    reading = HOME.evidence().value(Addressing)
    assert isinstance(reading, Addressing)
    route = msgspec.structs.replace(h.route(_ROUTER6), family=6)
    routes = (*reading.default_routes, route)
    home = HOME.having(
        h.web(fetches, ipv6=True),
        hosts,
        msgspec.structs.replace(reading, default_routes=routes),
        h.gateway(series=h.echoes(h.ROUTER, 2.0, lost=h.every(every))),
    )
    return read_sign(sign_specs()["ipv6-fails"], Scene(home.evidence(), home.profile())).state


@pytest.mark.parametrize(
    ("mac", "every", "sites", "state"),
    [
        ("02:00:00:00:00:01", 6, 4, State.PRESENT),
        (NOT_RUN, 6, 4, State.UNKNOWN),  # the question for the hardware address may be what is lost
        ("02:00:00:00:00:01", 6, 3, State.UNKNOWN),
        ("02:00:00:00:00:01", 3, 4, State.UNKNOWN),
        (NOT_RUN, 30, 4, State.PRESENT),
    ],
)
def test_what_chance_cannot_do(mac: str | Unmeasured, every: int, sites: int, state: State) -> None:
    assert _state(mac=mac, every=every, sites=sites) is state
