"""Echoes from the beginning of the check to its end, so that short drops are seen and placed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import ClassVar

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.probe import Context, Probe, ProbeError, Stage
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.echo import EchoSeries
from diagnostics.readings.interfaces import Interfaces
from diagnostics.readings.load import PlaceKind
from diagnostics.readings.watch import Drop, Watch, WatchedPlace
from diagnostics.result import NOT_RUN, Reading, Reason, Unmeasured
from diagnostics.sounding.address import family_of
from diagnostics.sounding.echoes import RATE_HZ, figures, settled
from diagnostics.sounding.ending import end
from diagnostics.sounding.home import home_in
from diagnostics.wire import echo as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.pinger import Pinger

_MOST_ANCHORS = 3
_TIMEOUT_S = 1.5
_SLOW_HZ = 5.0
#: Shorter silences are losses, not drops.
_SHORTEST_DROP_S = 0.5
#: At least this share of the echoes due in it must have been sent, or nobody looked.
_SHARE_SENT = 0.5


class WatchProbe(Probe[Watch]):
    reading: ClassVar[type[Reading]] = Watch
    stage: ClassVar[Stage] = Stage.THROUGHOUT
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces, Addressing)

    async def measure(self, context: Context) -> Watch:
        places = _places(context)
        if not places:
            raise ProbeError(Reason.NOT_APPLICABLE, "there is no place to watch")
        before = await _link_changes(context)
        watching = _Watching(context)
        context.phases.glance = watching.glance
        try:
            await watching.follow(places)
            rows = watching.rows()
        finally:
            context.phases.glance = None
            await watching.close()
        return Watch(
            duration_s=round(watching.elapsed_s(), 3),
            places=rows,
            link_drops=await _changed_since(before, context),
        )


class _Seen(msgspec.Struct, kw_only=True):
    """What was seen of one place so far."""

    kind: PlaceKind
    address: str
    sent: int = 0
    received: int = 0
    drops: tuple[Drop, ...] = ()
    idle: EchoSeries | Unmeasured = NOT_RUN


class _Watching:
    """One pinger for near and far places, one for the edge, which joins when the path is known.

    Under load the rhythm is slow, so that the echoes take nothing from the line that is measured.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._begun_s = asyncio.get_running_loop().time()
        self._epoch_s = context.phases.begun_s
        self._seen: dict[str, _Seen] = {}
        self._pingers: list[Pinger] = []

    def elapsed_s(self) -> float:
        return asyncio.get_running_loop().time() - self._begun_s

    async def follow(self, places: Sequence[_Seen]) -> None:
        """Watch up to the end of the check."""
        phases = self._context.phases
        await self._open(places, RATE_HZ)
        edge = asyncio.create_task(self._join_edge())
        try:
            await _either(phases.loaded, phases.over)
        finally:
            await end(edge)
        await self._take_idle()
        if not phases.over.is_set():
            await self.close()
            await self._open(_few(self._seen.values()), _SLOW_HZ)
            await phases.over.wait()
            self._take()

    async def _open(self, places: Sequence[_Seen], rate_hz: float) -> None:
        """Start echoes; a place that cannot be echoed at all is left out."""
        command = self._context.platform.stream_command
        self._seen |= {place.address: place for place in places}
        targets = tuple(place.address for place in places)
        pinger = Pinger(targets, rate_hz=rate_hz, timeout_s=_TIMEOUT_S, command=command)
        with suppress(WireError):
            await pinger.__aenter__()
            self._pingers.append(pinger)

    async def _join_edge(self) -> None:
        edge = await self._context.phases.edge()
        if edge not in self._seen:
            await self._open([_Seen(kind=PlaceKind.EDGE, address=edge)], RATE_HZ)

    async def _take_idle(self) -> None:
        until_s = self._context.phases.load_began_s
        for pinger in self._pingers:
            if until_s is None:
                # The check ends: what is still in flight is left out on both sides.
                found = pinger.series(0.0, pinger.now_s() - _TIMEOUT_S)
            else:
                found = await settled(pinger, 0.0, until_s, _TIMEOUT_S)
            for series in found:
                self._enter(series)
                self._seen[series.target].idle = figures(series, self._epoch_s)

    def glance(self) -> Watch:
        """What has been seen so far, echoes in flight left out."""
        seen = {address: msgspec.structs.replace(one) for address, one in self._seen.items()}
        idle = not self._context.phases.loaded.is_set()
        for pinger in self._pingers:
            for series in pinger.series(0.0, pinger.now_s() - _TIMEOUT_S):
                self._count(series, seen[series.target])
                if idle:
                    seen[series.target].idle = figures(series, self._epoch_s)
        return Watch(
            duration_s=round(self.elapsed_s(), 3),
            places=_rows(seen.values()),
            link_drops=NOT_RUN,
        )

    def _take(self) -> None:
        for pinger in self._pingers:
            for series in pinger.series():
                self._enter(series)

    def _enter(self, series: wire.EchoSeries) -> None:
        self._count(series, self._seen[series.target])

    def _count(self, series: wire.EchoSeries, seen: _Seen) -> None:
        seen.sent += series.sent
        seen.received += series.received
        seen.drops += drops(series, self._begun_s)

    def rows(self) -> tuple[WatchedPlace, ...]:
        return _rows(self._seen.values())

    async def close(self) -> None:
        while self._pingers:
            await self._pingers.pop().__aexit__(None, None, None)


