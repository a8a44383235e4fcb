"""What can go wrong on the wire, as a tree of exceptions."""
# ruff: noqa: N818 - named after what happened, as httpx does

import errno
import os
import socket
import ssl
from typing import ClassVar


class WireError(Exception):
    """Base of all failures of this layer.

    `detail` is one sentence for a log or a report; `kind` is a stable name for
    classification ("timed_out", "refused", ...).
    """

    kind: ClassVar[str] = "wire_error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail: str = detail


class TimedOut(WireError):
    """Nothing came back before the deadline."""

    kind = "timed_out"


class Refused(WireError):
    """The other side answered that nobody listens there."""

    kind = "refused"


class Unreachable(WireError):
    """No route, or a router or the own machine said it cannot be reached.

    `by` is the address that said so, "" when the own machine did.
    """

    kind = "unreachable"

    def __init__(self, detail: str, by: str = "") -> None:
        super().__init__(detail)
        self.by: str = by


class NotPermitted(WireError):
    """The operating system (or a local firewall) forbids it."""

    kind = "not_permitted"


class NotSupported(WireError):
    """This operating system or network cannot do it (for example no IPv6)."""

    kind = "not_supported"


class Reset(WireError):
    """The connection was cut by the other side or by something between."""

    kind = "reset"


class NameNotFound(WireError):
    """The system's resolver says that the name does not exist."""

    kind = "name_not_found"


class LookupFailed(WireError):
    """The system's resolver failed (server failure, nobody answers)."""

    kind = "lookup_failed"


class BadAnswer(WireError):
    """Something answered, but not in the protocol that was asked for."""

    kind = "bad_answer"


class Declined(BadAnswer):
    """The server understood and said no; `status` is HTTP's."""

    def __init__(self, detail: str, status: int) -> None:
        super().__init__(detail)
        self.status: int = status


class TooLarge(BadAnswer):
    """The answer exceeds what a well-behaved server would send."""

    kind = "too_large"


class TlsFailed(WireError):
    """The TLS handshake failed; see `http.TlsRejected` for certificate facts."""

    kind = "tls_failed"


_REFUSED = {errno.ECONNREFUSED}
_RESET = {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.ESHUTDOWN}
_UNREACHABLE = {
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.ENETDOWN,
    errno.EHOSTDOWN,
    errno.EADDRNOTAVAIL,
    errno.ENODEV,
}
_WSAEACCES = 10013  # where Windows' own number comes by SO_ERROR, not by an exception
#: in every sense "this computer itself refuses": its rights, its rules, its firewall
FORBIDDEN = {errno.EPERM, errno.EACCES, _WSAEACCES}
_WSANO_DATA = 11004  # the name is there, but has no address
_NOT_SUPPORTED = {
    errno.EAFNOSUPPORT,
    errno.EPROTONOSUPPORT,
    errno.ESOCKTNOSUPPORT,
    errno.EOPNOTSUPP,
    errno.ENOPROTOOPT,
}


def wire_error(error: OSError, doing: str) -> WireError:
    """Translate an operating system's error; `doing` begins the sentence."""
    if isinstance(error, socket.gaierror):
        return _lookup_error(error, doing)
    if isinstance(error, ssl.SSLError):  # its numbers are not the system's
        return _tls_error(error, doing)
    detail = f"{doing}: {_text(error)}"
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return TimedOut(f"{doing}: no answer in time")
    for numbers, kind in (
        (_REFUSED, Refused),
        (_RESET, Reset),
        (_UNREACHABLE, Unreachable),
        (FORBIDDEN, NotPermitted),
        (_NOT_SUPPORTED, NotSupported),
    ):
        if error.errno in numbers:
            return kind(detail)
    return WireError(detail)


def datagram_error(error: OSError, doing: str) -> WireError:
    """The same for UDP: on Windows a closed port shows as WSAECONNRESET."""
    found = wire_error(error, doing)
    return Refused(found.detail) if isinstance(found, Reset) else found


def _text(error: OSError) -> str:
    """C's texts do not know Windows' numbers; the socket module does."""
    known: dict[int, str] = getattr(socket, "errorTab", {})
    number = error.errno or 0
    return known.get(number) or (os.strerror(number) if number else str(error))


def _tls_error(error: ssl.SSLError, doing: str) -> WireError:
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Reset(f"{doing}: the connection was cut")
    return TlsFailed(f"{doing}: {error.reason or 'TLS failed'}")


def _lookup_error(error: socket.gaierror, doing: str) -> WireError:
    absent = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME), _WSANO_DATA}
    if error.errno in absent:
        return NameNotFound(f"{doing}: the system knows no such name")
    return LookupFailed(f"{doing}: {error.strerror or error}")
