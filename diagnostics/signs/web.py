"""Signs on web pages: one site or all, certificate, speed of the answer, port."""

from __future__ import annotations

import statistics
from urllib.parse import urlsplit

from diagnostics.belief import SURE, above
from diagnostics.readings.filtering import Filtering, NameFilter
from diagnostics.readings.web import (
    CertificateFault,
    Fetch,
    FetchEnd,
    Web,
)
from diagnostics.result import Unmeasured
from diagnostics.scene import SHORT_OF_SESSIONS, Scene
from diagnostics.signbook import Grade, certain, sign, unknown
from diagnostics.signs.reach import hidden_by_home
from diagnostics.thresholds import SITE_SLOW_FACTOR, SITE_SLOW_MORE_MS, SITE_SLOW_MS

_DATE_FAULTS = (CertificateFault.EXPIRED, CertificateFault.NOT_YET_VALID)


def _site(fetch: Fetch) -> str:
    return urlsplit(fetch.url).hostname or fetch.url


def _by_site(scene: Scene) -> dict[str, list[Fetch]]:
    """Fetches of each site; families that this connection does not have are left out."""
    web = scene.evidence.value(Web)
    found: dict[str, list[Fetch]] = {}
    if isinstance(web, Unmeasured):
        return found
    for fetch in web.fetches:
        if web.ipv6_expected if fetch.family == 6 else web.ipv4_expected:
            found.setdefault(_site(fetch), []).append(fetch)
    return found


def _split(scene: Scene) -> tuple[list[str], list[str]]:
    """Sites that fail on every family tried, and sites that answer on at least one."""
    bad: list[str] = []
    good: list[str] = []
    for site, fetches in _by_site(scene).items():
        alive = any(
            (fetch.end is FetchEnd.ANSWERED and not _server_error(fetch)) or _thinks(fetch)
            for fetch in fetches
        )
        (good if alive else bad).append(site)
    return bad, good


#: the probe gives a page that long from the connect on, and that from the request (probes/web.py)
_GIVES_UP_MS, _ANSWER_MS = 4500.0, 4200.0


def _thinks(fetch: Fetch) -> bool:
    """Connected and proven by TLS, and then silent: the site is there, its answer is late."""
    return fetch.end is FetchEnd.STALLED and not isinstance(fetch.tls_ms, Unmeasured)


def _wait_ms(fetch: Fetch) -> float | Unmeasured:
    """Wait for the first byte; the least that it can have been where it was given up."""
    if not _thinks(fetch) or isinstance(fetch.tls_ms, Unmeasured):
        return fetch.first_byte_ms
    connect_ms = 0.0 if isinstance(fetch.connect_ms, Unmeasured) else fetch.connect_ms
    return max(_GIVES_UP_MS - connect_ms - fetch.tls_ms, _ANSWER_MS)


def _server_error(fetch: Fetch) -> bool:
    return not isinstance(fetch.status, Unmeasured) and fetch.status >= 500


def _certificate_sites(scene: Scene) -> list[str]:
    return [
        site
        for site, fetches in _by_site(scene).items()
        if any(fetch.end is FetchEnd.CERTIFICATE_BAD for fetch in fetches)
    ]


@sign("one-site-fails", "One site fails while others answer.", reads=Web, leak=0.0005)
def one_site_fails(scene: Scene) -> Grade:
    bad, good = _split(scene)
    certificates = _certificate_sites(scene)
    if scene.sessions_short:
        return unknown(SHORT_OF_SESSIONS)
    if len(bad) + len(good) < 3:
        return unknown("Too few sites were tried to compare them.")
    bad = [site for site in bad if site not in certificates]
    if not bad:
        return certain(False, f"All {len(good)} sites answer.")
    if len(good) < 2 or len(bad) > len(good) / 2:
        return unknown(f"{len(bad)} sites fail: not one site's fault.")
    if _answered_since(scene, bad[0]):
        return unknown(f"{bad[0]} failed once and answered when it was asked again.")
    text = f"{bad[0]} does not answer on any address; {len(good)} other sites do."
    return Grade(0.997, text, bad[0])


def _answered_since(scene: Scene, site: str) -> bool:
    """Its page came later, from the very address that failed before."""
    filtering = scene.evidence.value(Filtering)
    if isinstance(filtering, Unmeasured):
        return False
    tried = {fetch.address for fetch in _by_site(scene).get(site, [])}
    own = [one for one in filtering.sites if one.name == site and one.own_address in tried]
    return any(o.works_elsewhere is True and o.by_resolver is NameFilter.SAME for o in own)


