"""WiFi facts of macOS from CoreWLAN. Names and addresses need consent to location (14 and later).

`WifiInterface` is the border: a CWInterface through pyobjc, or an object that replays one. What
macOS withholds comes as nil (or as "<redacted>" from the tools); 0 dBm stands for "not measured".
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterable
from typing import Protocol, cast

import msgspec

from diagnostics.platforms.base import PlatformError
from diagnostics.readings.wifi import (
    Band,
    Channel,
    Consent,
    Generation,
    LinkState,
    Name,
    Network,
    OwnLink,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.beacon import NOT_TOLD, Heard, network_of
from diagnostics.wire.wifi.elements import decode
from diagnostics.wire.wifi.frequencies import frequency_of, is_primary
from diagnostics.wire.wifi.placement import channel_of
from diagnostics.wire.wifi.ssid import ssid_name

HIDDEN = Unmeasured(Reason.HIDDEN, "macOS withholds it without consent to location")
NOT_JOINED = Unmeasured(Reason.NOT_APPLICABLE, "not joined to any network")
#: CWChannelBand, CWChannelWidth, CWPHYMode, CWSecurity (CoreWLANTypes.h of the macOS 15 SDK)
_BANDS = {1: Band.GHZ_2_4, 2: Band.GHZ_5, 3: Band.GHZ_6}
_WIDTHS = {1: 20, 2: 40, 3: 80, 4: 160}
_PHYS = {
    1: Generation.A,
    2: Generation.B,
    3: Generation.G,
    4: Generation.N,
    5: Generation.AC,
    6: Generation.AX,
    7: Generation.BE,
}
_LOCKS = {
    0: Security.OPEN,
    1: Security.WEP,
    2: Security.WPA_PERSONAL,
    3: Security.WPA2_PERSONAL,  # mixed
    4: Security.WPA2_PERSONAL,
    6: Security.WEP,  # dynamic
    7: Security.WPA_ENTERPRISE,
    8: Security.WPA2_ENTERPRISE,  # mixed
    9: Security.WPA2_ENTERPRISE,
    11: Security.WPA3_PERSONAL,
    12: Security.WPA3_ENTERPRISE,
    13: Security.WPA3_TRANSITION,
    14: Security.ENHANCED_OPEN,
    15: Security.OPEN,  # the open half of an OWE transition
}


class WifiChannel(Protocol):
    """CWChannel."""

    def channelNumber(self) -> int: ...  # noqa: N802
    def channelBand(self) -> int: ...  # noqa: N802
    def channelWidth(self) -> int: ...  # noqa: N802


class WifiNetwork(Protocol):
    """CWNetwork."""

    def ssidData(self) -> bytes | None: ...  # noqa: N802
    def bssid(self) -> str | None: ...
    def rssiValue(self) -> int: ...  # noqa: N802
    def wlanChannel(self) -> WifiChannel | None: ...  # noqa: N802
    def beaconInterval(self) -> int: ...  # noqa: N802
    def countryCode(self) -> str | None: ...  # noqa: N802
    def informationElementData(self) -> bytes | None: ...  # noqa: N802
    def supportsSecurity_(self, security: int) -> bool: ...  # noqa: N802
    def supportsPHYMode_(self, mode: int) -> bool: ...  # noqa: N802


class WifiInterface(Protocol):
    """CWInterface."""

    def interfaceName(self) -> str: ...  # noqa: N802
    def powerOn(self) -> bool: ...  # noqa: N802
    def ssidData(self) -> bytes | None: ...  # noqa: N802
    def bssid(self) -> str | None: ...
    def rssiValue(self) -> int: ...  # noqa: N802
    def noiseMeasurement(self) -> int: ...  # noqa: N802
    def wlanChannel(self) -> WifiChannel | None: ...  # noqa: N802
    def transmitRate(self) -> float: ...  # noqa: N802
    def activePHYMode(self) -> int: ...  # noqa: N802
    def security(self) -> int: ...
    def cachedScanResults(self) -> Iterable[WifiNetwork] | None: ...  # noqa: N802
    def scanForNetworksWithName_error_(  # noqa: N802
        self, name: None, error: None
    ) -> tuple[Iterable[WifiNetwork] | None, object]: ...


def core_wlan_interfaces() -> tuple[WifiInterface, ...]:
    """PlatformError(not_supported) elsewhere than on macOS."""
    if sys.platform != "darwin":
        raise PlatformError(Reason.NOT_SUPPORTED, "CoreWLAN is part of macOS")
    try:
        client = importlib.import_module("CoreWLAN").CWWiFiClient.sharedWiFiClient()
    except ImportError as error:
        raise PlatformError(Reason.NOT_SUPPORTED, f"CoreWLAN is not at hand: {error}") from error
    return tuple(cast("Iterable[WifiInterface]", client.interfaces() or ()))


class DarwinWifi:
    def __init__(self, interfaces: Callable[[], Iterable[WifiInterface]]) -> None:
        self._interfaces = interfaces

    def names(self) -> tuple[str, ...]:
        """Joined ones first."""
        found = sorted(self._interfaces(), key=lambda each: not _is_joined(each))
        return tuple(str(each.interfaceName()) for each in found)

    def _find(self, name: str) -> WifiInterface:
        for each in self._interfaces():
            if each.interfaceName() == name:
                return each
        raise PlatformError(Reason.NOT_APPLICABLE, "no such WiFi adapter")

    def link(self, name: str) -> OwnLink:
        found = self._find(name)
        if not _is_joined(found):
            off = not found.powerOn()
            return _apart(name, LinkState.RADIO_OFF if off else LinkState.DISCONNECTED)
        return _joined(name, found)

    async def networks(self, name: str, *, fresh: bool) -> tuple[Network, ...]:
        """A scan blocks for seconds: it runs on a thread. PlatformError(not_permitted): refused."""
        found = self._find(name)
        rows: Iterable[WifiNetwork] | None = found.cachedScanResults()
        if fresh:
            rows, error = await asyncio.to_thread(found.scanForNetworksWithName_error_, None, None)
            if rows is None:
                raise PlatformError(Reason.NOT_PERMITTED, f"macOS refused the scan: {error}")
        if rows is None:
            raise PlatformError(Reason.NOT_SUPPORTED, "macOS has not looked around yet")
        return tuple(_network(row) for row in rows)

    def consent(self) -> Consent | Unmeasured:
        for each in self._interfaces():
            if _is_joined(each) and each.ssidData() is None:
                return Consent.MACOS_LOCATION
            rows = list(each.cachedScanResults() or ())
            if rows and all(row.bssid() is None for row in rows):
                return Consent.MACOS_LOCATION
        return Unmeasured(Reason.NOT_APPLICABLE, "macOS withholds nothing")


def _is_joined(each: WifiInterface) -> bool:
    """Without consent the name is nil also when joined; signal and channel tell."""
    return bool(each.powerOn() and each.wlanChannel() is not None and each.rssiValue())


def dbm(value: int) -> float | Unmeasured:
    return float(value) if -120 <= value < 0 else NOT_TOLD


def channel(told: WifiChannel | None) -> Channel | Unmeasured:
    if told is None:
        return NOT_TOLD
    band, number = _BANDS.get(told.channelBand()), int(told.channelNumber())
    if band is None or not is_primary(number, band):
        return NOT_TOLD
    frequency = frequency_of(number, band)
    width = _WIDTHS.get(told.channelWidth(), NOT_TOLD)
    centre = frequency if width == 20 else NOT_TOLD
    return Channel(
        number=number, band=band, width_mhz=width, frequency_mhz=frequency, centre_mhz=centre
    )


def _name(data: bytes | None) -> Name:
    return HIDDEN if data is None else ssid_name(bytes(data))


def _joined(name: str, found: WifiInterface) -> OwnLink:
    rate_mbps = float(found.transmitRate())
    return msgspec.structs.replace(
        _apart(name, LinkState.JOINED, NOT_TOLD),
        name=_name(found.ssidData()),
        bssid=_address(found.bssid()),
        signal_dbm=dbm(found.rssiValue()),
        noise_dbm=dbm(found.noiseMeasurement()),
        channel=channel(found.wlanChannel()),
        generation=_PHYS.get(found.activePHYMode(), NOT_TOLD),
        tx_rate_bps=rate_mbps * 1e6 if rate_mbps > 0 else NOT_TOLD,
        security=_LOCKS.get(found.security(), NOT_TOLD),
    )


def _address(text: str | None) -> str | Unmeasured:
    """macOS leaves out leading zeros."""
    if text is None:
        return HIDDEN
    return ":".join(part.zfill(2) for part in str(text).lower().split(":"))


def _network(row: WifiNetwork) -> Network:
    """By its elements where macOS gives them, else by what it says of itself."""
    elements = bytes(row.informationElementData() or b"")
    told = channel(row.wlanChannel())
    frequency = NOT_TOLD if isinstance(told, Unmeasured) else told.frequency_mhz
    address = _address(row.bssid())
    heard = Heard(
        bssid="" if isinstance(address, Unmeasured) else address,
        elements=elements,
        frequency_mhz=frequency,
        signal_dbm=dbm(row.rssiValue()),
        beacon_interval_tu=int(row.beaconInterval()) or NOT_TOLD,
    )
    found = network_of(heard)
    locks = [lock for number, lock in _LOCKS.items() if row.supportsSecurity_(number)]
    phys = [phy for number, phy in _PHYS.items() if row.supportsPHYMode_(number)]
    wide = channel_of(decode(elements), frequency) if elements else told
    country = row.countryCode()
    return msgspec.structs.replace(
        found,
        bssid=address,
        name=_name(row.ssidData()),
        channel=wide,
        generation=found.generation if elements else phys[-1] if phys else NOT_TOLD,
        security=_lock(found, locks),
        tkip=found.tkip if elements else NOT_TOLD,
        country=found.country if elements or not country else str(country),
    )


def _lock(found: Network, locks: list[Security]) -> Security | Unmeasured:
    if isinstance(found.security, Security):
        return found.security
    return locks[-1] if locks else NOT_TOLD


def _apart(name: str, state: LinkState, why: Unmeasured = NOT_JOINED) -> OwnLink:
    return OwnLink(
        interface=name,
        state=state,
        name=why,
        bssid=why,
        signal_dbm=why,
        quality_percent=why,
        noise_dbm=why,
        channel=why,
        generation=why,
        streams=why,
        rx_rate_bps=why,
        tx_rate_bps=why,
        security=why,
        counters=why,
        power_saving=why,
        joined_for_s=why,
    )
