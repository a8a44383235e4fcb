"""Notifications of wlanapi as events on our loop, and a scan that waits for its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from diagnostics.platforms import wlan_structures as w
from diagnostics.platforms.windows_wifi import WindowsWifi
from diagnostics.platforms.wlan_client import WlanClient, structure
from diagnostics.readings.wifi import JoinRefusal, LinkEvent, LinkEventKind
from diagnostics.result import Reason, Unmeasured

#: Drivers have to end a scan within 4 s (WlanScan, requirements for certified drivers).
SCAN_S = 4.0
_NO_REASON = Unmeasured(Reason.NOT_APPLICABLE, "nothing ended")
_NOT_802_11 = Unmeasured(Reason.NOT_SUPPORTED, "Windows gives reasons of its own")
_NO_REFUSAL = Unmeasured(Reason.NOT_APPLICABLE, "nobody refused")
_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "Windows does not tell")
_MSM_CONNECT, _MSMSEC_CONNECT = 0x38000, 0x48000
#: WLAN_REASON_CODE: the key exchange did not begin, did not end, or the password is suspected.
_WRONG_PASSWORD = frozenset(_MSMSEC_CONNECT + n for n in (4, 5, 20))
_NOT_ANSWERED = frozenset(_MSM_CONNECT + n for n in (3, 20))  # timeout, no visible access point


class Told(msgspec.Struct, frozen=True, kw_only=True):
    source: int
    code: int
    guid: bytes
    data: bytes


@asynccontextmanager
async def _notifications(client: WlanClient) -> AsyncGenerator[asyncio.Queue[Told]]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Told] = asyncio.Queue()

    def called(told: w.NotificationData, data: bytes) -> None:
        """On a thread of Windows; the loop may have ended meanwhile."""
        event = Told(source=told.source, code=told.code, guid=bytes(told.guid), data=data)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(queue.put_nowait, event)

    with client.notified(called):
        yield queue


async def scan(wifi: WindowsWifi, interface: str) -> None:
    """Ask for a scan and wait until Windows says that it is done, or SCAN_S."""
    with wifi.opened() as client:
        guid = wifi.find(client, interface).guid
        async with _notifications(client) as queue:
            client.scan(guid)
            with suppress(TimeoutError):
                async with asyncio.timeout(SCAN_S):
                    while not _ends_scan(await queue.get(), guid):
                        pass


def _ends_scan(told: Told, guid: bytes) -> bool:
    ends = told.code in (w.ACM_SCAN_COMPLETE, w.ACM_SCAN_FAIL)
    return told.source == w.FROM_ACM and ends and told.guid == guid


@asynccontextmanager
async def link_events(
    wifi: WindowsWifi, interface: str
) -> AsyncGenerator[AsyncIterator[LinkEvent]]:
    with wifi.opened() as client:
        guid = wifi.find(client, interface).guid
        async with _notifications(client) as queue:
            yield _events(queue, guid)


async def _events(queue: asyncio.Queue[Told], guid: bytes) -> AsyncIterator[LinkEvent]:
    loop = asyncio.get_running_loop()
    while True:
        told = await queue.get()
        if told.guid == guid:
            event = event_of(told, loop.time())
            if event is not None:
                yield event


def event_of(told: Told, at_s: float) -> LinkEvent | None:
    """None for what says nothing of the link."""
    if told.source == w.FROM_MSM and told.code == w.MSM_ROAMED:
        return _roamed(told, at_s)
    if told.source != w.FROM_ACM:
        return None
    data = structure(w.ConnectionNotification, told.data)
    reason = 0 if data is None else data.reason
    if told.code == w.ACM_CONNECTED and not reason:
        return _event(at_s, LinkEventKind.JOINED)
    if told.code == w.ACM_CONNECT_FAILED:
        return _event(at_s, LinkEventKind.REFUSED, refusal_of(reason))
    if told.code == w.ACM_DISCONNECTED:
        return _event(at_s, LinkEventKind.LEFT)
    return None


def refusal_of(reason: int) -> JoinRefusal:
    if reason in _WRONG_PASSWORD:
        return JoinRefusal.WRONG_PASSWORD
    return JoinRefusal.NOT_ANSWERED if reason in _NOT_ANSWERED else JoinRefusal.OTHER


def _roamed(told: Told, at_s: float) -> LinkEvent:
    data = structure(w.MsmNotification, told.data)
    bssid = "" if data is None else bytes(data.peer).hex(":")
    known = bssid.strip("0:") != ""
    return msgspec.structs.replace(
        _event(at_s, LinkEventKind.ROAMED), bssid=bssid if known else _NOT_TOLD
    )


def _event(
    at_s: float, kind: LinkEventKind, refusal: JoinRefusal | Unmeasured = _NO_REFUSAL
) -> LinkEvent:
    ended = kind in (LinkEventKind.LEFT, LinkEventKind.REFUSED)
    return LinkEvent(
        at_s=at_s,
        kind=kind,
        bssid=_NOT_TOLD,
        reason_code=_NOT_802_11 if ended else _NO_REASON,
        refusal=refusal,
    )
