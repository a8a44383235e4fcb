"""nl80211's rows of a scan: who was heard, where, and how long ago."""

from __future__ import annotations

import time

import msgspec

from diagnostics.platforms.nl80211 import Attribute, Attributes, Message, attributes, number
from diagnostics.readings.wifi import Concealed, Network
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.beacon import Heard, networks_of

_NO_DBM = Unmeasured(Reason.NOT_SUPPORTED, "the driver gives no dBm")
_NO_PERCENT = Unmeasured(Reason.NOT_SUPPORTED, "the driver gives dBm")
_NOT_TOLD = Unmeasured(Reason.NOT_SUPPORTED, "the driver does not tell")
_ASSOCIATED = 1  # NL80211_BSS_STATUS_ASSOCIATED


class BssRow(msgspec.Struct, frozen=True, kw_only=True):
    """One access point as the kernel remembers it; `joined` is ours."""

    heard: Heard
    joined: bool


def bss_row(message: Message) -> BssRow | None:
    found = attributes(message.attributes.get(Attribute.BSS, b""))
    bssid = found.get(1)
    if bssid is None or len(bssid) != 6:
        return None
    return BssRow(
        heard=Heard(
            bssid=bssid.hex(":"),
            elements=_elements(found),
            frequency_mhz=_told(number(found.get(2))),
            signal_dbm=_signal_dbm(found),
            quality_percent=_quality_percent(found),
            capability=_told(number(found.get(5))),
            beacon_interval_tu=_told(number(found.get(4))),
            seen_s_ago=_seen_s_ago(found),
        ),
        joined=number(found.get(9)) == _ASSOCIATED,
    )


def _elements(found: Attributes) -> bytes:
    """Those of the probe response; what only the beacon has stands behind them."""
    answer, beacon = found.get(6, b""), found.get(11, b"")
    return answer if answer == beacon else answer + beacon


def _told(value: int | None) -> int | Unmeasured:
    return _NOT_TOLD if value is None else value


def _signal_dbm(found: Attributes) -> float | Unmeasured:
    hundredths = number(found.get(7), signed=True)
    return _NO_DBM if hundredths is None else hundredths / 100


def _quality_percent(found: Attributes) -> float | Unmeasured:
    percent = number(found.get(8))
    return _NO_PERCENT if percent is None else float(percent)


def _seen_s_ago(found: Attributes) -> float | Unmeasured:
    """By the time since boot where the kernel has it (4.13 and later): milliseconds lose less."""
    seen_ns, seen_ms_ago = number(found.get(15)), number(found.get(10))
    if seen_ns:
        now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        return round(max(0.0, (now_ns - seen_ns) / 1e9), 2)
    return _NOT_TOLD if seen_ms_ago is None else seen_ms_ago / 1000


def networks(rows: list[BssRow]) -> tuple[Network, ...]:
    """Strongest first. Of one that is known by its name and without it, the one with the name."""
    found: dict[str, Network] = {}
    for row in rows:
        for network in networks_of(row.heard):
            key = str(network.bssid)
            known = found.get(key)
            if known is None or isinstance(known.name, Concealed):
                found[key] = network
    return tuple(sorted(found.values(), key=_weakness))


def _weakness(network: Network) -> float:
    if isinstance(network.signal_dbm, float):
        return -network.signal_dbm
    return 200.0 if isinstance(network.quality_percent, Unmeasured) else -network.quality_percent
