"""Certificates: what was shown, and why it was refused."""

import asyncio
import functools
import re
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from diagnostics.wire.certificate import Certificate, certificate, verified_certificate
from diagnostics.wire.errors import Reset, TimedOut, TlsFailed, wire_error
from diagnostics.wire.kernel import KERNEL

_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----")


class TlsRejected(TlsFailed):
    """The certificate was shown and refused.

    `verify_code`: X509_V_ERR_* of OpenSSL (10 expired, 9 not yet valid, 18 self
    signed, 20 unknown issuer, 62 other name); 0 when the system's own store
    refused without a code.  `certificate` None when none could be read.
    """

    kind = "tls_rejected"

    def __init__(
        self, detail: str, verify_code: int, verify_text: str, certificate: Certificate | None
    ) -> None:
        super().__init__(detail)
        self.verify_code: int = verify_code
        self.verify_text: str = verify_text
        self.certificate: Certificate | None = certificate


def trusting_context(*, verify: bool = True) -> ssl.SSLContext:
    """The system's trust store; without `verify` any certificate goes (never for secrets)."""
    if verify:
        # truststore reads OpenSSL's store anew for each connection: 60 ms that stop all else.
        paths = ssl.get_default_verify_paths()
        if KERNEL.name == "linux" and (paths.cafile or paths.capath):
            changed_at_s = _changed_at_s(paths.cafile), _changed_at_s(paths.capath)
            return _system_context(paths.cafile, paths.capath, changed_at_s)
        import truststore  # noqa: PLC0415 - not needed where OpenSSL has the system's store

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@functools.lru_cache(maxsize=2)
def _system_context(
    cafile: str | None, capath: str | None, changed_at_s: tuple[float, float]
) -> ssl.SSLContext:
    """One for all connections of a check: reading some 140 authorities takes 70 ms of processor.

    Out of a folder OpenSSL reads the one or two that a connection needs.
    """
    del changed_at_s  # tells whether the store is still the one that was read
    if cafile and capath and _holds_all_of(capath, cafile):
        return ssl.create_default_context(capath=capath)
    return ssl.create_default_context()


def _holds_all_of(folder: str, file: str) -> bool:
    """Whether each certificate of the file has a hashed name (c_rehash) in the folder.

    Systems that keep both make the file of the folder's, but one that somebody has added to the
    file alone must be trusted as well. Comparing takes 14 ms.
    """
    try:
        files = [one for one in Path(folder).iterdir() if _HASHED.fullmatch(one.name)]
        hashed = b"\n".join(one.read_bytes() for one in files)
        whole = Path(file).read_bytes()
    except OSError:
        return False
    return set(_CERTIFICATE.findall(whole)) <= set(_CERTIFICATE.findall(hashed))


def _changed_at_s(file: str | None) -> float:
    try:
        return Path(file).stat().st_mtime if file else 0.0
    except OSError:
        return 0.0


class _Chained(Protocol):
    """What holds a peer's chain: public from Python 3.13 on, before that one level down."""

    def get_unverified_chain(self) -> Sequence[object] | None: ...


@runtime_checkable
class _PemBytes(Protocol):
    def public_bytes(self) -> str | bytes: ...


def shown_certificate(secured: ssl.SSLObject | ssl.SSLSocket) -> Certificate | None:
    """The certificate that the server showed, also when it was refused."""
    try:
        if told := secured.getpeercert():
            return verified_certificate(cast("dict[str, object]", told))
        if der := secured.getpeercert(True):
            return certificate(der)
    except (ValueError, OSError):
        pass  # the handshake did not finish; the chain is known all the same
    inner = secured if hasattr(secured, "get_unverified_chain") else None
    holder = cast("_Chained | None", inner or getattr(secured, "_sslobj", None))
    chain = holder.get_unverified_chain() if holder is not None else None
    if not chain:
        return None
    first = chain[0]
    if isinstance(first, bytes):
        return certificate(first)
    if not isinstance(first, _PemBytes):
        return None
    text = first.public_bytes()
    pem = text.decode() if isinstance(text, bytes) else text
    return certificate(ssl.PEM_cert_to_DER_cert(pem))


def tls_failure(
    error: ssl.SSLError, host: str, secured: ssl.SSLObject | ssl.SSLSocket | None
) -> TlsFailed:
    """The failure of a handshake, with the certificate's facts when it was refused."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return TlsFailed(f"TLS with {host}: {error.reason or error}")
    text = str(getattr(error, "verify_message", "") or error.reason or error)
    code = getattr(error, "verify_code", 0)
    shown = shown_certificate(secured) if secured is not None else None
    detail = f"TLS with {host}: certificate refused: {text}"
    return TlsRejected(detail, code if isinstance(code, int) else 0, text, shown)


async def secured_socket(
    sock: socket.socket, host: str, context: ssl.SSLContext, timeout_s: float
) -> ssl.SSLSocket:
    """TLS on a connected non-blocking socket, for bulk data; a failed one is closed.

    Raises TlsRejected, TlsFailed, TimedOut, Reset.
    """
    try:
        secured = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    except BaseException:
        sock.close()
        raise
    try:
        async with asyncio.timeout(timeout_s):
            await _shake_hands(secured)
    except TimeoutError:
        secured.close()
        raise TimedOut(f"TLS with {host}: no answer in time") from None
    except ssl.SSLError as error:
        failure = tls_failure(error, host, secured)
        secured.close()
        raise failure from None
    except ConnectionError:
        secured.close()
        raise Reset(f"TLS with {host}: connection cut during the handshake") from None
    except OSError as error:
        secured.close()
        raise wire_error(error, f"TLS with {host}") from None
    except BaseException:
        secured.close()
        raise
    return secured


async def _shake_hands(secured: ssl.SSLSocket) -> None:
    while True:
        try:
            secured.do_handshake()
        except ssl.SSLWantReadError:
            await _ready(secured, writing=False)
        except ssl.SSLWantWriteError:
            await _ready(secured, writing=True)
        else:
            return


async def _ready(sock: socket.socket, *, writing: bool) -> None:
    """Wait until a non-blocking socket can be read or written."""
    loop = asyncio.get_running_loop()
    happened = asyncio.Event()
    descriptor = sock.fileno()
    if writing:
        loop.add_writer(descriptor, happened.set)
    else:
        loop.add_reader(descriptor, happened.set)
    try:
        await happened.wait()
    finally:
        if writing:
            loop.remove_writer(descriptor)
        else:
            loop.remove_reader(descriptor)