def _rows(places: Iterable[_Seen]) -> tuple[WatchedPlace, ...]:
    return tuple(
        WatchedPlace(
            place=seen.kind,
            address=seen.address,
            sent=seen.sent,
            received=seen.received,
            drops=seen.drops,
            idle=seen.idle,
        )
        for seen in places
    )


def _few(places: Iterable[_Seen]) -> list[_Seen]:
    """Of each kind the first that answers."""
    first: dict[PlaceKind, _Seen] = {}
    for place in places:
        if place.received:
            first.setdefault(place.kind, place)
    return list(first.values())


async def _either(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*waiting)


def drops(series: wire.EchoSeries, begun_s: float) -> tuple[Drop, ...]:
    """Stretches in which every echo was lost, after one that was answered.

    A place that has never answered may simply not answer echoes: no drop begins there. A pause in
    which we sent nothing (a busy computer) is no drop either: it is counted from echo to echo.
    """
    found: list[Drop] = []
    answered = {p.seq for p in series.echoes}
    seen, lost = False, list[float]()
    for probe in series.probes:
        if probe.seq not in answered:
            lost.append(probe.sent_at_s)
            continue
        found += _drop(lost, series.interval_s, begun_s) if seen else ()
        seen, lost = True, []
    found += _drop(lost, series.interval_s, begun_s) if seen else ()
    return tuple(found)


def _drop(lost_s: list[float], interval_s: float, begun_s: float) -> tuple[Drop, ...]:
    """From the first lost echo to the last; none when it is short or too few echoes tell of it."""
    if not lost_s:
        return ()
    duration_s = lost_s[-1] - lost_s[0] + interval_s
    enough = len(lost_s) >= max(3, _SHARE_SENT * duration_s / interval_s)
    if duration_s < _SHORTEST_DROP_S or not enough:
        return ()
    return (Drop(start_s=round(lost_s[0] - begun_s, 3), duration_s=round(duration_s, 3)),)


def _places(context: Context) -> list[_Seen]:
    home = home_in(context.earlier)
    near = [_Seen(kind=PlaceKind.GATEWAY, address=home.gateway)] if home is not None else []
    anchors = context.profile.targets.anchors
    four = [a for a in anchors if family_of(a) == 4]
    six_only = home is not None and family_of(home.gateway) == 6
    far = [a for a in anchors if family_of(a) == 6] if six_only else four
    return near + [_Seen(kind=PlaceKind.ANCHOR, address=address) for address in far[:_MOST_ANCHORS]]


async def _link_changes(context: Context) -> int | Unmeasured:
    interfaces = context.earlier.value(Interfaces)
    if isinstance(interfaces, Unmeasured) or isinstance(interfaces.active, Unmeasured):
        return Unmeasured(Reason.NEEDS_OTHER, "the interface in use is not known")
    try:
        return await context.platform.carrier_changes(interfaces.active)
    except PlatformError as error:
        return Unmeasured(error.reason, str(error))


async def _changed_since(before: int | Unmeasured, context: Context) -> int | Unmeasured:
    """Each drop is two changes: down and up again."""
    now = await _link_changes(context)
    if isinstance(before, Unmeasured) or isinstance(now, Unmeasured):
        return before if isinstance(before, Unmeasured) else now
    return (now - before + 1) // 2
