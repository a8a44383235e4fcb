"""Linux's WiFi readings: nl80211 first, and the programs that run the adapter where it refuses."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from diagnostics.platforms import linux_wifi_keepers as keepers
from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.linux_wifi_link import joined_link, unjoined_link
from diagnostics.platforms.nl80211 import (
    Attribute,
    Command,
    Message,
    Nl80211,
    attribute,
    index,
    nl80211,
)
from diagnostics.platforms.nl80211_ability import ability, country_of
from diagnostics.platforms.nl80211_scan import BssRow, bss_row, networks
from diagnostics.platforms.nl80211_station import (
    STATION,
    InterfaceRow,
    StationRow,
    channel_use,
    interface_row,
    station_row,
)
from diagnostics.readings.wifi import (
    Ability,
    ChannelUse,
    LinkState,
    Network,
    NetworkName,
    OwnLink,
)
from diagnostics.result import Reason, Unmeasured

_UP = 0x1  # IFF_UP
#: Longest that the kernel scans three bands with radar channels, passively.
_SCAN_S = 4.6
#: Not more often: scans take the adapter off its channel, and phones in the home notice.
_PAUSE_S = 5.0
#: The wildcard: an active scan for every network (an empty list would only listen).
_ANY_NAME = attribute(Attribute.SCAN_NAMES, attribute(0))


class LinuxWifi:
    """`root` stands before /sys, as in Linux."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._scanned_at_s = float("-inf")

    async def interfaces(self) -> tuple[str, ...]:
        try:
            async with nl80211() as air:
                rows = await _stations(air)
        except PlatformError as error:
            if error.reason is Reason.NOT_APPLICABLE:
                return ()
            raise
        joined_first = sorted(rows, key=lambda row: (row.channel is None, row.index))
        return tuple(row.name for row in joined_first)

    async def link(self, interface: str) -> OwnLink:
        async with nl80211() as air:
            row = await _row(air, interface)
            state = self._state(row)
            if state is LinkState.RADIO_OFF:
                return unjoined_link(interface, state)
            heard = await _station(air, row)
            if heard is None:
                return unjoined_link(interface, state)
            bss = [b for b in await _bss(air, row) if b.joined]
            uses = await _uses(air, row)
            saving = await _power_saving(air, row)
        return joined_link(row, heard, bss[0] if bss else None, uses, saving)

    def _state(self, row: InterfaceRow) -> LinkState:
        off = self._blocked(row) or self._switched_off(row)
        return LinkState.RADIO_OFF if off else LinkState.DISCONNECTED

    def _own_folder(self, row: InterfaceRow) -> Path | None:
        """In a namespace /sys may show another system's interfaces: the index must agree."""
        folder = self._root / "sys/class/net" / row.name
        with suppress(OSError, ValueError):
            if int((folder / "ifindex").read_text()) == row.index:
                return folder
        return None

    def _blocked(self, row: InterfaceRow) -> bool:
        """rfkill: by a switch, or by a program (aeroplane mode)."""
        folder = self._own_folder(row)
        if folder is None:
            return False
        found = [*folder.glob("phy80211/rfkill*/soft"), *folder.glob("phy80211/rfkill*/hard")]
        for path in found:
            with suppress(OSError):
                if path.read_text().strip() == "1":
                    return True
        return False

    def _switched_off(self, row: InterfaceRow) -> bool:
        folder = self._own_folder(row)
        with suppress(OSError, ValueError):
            if folder is not None:
                return not int((folder / "flags").read_text(), 16) & _UP
        return False

    async def ability(self, interface: str) -> Ability:
        async with nl80211() as air:
            row = await _row(air, interface)
            split = attribute(Attribute.SPLIT_DUMP)
            told = await air.dump(Command.GET_WIPHY, index(row.index) + split)
            wiphy = attribute(Attribute.WIPHY, struct.pack("=I", row.wiphy))
            try:
                country = country_of((await air.ask(Command.GET_REGULATORY, wiphy))[0])
            except (PlatformError, IndexError):
                country = Unmeasured(Reason.NOT_SUPPORTED, "the kernel names no country")
        return ability(told, country)

    async def networks(self, interface: str, *, fresh: bool) -> tuple[Network, ...]:
        async with nl80211() as air:
            row = await _row(air, interface)
            if self._state(row) is LinkState.RADIO_OFF:
                raise PlatformError(Reason.NOT_APPLICABLE, "the radio is off")
            if fresh:
                await self._scan(air, row)
            return networks(await _bss(air, row))

    async def _scan(self, air: Nl80211, row: InterfaceRow) -> None:
        """A whole scan by whoever may start one; none where the last one is seconds ago."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._scanned_at_s < _PAUSE_S:
            return
        self._scanned_at_s = loop.time()
        async with nl80211() as ear:
            ear.listen("scan")
            await _start_scan(air, row)
            # Who was heard until then is known already, so that a longer scan is no failure.
            with suppress(TimeoutError):
                async with asyncio.timeout(_SCAN_S):
                    async for event in ear.events():
                        if _ends_scan(event, row):
                            return

    async def channels(self, interface: str) -> tuple[ChannelUse, ...]:
        async with nl80211() as air:
            row = await _row(air, interface)
            found = await _uses(air, row)
        if not found:
            raise PlatformError(Reason.NOT_SUPPORTED, "the driver counts no air time")
        return found

    async def known_names(self, interface: str) -> tuple[NetworkName, ...]:
        return await keepers.known_names(interface)

    @asynccontextmanager
    async def hearing(self, interface: str) -> AsyncGenerator[tuple[Nl80211, int], None]:
        """A socket that hears what happens to the link, with the interface's number."""
        async with nl80211() as air:
            row = await _row(air, interface)
            air.listen("mlme", "regulatory")
            yield air, row.index


