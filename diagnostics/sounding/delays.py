"""Delay at gateway, edge and anchor side by side, cut into idle and loaded stretches afterwards."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from statistics import median
from types import TracebackType
from typing import Self

import msgspec

from diagnostics.probe import Context
from diagnostics.readings.echo import EchoMethod, EchoSeries
from diagnostics.readings.home import Gateway
from diagnostics.readings.load import DelayAtPlace, DelayPhase, PlaceKind
from diagnostics.readings.path import Anchors, Path
from diagnostics.result import NOT_RUN, Reason, Unmeasured
from diagnostics.sounding.echoes import LOST, delays_ms, percentile
from diagnostics.wire import echo as wire
from diagnostics.wire.errors import WireError
from diagnostics.wire.pinger import Pinger

_RATE_HZ = 20.0
#: "Time exceeded" is rationed by routers; see probes/path.py.
_TTL_RATE_HZ = 5.0
_TIMEOUT_S = 2.0
#: only a satellite is that far away
LONG_PATH_MS = 250.0
#: Two windows of that length are compared: ten echoes each, two of those that are rationed.
_LATEST_S = 0.5
#: Shares of the limit between which a growing queue may still decide a verdict.
_NEAR = (0.15, 2.0)
#: … and between which even one that stands still leaves the verdict open.
_CLOSE = (0.6, 1.5)
#: Growth from one window to the next that is more than wander.
_STEP_MS, _STEP = 4.0, 0.08


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """While the line was full; seconds of the event loop's clock."""

    since_s: float
    until_s: float


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    kind: PlaceKind
    address: str  # of the place itself
    target: str  # where the echoes are sent to
    ttl: int = 64


class Delays:
    """Context manager: echoes run inside. `result` cuts them into phases."""

    def __init__(self, context: Context) -> None:
        self._command = context.platform.stream_command
        self._places = _places(context)
        self._pingers: list[tuple[tuple[_Place, ...], Pinger]] = []
        self._stack = AsyncExitStack()
        self._load_began_s: float | None = None

    async def __aenter__(self) -> Self:
        direct = tuple(p for p in self._places if p.ttl == 64)
        try:
            await self._open(direct)
            for place in self._places:
                if place.ttl != 64:
                    await self._open((place,))
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _open(self, places: tuple[_Place, ...]) -> None:
        if not places:
            return
        ttl = places[0].ttl
        pinger = Pinger(
            tuple(place.target for place in places),
            rate_hz=_RATE_HZ if ttl == 64 else _TTL_RATE_HZ,
            timeout_s=_TIMEOUT_S,
            command=self._command,
            ttl=ttl,
        )
        with suppress(WireError):  # a place that cannot be echoed has no row
            await self._stack.enter_async_context(pinger)
            self._pingers.append((places, pinger))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def load_begins(self) -> None:
        self._load_began_s = asyncio.get_running_loop().time()

    def long_path(self) -> bool | Unmeasured:
        """A satellite: transfers need longer to reach their rate. Unmeasured where all is silent.

        By the quickest answer of the farthest place: one that came late says nothing about how
        long the path is, and the first hop beyond the router may lie before the satellite.
        """
        series = self._series(0.0, self._load_began_s)
        quickest = [
            min(rtts)
            for place, one in series
            if place.kind is not PlaceKind.GATEWAY and (rtts := _rtts(place, one))
        ]
        if not quickest:
            return Unmeasured(Reason.NO_ANSWER, "nothing beyond the router answers echoes")
        return max(quickest) > LONG_PATH_MS

    def climbs(self, limit_ms: float) -> bool:
        """Whether more load would tell if the line's queue is beyond `limit_ms`.

        So when delay stands close to the limit, or climbs towards it. Compares the latest answers
        at edge and anchor with those just before, at the place that grew less (the other may be
        slow by itself), as the verdict will.
        """
        now_s = asyncio.get_running_loop().time()
        idle = self._added_to(0.0, self._load_began_s, {})
        before = self._added_to(now_s - 2 * _LATEST_S, now_s - _LATEST_S, idle)
        latest = self._added_to(now_s - _LATEST_S, None, idle)
        both = [(before[kind], latest[kind]) for kind in latest if kind in before]
        if not both:
            return False
        was_ms, is_ms = min(both, key=lambda pair: pair[1])
        step_ms = max(_STEP_MS, _STEP * was_ms)
        if _CLOSE[0] * limit_ms < is_ms < _CLOSE[1] * limit_ms:
            return is_ms > was_ms - step_ms
        near = _NEAR[0] * limit_ms < is_ms < _NEAR[1] * limit_ms
        return near and is_ms > was_ms + step_ms

    def _added_to(
        self, since_s: float, until_s: float | None, idle: dict[PlaceKind, float]
    ) -> dict[PlaceKind, float]:
        """Median delay at edge and anchor beyond `idle`, ms; without places that did not answer."""
        found: dict[PlaceKind, float] = {}
        for place, series in self._series(since_s, until_s):
            rtts = _rtts(place, series)
            if rtts and place.kind is not PlaceKind.GATEWAY:
                found[place.kind] = median(rtts) - idle.get(place.kind, 0.0)
        return found

    def _series(
        self, since_s: float, until_s: float | None
    ) -> list[tuple[_Place, wire.EchoSeries]]:
        found: list[tuple[_Place, wire.EchoSeries]] = []
        for places, pinger in self._pingers:
            by_target = {s.target: s for s in pinger.series(since_s, until_s)}
            found += [(p, by_target[p.target]) for p in places if p.target in by_target]
        return found

    def result(self, down: Stretch | None, up: Stretch | None) -> tuple[DelayAtPlace, ...]:
        idle = self._series(0.0, self._load_began_s)
        loaded_down, loaded_up = self._phases(down), self._phases(up)
        return tuple(
            DelayAtPlace(
                place=place.kind,
                address=place.address,
                idle=_phase(place, series),
                down=loaded_down.get(place.kind, NOT_RUN),
                up=loaded_up.get(place.kind, NOT_RUN),
            )
            for place, series in idle
        )

    def _phases(self, stretch: Stretch | None) -> dict[PlaceKind, DelayPhase]:
        if stretch is None:
            return {}
        found = self._series(stretch.since_s, stretch.until_s)
        return {place.kind: _phase(place, series) for place, series in found}


