"""Security elements: RSN, WPA and the RSN override (802.11-2020, 9.4.2.24; WPA3 3.4)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from diagnostics.readings.wifi import Security
from diagnostics.result import Reason, Unmeasured
from diagnostics.wire.wifi.cursor import Cursor, TruncatedError

_RSN_OUI = b"\x00\x0f\xac"
_WPA_OUI = b"\x00\x50\xf2"
_WFA_OUI = b"\x50\x6f\x9a"


class Cipher(StrEnum):
    """802.11-2020, table 9-149."""

    GROUP = "group"
    WEP40 = "WEP-40"
    TKIP = "TKIP"
    CCMP = "CCMP-128"
    WEP104 = "WEP-104"
    CMAC = "BIP-CMAC-128"
    NO_GROUP = "no-group-traffic"
    GCMP = "GCMP-128"
    GCMP256 = "GCMP-256"
    CCMP256 = "CCMP-256"
    GMAC = "BIP-GMAC-128"
    GMAC256 = "BIP-GMAC-256"
    CMAC256 = "BIP-CMAC-256"
    OTHER = "other"


_CIPHERS = dict(
    enumerate(
        (
            Cipher.GROUP,
            Cipher.WEP40,
            Cipher.TKIP,
            Cipher.OTHER,
            Cipher.CCMP,
            Cipher.WEP104,
            Cipher.CMAC,
            Cipher.NO_GROUP,
            Cipher.GCMP,
            Cipher.GCMP256,
            Cipher.CCMP256,
            Cipher.GMAC,
            Cipher.GMAC256,
            Cipher.CMAC256,
        )
    )
)


class Akm(StrEnum):
    """Authentication and key management by kind (802.11-2020, table 9-151 and amendments)."""

    ENTERPRISE = "802.1X"
    ENTERPRISE_SHA256 = "802.1X-SHA256"
    ENTERPRISE_192 = "802.1X-suite-B"
    FILS = "FILS"
    PSK = "PSK"
    SAE = "SAE"
    OWE = "OWE"
    OTHER = "other"


_AKMS = {
    1: Akm.ENTERPRISE,
    2: Akm.PSK,
    3: Akm.ENTERPRISE,  # with fast transition
    4: Akm.PSK,  # with fast transition
    5: Akm.ENTERPRISE_SHA256,
    6: Akm.PSK,  # SHA-256
    8: Akm.SAE,
    9: Akm.SAE,  # with fast transition
    11: Akm.ENTERPRISE_192,
    12: Akm.ENTERPRISE_192,
    13: Akm.ENTERPRISE_192,  # with fast transition
    14: Akm.FILS,
    15: Akm.FILS,
    16: Akm.FILS,
    17: Akm.FILS,
    18: Akm.OWE,
    19: Akm.PSK,  # SHA-384 with fast transition
    20: Akm.PSK,  # SHA-384
    22: Akm.ENTERPRISE_192,  # SHA-384 with fast transition
    23: Akm.ENTERPRISE_192,  # SHA-384
    24: Akm.SAE,  # group-dependent hash
    25: Akm.SAE,  # the same with fast transition
}
_ENTERPRISE = {Akm.ENTERPRISE, Akm.ENTERPRISE_SHA256, Akm.ENTERPRISE_192, Akm.FILS}


class Rsn(msgspec.Struct, frozen=True, kw_only=True):
    """One security element. Fields that the sender left out have the standard's defaults."""

    group: Cipher
    pairwise: tuple[Cipher, ...]
    akms: tuple[Akm, ...]
    protected_frames_required: bool = False
    protected_frames_capable: bool = False


def decode_rsn(data: bytes) -> Rsn:
    """Body of element 48. TruncatedError where a list is longer than the element."""
    cursor = Cursor(data)
    _version_one(cursor)
    group = _cipher(cursor.take(4), _RSN_OUI) if cursor.left else Cipher.CCMP
    pairwise = _ciphers(cursor, _RSN_OUI) or (Cipher.CCMP,)
    akms = tuple(_rsn_akm(suite) for suite in _suites(cursor)) or (Akm.ENTERPRISE,)
    capabilities = cursor.number(2) if cursor.left else 0
    return Rsn(
        group=group,
        pairwise=pairwise,
        akms=akms,
        protected_frames_required=bool(capabilities & 0x40),
        protected_frames_capable=bool(capabilities & 0x80),
    )


