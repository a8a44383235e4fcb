"""What happens to the link, from nl80211's multicast group mlme, which anybody may join.

The kernel tells no keys: a wrong password shows itself as a join that is undone within seconds,
before the access point has let us send data.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from diagnostics.platforms.linux_wifi import LinuxWifi, station_of
from diagnostics.platforms.linux_wifi_keepers import password_refused
from diagnostics.platforms.nl80211 import Attribute, Command, Message, number
from diagnostics.readings.wifi import JoinRefusal, LinkEvent, LinkEventKind
from diagnostics.result import Reason, Unmeasured

_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "the kernel does not tell")
_NO_REFUSAL = Unmeasured(Reason.NOT_APPLICABLE, "nothing was refused")
_LOOK_EVERY_S = 0.25
#: 802.11-2020 table 9-49: what an access point says when the four-way handshake fails. Many
#: send 2 (previous authentication not valid) or 1 (unspecified) instead of 15 or 14.
_HANDSHAKE_REASONS = frozenset((1, 2, 14, 15, 16, 23))
#: Table 9-50: challenge failure; also how SAE says that the password is another (12.4.8.6.1).
_CHALLENGE_FAILED = 15
#: authentication algorithm 3, transaction 2, before the status code
_SAE_CONFIRM = b"\x03\x00\x02\x00"
_FULL = frozenset((17, 5))
_RADAR_DETECTED = 0  # NL80211_RADAR_DETECTED


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the kernel in our words; `code` is a reason or a status code.

    `at_confirm`: it answers SAE's second message, which proves the password (802.11, 12.4.5.5).
    """

    command: int
    bssid: str
    code: int | None
    timed_out: bool
    at_confirm: bool = False


def told(message: Message) -> Told:
    """The code stands in an attribute, or in the frame that is passed on whole."""
    mac = message.attributes.get(Attribute.MAC, b"")
    frame = message.attributes.get(Attribute.FRAME, b"")
    code = message.number(Attribute.REASON_CODE)
    if code is None:
        code = message.number(Attribute.STATUS_CODE)
    if code is None:
        code = _code_in(frame, message.command)
    # management frame: control, duration, receiver, sender, BSSID (802.11-2020, 9.3.3.1)
    bssid = mac if len(mac) == 6 else frame[16:22]
    timed_out = Attribute.TIMED_OUT in message.attributes
    return Told(
        command=message.command,
        bssid=bssid.hex(":"),
        code=code,
        timed_out=timed_out,
        at_confirm=message.command == Command.AUTHENTICATE and frame[24:28] == _SAE_CONFIRM,
    )


def _code_in(frame: bytes, command: int) -> int | None:
    """Fixed fields after the 24 bytes of the header, each of two bytes."""
    places = {
        Command.AUTHENTICATE: 28,  # algorithm, sequence, status
        Command.ASSOCIATE: 26,  # capability, status
        Command.DEAUTHENTICATE: 24,
        Command.DISASSOCIATE: 24,
    }
    place = places.get(Command(command)) if command in set(Command) else None
    if place is None or len(frame) < place + 2:
        return None
    return int.from_bytes(frame[place : place + 2], "little")


