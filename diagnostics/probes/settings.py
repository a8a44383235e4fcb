"""What is set by hand on this computer: proxies, tried through and direct, and the hosts file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from diagnostics.platforms.base import HostsEntry, PlatformError, ProxySetting
from diagnostics.probe import Context, Probe
from diagnostics.profile import Profile
from diagnostics.readings.addressing import (
    Addressing,
    HostsOverride,
    Proxy,
    ProxySource,
    Settings,
)
from diagnostics.readings.interfaces import InterfaceKind, Interfaces
from diagnostics.result import Reading, Reason, Unmeasured
from diagnostics.sounding.ending import end
from diagnostics.sounding.lookup import find, find_by_resolvers
from diagnostics.sounding.resolvers import resolvers_to_ask
from diagnostics.wire.errors import WireError
from diagnostics.wire.http import HttpPlan, get

_PLAN = HttpPlan(timeout_s=3.0, connect_timeout_s=2.0, max_body=2_000)
_NO_PAC = Unmeasured(Reason.NOT_APPLICABLE, "no proxy script is set")
_SCRIPT = Unmeasured(Reason.NOT_SUPPORTED, "a proxy script decides, and it is not run")
_SOCKS = Unmeasured(Reason.NOT_SUPPORTED, "a SOCKS proxy is not tried")


class SettingsProbe(Probe[Settings]):
    reading: ClassVar[type[Reading]] = Settings
    after: ClassVar[tuple[type[Reading], ...]] = (Interfaces, Addressing)
    deadline_s: ClassVar[float] = 7.0

    async def measure(self, context: Context) -> Settings:
        asked = await resolvers_to_ask(context.profile, context.platform, context.earlier)
        resolvers = [resolver.address for resolver in asked]
        settings, entries = await asyncio.gather(_proxies(context), context.platform.hosts())
        proxies, overrides = await asyncio.gather(
            asyncio.gather(*(_proxy(p, resolvers, context) for p in settings)),
            _overrides(entries, resolvers, context),
        )
        scripts = [p.pac_url for p in settings if p.pac_url]
        return Settings(
            proxies=tuple(proxies),
            proxy_url=scripts[0].partition("?")[0] if scripts else _NO_PAC,
            hosts_overrides=overrides,
            vpn_programs=_tunnels(context),
        )


async def _proxies(context: Context) -> tuple[ProxySetting, ...]:
    """Not told is none set: whatever fails because of one shows elsewhere."""
    try:
        return await context.platform.proxies()
    except PlatformError:
        return ()


def _tunnels(context: Context) -> tuple[str, ...]:
    interfaces = context.earlier.value(Interfaces)
    if isinstance(interfaces, Unmeasured):
        return ()
    return tuple(i.name for i in interfaces.interfaces if i.kind is InterfaceKind.TUNNEL)


async def _proxy(setting: ProxySetting, resolvers: Sequence[str], context: Context) -> Proxy:
    works: bool | Unmeasured = _SCRIPT
    direct: bool | Unmeasured = _SCRIPT
    if setting.source is not ProxySource.PAC:
        works, direct = await _tried(setting, resolvers, context)
    return Proxy(
        source=setting.source,
        scheme=setting.scheme,
        host=setting.host,
        port=setting.port or Unmeasured(Reason.NOT_APPLICABLE, "no port is set"),
        works=works,
        direct_works=direct,
    )


async def _tried(
    setting: ProxySetting, resolvers: Sequence[str], context: Context
) -> tuple[bool | Unmeasured, bool | Unmeasured]:
    """The same page through the proxy and without it; two pages, as one may be ill by itself."""
    pages = _pages(context.profile)[:2]
    direct = asyncio.create_task(_any_page(pages, resolvers, context, ""))
    if setting.scheme == "socks":
        return _SOCKS, await direct
    try:
        host = f"[{setting.host}]" if ":" in setting.host else setting.host
        proxy = f"http://{host}:{setting.port}"
        through = await _any_page(pages, resolvers, context, proxy)
        return through, await direct
    finally:
        await end(direct)


def _pages(profile: Profile) -> list[str]:
    return [*(p.url for p in profile.targets.portal), *profile.targets.sites]


async def _any_page(
    pages: Sequence[str], resolvers: Sequence[str], context: Context, proxy: str
) -> bool:
    return any(await asyncio.gather(*(_page(p, resolvers, context, proxy) for p in pages)))


async def _page(page: str, resolvers: Sequence[str], context: Context, proxy: str) -> bool:
    """An answer of the page itself: what a proxy says in its stead (407, 502 to 504) is none."""
    plan = msgspec.structs.replace(_PLAN, proxy=proxy, command=context.platform.stream_command)
    if not proxy:
        found = await find(urlsplit(page).hostname or "", resolvers, context.platform)
        if not found.addresses:
            return False
        address = min(found.addresses, key=lambda a: ":" in a)
        plan = msgspec.structs.replace(plan, address=address)
    try:
        answer = await get(page, plan)
    except WireError:
        return False
    return answer.status < 500 and answer.status not in {403, 407}


async def _overrides(
    entries: Sequence[HostsEntry], resolvers: Sequence[str], context: Context
) -> tuple[HostsOverride, ...]:
    names = _named(context.profile)
    wanted = [entry for entry in entries if entry.name in names]
    return tuple(await asyncio.gather(*(_override(e, resolvers, context) for e in wanted)))


def _named(profile: Profile) -> frozenset[str]:
    """Every name that the profile wants reached."""
    speed = [url for s in profile.speed for url in (s.url, s.download_url, s.upload_url)]
    hosts = (urlsplit(url).hostname for url in [*_pages(profile), *speed, profile.desk.url])
    return frozenset(host.lower() for host in hosts if host)


async def _override(entry: HostsEntry, resolvers: Sequence[str], context: Context) -> HostsOverride:
    system, others = await asyncio.gather(
        find(entry.name, (), context.platform), find_by_resolvers(entry.name, resolvers)
    )
    return HostsOverride(
        name=entry.name,
        address=entry.address,
        resolvers_say=others,
        system_follows=entry.address in system.addresses,
    )
