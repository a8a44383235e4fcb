"""How Apple's tools write channels, locks and signals; values only, in any language."""

from __future__ import annotations

import re

from diagnostics.platforms.parse.wifi.shown import NOT_SHOWN, channel_shown
from diagnostics.readings.wifi import Band, Channel, Security
from diagnostics.result import Unmeasured

_BANDS = {"2": Band.GHZ_2_4, "5": Band.GHZ_5, "6": Band.GHZ_6}
#: "149 (5GHz, 80MHz)", "6 (2GHz, 20MHz)", "37 (6GHz)", with any kind of blank and comma
_LONG = re.compile(r"(\d{1,3})\s*\(\s*([256])(?:[.,]4)?\s*GHz(?:\s*[,،、]\s*(\d{2,3})\s*MHz)?\s*\)")
_WDUTIL = re.compile(r"([256])g(\d{1,3})/(\d{2,3})")  # "2g11/20"
_AIRPORT = re.compile(r"(\d{1,3})(?:,([+-]1|\d{2,3}))?")  # "11", "149,+1", "48,80"
_NO_LOCK = frozenset(
    ("none", "open", "keine", "ohne", "aucune", "aucun", "ninguna", "ninguno", "nessuna",
     "nenhuma", "geen", "なし", "无", "無", "없음", "нет", "brak", "yok")
)  # fmt: skip
_SIGNAL_NOISE = re.compile(r"(-?\d+)\s*dBm\s*/\s*(-?\d+)\s*dBm")


def apple_channel(text: str) -> Channel | Unmeasured:
    text = text.strip()
    if match := _LONG.fullmatch(text):
        return _channel(match.group(1), _BANDS[match.group(2)], match.group(3))
    if match := _WDUTIL.fullmatch(text):
        return _channel(match.group(2), _BANDS[match.group(1)], match.group(3))
    match = _AIRPORT.fullmatch(text)
    if match is None:
        return NOT_SHOWN
    if match.group(2) in {"+1", "-1"}:
        return _forty(int(match.group(1)), int(match.group(2)))
    # a bare number says nothing of the width: airport writes it for 20 MHz too, but so do others
    return _channel(match.group(1), None, match.group(2))


def _channel(number: str, band: Band | None, width: str | None) -> Channel | Unmeasured:
    return channel_shown(int(number), band, width_mhz=int(width) if width else NOT_SHOWN)


def _forty(number: int, side: int) -> Channel | Unmeasured:
    """40 MHz with the second half above (+1) or below (-1)."""
    plain = channel_shown(number, width_mhz=20)
    if isinstance(plain, Unmeasured) or isinstance(plain.frequency_mhz, Unmeasured):
        return plain
    centre = plain.frequency_mhz + 10 * side
    return channel_shown(number, width_mhz=40, centre_mhz=centre)


def signal_and_noise(text: str) -> tuple[float | Unmeasured, float | Unmeasured]:
    """0 dBm is how macOS writes "not measured"."""
    match = _SIGNAL_NOISE.search(text)
    if match is None:
        return NOT_SHOWN, NOT_SHOWN
    return apple_dbm(match.group(1)), apple_dbm(match.group(2))


def apple_dbm(text: str) -> float | Unmeasured:
    match = re.match(r"\s*(-\d{1,3})(?!\d)", text)
    if match is None or int(match.group(1)) < -120:
        return NOT_SHOWN
    return float(match.group(1))


def apple_security(text: str) -> Security | Unmeasured:
    """spairport_security_mode_wpa2_personal_mixed, "WPA2/WPA3 Personal", "None" and the like."""
    words = re.sub(r"spairport_security_mode_|[_/-]", " ", text).lower()
    if "owe" in words or "enhanced open" in words:
        return Security.ENHANCED_OPEN
    if "wep" in words:
        return Security.WEP
    found = re.search(r"wpa[23]?", words)
    if found is None:
        return Security.OPEN if words.strip() in _NO_LOCK else NOT_SHOWN
    return _with_wpa(words)


def _with_wpa(words: str) -> Security | Unmeasured:
    newest = 3 if "wpa3" in words else 2 if "wpa2" in words else 1
    if re.search(
        r"enterprise|entreprise|empresa|aziend|unternehmen|firm|802\.?1x|企业|企業|エンタープライズ|기업|корпорат",
        words,
    ):
        kinds = (Security.WPA_ENTERPRISE, Security.WPA2_ENTERPRISE, Security.WPA3_ENTERPRISE)
        return kinds[1] if newest == 3 and "wpa2" in words else kinds[newest - 1]
    if newest == 3 and ("wpa2" in words or "transition" in words):
        return Security.WPA3_TRANSITION
    return (Security.WPA_PERSONAL, Security.WPA2_PERSONAL, Security.WPA3_PERSONAL)[newest - 1]