async def station_of(interface_index: int) -> StationRow | None:
    """The access point that we are joined to, by our own driver's count."""
    async with nl80211() as air:
        told = await air.dump(Command.GET_STATION, index(interface_index))
        return next((s for m in told if (s := station_row(m)) is not None), None)


async def _stations(air: Nl80211) -> list[InterfaceRow]:
    told = await air.dump(Command.GET_INTERFACE)
    rows = (interface_row(message) for message in told)
    return [row for row in rows if row is not None and row.kind == STATION]


async def _row(air: Nl80211, interface: str) -> InterfaceRow:
    for row in await _stations(air):
        if row.name == interface:
            return row
    raise PlatformError(Reason.NOT_APPLICABLE, "the WiFi adapter has gone")


async def _station(air: Nl80211, row: InterfaceRow) -> StationRow | None:
    """None while there is none; drivers without the question are asked again by the scan."""
    try:
        told = await air.dump(Command.GET_STATION, index(row.index))
    except PlatformError:
        return None
    return next((s for m in told if (s := station_row(m)) is not None), None)


async def _bss(air: Nl80211, row: InterfaceRow) -> list[BssRow]:
    told = await air.dump(Command.GET_SCAN, index(row.index))
    return [found for message in told if (found := bss_row(message)) is not None]


async def _uses(air: Nl80211, row: InterfaceRow) -> tuple[ChannelUse, ...]:
    try:
        told = await air.dump(Command.GET_SURVEY, index(row.index))
    except PlatformError:
        return ()
    uses = [use for message in told if (use := channel_use(message)) is not None]
    own = None if row.channel is None else row.channel.frequency_mhz
    if own is None or any(use.in_use for use in uses):
        return tuple(uses)
    # Some drivers count, and do not say on which channel they are.
    replace = msgspec.structs.replace
    return tuple(replace(use, in_use=use.frequency_mhz == own) for use in uses)


async def _power_saving(air: Nl80211, row: InterfaceRow) -> bool | Unmeasured:
    try:
        told = await air.ask(Command.GET_POWER_SAVE, index(row.index))
    except PlatformError as error:
        return Unmeasured(error.reason, str(error))
    state = next((m.number(Attribute.POWER_SAVE_STATE) for m in told), None)
    return Unmeasured(Reason.NOT_SUPPORTED, "not told") if state is None else bool(state)


async def _start_scan(air: Nl80211, row: InterfaceRow) -> None:
    """The kernel lets only administrators; the programs that run the adapter let more people."""
    try:
        await air.ask(Command.TRIGGER_SCAN, index(row.index) + _ANY_NAME)
    except PlatformError as refused:
        if refused.reason is Reason.DISTURBED:  # somebody else's scan is on: its end is as good
            return
        if refused.reason is not Reason.NOT_PERMITTED:
            raise
        if not await keepers.ask_for_scan(row.name):
            raise PlatformError(
                Reason.NOT_PERMITTED, "neither the kernel nor a network service lets us scan"
            ) from refused


def _ends_scan(event: Message, row: InterfaceRow) -> bool:
    if event.number(Attribute.INTERFACE) != row.index:
        return False
    return event.command in {Command.NEW_SCAN_RESULTS, Command.SCAN_ABORTED}
