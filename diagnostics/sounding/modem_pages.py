"""Asks modem and router for the status pages that they show to anybody: by GET, no log-in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from diagnostics.profile import Technology
from diagnostics.readings.modem import DslLine
from diagnostics.result import Unmeasured
from diagnostics.wire.errors import WireError
from diagnostics.wire.http import HttpAnswer, HttpPlan, get
from diagnostics.wire.modem.told import NOT_SHOWN, Told
from diagnostics.wire.upnp import call, describe

#: where modems answer behind a router of one's own: the usual place of cable modems (CableLabs
#: CM-SP-eRouter), and the factory addresses of boxes that were set to bridge
MODEMS = ("192.168.100.1", "192.168.0.1", "192.168.1.1")
_PLAN = HttpPlan(timeout_s=1.5, connect_timeout_s=0.6, max_body=200_000)
_MOST_ASKED = 12
_REDIRECTED = (301, 302, 303, 307, 308)
#: pages that makers show without a log-in (Arris, Motorola, Netgear, Technicolor, Hitron, Sagemcom)
_CABLE = (
    "/cmconnectionstatus.html", "/DocsisStatus.htm", "/RgConnect.asp", "/cmSignalData.htm",
    "/cgi-bin/status", "/cgi-bin/status_cgi", "/MotoConnection.asp", "/DocsisStatus.asp",
    "/rest/v1/cablemodem/downstream", "/data/dsinfo.asp", "/getRouterStatus", "/network_setup.jst",
)  # fmt: skip
#: the second page of two, where each way has its own
_OTHER_WAY = {
    "/rest/v1/cablemodem/downstream": "/rest/v1/cablemodem/upstream",
    "/data/dsinfo.asp": "/data/usinfo.asp",
}
#: Broadcom's reference pages and those built on them, AT&T's gateways, Speedport, Huawei
_COPPER = (
    "/cgi-bin/broadbandstatistics.ha", "/statsadsl.html", "/statsxdsl.html", "/adsl_status.htm",
    "/data/Status.json", "/api/ntwk/dslinfo", "/xdsl.html", "/status.html",
)  # fmt: skip
_FIBRE = (
    "/cgi-bin/fiberstat.ha",
    "/gpon_status.htm",
    "/status_pon.asp",
    "/pon.html",
    "/status.html",
)
#: links of the first page that are followed as well; nothing that could set something going
_LINK = re.compile(r"""(?i)href\s{0,3}=\s{0,3}["']?(/?[\w./-]{3,60})["'>\s]""")
_LOOKS = re.compile(r"(?i)status|signal|docsis|dsl|pon|fib(er|re)|optic")
_ACTS = re.compile(
    r"(?i)boot|start|stop|reset|log|apply|set|save|del|release|renew|upgrad|\.(css|js)$"
)
_MOST_LINKS = 4
_TR064_PORT = 49000


def pages_for(technology: Technology) -> tuple[str, ...]:
    """Which pages are worth asking for; of an unknown line the likeliest of each kind."""
    if technology is Technology.CABLE:
        return _CABLE
    if technology in (Technology.ADSL, Technology.VDSL, Technology.FTTC):
        return _COPPER
    if technology is Technology.FTTH:
        return _FIBRE
    return (*_CABLE[:6], *_COPPER[:3], *_FIBRE[:2])


async def pages_tell(host: str, paths: Sequence[str]) -> Told:
    """What the pages of this machine tell. Raises WireError when it serves none at all.

    A machine that wants a log-in for its first page is left alone, and so is one that gives the
    same page whatever it is asked for.
    """
    first = await _page(host, "/")
    if first is None or first.status == 401:
        return Told()
    # Reading pages needs a dozen patterns and HTML's names: not where nobody serves any.
    from diagnostics.wire.modem.page import told_by  # noqa: PLC0415

    told = told_by(first.body)
    words = first.body.decode("latin-1")
    known = sorted(paths, key=lambda path: path.rpartition("/")[2] not in words)
    same = 0
    for path in list(dict.fromkeys((*_links(words), *known)))[:_MOST_ASKED]:
        if told.anything or same > 1:
            break
        page = None
        with suppress(WireError):
            page = await _page(host, path)
        if page is not None and page.status == 200:
            same += page.body == first.body
            told = await _with_other_way(host, path, told_by(page.body))
    return told


def _links(words: str) -> list[str]:
    """Pages of the same machine whose names promise figures of the line."""
    found = (f"/{one[1].lstrip('/')}" for one in _LINK.finditer(words[:100_000]))
    wanted = [one for one in found if _LOOKS.search(one) and not _ACTS.search(one)]
    return [one for one in wanted if ".." not in one][:_MOST_LINKS]


async def _with_other_way(host: str, path: str, told: Told) -> Told:
    other = _OTHER_WAY.get(path)
    if other is None or not told.channels:
        return told
    with suppress(WireError):
        from diagnostics.wire.modem.page import told_by  # noqa: PLC0415

        page = await _page(host, other)
        if page is not None and page.status == 200:
            return Told(channels=(*told.channels, *told_by(page.body).channels))
    return told


async def _page(host: str, path: str) -> HttpAnswer | None:
    """The page, after one redirection at most that stays on this machine; None for others."""
    url = f"http://{host}{path}"
    answer = await get(url, _PLAN)
    if answer.status not in _REDIRECTED:
        return answer
    with suppress(ValueError):
        there = urljoin(url, answer.header("location") or "")
        parts = urlsplit(there)
        if parts.scheme == "http" and parts.netloc == host:
            return await get(there, _PLAN)
    return None


async def tr064_tells(host: str) -> DslLine | Unmeasured:
    """By TR-064 (WANDSLInterfaceConfig:1), where it is open. Raises WireError."""
    device = await describe(f"http://{host}:{_TR064_PORT}/tr64desc.xml", timeout_s=0.8)
    service = device.service("WANDSLInterfaceConfig")
    if service is None:
        return NOT_SHOWN
    return dsl_of_answer(await call(service, "GetInfo"))


def dsl_of_answer(answer: Mapping[str, str]) -> DslLine | Unmeasured:
    """Margins and attenuation come in tenths of a decibel, rates in kbit/s."""
    from diagnostics.wire.modem.labels import figure  # noqa: PLC0415

    def tenths(key: str) -> float | Unmeasured:
        value = figure(answer.get(key, ""), -100, 1200)
        return value if isinstance(value, Unmeasured) else value / 10

    def rate(key: str) -> float | Unmeasured:
        value = figure(answer.get(key, ""), 1, 1e7)
        return value if isinstance(value, Unmeasured) else value * 1000

    if answer.get("Status", "Up").lower() != "up":
        return NOT_SHOWN  # out of sync: what stands there is of before
    line = DslLine(
        margin_down_db=tenths("DownstreamNoiseMargin"),
        margin_up_db=tenths("UpstreamNoiseMargin"),
        attenuation_down_db=tenths("DownstreamAttenuation"),
        attenuation_up_db=tenths("UpstreamAttenuation"),
        rate_down_bps=rate("DownstreamCurrRate"),
        rate_up_bps=rate("UpstreamCurrRate"),
    )
    return NOT_SHOWN if isinstance(line.margin_down_db, Unmeasured) else line
