"""Names and addresses of the lab's internet.

They look real on purpose: documentation addresses count as private in Python's ipaddress and would
read as a second NAT. Nothing leaves the lab: its namespaces have no way out.
"""

from __future__ import annotations

from dataclasses import dataclass

PROVIDER_RESOLVER = "81.2.64.53"
PROVIDER_RESOLVER6 = "2a0b:4d00::53"
PORTAL = "81.2.64.80"
SELFCARE = "81.2.64.81"
PROXY = "81.2.64.82"
ADVERTS = "81.2.64.90"
SPEED_INSIDE = "81.2.70.10"
SPEED_INSIDE6 = "2a0b:4d00:70::10"
DESK = "81.2.70.20"
SPEED_OUTSIDE = "77.67.20.10"
SINK = "77.67.20.20"
VPN_SERVER = "45.76.0.9"

PUBLIC_RESOLVERS = ("1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "208.67.222.222")
PUBLIC_RESOLVERS6 = ("2606:4700:4700::1111", "2001:4860:4860::8888", "2620:fe::fe")
CLOCKS = ("162.159.200.1", "162.159.200.123", "216.239.35.0", "20.101.57.9")


@dataclass(frozen=True)
class Site:
    """A name with its address, and its IPv6 address when it has one."""

    name: str
    v4: str
    v6: str = ""


INSIDE = (
    Site("resolver1.lab-isp.example", PROVIDER_RESOLVER, PROVIDER_RESOLVER6),
    Site("portal.lab-isp.example", PORTAL),
    Site("selfcare.lab-isp.example", SELFCARE),
    Site("support.lab-isp.example", SELFCARE),
    Site("proxy.lab-isp.example", PROXY),
    Site("search.lab-isp.example", ADVERTS),
    Site("speed.lab-isp.example", SPEED_INSIDE, SPEED_INSIDE6),
    Site("desk.lab-isp.example", DESK),
)

OUTSIDE = (
    Site("speed.transit.example", SPEED_OUTSIDE),
    Site("sink.transit.example", SINK),
    Site("vpn.example.net", VPN_SERVER),
    Site("example.com", "93.184.216.34", "2606:2800:220:1::34"),
    Site("www.example.com", "93.184.216.34", "2606:2800:220:1::34"),
    Site("google.com", "142.250.74.68", "2a00:1450:4007::68"),
    Site("www.google.com", "142.250.74.68", "2a00:1450:4007::68"),
    Site("www.youtube.com", "142.250.74.110", "2a00:1450:4007::110"),
    Site("doubleclick.net", "142.250.74.70"),
    Site("ads.tracker.example", "77.67.20.30"),
    Site("connectivitycheck.gstatic.com", "142.250.74.99", "2a00:1450:4007::99"),
    Site("clients3.google.com", "142.250.74.99"),
    Site("captive.apple.com", "17.253.109.201"),
    Site("www.msftconnecttest.com", "13.107.4.52"),
    Site("www.msftncsi.com", "13.107.4.53"),
    Site("dns.msftncsi.com", "131.107.255.255"),
    Site("detectportal.firefox.com", "34.107.221.82"),
    Site("nmcheck.gnome.org", "8.43.85.13"),
    Site("network-test.debian.org", "151.101.2.132"),
    Site("cloudflare.com", "104.16.132.229", "2606:4700::6810:84e5"),
    Site("www.cloudflare.com", "104.16.124.96", "2606:4700::6810:7c60"),
    Site("speed.cloudflare.com", "162.159.140.220", "2606:4700:7::a"),
    Site("one.one.one.one", "1.1.1.1", "2606:4700:4700::1111"),
    Site("cloudflare-dns.com", "1.1.1.1", "2606:4700:4700::1111"),
    Site("dns.google", "8.8.8.8", "2001:4860:4860::8888"),
    Site("dns.quad9.net", "9.9.9.9", "2620:fe::fe"),
    Site("www.wikipedia.org", "185.15.58.224", "2a02:ec80:600::1"),
    Site("en.wikipedia.org", "185.15.58.224", "2a02:ec80:600::1"),
    Site("www.netflix.com", "54.155.178.5", "2a05:d018:76c:b600::5"),
    Site("www.amazon.com", "99.86.91.33"),
    Site("www.microsoft.com", "23.54.8.8", "2a02:26f0:1180::8"),
    Site("www.apple.com", "23.54.9.9", "2a02:26f0:1180::9"),
    Site("github.com", "140.82.121.4"),
    Site("www.bbc.co.uk", "151.101.0.81", "2a04:4e42::81"),
    Site("www.debian.org", "151.101.2.133", "2a04:4e42::133"),
    Site("www.speedtest.net", "151.101.2.219"),
    Site("c.speedtest.net", "151.101.2.220"),
    Site("api.ipify.org", "104.26.12.205"),
    Site("api64.ipify.org", "104.26.12.206"),
    Site("icanhazip.com", "104.16.185.241"),
    Site("ifconfig.me", "34.160.111.145"),
    Site("pool.ntp.org", "162.159.200.1"),
    Site("time.cloudflare.com", "162.159.200.123"),
    Site("time.google.com", "216.239.35.0"),
    Site("time.windows.com", "20.101.57.9"),
)

SITES = {site.name: site for site in (*INSIDE, *OUTSIDE)}

REVERSE = {
    "1.1.168.192.in-addr.arpa": "router.lan",
    "1.69.2.81.in-addr.arpa": "bng1.par.lab-isp.example",
    "1.64.2.81.in-addr.arpa": "core1.par.lab-isp.example",
    "2.0.115.62.in-addr.arpa": "par-b2.transit.example",
    "1.1.1.1.in-addr.arpa": "one.one.one.one",
    "8.8.8.8.in-addr.arpa": "dns.google",
    "9.9.9.9.in-addr.arpa": "dns.quad9.net",
}


def outside_v4() -> list[str]:
    """Every IPv4 address that the internet's host has, each once."""
    return sorted({site.v4 for site in OUTSIDE} | set(PUBLIC_RESOLVERS) | set(CLOCKS))


def outside_v6() -> list[str]:
    """Every IPv6 address that the internet's host has, each once."""
    return sorted({site.v6 for site in OUTSIDE if site.v6} | set(PUBLIC_RESOLVERS6))


def inside_v4() -> list[str]:
    """The provider's own servers, all but the desk, which is a host of its own."""
    return sorted({site.v4 for site in INSIDE} - {DESK})


def inside_v6() -> list[str]:
    """The provider's own servers that have IPv6."""
    return sorted({site.v6 for site in INSIDE if site.v6})
