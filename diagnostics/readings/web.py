"""Web pages over IPv4 and IPv6 by themselves, certificates, clock and captive portals."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address, FreeText, Plain, Url
from diagnostics.result import Reading, Unmeasured


class FetchEnd(StrEnum):
    ANSWERED = "answered"  # an HTTP answer came, whatever its status
    NAME_FAILED = "name-failed"
    NO_ROUTE = "no-route"
    REFUSED = "refused"
    RESET = "reset"
    CONNECT_TIMED_OUT = "connect-timed-out"
    STALLED = "stalled"  # connected, then no (full) answer
    TLS_FAILED = "tls-failed"
    CERTIFICATE_BAD = "certificate-bad"
    BAD_ANSWER = "bad-answer"


class CertificateFault(StrEnum):
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    NAME_MISMATCH = "name-mismatch"
    UNKNOWN_ISSUER = "unknown-issuer"
    OTHER = "other"


class Fetch(msgspec.Struct, frozen=True, kw_only=True):
    """One request to one site over one address family. Phase times Unmeasured where not reached."""

    url: Url
    family: int
    address: Address | Unmeasured
    end: FetchEnd
    status: int | Unmeasured
    name_ms: float | Unmeasured
    connect_ms: float | Unmeasured
    tls_ms: float | Unmeasured
    first_byte_ms: float | Unmeasured
    certificate_fault: CertificateFault | Unmeasured
    certificate_issuer: FreeText | Unmeasured
    detail: FreeText = ""


class Web(Reading, frozen=True, kw_only=True):
    """`ipv6_expected`: a global IPv6 address and a default route exist, so IPv6 ought to work.

    Names are resolved through any resolver that answers, so that a dead DNS hides nothing here.
    """

    PROBE: ClassVar[str] = "web"
    fetches: tuple[Fetch, ...]
    ipv4_expected: bool
    ipv6_expected: bool


class Clock(Reading, frozen=True, kw_only=True):
    """This computer's clock against others: positive offset means that our clock is ahead."""

    PROBE: ClassVar[str] = "clock"
    http_date_offset_s: float | Unmeasured
    http_sources: int
    ntp_offset_s: float | Unmeasured


class PortalFinding(StrEnum):
    UNTOUCHED = "untouched"
    ALTERED = "altered"
    UNREACHED = "unreached"


class PortalCheck(msgspec.Struct, frozen=True, kw_only=True):
    url: Url
    finding: PortalFinding
    status: int | Unmeasured
    redirected_to: Url | Unmeasured


class Portal(Reading, frozen=True, kw_only=True):
    """Checks at two or more places; RFC 8910 option and RFC 8908 answer where offered."""

    PROBE: ClassVar[str] = "portal"
    checks: tuple[PortalCheck, ...]
    api_url: Url | Unmeasured
    api_says_captive: bool | Unmeasured
    walled_garden_words: tuple[Plain, ...] = ()  # e.g. "suspended", "activate" found in the page
