"""Certificates: what was shown, and why it was refused."""

import msgspec

from diagnostics.wire.errors import TlsFailed


class Certificate(msgspec.Struct, frozen=True):
    """Facts of the server's own certificate. Times are Unix seconds (UTC)."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: float
    not_after: float
    self_signed: bool


class TlsRejected(TlsFailed):
    """The certificate was shown and refused.

    `verify_code`: X509_V_ERR_* of OpenSSL (10 expired, 9 not yet valid, 18 self
    signed, 20 unknown issuer, 62 other name); 0 when the handshake failed for
    another reason.  `certificate` None when none could be read.
    """

    kind = "tls_rejected"

    def __init__(
        self, detail: str, verify_code: int, verify_text: str, certificate: Certificate | None
    ) -> None:
        super().__init__(detail)
        self.verify_code: int = verify_code
        self.verify_text: str = verify_text
        self.certificate: Certificate | None = certificate
