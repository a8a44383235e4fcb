"""Web pages over IPv4 and IPv6 by themselves, with names from any resolver that answers."""

from __future__ import annotations

import asyncio
import ssl
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from diagnostics.platforms.base import Platform
from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import Addressing
from diagnostics.readings.web import CertificateFault, Fetch, FetchEnd, Web
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.home import has_way_out
from diagnostics.sounding.lookup import Found, find
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.wire.errors import (
    BadAnswer,
    NotPermitted,
    Refused,
    Reset,
    TimedOut,
    TlsFailed,
    Unreachable,
)
from diagnostics.wire.http import HttpAnswer, HttpFailure, HttpPlan, Timing, attempt
from diagnostics.wire.tls import TlsRejected, trusting_context

_MOST_SITES = 4
#: 4.5 s: five round trips over a geostationary satellite (RFC 9293 handshake, TLS 1.2, request).
#: A site that was reached gets 4.2 s: so one that takes three seconds is told from the others.
_PLAN = HttpPlan(timeout_s=4.5, connect_timeout_s=2.5, answer_s=4.2, max_body=24_000)
_NOT_REACHED = Unmeasured(Reason.NO_ANSWER, "it did not come that far")
_NO_FAULT = Unmeasured(Reason.NOT_APPLICABLE, "no certificate was refused")
#: OpenSSL's X509_V_ERR_* (x509_vfy.h)
_VERIFY = {
    9: CertificateFault.NOT_YET_VALID,
    10: CertificateFault.EXPIRED,
    62: CertificateFault.NAME_MISMATCH,
    **dict.fromkeys((2, 18, 19, 20, 21), CertificateFault.UNKNOWN_ISSUER),
}


class WebProbe(Probe[Web]):
    reading: ClassVar[type[Reading]] = Web
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing,)
    deadline_s: ClassVar[float] = 9.0

    async def measure(self, context: Context) -> Web:
        named = context.profile.targets.sites[:_MOST_SITES]
        if not named:
            raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no sites")
        # the service that the person misses, beside sites that tell whether it is alone
        sites = tuple(dict.fromkeys((*named, *context.chosen.sites)))
        addressing = context.earlier.value(Addressing)
        four = isinstance(addressing, Unmeasured) or has_way_out(addressing, 4)
        six = not isinstance(addressing, Unmeasured) and has_way_out(addressing, 6)
        asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
        resolvers = [resolver.address for resolver in asked]
        # Without any way out IPv4 is tried all the same: the refusal is the reading.
        families = [f for f, there in ((4, four or not six), (6, six)) if there]
        # One context for all: loading the trust store costs the time of a round trip.
        trust = trusting_context()
        fetched = await asyncio.gather(
            *(_site(site, families, resolvers, context.platform, trust) for site in sites)
        )
        return Web(
            fetches=tuple(fetch for site in fetched for fetch in site),
            ipv4_expected=four,
            ipv6_expected=six,
        )


async def _site(
    site: str,
    families: list[int],
    resolvers: list[str],
    platform: Platform,
    trust: ssl.SSLContext,
) -> tuple[Fetch, ...]:
    host = urlsplit(site).hostname or ""
    found = await find(host, resolvers, platform)
    # A site without an address of a family has no fetch of it, unless it has no address at all.
    wanted = [f for f in families if found.of(f)]
    if not wanted:
        return (_nameless(site, families[0], found),)
    return tuple(await asyncio.gather(*(_fetch(site, family, found, trust) for family in wanted)))


def _nameless(site: str, family: int, found: Found) -> Fetch:
    detail = "no resolver gave an address" if not found.addresses else "no address of this family"
    return _failed(site, family, FetchEnd.NAME_FAILED, detail, "", None, found)


async def _fetch(site: str, family: int, found: Found, trust: ssl.SSLContext) -> Fetch:
    address = found.of(family)[0]
    plan = HttpPlan(
        family="ipv4" if family == 4 else "ipv6",
        address=address,
        timeout_s=_PLAN.timeout_s,
        connect_timeout_s=_PLAN.connect_timeout_s,
        answer_s=_PLAN.answer_s,
        max_body=_PLAN.max_body,
    )
    answer = await attempt(site, plan, trust)
    if isinstance(answer, HttpAnswer):
        return _answered(site, family, answer, found)
    end = end_of(answer)
    fetch = _failed(site, family, end, answer.error.detail, address, answer.timing, found)
    if isinstance(answer.error, TlsRejected):
        return _with_certificate(fetch, answer.error)
    return fetch


def end_of(failure: HttpFailure) -> FetchEnd:  # noqa: PLR0911 - one line an end
    """What a person would call the way in which a request failed."""
    error = failure.error
    if isinstance(error, TlsRejected):
        return FetchEnd.CERTIFICATE_BAD
    if isinstance(error, TimedOut):
        early = failure.phase in {"dns", "connect"}
        return FetchEnd.CONNECT_TIMED_OUT if early else FetchEnd.STALLED
    if isinstance(error, (Unreachable, NotPermitted)):
        return FetchEnd.NO_ROUTE
    if isinstance(error, Refused):
        return FetchEnd.REFUSED
    if isinstance(error, Reset):
        return FetchEnd.RESET
    if isinstance(error, TlsFailed):
        return FetchEnd.TLS_FAILED
    if isinstance(error, BadAnswer):
        return FetchEnd.BAD_ANSWER
    return FetchEnd.NAME_FAILED if failure.phase == "dns" else FetchEnd.STALLED


def _answered(site: str, family: int, answer: HttpAnswer, found: Found) -> Fetch:
    issuer = answer.certificate.issuer if answer.certificate else ""
    return Fetch(
        url=site,
        family=family,
        address=answer.address,
        end=FetchEnd.ANSWERED,
        status=answer.status,
        name_ms=found.took_ms,
        connect_ms=answer.timing.connect_ms or 0.0,
        tls_ms=_reached(answer.timing.tls_ms),
        first_byte_ms=_reached(answer.timing.first_byte_ms),
        certificate_fault=_NO_FAULT,
        certificate_issuer=issuer or _NOT_REACHED,
        detail="" if answer.body_complete or answer.body else "no body",
    )


def _reached(figure_ms: float | None) -> float | Unmeasured:
    return _NOT_REACHED if figure_ms is None else figure_ms


def _failed(
    site: str,
    family: int,
    end: FetchEnd,
    detail: str,
    address: str,
    timing: Timing | None,
    found: Found,
) -> Fetch:
    return Fetch(
        url=site,
        family=family,
        address=address or _NOT_REACHED,
        end=end,
        status=_NOT_REACHED,
        name_ms=found.took_ms if found.addresses else _NOT_REACHED,
        connect_ms=_reached(timing.connect_ms if timing else None),
        tls_ms=_reached(timing.tls_ms if timing else None),
        first_byte_ms=_reached(timing.first_byte_ms if timing else None),
        certificate_fault=_NO_FAULT,
        certificate_issuer=_NOT_REACHED,
        detail=detail,
    )


def _with_certificate(fetch: Fetch, error: TlsRejected) -> Fetch:
    issuer = error.certificate.issuer if error.certificate else ""
    return msgspec.structs.replace(
        fetch,
        certificate_fault=_VERIFY.get(error.verify_code, CertificateFault.OTHER),
        certificate_issuer=issuer or _NOT_REACHED,
    )
