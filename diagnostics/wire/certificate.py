"""What a certificate says of itself."""

import ssl
from typing import TYPE_CHECKING, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509

_MAX_NAMES = 20
_Rdns = tuple[tuple[tuple[str, str], ...], ...]


class Certificate(msgspec.Struct, frozen=True):
    """Facts of the server's own certificate. Times are Unix seconds (UTC)."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: float
    not_after: float
    self_signed: bool


def verified_certificate(told: dict[str, object]) -> Certificate:
    """Facts of a certificate that OpenSSL has checked, from what the ssl module makes of it."""
    subject, issuer = cast("_Rdns", told.get("subject", ())), cast("_Rdns", told.get("issuer", ()))
    names = cast("Iterable[tuple[str, str]]", told.get("subjectAltName", ()))
    return Certificate(
        subject=_told_name(subject),
        issuer=_told_name(issuer),
        names=tuple(name for kind, name in names if kind == "DNS")[:_MAX_NAMES],
        not_before=float(ssl.cert_time_to_seconds(str(told["notBefore"]))),
        not_after=float(ssl.cert_time_to_seconds(str(told["notAfter"]))),
        self_signed=subject == issuer,
    )


def _told_name(parts: _Rdns) -> str:
    told = dict(pair for part in parts for pair in part)
    for kind in ("commonName", "organizationName"):
        if kind in told:
            return told[kind][:200]
    return ", ".join(f"{kind}={text}" for kind, text in told.items())[:200]


def certificate(der: bytes) -> Certificate | None:
    """Read a certificate; None when it cannot be read."""
    # Heavy (12 MB, 0.2 s), and most checks never look into a certificate.
    from cryptography import x509  # noqa: PLC0415

    try:
        parsed = x509.load_der_x509_certificate(der)
        return Certificate(
            subject=_common(parsed.subject),
            issuer=_common(parsed.issuer),
            names=_names(parsed),
            not_before=parsed.not_valid_before_utc.timestamp(),
            not_after=parsed.not_valid_after_utc.timestamp(),
            self_signed=parsed.subject == parsed.issuer,
        )
    except (ValueError, x509.UnsupportedGeneralNameType):
        return None


def _common(name: "x509.Name") -> str:
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(oid):
            return str(found[0].value)[:200]
    return name.rfc4514_string()[:200]


def _names(parsed: "x509.Certificate") -> tuple[str, ...]:
    from cryptography import x509  # noqa: PLC0415

    try:
        found = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    names = found.value.get_values_for_type(x509.DNSName)
    return tuple(names[:_MAX_NAMES])
