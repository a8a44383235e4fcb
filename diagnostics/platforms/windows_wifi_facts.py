"""Answers of wlanapi as typed facts: pure functions over bytes, the same on every system."""

from __future__ import annotations

import ctypes

import msgspec

from diagnostics.platforms import wlan_structures as w
from diagnostics.platforms.wlan_client import Bss, structure
from diagnostics.readings.wifi import (
    Channel,
    Concealed,
    Generation,
    LinkCounters,
    LinkState,
    Network,
    OwnLink,
    Security,
)
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.beacon import Heard, network_of
from diagnostics.wire.wifi.frequencies import (
    band_of,
    band_of_number,
    channel_number,
    frequency_of,
    is_primary,
)
from diagnostics.wire.wifi.ssid import ssid_name

NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "Windows does not tell")
_BAD = Unmeasured(Reason.BAD_ANSWER, "the driver's answer cannot be right")
#: DOT11_PHY_TYPE
_PHYS = {
    2: Generation.B,
    4: Generation.A,
    5: Generation.B,
    6: Generation.G,
    7: Generation.N,
    8: Generation.AC,
    10: Generation.AX,
    11: Generation.BE,
}
#: DOT11_AUTH_ALGORITHM
_LOCKS = {
    3: Security.WPA_ENTERPRISE,
    4: Security.WPA_PERSONAL,
    6: Security.WPA2_ENTERPRISE,
    7: Security.WPA2_PERSONAL,
    8: Security.WPA3_ENTERPRISE,  # with 192 bits
    9: Security.WPA3_PERSONAL,
    10: Security.ENHANCED_OPEN,
    11: Security.WPA3_ENTERPRISE,
}
_WEP_CIPHERS = frozenset((1, 5, 0x101))  # DOT11_CIPHER_ALGORITHM
#: 100 ns steps from 1601, the epoch of FILETIME, to 1970
_EPOCH_STEPS = 116_444_736_000_000_000
_JOINING = frozenset((5, 6, 7))  # associating, discovering, authenticating


def state_of(state: int) -> LinkState:
    if state == 1:
        return LinkState.JOINED
    return LinkState.JOINING if state in _JOINING else LinkState.DISCONNECTED


def radio_is_off(answer: bytes) -> bool:
    """Off where every radio is off, by the switch or by the system."""
    told = structure(w.RadioState, answer.ljust(ctypes.sizeof(w.RadioState), b"\0"))
    if told is None:
        return False
    phys = list(told.phys)[: min(told.count, 64)]
    return bool(phys) and all(2 in (phy.software, phy.hardware) for phy in phys)


def generation_of_phy(phy: int) -> Generation | Unmeasured:
    return _PHYS.get(phy, NOT_TOLD)


def security_of_algorithms(authentication: int, cipher: int) -> Security | Unmeasured:
    if authentication in (1, 2):
        wep = cipher in _WEP_CIPHERS or authentication == 2
        return Security.WEP if wep else Security.OPEN
    return _LOCKS.get(authentication, NOT_TOLD)


def signal_of_quality(percent: int) -> float | Unmeasured:
    """Linear from -100 dBm at 0 to -50 dBm at 100 (WLAN_ASSOCIATION_ATTRIBUTES); ends are open."""
    return percent / 2 - 100 if 0 < percent < 100 else NOT_TOLD


def joined_link(
    quality: bytes | Unmeasured,
    attributes: w.AssociationAttributes | None,
    rssi: bytes | Unmeasured,
) -> OwnLink:
    """The figures; identity, channel and counters are put in by the caller."""
    head = structure(w.RealtimeHead, quality) if isinstance(quality, bytes) else None
    told = head or attributes
    percent = None if told is None else _percent(head, attributes)
    exact = _rssi(rssi, quality)
    signal = (
        exact
        if percent is None or not isinstance(exact, Unmeasured)
        else signal_of_quality(percent)
    )
    return OwnLink(
        interface="",
        state=LinkState.JOINED,
        name=NOT_TOLD,
        bssid=NOT_TOLD,
        signal_dbm=signal,
        quality_percent=NOT_TOLD if percent is None or percent > 100 else float(percent),
        noise_dbm=NOT_TOLD,
        channel=NOT_TOLD,
        generation=NOT_TOLD if told is None else generation_of_phy(told.phy_type),
        streams=NOT_TOLD,
        rx_rate_bps=NOT_TOLD if told is None else _rate(told.rx_kbps),
        tx_rate_bps=NOT_TOLD if told is None else _rate(told.tx_kbps),
        security=NOT_TOLD,
        counters=NOT_TOLD,
        power_saving=NOT_TOLD,
        joined_for_s=NOT_TOLD,
    )


def _percent(head: w.RealtimeHead | None, attributes: w.AssociationAttributes | None) -> int | None:
    if head is not None:
        return head.link_quality
    return None if attributes is None else attributes.signal_quality


def _rate(kbps: int) -> float | Unmeasured:
    return kbps * 1000.0 if kbps else NOT_TOLD


def _rssi(rssi: bytes | Unmeasured, quality: bytes | Unmeasured) -> float | Unmeasured:
    if isinstance(rssi, bytes) and len(rssi) >= 4:
        return dbm(int.from_bytes(rssi[:4], "little", signed=True))
    links = realtime_links(quality)
    return dbm(max(link.rssi_dbm for link in links)) if links else NOT_TOLD


