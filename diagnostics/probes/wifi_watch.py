"""The WiFi link from the beginning of the check to its end, and what happened to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import ClassVar

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.probe import Context, Probe, ProbeError, Stage
from diagnostics.readings.wifi import (
    ChannelUse,
    JoinRefusal,
    LinkEvent,
    LinkEventKind,
    LinkSample,
    OwnLink,
    WifiWatch,
)
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.adapter import wifi_adapter
from diagnostics.sounding.ending import end
from diagnostics.sounding.told import told

_EVERY_S = 1.0
_FACT_S = 0.8
#: A quarter of an hour; a check is over long before.
_MOST_SAMPLES = 900
_MOST_EVENTS = 500
_NOT_COUNTED = Unmeasured(Reason.NOT_SUPPORTED, "the adapter does not count the air time")


class WifiWatchProbe(Probe[WifiWatch]):
    reading: ClassVar[type[Reading]] = WifiWatch
    stage: ClassVar[Stage] = Stage.THROUGHOUT

    async def measure(self, context: Context) -> WifiWatch:
        try:
            interface = await wifi_adapter(context.platform)
        except ProbeError:
            context.phases.join_tried.set()
            raise
        watching = _Watching(context, interface)
        listening = asyncio.create_task(watching.listen())
        try:
            await watching.look()
        finally:
            await end(listening)
        return watching.reading()


class _Watching:
    """Samples and events of one adapter, on the check's clock."""

    def __init__(self, context: Context, interface: str) -> None:
        self._platform = context.platform
        self._phases = context.phases
        self._interface = interface
        self._samples: list[LinkSample] = []
        self._events: list[LinkEvent] = []
        self._deaf: Unmeasured | None = None
        self._mute = Unmeasured(Reason.NOT_RUN, "the check ended before the first look")
        self._use_before: ChannelUse | None = None

    async def listen(self) -> None:
        """Note events until cancelled; a system that tells none is noted as well."""
        try:
            async with self._platform.wifi_events(self._interface) as events:
                async for event in events:
                    if _tells_all(event):
                        self._phases.join_tried.set()
                    if len(self._events) < _MOST_EVENTS:
                        at_s = round(event.at_s - self._phases.begun_s, 3)
                        self._events.append(msgspec.structs.replace(event, at_s=at_s))
        except PlatformError as error:
            self._deaf = Unmeasured(error.reason, str(error))
        except OSError as error:
            self._deaf = Unmeasured(Reason.NOT_SUPPORTED, f"no events: {error.strerror}")
        finally:
            self._phases.join_tried.set()  # nothing more will be heard

    async def look(self) -> None:
        """Take samples up to the end of the check, the first at once."""
        over = self._phases.over
        while not over.is_set():
            await self._sample()
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY_S):
                    await over.wait()

    async def _sample(self) -> None:
        at_s = asyncio.get_running_loop().time() - self._phases.begun_s
        link, channels = await asyncio.gather(
            told(self._platform.wifi_link(self._interface), _FACT_S),
            told(self._platform.wifi_channels(self._interface), _FACT_S),
        )
        if isinstance(link, Unmeasured):
            self._mute = link
        elif len(self._samples) < _MOST_SAMPLES:
            self._samples.append(_sample(round(at_s, 3), link, self._busy_share(channels)))

    def _busy_share(self, channels: tuple[ChannelUse, ...] | Unmeasured) -> float | Unmeasured:
        """Of the air time since the look before."""
        if isinstance(channels, Unmeasured):
            return channels
        before = self._use_before
        self._use_before = next((use for use in channels if use.in_use), None)
        return busy_between(before, self._use_before)

    def reading(self) -> WifiWatch:
        if not self._samples:
            raise ProbeError(self._mute.reason, self._mute.detail)
        deaf = self._deaf is not None and not self._events
        return WifiWatch(
            interface=self._interface,
            samples=tuple(self._samples),
            events=self._deaf if deaf and self._deaf else tuple(self._events),
        )


def _tells_all(event: LinkEvent) -> bool:
    """Let in, or refused for the password; any other refusal may be of one access point alone."""
    wrong = event.refusal is JoinRefusal.WRONG_PASSWORD
    return event.kind is LinkEventKind.JOINED or wrong


def busy_between(before: ChannelUse | None, now: ChannelUse | None) -> float | Unmeasured:
    """Busy share of the air time between two readings of the channel in use.

    Counters that began anew (another channel, a new join) are taken from their beginning.
    """
    if now is None:
        return _NOT_COUNTED
    if isinstance(now.busy_share, Unmeasured):
        return now.busy_share
    if isinstance(now.counted_s, Unmeasured):
        return now.busy_share
    counted_s, busy_s = now.counted_s, now.busy_share * now.counted_s
    if before is not None and before.frequency_mhz == now.frequency_mhz:
        old_s, share = before.counted_s, before.busy_share
        if isinstance(old_s, float) and isinstance(share, float) and old_s <= counted_s:
            counted_s, busy_s = counted_s - old_s, busy_s - share * old_s
    if counted_s <= 0:
        return Unmeasured(Reason.NOT_SUPPORTED, "the adapter has counted nothing since")
    return round(min(1.0, max(0.0, busy_s / counted_s)), 4)


def _sample(at_s: float, link: OwnLink, busy_share: float | Unmeasured) -> LinkSample:
    channel = link.channel
    return LinkSample(
        at_s=at_s,
        state=link.state,
        bssid=link.bssid,
        frequency_mhz=channel if isinstance(channel, Unmeasured) else channel.frequency_mhz,
        signal_dbm=link.signal_dbm,
        quality_percent=link.quality_percent,
        noise_dbm=link.noise_dbm,
        tx_rate_bps=link.tx_rate_bps,
        rx_rate_bps=link.rx_rate_bps,
        counters=link.counters,
        busy_share=busy_share,
    )
