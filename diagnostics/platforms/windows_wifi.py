"""WiFi facts of Windows, from wlanapi.

Signal, channel and rates are asked in the way that needs no consent to location (24H2); names and
addresses are asked at most once in IDENTITY_S, so that watching a link does not fill the list of
programs that have used the location.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec

from diagnostics.platforms import wlan_structures as w
from diagnostics.platforms.base import PlatformError
from diagnostics.platforms.windows_wifi_facts import (
    counters_of,
    generation_of_phy,
    joined_link,
    link_channel,
    network_of_bss,
    radio_is_off,
    security_of_algorithms,
    state_of,
)
from diagnostics.platforms.wlan_client import (
    WlanClient,
    WlanInterface,
    WlanLibrary,
    opened,
    structure,
)
from diagnostics.readings.wifi import (
    Ability,
    Consent,
    LinkState,
    Name,
    Network,
    NetworkName,
    OwnLink,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.ssid import ssid_name

IDENTITY_S = 10.0
NOT_JOINED = Unmeasured(Reason.NOT_APPLICABLE, "not joined to any network")
NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "Windows does not tell")


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What stands under consent: who the access point is, and its own words about itself."""

    name: Name
    bssid: str | Unmeasured
    security: Security | Unmeasured
    attributes: w.AssociationAttributes | None
    network: Network | None


