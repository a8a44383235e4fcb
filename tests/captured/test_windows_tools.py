"""Windows' commands in many languages, read by shape."""

from __future__ import annotations

import pytest

from diagnostics.platforms.parse.arp_table import parse_windows_arp
from diagnostics.platforms.parse.windows_ipconfig import WindowsAdapter, parse_ipconfig
from diagnostics.platforms.parse.windows_routes import parse_interface_numbers, parse_route_print
from diagnostics.platforms.windows_proxies import parse_proxy_server
from tests.captured.fixtures import captured

#: written for this test, in the shape of a Windows 10 in a language that does not exist
_MADE_UP = """
Wandows QR Kumfeg

   Hust . . . . . . . . . . . . : PARLO

Etarnat udoptar Etarnat:

   Suffox . . . . . . . . . . . : lan
   Deskro . . . . . . . . . . . : Some Adapter
   Fysk . . . . . . . . . . . . : 02-11-22-33-44-55
   DHCP . . . . . . . . . . . . : Ju
   Auto . . . . . . . . . . . . : Ju
   Lonk IPv6 . . . . . . . . . .: fe80::1:2:3:4%7(Preforod)
   IPv4 . . . . . . . . . . . . : 192.168.5.20(Preforod)
   Musk . . . . . . . . . . . . : 255.255.255.0
   Laso . . . . . . . . . . . . : mondo 1 mayo 2024 10:51:42
   Exso . . . . . . . . . . . . : mondo 2 mayo 2024 10:51:42
   Gote . . . . . . . . . . . . : fe80::9%7
                                  192.168.5.1
   DHCP sorvor . . . . . . . . .: 192.168.5.2
   IAID . . . . . . . . . . . . : 351866565
   DUID . . . . . . . . . . . . : 00-01-00-01-2A-2B-2C-2D-02-11-22-33-44-55
   DNS . . . . . . . . . . . . .: 192.168.5.3
                                  9.9.9.9
   NetBIOS . . . . . . . . . . .: On

Wurluss udoptar W:

   Stote . . . . . . . . . . . .: Doscon
   Fysk . . . . . . . . . . . . : 02-11-22-33-44-66
   DHCP . . . . . . . . . . . . : Nu
   IPv4 . . . . . . . . . . . . : 10.0.0.7
   Musk . . . . . . . . . . . . : 255.0.0.0
   Gote . . . . . . . . . . . . :
   DNS . . . . . . . . . . . . .: 1.1.1.1
"""


def test_a_leased_adapter_has_its_offer() -> None:
    wired, _ = parse_ipconfig(_MADE_UP)
    assert wired.mac == "02:11:22:33:44:55"
    assert wired.gateways == ("fe80::9", "192.168.5.1")
    assert wired.resolvers == ("192.168.5.3", "9.9.9.9")
    assert wired.offer is not None
    assert (wired.offer.server, wired.offer.gateway) == ("192.168.5.2", "192.168.5.1")
    assert wired.offer.resolvers == ("192.168.5.3", "9.9.9.9")


def test_a_static_adapter_without_gateway_has_no_offer() -> None:
    _, other = parse_ipconfig(_MADE_UP)
    assert other.offer is None
    assert other.gateways == ()
    assert (other.address, other.mask, other.resolvers) == ("10.0.0.7", "255.0.0.0", ("1.1.1.1",))


def _adapter(name: str, address: str) -> WindowsAdapter:
    found = [
        a for a in parse_ipconfig(captured(f"windows/ipconfig/{name}")) if a.address == address
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("name", "address", "gateway", "server"),
    [
        ("ipconfig-all_fr_wifi-dhcp.txt", "192.168.180.196", "192.168.180.29", "192.168.180.29"),
        ("ipconfig_en_windows-10.txt", "10.50.13.132", "10.50.13.1", "10.50.13.1"),
        ("ipconfig-all_it_vista-wrapped.txt", "192.168.2.34", "192.168.2.1", "192.168.2.1"),
    ],
)
def test_captured_leases(name: str, address: str, gateway: str, server: str) -> None:
    adapter = _adapter(name, address)
    assert adapter.offer is not None
    assert gateway in adapter.gateways
    assert adapter.offer.server == server


def test_captured_tunnel_without_lease() -> None:
    tunnel = _adapter("ipconfig_en_windows-10.txt", "100.115.71.66")
    assert tunnel.offer is None
    assert tunnel.gateways == ()


def test_captured_default_route() -> None:
    (route,) = parse_route_print(captured("windows/route-print/route-print_en_win10.txt"))
    assert (route.gateway, route.interface, route.metric) == ("192.168.31.1", "192.168.31.221", 30)


def test_captured_two_default_routes_in_russian() -> None:
    first, second = parse_route_print(captured("windows/route-print/route-print-4_ru_excerpt.txt"))
    assert (first.gateway, second.gateway) == ("192.168.0.1", "192.168.100.1")


def test_ipv6_and_half_routes() -> None:
    text = " 12    281 ::/0                     fe80::1\n 0.0.0.0 128.0.0.0 On-link 10.8.0.2 5\n"
    six, half = parse_route_print(text)
    assert (six.family, six.gateway, six.interface) == (6, "fe80::1", "12")
    assert (half.prefix_length, half.gateway, half.interface) == (1, "", "10.8.0.2")


def test_captured_arp_without_groups() -> None:
    entries = parse_windows_arp(captured("windows/arp/arp-a_fr.txt"))
    assert {e.address for e in entries} == {"10.33.73.77", "10.33.77.160", "10.33.79.254"}
    assert {e.interface for e in entries} == {"10.33.77.147"}
    assert entries[0].mac == "98:8d:46:c4:fa:e5"


def test_interface_numbers() -> None:
    text = "Idx  Mét   MTU   État         Nom\n---  ----\n 12   25  1500  connected  Wi-Fi 2\n"
    assert parse_interface_numbers(text) == {"12": "Wi-Fi 2"}


def test_proxy_of_the_registry() -> None:
    (one,) = parse_proxy_server("proxy.firm.example:8080")
    assert (one.host, one.port, one.scheme) == ("proxy.firm.example", 8080, "http")
    both = parse_proxy_server("http=a.example:80;https=a.example:80;socks=b.example:1080")
    assert [(p.scheme, p.host) for p in both] == [("http", "a.example"), ("socks", "b.example")]