def dbm(value: int) -> float | Unmeasured:
    """0 and positive values are how drivers write "not measured"."""
    return float(value) if -120 <= value < 0 else NOT_TOLD


def realtime_links(quality: bytes | Unmeasured) -> list[w.RealtimeLink]:
    """The links of WiFi 7 multi-link, or the only one."""
    head = structure(w.RealtimeHead, quality) if isinstance(quality, bytes) else None
    if head is None or isinstance(quality, Unmeasured):
        return []
    sizes = ctypes.sizeof(w.RealtimeHead), ctypes.sizeof(w.RealtimeLink)
    found = (
        structure(w.RealtimeLink, quality, sizes[0] + i * sizes[1])
        for i in range(min(head.count, 16))
    )
    return [link for link in found if link is not None]


def link_channel(
    quality: bytes | Unmeasured, number: bytes | Unmeasured, network: Network | None
) -> Channel | Unmeasured:
    """The access point's own word has the width; then the strongest link, then the bare number."""
    if network is not None and not isinstance(network.channel, Unmeasured):
        return network.channel
    links = realtime_links(quality)
    if links:
        return _realtime_channel(max(links, key=lambda link: link.rssi_dbm))
    if isinstance(number, Unmeasured):
        return number
    return _numbered(int.from_bytes(number[:4], "little"))


def _realtime_channel(link: w.RealtimeLink) -> Channel | Unmeasured:
    """The frequency is the primary channel's (5745 for channel 149 of an 80 MHz network)."""
    band, number = band_of(link.centre_mhz), channel_number(link.centre_mhz)
    if band is None or number is None or not is_primary(number, band):
        return _BAD
    known = link.bandwidth in (20, 40, 80, 160, 320)
    return Channel(
        number=number,
        band=band,
        width_mhz=link.bandwidth if known else NOT_TOLD,
        frequency_mhz=link.centre_mhz,
        centre_mhz=link.centre_mhz if link.bandwidth == 20 else NOT_TOLD,
    )


def _numbered(number: int) -> Channel | Unmeasured:
    """6 GHz counts again from 1 in steps of four: such a number leaves the band open."""
    band = band_of_number(number)
    if band is None:
        return _BAD
    open_band = (number - 1) % 4 == 0
    return Channel(
        number=number,
        band=NOT_TOLD if open_band else band,
        width_mhz=NOT_TOLD,
        frequency_mhz=NOT_TOLD if open_band else frequency_of(number, band),
        centre_mhz=NOT_TOLD,
    )


def counters_of(answer: bytes | Unmeasured) -> LinkCounters | Unmeasured:
    """Since the adapter's start, not the join; only differences tell. Zeros: it does not count."""
    if isinstance(answer, Unmeasured):
        return answer
    head = structure(w.StatisticsHead, answer)
    if head is None:
        return _BAD
    sizes = ctypes.sizeof(w.StatisticsHead), ctypes.sizeof(w.PhyCounters)
    phys = [
        phy
        for i in range(min(head.count, 64))
        if (phy := structure(w.PhyCounters, answer, sizes[0] + i * sizes[1])) is not None
    ]
    sent = head.unicast.transmitted or sum(phy.transmitted for phy in phys)
    received = head.unicast.received or sum(phy.received for phy in phys)
    counted = any(phy.transmitted for phy in phys)
    if not sent and not received:
        return Unmeasured(Reason.NOT_SUPPORTED, "the driver does not count frames")
    return LinkCounters(
        rx_packets=received,
        tx_packets=sent,
        tx_retries=sum(phy.retry for phy in phys) if counted else NOT_TOLD,
        tx_failed=sum(phy.failed for phy in phys) if counted else NOT_TOLD,
        beacons_lost=NOT_TOLD,
        rx_dropped=NOT_TOLD,
    )


def network_of_bss(bss: Bss, now_s: float) -> Network:
    """`now_s`: seconds since 1970, to which the driver's time stamps are held."""
    entry = bss.entry
    found = network_of(
        Heard(
            bssid=bytes(entry.bssid).hex(":"),
            elements=bss.elements,
            frequency_mhz=entry.centre_khz // 1000 or NOT_TOLD,
            signal_dbm=dbm(entry.rssi_dbm),
            quality_percent=float(entry.link_quality) if entry.link_quality <= 100 else _BAD,
            capability=entry.capability,
            beacon_interval_tu=entry.beacon_period,
            seen_s_ago=_seen(entry.host_timestamp, now_s),
        )
    )
    return _completed(found, entry)


def _completed(network: Network, entry: w.BssEntry) -> Network:
    """Windows knows the name of a concealed network that it once joined, and the PHY of each."""
    own = ssid_name(bytes(entry.ssid.text)[: entry.ssid.length])
    named = isinstance(network.name, Concealed | Unmeasured) and not isinstance(own, Concealed)
    phy = generation_of_phy(entry.phy_type)
    return msgspec.structs.replace(
        network,
        name=own if named else network.name,
        generation=phy if isinstance(network.generation, Unmeasured) else network.generation,
    )


def _seen(steps: int, now_s: float) -> float | Unmeasured:
    age_s = now_s - (steps - _EPOCH_STEPS) / 1e7
    return round(age_s, 3) if 0 <= age_s < 86_400 else NOT_TOLD