def _rtts(place: _Place, series: wire.EchoSeries) -> list[float]:
    return delays_ms(series, by_ttl=place.ttl != 64)


def _phase(place: _Place, series: wire.EchoSeries) -> DelayPhase:
    rtts = _rtts(place, series)
    return DelayPhase(
        sent=series.sent,
        received=len(rtts),
        rtt_median_ms=median(rtts) if rtts else LOST,
        rtt_p90_ms=percentile(rtts, 0.9),
    )


def _places(context: Context) -> tuple[_Place, ...]:
    """Only places that have answered before load: the others would show nothing."""
    anchor = _anchor(context)
    places = [_gateway(context, anchor), _edge(context, anchor)]
    if anchor:
        places.append(_Place(kind=PlaceKind.ANCHOR, address=anchor, target=anchor))
    return tuple(place for place in places if place is not None)


def _anchor(context: Context) -> str:
    anchors = context.earlier.value(Anchors)
    if isinstance(anchors, Unmeasured):
        return ""
    answering = [s for s in (*anchors.ipv4, *anchors.ipv6) if s.received]
    return min(answering, key=_quality).target if answering else ""


def _quality(series: EchoSeries) -> tuple[float, float]:
    median_ms = series.rtt_median_ms
    return series.loss_percent, 1e9 if isinstance(median_ms, Unmeasured) else median_ms


def _gateway(context: Context, anchor: str) -> _Place | None:
    gateway = context.earlier.value(Gateway)
    if isinstance(gateway, Unmeasured):
        return None
    echoes = gateway.echoes
    if not isinstance(echoes, Unmeasured) and echoes.received:
        return _Place(kind=PlaceKind.GATEWAY, address=gateway.address, target=gateway.address)
    path = context.earlier.value(Path)
    # It ignores ping, yet may say "time exceeded".
    if not anchor or isinstance(path, Unmeasured) or not path.hops or path.hops[0].ttl != 1:
        return None
    if path.hops[0].received == 0:
        return None
    return _Place(kind=PlaceKind.GATEWAY, address=gateway.address, target=anchor, ttl=1)


def _edge(context: Context, anchor: str) -> _Place | None:
    path = context.earlier.value(Path)
    if isinstance(path, Unmeasured) or isinstance(path.edge_echoes, Unmeasured):
        return None
    if isinstance(path.edge, Unmeasured) or isinstance(path.edge_ttl, Unmeasured):
        return None
    if path.edge_echoes.received == 0:
        return None
    if path.edge_echoes.method is not EchoMethod.UDP_TTL:
        return _Place(kind=PlaceKind.EDGE, address=path.edge, target=path.edge)
    if not anchor:
        return None
    return _Place(kind=PlaceKind.EDGE, address=path.edge, target=anchor, ttl=path.edge_ttl)
