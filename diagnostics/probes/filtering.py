"""Whether a site that fails is filtered: by the resolver in use, or by its name on the way."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from diagnostics.probe import Context, Probe, ProbeError
from diagnostics.readings.addressing import AddressScope, Dhcp, ResolverRole
from diagnostics.readings.filtering import Filtering, NameFilter, SiteFilter
from diagnostics.readings.web import FetchEnd, Web
from diagnostics.result import NOT_RUN, Reading, Reason, Unmeasured
from diagnostics.sounding.address import scope_of
from diagnostics.sounding.resolvers import Resolver, resolvers_to_ask, site_names
from diagnostics.wire.dns import DnsAnswer, DnsPlan, query
from diagnostics.wire.errors import Reset, WireError
from diagnostics.wire.http import HttpAnswer, HttpFailure, HttpPlan, attempt
from diagnostics.wire.tls import trusting_context

_DNS = DnsPlan(timeout_s=1.2, attempts=2)
_PLAN = HttpPlan(timeout_s=3.0, connect_timeout_s=1.5, max_body=2_000)
#: a name that no filter knows (RFC 6761): only the beginning of TLS counts, not the certificate
_NEUTRAL = "https://filter-check.invalid/"
_NOT_COMPARED = Unmeasured(Reason.NO_ANSWER, "one of the resolvers did not answer")


class FilteringProbe(Probe[Filtering]):
    reading: ClassVar[type[Reading]] = Filtering
    after: ClassVar[tuple[type[Reading], ...]] = (Dhcp, Web)
    deadline_s: ClassVar[float] = 7.0

    async def measure(self, context: Context) -> Filtering:
        web = context.earlier.value(Web)
        if isinstance(web, Unmeasured):
            raise ProbeError(Reason.NEEDS_OTHER, "no page was tried")
        resolvers = await resolvers_to_ask(context.profile, context.platform, context.earlier)
        own = [r for r in resolvers if r.in_use and r.role is not ResolverRole.PUBLIC][:1]
        public = [r for r in resolvers if r.role is ResolverRole.PUBLIC][:1]
        failed = {name for name in site_names(context.profile.targets.sites) if _failed(web, name)}
        names = site_names(context.profile.targets.sites)
        if not public or len(failed) == len(names):
            raise ProbeError(Reason.NOT_APPLICABLE, "no site can be compared with others")
        sites = await asyncio.gather(*(_site(n, n in failed, own, public) for n in names[:4]))
        return Filtering(sites=tuple(sites))


def _failed(web: Web, name: str) -> bool:
    own = [fetch for fetch in web.fetches if urlsplit(fetch.url).hostname == name]
    return bool(own) and not any(fetch.end is FetchEnd.ANSWERED for fetch in own)


async def _site(
    name: str, failed: bool, own: Sequence[Resolver], public: Sequence[Resolver]
) -> SiteFilter:
    said, true = await asyncio.gather(_addresses(name, own), _addresses(name, public))
    kind = _compared(said, true)
    suspect = failed or kind in (NameFilter.SINKHOLE, NameFilter.WITHHELD)
    works: bool | Unmeasured = NOT_RUN
    cut: bool | Unmeasured = NOT_RUN
    if suspect and not isinstance(true, Unmeasured) and true:
        works, cut = await _tried(name, true[0])
    first = said if isinstance(said, Unmeasured) else next(iter(said), _NOT_COMPARED)
    return SiteFilter(
        name=name,
        failed=failed,
        by_resolver=kind,
        own_address=first,
        works_elsewhere=works,
        cut_by_name=cut,
    )


async def _addresses(name: str, resolvers: Sequence[Resolver]) -> tuple[str, ...] | Unmeasured:
    for resolver in resolvers:
        try:
            answer: DnsAnswer = await query(resolver.address, name, "A", _DNS)
        except WireError as error:
            return Unmeasured(Reason.NO_ANSWER, error.detail)
        if answer.rcode in ("NOERROR", "NXDOMAIN", "REFUSED"):
            return answer.addresses
    return _NOT_COMPARED


def _compared(
    said: tuple[str, ...] | Unmeasured, true: tuple[str, ...] | Unmeasured
) -> NameFilter | Unmeasured:
    if isinstance(said, Unmeasured) or isinstance(true, Unmeasured):
        return _NOT_COMPARED
    if not true:
        return NameFilter.SAME
    if not said:
        return NameFilter.WITHHELD
    if all(_leads_nowhere(address) for address in said):
        return NameFilter.SINKHOLE
    return NameFilter.SAME if set(said) & set(true) else NameFilter.OTHER


def _leads_nowhere(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    home = scope_of(address) is not AddressScope.GLOBAL
    return parsed.is_unspecified or parsed.is_loopback or home


async def _tried(name: str, address: str) -> tuple[bool, bool | Unmeasured]:
    """Whether the page loads at this address; whether only its name is what is cut."""
    plan = msgspec.structs.replace(_PLAN, address=address, family="ipv4")
    context = trusting_context()
    found = await attempt(f"https://{name}/", plan, context)
    if isinstance(found, HttpAnswer):
        return True, False
    if not _cut(found):
        return False, False
    again = await attempt(f"https://{name}/", plan, context)
    neutral = await attempt(_NEUTRAL, msgspec.structs.replace(plan, verify=False))
    if isinstance(again, HttpAnswer) or not _cut(again):
        return False, Unmeasured(Reason.DISTURBED, "it is not cut each time")
    return False, isinstance(neutral, HttpAnswer) or not _cut(neutral)


def _cut(failure: HttpFailure) -> bool:
    """The connection stood and was cut when the name went over it."""
    return isinstance(failure.error, Reset) and failure.phase in ("tls", "first_byte")
