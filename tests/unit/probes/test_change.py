"""A connection that changes during a check: what was measured before counts no more."""

from __future__ import annotations

import asyncio
from typing import ClassVar, cast

import pytest

from diagnostics import change
from diagnostics.platforms.linux import Linux
from diagnostics.probe import Context, Probe
from diagnostics.profile import Profile
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.home import Gateway
from diagnostics.readings.interfaces import InterfaceKind, Interfaces
from diagnostics.readings.wifi import Wifi
from diagnostics.result import Measured, Reading, Reason, Unmeasured
from diagnostics.run import Depth
from diagnostics.runner import Runner, Setting
from diagnostics.wire.meter import Meter
from tests.cases import home as h
from tests.cases.air import Air

_WIFI = InterfaceKind.WIFI
_UP, _DOWN = h.interfaces(_WIFI), h.interfaces(_WIFI, carrier=False)
_HERE, _NOWHERE = h.addressing(), h.addressing((h.address(),), ())


class Links(Probe[Interfaces]):
    """First what was, then what is."""

    reading: ClassVar[type[Reading]] = Interfaces

    def __init__(self, *told: Interfaces) -> None:
        self._told = list(told)

    async def measure(self, context: Context) -> Interfaces:
        return self._told.pop(0)


class Ways(Probe[Addressing]):
    reading: ClassVar[type[Reading]] = Addressing

    def __init__(self, *told: Addressing) -> None:
        self._told = list(told)

    async def measure(self, context: Context) -> Addressing:
        return self._told.pop(0)


class Router(Probe[Gateway]):
    reading: ClassVar[type[Reading]] = Gateway

    async def measure(self, context: Context) -> Gateway:
        return h.gateway()


class Radio(Probe[Wifi]):
    reading: ClassVar[type[Reading]] = Wifi

    async def measure(self, context: Context) -> Wifi:
        return Air().wifi()


def _after(links: Links, ways: Ways) -> Runner:
    async def whole() -> Runner:
        setting = Setting(Profile(), Linux(), Depth.NORMAL, Meter(), lambda _: None)
        probes = cast("list[Probe[Reading]]", [links, ways, Router(), Radio()])
        runner = Runner(probes, setting)
        await runner.idle()
        await runner.finish()
        await runner.look_again()
        return runner

    return asyncio.run(whole())


def test_a_wifi_that_went_away_takes_all_along_but_what_the_radio_told() -> None:
    runner = _after(Links(_UP, _DOWN), Ways(_HERE, _NOWHERE))
    spoilt = runner.evidence.of(Gateway)
    assert isinstance(spoilt, Unmeasured)
    assert spoilt.reason is Reason.DISTURBED
    assert isinstance(runner.evidence.of(Wifi), Measured)
    assert runner.evidence.value(Interfaces) == _DOWN


@pytest.mark.parametrize("before", [_HERE, _NOWHERE])
def test_another_way_out_takes_all_along(before: Addressing) -> None:
    """Be it that the way out came about only while it was looked for."""
    other = h.addressing((), (h.route("192.168.9.1"),))
    runner = _after(Links(_UP, _UP), Ways(before, other))
    for kind in (Gateway, Wifi):
        spoilt = runner.evidence.of(kind)
        assert isinstance(spoilt, Unmeasured)
        assert spoilt.reason is Reason.DISTURBED


def test_what_stays_as_it_was_counts() -> None:
    runner = _after(Links(_UP, _UP), Ways(_HERE, _HERE))
    assert isinstance(runner.evidence.of(Gateway), Measured)
    assert change.moved(_NOWHERE, _NOWHERE) is None
