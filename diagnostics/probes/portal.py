"""Captive portals: well-known pages fetched at two or more places, and the network's own word."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.profile import PortalTarget
from diagnostics.readings.addressing import Addressing, Dhcp
from diagnostics.readings.web import Portal, PortalCheck, PortalFinding
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.lookup import find
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.wire.errors import WireError
from diagnostics.wire.http import HttpAnswer, HttpPlan, get

_PLAN = HttpPlan(timeout_s=3.5, connect_timeout_s=2.0, max_body=16_000)
_NO_REDIRECT = Unmeasured(Reason.NOT_APPLICABLE, "no redirect")
_NO_API = Unmeasured(Reason.NOT_APPLICABLE, "the network offers no portal API (RFC 8910)")
_WORDS = re.compile(
    r"suspend|unpaid|overdue|outstanding (?:bill|balance|payment)|reactivat|activat"
    r"|disconnected|payment|account|log ?in|sign ?in|accept|terms|voucher|guest",
    re.IGNORECASE,
)


class PortalProbe(Probe[Portal]):
    reading: ClassVar[type[Reading]] = Portal
    after: ClassVar[tuple[type[Reading], ...]] = (Addressing, Dhcp)
    deadline_s: ClassVar[float] = 7.0

    async def measure(self, context: Context) -> Portal:
        targets = context.profile.targets.portal
        if not targets:
            raise ProbeError(Reason.NOT_APPLICABLE, "the profile names no portal checks")
        asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
        resolvers = [resolver.address for resolver in asked]
        fetched, (api_url, captive) = await asyncio.gather(
            asyncio.gather(*(_fetch(t.url, resolvers, context) for t in targets)),
            _api(context),
        )
        checks = [_check(t, answer) for t, answer in zip(targets, fetched, strict=True)]
        altered = [
            answer
            for check, answer in zip(checks, fetched, strict=True)
            if answer is not None and check.finding is PortalFinding.ALTERED
        ]
        return Portal(
            checks=tuple(checks),
            api_url=api_url,
            api_says_captive=captive,
            walled_garden_words=_words(altered),
        )


async def _fetch(url: str, resolvers: Sequence[str], context: Context) -> HttpAnswer | None:
    """Names first as the system says: a portal may well work by false names."""
    found = await find(urlsplit(url).hostname or "", resolvers, context.platform)
    for address in sorted(found.addresses, key=lambda a: ":" in a)[:2]:
        try:
            return await get(url, msgspec.structs.replace(_PLAN, address=address))
        except WireError:
            continue
    return None


def _check(target: PortalTarget, answer: HttpAnswer | None) -> PortalCheck:
    location = answer.header("location") if answer is not None else None
    return PortalCheck(
        url=target.url,
        finding=_finding(target, answer),
        status=answer.status if answer is not None else Unmeasured(Reason.NO_ANSWER),
        redirected_to=_without_query(location) if location else _NO_REDIRECT,
    )


def _finding(target: PortalTarget, answer: HttpAnswer | None) -> PortalFinding:
    """A server's own failure (5xx) is nobody's portal: the place was not reached as asked."""
    if answer is None or (500 <= answer.status <= 599 and answer.status != 511):
        return PortalFinding.UNREACHED
    body = answer.body.decode("utf-8", errors="replace").lstrip("\ufeff \r\n")
    same = answer.status == target.status and body.startswith(target.body)
    if same and not target.body and target.status == 204 and body:
        same = False
    return PortalFinding.UNTOUCHED if same else PortalFinding.ALTERED


def _without_query(url: str) -> str:
    """The query of a portal's address names the person's device: it is never kept."""
    return url.partition("?")[0].partition("#")[0]


def _words(answers: Sequence[HttpAnswer]) -> tuple[str, ...]:
    text = " ".join(
        f"{a.header('location') or ''} {a.body.decode('utf-8', errors='replace')}" for a in answers
    )
    return tuple(sorted({word.lower() for word in _WORDS.findall(text)}))


async def _api(context: Context) -> tuple[str | Unmeasured, bool | Unmeasured]:
    """RFC 8908: the address comes with DHCP option 114, the answer says `captive`."""
    dhcp = context.earlier.value(Dhcp)
    leases = () if isinstance(dhcp, Unmeasured) else dhcp.leases
    offered = (lease.captive_portal_uri for lease in leases)
    url = next((uri for uri in offered if isinstance(uri, str)), "")
    if not url or url == "urn:ietf:params:capport:unrestricted":  # RFC 8910, section 2
        return _NO_API, _NO_API
    accept = (("Accept", "application/captive+json"),)
    plan = msgspec.structs.replace(_PLAN, headers=accept)
    try:
        answer = await get(url, plan)
        return url, msgspec.json.decode(answer.body, type=_CaptiveJson).captive
    except (WireError, ValueError) as error:
        return url, Unmeasured(Reason.BAD_ANSWER, f"the portal API cannot be read: {error}")


class _CaptiveJson(msgspec.Struct, frozen=True):
    captive: bool
