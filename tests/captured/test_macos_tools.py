"""macOS' commands."""

from __future__ import annotations

from diagnostics.platforms.parse.arp_table import parse_bsd_arp
from diagnostics.platforms.parse.macos_network import (
    parse_getpacket,
    parse_hardware_ports,
    parse_ifconfig_carriers,
    parse_scutil_dns,
    parse_scutil_proxy,
)
from diagnostics.platforms.parse.netstat_routes import parse_netstat_routes
from diagnostics.readings.addressing import ProxySource
from diagnostics.readings.home import NeighbourState
from diagnostics.readings.interfaces import InterfaceKind
from tests.captured.fixtures import captured

# The samples in this file are written for it, in the shape of macOS 14.
_ROUTES = """
Internet:
Destination        Gateway            Flags               Netif Expire
0/1                utun4              UScg                utun4
default            192.168.1.1        UGScg                 en0
128.0/1            utun4              UScg                utun4
192.168.1          link#11            UCS                   en0      !
"""
_DNS = """
DNS configuration

resolver #1
  nameserver[0] : 192.168.1.1
  nameserver[1] : fd00::1
  flags    : Request A records

DNS configuration (for scoped queries)

resolver #1
  nameserver[0] : 10.9.9.9
"""
_PROXY = """<dictionary> {
  HTTPEnable : 1
  HTTPPort : 3128
  HTTPProxy : proxy.firm.example
  HTTPSEnable : 0
  HTTPSPort : 3128
  HTTPSProxy : proxy.firm.example
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://firm.example/a.pac
}"""
_IFCONFIG = """
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether 02:11:22:33:44:55
\tstatus: active
en5: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tmedia: autoselect (none)
\tstatus: inactive
utun0: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1380
"""


def test_vpn_halves_and_the_default_route() -> None:
    routes = parse_netstat_routes(_ROUTES)
    assert [(r.destination, r.gateway, r.interface) for r in routes] == [
        ("0/1", "", "utun4"),
        ("default", "192.168.1.1", "en0"),
        ("128.0/1", "", "utun4"),
    ]


def test_captured_old_columns() -> None:
    routes = parse_netstat_routes(captured("macos/netstat/netstat-r_10.14.txt"))
    assert routes[0].interface == "en0"


def test_resolvers_without_the_scoped_ones() -> None:
    assert [r.address for r in parse_scutil_dns(_DNS)] == ["192.168.1.1", "fd00::1"]


def test_proxy_and_script() -> None:
    manual, script = parse_scutil_proxy(_PROXY)
    assert (manual.host, manual.port, manual.source) == (
        "proxy.firm.example",
        3128,
        ProxySource.SYSTEM,
    )
    assert script.pac_url == "http://firm.example/a.pac"


def test_carrier_only_where_told() -> None:
    assert parse_ifconfig_carriers(_IFCONFIG) == {"en0": True, "en5": False}


def test_captured_lease() -> None:
    offer = parse_getpacket(captured("macos/ipconfig-getpacket/getpacket_school-wifi.txt"))
    assert offer is not None
    assert (offer.address, offer.server, offer.gateway) == (
        "10.33.70.193",
        "10.33.79.254",
        "10.33.79.254",
    )
    assert offer.resolvers == ("8.8.8.8", "1.1.1.1")
    assert offer.lease_s == 0x1517A


def test_no_packet_is_no_offer() -> None:
    assert parse_getpacket("") is None


def test_captured_ports() -> None:
    name = "macos/networksetup/listnetworkserviceorder_macos15.7.txt"
    kinds = parse_hardware_ports(captured(name))
    assert kinds["en0"] is InterfaceKind.WIFI
    assert kinds["en4"] is InterfaceKind.ETHERNET
    assert kinds["bridge0"] is InterfaceKind.BRIDGE


def test_captured_arp_pads_addresses_and_drops_groups() -> None:
    entries = {e.address: e for e in parse_bsd_arp(captured("macos/arp/arp-a_10.14.txt"))}
    assert entries["192.168.1.99"].mac == "d0:03:4b:3b:27:d5"
    assert entries["192.168.1.222"].state is NeighbourState.PERMANENT
    assert "224.0.0.251" not in entries


def test_nobody_answered() -> None:
    (entry,) = parse_bsd_arp("? (192.168.1.9) at (incomplete) on en0 ifscope [ethernet]\n")
    assert (entry.mac, entry.state) == ("", NeighbourState.INCOMPLETE)
