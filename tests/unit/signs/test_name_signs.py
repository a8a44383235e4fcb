"""A router that keeps names ready looks quick, however slow the resolver behind it is."""

from __future__ import annotations

import pytest
from msgspec import structs

from diagnostics.readings.names import Names, QuerySet, ResolverReading
from diagnostics.readings.path import Anchors
from diagnostics.result import Reading
from diagnostics.scene import Scene
from diagnostics.sign import Sign, State
from diagnostics.signbook import read_sign, sign_specs
from tests.cases import home as h
from tests.cases.home import HomeInFigures

_TOO_LATE = h.queries(2, 0, 0.0)
_SLOW_MS = 1600.0


def _router_dns_slow(router: ResolverReading, every: int = 100) -> Sign:
    plain = h.names()
    others = tuple(one for one in plain.resolvers if one.role is not router.role)
    home = HomeInFigures().having(
        Names(system=plain.system, resolvers=(router, *others)), _losing(every)
    )
    return read_sign(sign_specs()["router-dns-slow"], Scene(home.evidence(), home.profile()))


def _losing(every: int) -> Anchors:
    """One echo of `every` to far places is lost."""
    return h.anchors(series=tuple(h.echoes(a, 14.0, lost=h.every(every)) for a in h.ANCHORS))


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
        (_router(uncached=_TOO_LATE, absent=h.queries(2, 2, 1.0, "SERVFAIL")), State.UNKNOWN),
        (_router(absent=h.queries(2, 2, _SLOW_MS)), State.ABSENT),
    ],
)
def test_only_what_a_router_must_ask_for_tells_how_quick_it_is(
    router: ResolverReading, state: State
) -> None:
    assert _router_dns_slow(router).state is state


def test_a_late_answer_over_a_lossy_way_may_be_the_second_try() -> None:
    late = _router(uncached=_TOO_LATE, absent=h.queries(2, 1, _SLOW_MS))
    assert _router_dns_slow(late, every=5).state is State.UNKNOWN


def _system_names_fail(*more: Reading, error: str = "timed_out") -> Sign:
    """All look-ups by the system fail."""
    names = h.names(router=h.Answering(answered=0))
    system = tuple(structs.replace(one, error=error) for one in names.system)
    home = HomeInFigures().having(structs.replace(names, system=system), *more)
    return read_sign(sign_specs()["system-names-fail"], Scene(home.evidence(), home.profile()))


def test_look_ups_that_a_lossy_way_swallows_blame_no_resolver() -> None:
    assert _system_names_fail(_losing(100)).state is State.PRESENT
    assert _system_names_fail(_losing(3)).state is State.UNKNOWN
    told = _system_names_fail(_losing(3), error="name_not_found")
    assert told.state is State.PRESENT  # an answer was not lost


def test_a_router_shy_of_ping_swallows_nothing() -> None:
    shy = h.gateway(series=h.echoes(h.ROUTER, 1.0, lost=h.every(3)))
    assert _system_names_fail(shy, _losing(100)).state is State.PRESENT
