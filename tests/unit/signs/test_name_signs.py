"""A router that keeps names ready looks quick, however slow the resolver behind it is."""

from __future__ import annotations

import pytest
from msgspec import structs

from diagnostics.readings.names import Names, QuerySet, ResolverReading
from diagnostics.scene import Scene
from diagnostics.sign import Sign, State
from diagnostics.signbook import read_sign, sign_specs
from tests.cases import home as h
from tests.cases.home import HomeInFigures

_TOO_LATE = h.queries(2, 0, 0.0)
_SLOW_MS = 1600.0


def _router_dns_slow(router: ResolverReading) -> Sign:
    plain = h.names()
    others = tuple(one for one in plain.resolvers if one.role is not router.role)
    home = HomeInFigures().having(
        Names(system=plain.system, resolvers=(router, *others)),
    )
    return read_sign(sign_specs()["router-dns-slow"], Scene(home.evidence(), home.profile()))


_USUAL = h.queries(2, 2, 30.0)


def _router(uncached: QuerySet = _USUAL, absent: QuerySet = _USUAL) -> ResolverReading:
    usual = next(one for one in h.names().resolvers if one.address == h.ROUTER)
    ready = h.queries(24, 24, 0.2)
    return structs.replace(usual, cached=ready, uncached=uncached, absent=absent)


@pytest.mark.parametrize(
    ("router", "state"),
    [
        (_router(), State.ABSENT),
        (_router(uncached=_TOO_LATE, absent=h.queries(2, 1, _SLOW_MS)), State.PRESENT),
        (_router(uncached=_TOO_LATE, absent=_TOO_LATE), State.UNKNOWN),
        (_router(absent=h.queries(2, 2, _SLOW_MS)), State.ABSENT),
    ],
)
def test_only_what_a_router_must_ask_for_tells_how_quick_it_is(
    router: ResolverReading, state: State
) -> None:
    assert _router_dns_slow(router).state is state
