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


def _system_names_fail(every: int, rcode: str = "NOERROR") -> Sign:
    """All look-ups by the system fail, and one echo of `every` to far places is lost."""
    lossy = tuple(h.echoes(text, 14.0, lost=h.every(every)) for text in h.ANCHORS)
    names = h.names(router=h.Answering(answered=0))
    if rcode != "NOERROR":
        told = tuple(structs.replace(one, error=rcode) for one in names.system)
        names = structs.replace(names, system=told)
    home = HomeInFigures().having(names, h.anchors(series=lossy))
    return read_sign(sign_specs()["system-names-fail"], Scene(home.evidence(), home.profile()))


def test_look_ups_that_a_lossy_way_swallows_blame_no_resolver() -> None:
    assert _system_names_fail(100).state is State.PRESENT
    assert _system_names_fail(3).state is State.UNKNOWN
    assert _system_names_fail(3, "SERVFAIL").state is State.PRESENT  # an answer was not lost