@sign("site-certificate-bad", "One site's certificate is faulty.", reads=Web, leak=0.0005)
def site_certificate_bad(scene: Scene) -> Grade:
    sites, (_, good) = _certificate_sites(scene), _split(scene)
    if not sites:
        return _none_bad(scene)
    if len(sites) > 1 or len(good) < 2:
        return unknown("Several certificates are refused, or too few sites were tried.")
    return certain(True, f"The certificate of {sites[0]} is faulty, others are right.", sites[0])


def _none_bad(scene: Scene) -> Grade:
    if not _by_site(scene):
        return unknown("Web pages were not fetched.")
    return certain(False, "No certificate was refused.")


@sign("certificates-dated", "Many certificates seem expired or not yet valid.", reads=Web,
      leak=0.0003)  # fmt: skip
def certificates_dated(scene: Scene) -> Grade:
    sites = {
        site
        for site, fetches in _by_site(scene).items()
        if any(fetch.certificate_fault in _DATE_FAULTS for fetch in fetches)
    }
    if len(sites) < 2:
        return _none_bad(scene) if not sites else unknown("Only one certificate is out of date.")
    return Grade(SURE, f"The certificates of {len(sites)} sites seem out of date.")


@sign("same-unknown-issuer", "One unknown issuer signs every site.", reads=Web, leak=0.0003)
def same_unknown_issuer(scene: Scene) -> Grade:
    if scene.captive is True:
        return unknown("The network's log-in page stands before every site.")
    issuers: dict[str, set[str]] = {}
    for site, fetches in _by_site(scene).items():
        for fetch in fetches:
            if fetch.certificate_fault is CertificateFault.UNKNOWN_ISSUER:
                issuer = fetch.certificate_issuer
                name = "unnamed" if isinstance(issuer, Unmeasured) else issuer
                issuers.setdefault(name, set()).add(site)
    worst = max((len(sites) for sites in issuers.values()), default=0)
    if worst < 2:
        return _none_bad(scene) if worst == 0 else unknown("Only one site has an unknown issuer.")
    return Grade(SURE, f"One unknown issuer signs the certificates of {worst} sites.", float(worst))


@sign("one-site-slow", "One site is slow to answer while others are quick.", reads=Web,
      unit="ms", leak=0.0007)  # fmt: skip
def one_site_slow(scene: Scene) -> Grade:
    waits = {
        site: min(known)
        for site, fetches in _by_site(scene).items()
        if (known := [wait for wait in map(_wait_ms, fetches) if not isinstance(wait, Unmeasured)])
    }
    if len(waits) < 3:
        return unknown("Too few sites answered to compare them.")
    slowest = max(waits, key=lambda site: waits[site])
    others = statistics.median(wait for site, wait in waits.items() if site != slowest)
    limit = max(SITE_SLOW_MS, min(others * SITE_SLOW_FACTOR, others + SITE_SLOW_MORE_MS))
    value = waits[slowest]
    text = f"{slowest} needed {value:.0f} ms to answer, the others about {others:.0f} ms."
    return Grade(above(value, limit, 0.05), text, value, limit)


@sign("pages-stall", "Pages connect and then stall.", reads=Web, leak=0.003)
def pages_stall(scene: Scene) -> Grade:
    sites = _by_site(scene)
    if not sites:
        return unknown("Web pages were not fetched.")
    stalled = sum(
        any(fetch.end in (FetchEnd.STALLED, FetchEnd.TLS_FAILED) for fetch in fetches)
        and not any(fetch.end is FetchEnd.ANSWERED for fetch in fetches)
        for fetches in sites.values()
    )
    text = f"{stalled} of {len(sites)} sites connect and then send nothing more."
    return Grade(SURE if stalled * 2 > len(sites) else 1 - SURE, text, float(stalled))


@sign("secure-web-blocked", "Secure pages are refused everywhere, other traffic passes.",
      reads=Web, leak=0.0005)  # fmt: skip
def secure_web_blocked(scene: Scene) -> Grade:
    bad, good = _split(scene)
    if good:
        return certain(False, "Secure pages can be reached.")
    if hidden_by_home(scene) or scene.internet_reached is not True or len(bad) < 2:
        return unknown("The internet does not answer at all, or too few sites were tried.")
    tried = [fetch for fetches in _by_site(scene).values() for fetch in fetches]
    if not all(fetch.url.startswith("https:") for fetch in tried):
        return unknown("Plain pages fail as well.")
    ends = {fetch.end for fetch in tried}
    if not ends <= {FetchEnd.CONNECT_TIMED_OUT, FetchEnd.REFUSED, FetchEnd.RESET}:
        return unknown("Pages fail in other ways than a closed port.")
    return Grade(SURE, f"No connection for secure pages to any of {len(bad)} sites, others pass.")