def decode_wpa(data: bytes) -> Rsn:
    """Body of the WPA vendor element, after OUI and type."""
    cursor = Cursor(data)
    _version_one(cursor)
    group = _cipher(cursor.take(4), _WPA_OUI) if cursor.left else Cipher.TKIP
    pairwise = _ciphers(cursor, _WPA_OUI) or (Cipher.TKIP,)
    akms = tuple(_wpa_akm(suite) for suite in _suites(cursor)) or (Akm.ENTERPRISE,)
    return Rsn(group=group, pairwise=pairwise, akms=akms)


def _version_one(cursor: Cursor) -> None:
    version = cursor.number(2)
    if version != 1:
        raise TruncatedError(f"version {version} of the security element does not exist")


def _suites(cursor: Cursor) -> list[bytes]:
    if not cursor.left:
        return []
    return [cursor.take(4) for _ in range(cursor.number(2))]


def _ciphers(cursor: Cursor, oui: bytes) -> tuple[Cipher, ...]:
    return tuple(_cipher(suite, oui) for suite in _suites(cursor))


def _cipher(suite: bytes, oui: bytes) -> Cipher:
    return _CIPHERS.get(suite[3], Cipher.OTHER) if suite[:3] == oui else Cipher.OTHER


def _rsn_akm(suite: bytes) -> Akm:
    return _AKMS.get(suite[3], Akm.OTHER) if suite[:3] == _RSN_OUI else Akm.OTHER


def _wpa_akm(suite: bytes) -> Akm:
    known = {1: Akm.ENTERPRISE, 2: Akm.PSK}
    return known.get(suite[3], Akm.OTHER) if suite[:3] == _WPA_OUI else Akm.OTHER


def security_type(
    rsn: Rsn | None, override: Rsn | None, wpa: Rsn | None, *, privacy: bool | Unmeasured
) -> Security | Unmeasured:
    """What a person would call it. `privacy`: the bit of the capability field (9.4.1.4)."""
    if rsn is not None:
        return _rsn_type(rsn, override)
    if wpa is not None:
        return _wpa_type(wpa)
    if isinstance(privacy, Unmeasured):
        return privacy
    return Security.WEP if privacy else Security.OPEN


def _rsn_type(rsn: Rsn, override: Rsn | None) -> Security | Unmeasured:
    akms = {*rsn.akms, *(override.akms if override is not None else ())}
    if Akm.SAE in akms:
        return Security.WPA3_TRANSITION if Akm.PSK in akms else Security.WPA3_PERSONAL
    if Akm.PSK in akms:
        return Security.WPA2_PERSONAL
    if akms & _ENTERPRISE:
        return Security.WPA3_ENTERPRISE if _strict_enterprise(rsn) else Security.WPA2_ENTERPRISE
    if Akm.OWE in akms:
        return Security.ENHANCED_OPEN
    return Unmeasured(Reason.NOT_SUPPORTED, "the network joins in a way that is not known here")


def _strict_enterprise(rsn: Rsn) -> bool:
    """WPA3-Enterprise: SHA-256 or better only, management frames protected (WPA3 spec. 3.3)."""
    if set(rsn.akms) <= {Akm.ENTERPRISE_192}:
        return True
    return rsn.protected_frames_required and Akm.ENTERPRISE not in rsn.akms


def _wpa_type(wpa: Rsn) -> Security | Unmeasured:
    if Akm.PSK in wpa.akms:
        return Security.WPA_PERSONAL
    if Akm.ENTERPRISE in wpa.akms:
        return Security.WPA_ENTERPRISE
    return Unmeasured(Reason.NOT_SUPPORTED, "the network joins in a way that is not known here")


def allows_tkip(*found: Rsn | None) -> bool:
    return any(Cipher.TKIP in each.pairwise for each in found if each is not None)