class Story:
    """Makes events of what the kernel tells, one message at a time; no clock of its own."""

    def __init__(self, joined: str) -> None:
        self._joined = joined  # BSSID that we may send data to, "" for none
        self._trying = ""
        self._refused = ""

    @property
    def logging_in(self) -> bool:
        return self._trying != ""

    def let_in(self, bssid: str, at_s: float) -> list[LinkEvent]:
        """The access point has authorised us."""
        self._refused, self._trying = "", ""
        before, self._joined = self._joined, bssid
        if before == bssid:
            return []
        kind = LinkEventKind.ROAMED if before else LinkEventKind.JOINED
        return [_event(at_s, kind, bssid)]

    def hear(self, heard: Told, at_s: float) -> list[LinkEvent]:
        command = heard.command
        if command == Command.CHANNEL_SWITCHED:
            return [_event(at_s, LinkEventKind.CHANNEL_SWITCHED, self._joined)]
        if command == Command.RADAR:
            return [_event(at_s, LinkEventKind.RADAR, "")] if heard.code == _RADAR_DETECTED else []
        if command in {Command.CONNECT, Command.ROAM}:
            return self._connected(heard, at_s)
        if command in {Command.AUTHENTICATE, Command.ASSOCIATE}:
            return self._answered(heard, at_s)
        if command in {Command.DEAUTHENTICATE, Command.DISASSOCIATE, Command.DISCONNECT}:
            return self._left(heard, at_s)
        return []

    def _connected(self, heard: Told, at_s: float) -> list[LinkEvent]:
        if heard.code:
            return self._refuse(heard, at_s)
        if heard.bssid:
            self._trying = heard.bssid
        return []

    def _answered(self, heard: Told, at_s: float) -> list[LinkEvent]:
        if not heard.timed_out and not heard.code:
            return []
        if heard.code in {76, 77, 126}:  # SAE asks for another round (table 9-50)
            return []
        return self._refuse(heard, at_s)

    def _refuse(self, heard: Told, at_s: float) -> list[LinkEvent]:
        if self._refused == heard.bssid and heard.command == Command.CONNECT:
            return []  # told already by the frame itself
        self._refused, self._trying = heard.bssid, ""
        return [_refusal(at_s, heard, _why(heard))]

    def _left(self, heard: Told, at_s: float) -> list[LinkEvent]:
        if self._trying:
            self._trying, self._refused = "", heard.bssid
            handshake = heard.code in _HANDSHAKE_REASONS
            why = JoinRefusal.WRONG_PASSWORD if handshake else JoinRefusal.OTHER
            return [_refusal(at_s, heard, why)]
        if not self._joined:
            return []
        bssid, self._joined = self._joined, ""
        return [_event(at_s, LinkEventKind.LEFT, bssid, heard.code)]


def _why(heard: Told) -> JoinRefusal:
    if heard.timed_out:
        return JoinRefusal.NOT_ANSWERED
    if heard.code in _FULL:
        return JoinRefusal.ACCESS_POINT_FULL
    wrong = heard.code == _CHALLENGE_FAILED or heard.at_confirm
    return JoinRefusal.WRONG_PASSWORD if wrong else JoinRefusal.OTHER


def _event(at_s: float, kind: LinkEventKind, bssid: str, code: int | None = None) -> LinkEvent:
    return LinkEvent(
        at_s=at_s,
        kind=kind,
        bssid=bssid or _NOT_TOLD,
        reason_code=_NOT_TOLD if code is None else code,
        refusal=_NO_REFUSAL,
    )


def _refusal(at_s: float, heard: Told, why: JoinRefusal) -> LinkEvent:
    event = _event(at_s, LinkEventKind.REFUSED, heard.bssid, heard.code)
    return msgspec.structs.replace(event, refusal=why)


@asynccontextmanager
async def link_events(
    wifi: LinuxWifi, interface: str
) -> AsyncGenerator[AsyncIterator[LinkEvent], None]:
    async with wifi.hearing(interface) as (air, index):
        yield _events(air.events(), index, interface)


async def _events(
    messages: AsyncIterator[Message], index: int, interface: str
) -> AsyncIterator[LinkEvent]:
    """Between messages it looks whether a log-in has ended well: no message says so."""
    loop = asyncio.get_running_loop()
    station = await station_of(index)
    story = Story(station.bssid if station is not None and station.authorised else "")
    if station is None and await password_refused(interface):
        yield _earlier_refusal(loop.time())
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    reading = asyncio.create_task(_fill(inbox, messages))
    try:
        while True:
            message = await _next(inbox, _LOOK_EVERY_S if story.logging_in else None)
            now_s = loop.time()
            if message is not None and _concerns(message, index):
                for event in story.hear(told(message), now_s):
                    yield event
            if story.logging_in and inbox.empty():
                station = await station_of(index)
                if station is not None and station.authorised:
                    for event in story.let_in(station.bssid, now_s):
                        yield event
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def _earlier_refusal(at_s: float) -> LinkEvent:
    """NetworkManager tells that the last try failed for the password, not when."""
    event = _event(at_s, LinkEventKind.REFUSED, "")
    return msgspec.structs.replace(event, refusal=JoinRefusal.WRONG_PASSWORD)


async def _fill(inbox: asyncio.Queue[Message], messages: AsyncIterator[Message]) -> None:
    async for message in messages:
        await inbox.put(message)


async def _next(inbox: asyncio.Queue[Message], within_s: float | None) -> Message | None:
    try:
        async with asyncio.timeout(within_s):
            return await inbox.get()
    except TimeoutError:
        return None


def _concerns(message: Message, index: int) -> bool:
    """Radar is told of the radio, everything else of the interface."""
    interface = number(message.attributes.get(Attribute.INTERFACE))
    return interface in {None, index}
