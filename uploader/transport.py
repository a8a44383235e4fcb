"""Speaks with the desk over HTTP (uploader.desk_messages). Loads httpx: short-lived processes only.

Redirects are never followed: a captive portal must not get the bundle.
"""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Protocol, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
import truststore

from uploader.bundle import media_type_of
from uploader.desk_messages import API, CLAIM_HEADER, NewReply, Receipt, Refusal, TicketView

CONNECT_S = 10.0
#: a slow line sends 8 MB in this time per 64 kB written, not per upload
TRANSFER_S = 30.0
ANSWER_LIMIT_BYTES = 4 * 1024 * 1024
T = TypeVar("T")


class TransportError(Exception):
    """No usable answer; the message is one sentence. The desk may or may not have got it."""

    def __init__(self, sentence: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class RefusedError(Exception):
    """The desk will not take it, and asking again does not help."""


class UnknownError(Exception):
    """The desk has no such bundle (404)."""


class Transport(Protocol):
    def post_bundle(self, bundle_id: str, claim: str, data: bytes) -> Receipt: ...

    def receipt(self, bundle_id: str, claim: str) -> Receipt: ...

    def ticket(self, number: str, token: str) -> TicketView: ...

    def reply(self, number: str, token: str, reply: NewReply) -> TicketView: ...


class HttpTransport:
    """One desk. Every method raises TransportError, RefusedError or UnknownError."""

    def __init__(self, url: str) -> None:
        self._base = checked_url(url).rstrip("/") + API
        self._client = httpx.Client(
            timeout=httpx.Timeout(TRANSFER_S, connect=CONNECT_S),
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            follow_redirects=False,
            headers={"Accept": "application/json"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def post_bundle(self, bundle_id: str, claim: str, data: bytes) -> Receipt:
        headers = {
            "Content-Type": media_type_of(data),
            "Idempotency-Key": bundle_id,
            CLAIM_HEADER: claim,
        }
        receipt = self._ask("POST", "/bundles", Receipt, headers, data)
        return _own(receipt, bundle_id)

    def receipt(self, bundle_id: str, claim: str) -> Receipt:
        receipt = self._ask("GET", f"/bundles/{bundle_id}", Receipt, _bearer(claim))
        return _own(receipt, bundle_id)

    def ticket(self, number: str, token: str) -> TicketView:
        return self._ask("GET", f"/tickets/{_segment(number)}", TicketView, _bearer(token))

    def reply(self, number: str, token: str, reply: NewReply) -> TicketView:
        headers = {**_bearer(token), "Content-Type": "application/json"}
        path = f"/tickets/{_segment(number)}/replies"
        return self._ask("POST", path, TicketView, headers, msgspec.json.encode(reply))

    def _ask(
        self, method: str, path: str, kind: type[T], headers: dict[str, str], data: bytes = b""
    ) -> T:
        try:
            with self._client.stream(
                method, self._base + path, headers=headers, content=data or None
            ) as response:
                body = _bounded(response)
        except httpx.TimeoutException as error:
            raise TransportError("The desk did not answer in time.") from error
        except httpx.HTTPError as error:
            raise TransportError("The desk cannot be reached now.") from error
        return _understood(response, body, kind)


def checked_url(url: str) -> str:
    """https everywhere but on this computer itself; RefusedError otherwise."""
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if parts.scheme == "https" or (parts.scheme == "http" and local):
        return url
    raise RefusedError(
        "The provider's desk has no safe address (https); ask the provider for a new profile."
    )


def _understood(response: httpx.Response, body: bytes, kind: type[T]) -> T:
    if response.status_code in {200, 201}:
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise TransportError("Something other than the desk answered.") from error
    if response.is_redirect:
        raise TransportError("Something other than the desk answered: log in to the network.")
    refusal = _refusal(body)
    if response.status_code == 404 and refusal:
        raise UnknownError(refusal.sentence)
    if response.is_client_error and refusal and not refusal.again:
        raise RefusedError(refusal.sentence)
    sentence = refusal.sentence if refusal else "The desk has a problem of its own just now."
    raise TransportError(sentence, retry_after_s=_retry_after_s(response))


def _refusal(body: bytes) -> Refusal | None:
    """None when the answer is not the desk's: a proxy's page or a portal's."""
    try:
        return msgspec.json.decode(body, type=Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _retry_after_s(response: httpx.Response) -> float:
    """Seconds (RFC 9110, 10.2.3); a date is left to our own rhythm."""
    text = response.headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else 0.0


def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > ANSWER_LIMIT_BYTES:
            raise TransportError("Something other than the desk answered.")
    return bytes(body)


def _own(receipt: Receipt, bundle_id: str) -> Receipt:
    if receipt.bundle_id != bundle_id or not receipt.ticket or not receipt.token:
        raise TransportError("The desk's receipt is not for this bundle.")
    return receipt


def _segment(number: str) -> str:
    """A ticket's number goes into a path: it may not lead elsewhere."""
    if not number or any(not (sign.isalnum() or sign in "-_") for sign in number):
        raise TransportError("The desk gave the ticket a number that cannot be used.")
    return number


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