class WindowsWifi:
    """`name_of`: an interface's name as Windows shows it ("Wi-Fi"), by its GUID."""

    def __init__(
        self,
        library: Callable[[], WlanLibrary],
        name_of: Callable[[str], str | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library = library
        self._name_of = name_of
        self._clock = clock
        self._known: dict[bytes, tuple[float, Identity]] = {}
        self._withheld: tuple[float, bool] | None = None

    def opened(self) -> AbstractContextManager[WlanClient]:
        return opened(self._library())

    def interfaces(self) -> tuple[str, ...]:
        """Joined ones first; empty without WLAN service."""
        try:
            with self.opened() as client:
                found = sorted(client.interfaces(), key=lambda each: each.state != 1)
        except PlatformError as error:
            if error.reason is Reason.NOT_SUPPORTED:
                return ()
            raise
        return tuple(self._name(each) for each in found)

    def _name(self, interface: WlanInterface) -> str:
        return self._name_of(guid_text(interface.guid)) or interface.description

    def find(self, client: WlanClient, interface: str) -> WlanInterface:
        for each in client.interfaces():
            if self._name(each) == interface:
                return each
        raise PlatformError(Reason.NOT_APPLICABLE, "no such WiFi adapter")

    def link(self, interface: str) -> OwnLink:
        with self.opened() as client:
            found = self.find(client, interface)
            state = self._state(client, found)
            if state is not LinkState.JOINED:
                self._known.pop(found.guid, None)
                return msgspec.structs.replace(_APART, interface=interface, state=state)
            return self._joined(client, found, interface)

    @staticmethod
    def _state(client: WlanClient, found: WlanInterface) -> LinkState:
        radio = asked(client, found.guid, w.RADIO_STATE)
        if isinstance(radio, bytes) and radio_is_off(radio):
            return LinkState.RADIO_OFF
        return state_of(found.state)

    def _joined(self, client: WlanClient, found: WlanInterface, interface: str) -> OwnLink:
        quality = asked(client, found.guid, w.REALTIME_QUALITY)
        whose = self._identity(client, found.guid, keep=isinstance(quality, bytes))
        rssi = asked(client, found.guid, w.RSSI)
        number = asked(client, found.guid, w.CHANNEL_NUMBER)
        counts = asked(client, found.guid, w.STATISTICS)
        figures = joined_link(quality, whose.attributes, rssi)
        return msgspec.structs.replace(
            figures,
            interface=interface,
            name=whose.name,
            bssid=whose.bssid,
            security=whose.security,
            channel=link_channel(quality, number, whose.network),
            counters=counters_of(counts),
        )

    def _identity(self, client: WlanClient, guid: bytes, *, keep: bool) -> Identity:
        """From memory where it is young and the figures come from elsewhere."""
        known = self._known.get(guid)
        if keep and known is not None and self._clock() - known[0] < IDENTITY_S:
            return known[1]
        found = _asked_identity(client, guid)
        hidden = isinstance(found.name, Unmeasured) and found.name.reason is Reason.HIDDEN
        self._withheld = (self._clock(), hidden)
        self._known[guid] = (self._clock(), found)
        return found

    def networks(self, interface: str) -> tuple[Network, ...]:
        """PlatformError(hidden) without consent to location."""
        with self.opened() as client:
            found = self.find(client, interface)
            return tuple(network_of_bss(bss, time.time()) for bss in client.bss_list(found.guid))

    def ability(self, interface: str) -> Ability:
        with self.opened() as client:
            capability = client.capability(self.find(client, interface).guid)
        phys = [] if capability is None else list(capability.phy_types)[: capability.count]
        return Ability(
            bands=NOT_TOLD,
            generation=generation_of_phy(max(phys, default=0)),
            streams=NOT_TOLD,
            width_mhz=NOT_TOLD,
            max_rate_bps=NOT_TOLD,
            country=NOT_TOLD,
            forbidden_mhz=NOT_TOLD,
            radar_mhz=NOT_TOLD,
        )

    def known_names(self, interface: str) -> tuple[NetworkName, ...]:
        """Profiles are named after their network unless somebody renamed them."""
        with self.opened() as client:
            names = client.profile_names(self.find(client, interface).guid)
        found = (ssid_name(name.encode("utf-8", "replace")) for name in names)
        return tuple(name for name in found if isinstance(name, NetworkName))

    def consent(self) -> Consent | Unmeasured:
        """WINDOWS_LOCATION where names and networks are withheld for want of it."""
        if self._withheld is None or self._clock() - self._withheld[0] > IDENTITY_S:
            self._withheld = (self._clock(), self._is_withheld())
        if self._withheld[1]:
            return Consent.WINDOWS_LOCATION
        return Unmeasured(Reason.NOT_APPLICABLE, "Windows withholds nothing")

    def _is_withheld(self) -> bool:
        try:
            with self.opened() as client:
                for each in client.interfaces():
                    client.bss_list(each.guid)
        except PlatformError as error:
            return error.reason is Reason.HIDDEN
        return False


def guid_text(guid: bytes) -> str:
    """As Windows writes it: the first three groups little-endian, upper case, in braces."""
    parts = (guid[3::-1], guid[5:3:-1], guid[7:5:-1], guid[8:10], guid[10:16])
    return "{" + "-".join(part.hex() for part in parts).upper() + "}"


def asked(client: WlanClient, guid: bytes, opcode: int) -> bytes | Unmeasured:
    try:
        return client.query(guid, opcode)
    except PlatformError as error:
        return Unmeasured(error.reason, error.detail)


def _asked_identity(client: WlanClient, guid: bytes) -> Identity:
    answer = asked(client, guid, w.CURRENT_CONNECTION)
    if isinstance(answer, Unmeasured):
        return Identity(name=answer, bssid=answer, security=answer, attributes=None, network=None)
    told = structure(w.ConnectionAttributes, answer)
    if told is None:
        short = Unmeasured(Reason.BAD_ANSWER, "Windows answered less than it promises")
        return Identity(name=short, bssid=short, security=short, attributes=None, network=None)
    own = told.association
    bssid = bytes(own.bssid).hex(":")
    return Identity(
        name=ssid_name(bytes(own.ssid.text)[: own.ssid.length]),
        bssid=bssid,
        security=security_of_algorithms(told.security.authentication, told.security.cipher),
        attributes=own,
        network=_own_network(client, guid, bssid),
    )


def _own_network(client: WlanClient, guid: bytes, bssid: str) -> Network | None:
    """The joined access point in the list of what is in the air."""
    try:
        rows = client.bss_list(guid)
    except PlatformError:
        return None
    own = next((bss for bss in rows if bytes(bss.entry.bssid).hex(":") == bssid), None)
    return None if own is None else network_of_bss(own, time.time())


_APART = OwnLink(
    interface="",
    state=LinkState.DISCONNECTED,
    name=NOT_JOINED,
    bssid=NOT_JOINED,
    signal_dbm=NOT_JOINED,
    quality_percent=NOT_JOINED,
    noise_dbm=NOT_JOINED,
    channel=NOT_JOINED,
    generation=NOT_JOINED,
    streams=NOT_JOINED,
    rx_rate_bps=NOT_JOINED,
    tx_rate_bps=NOT_JOINED,
    security=NOT_JOINED,
    counters=NOT_JOINED,
    power_saving=NOT_JOINED,
    joined_for_s=NOT_JOINED,
)
