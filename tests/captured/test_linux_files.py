"""Files and tools of Linux: leases of every DHCP client, resolv.conf, /proc, ss, gsettings."""

from __future__ import annotations

import ipaddress

import pytest

from diagnostics.platforms.parse.gsettings_proxy import parse_gsettings_proxy
from diagnostics.platforms.parse.hosts_file import parse_hosts
from diagnostics.platforms.parse.leases import (
    Offer,
    parse_dhclient,
    parse_dhcp_message,
    parse_dhcpcd,
    parse_network_manager,
    parse_networkd,
    parse_udhcpc,
)
from diagnostics.platforms.parse.proc_net_dev import parse_net_dev
from diagnostics.platforms.parse.resolv_conf import parse_resolv_conf
from diagnostics.platforms.parse.ss import parse_ss
from tests.captured.fixtures import captured

_DHCLIENT = """
lease {
  interface "eth0";
  fixed-address 192.168.1.7;
  option routers 192.168.1.1;
  option domain-name-servers 192.168.1.1;
  option dhcp-server-identifier 192.168.1.1;
  option dhcp-lease-time 3600;
}
lease {
  interface "eth0";
  fixed-address 192.168.1.9;
  option routers 192.168.1.254,192.168.1.253;
  option dhcp-lease-time 4294967295;
  option domain-name-servers 192.168.1.254, 9.9.9.9;
  option dhcp-server-identifier 192.168.1.250;
}
"""


def test_dhclient_last_block_holds() -> None:
    (offer,) = parse_dhclient(_DHCLIENT)
    assert offer == Offer(
        address="192.168.1.9",
        interface="eth0",
        server="192.168.1.250",
        gateway="192.168.1.254",
        resolvers=("192.168.1.254", "9.9.9.9"),
        lease_s=0,  # for ever: RFC 2131
    )


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (
            parse_networkd,
            "ADDRESS=10.0.0.5\nROUTER=10.0.0.1\nSERVER_ADDRESS=10.0.0.1\nLIFETIME=600\nDNS=10.0.0.1\n",
        ),
        (
            parse_network_manager,
            (
                "[device]\nx=1\n[dhcp4]\nip_address=10.0.0.5\nrouters=10.0.0.1\n"
                "dhcp_server_identifier=10.0.0.1\ndhcp_lease_time=600\ndomain_name_servers=10.0.0.1\n[ip]\n"
            ),
        ),
        (
            parse_dhcpcd,
            (
                "ip_address='10.0.0.5'\nrouters='10.0.0.1'\ndhcp_server_identifier='10.0.0.1'\n"
                "dhcp_lease_time='600'\ndomain_name_servers='10.0.0.1'\n"
            ),
        ),
        (
            parse_udhcpc,
            "export ip='10.0.0.5'\nrouter=10.0.0.1\nserverid=10.0.0.1\nlease=600\ndns='10.0.0.1'\n",
        ),
    ],
)
def test_clients_agree(parse: object, text: str) -> None:
    assert callable(parse)
    assert parse(text) == Offer(
        address="10.0.0.5",
        server="10.0.0.1",
        gateway="10.0.0.1",
        resolvers=("10.0.0.1",),
        lease_s=600,
    )
    assert parse("") is None


def test_raw_message_with_portal() -> None:
    packed = ipaddress.IPv4Address
    head = bytearray(236)
    head[16:20] = packed("10.1.0.9").packed
    uri = b"https://portal.example/api"
    options = b"\x63\x82\x53\x63" + b"\x35\x01\x05" + b"\x36\x04" + packed("10.1.0.1").packed
    options += b"\x06\x08" + packed("10.1.0.2").packed + packed("10.1.0.3").packed
    options += b"\x72" + bytes([len(uri)]) + uri + b"\xff"
    offer = parse_dhcp_message(bytes(head) + options)
    assert offer is not None
    assert (offer.address, offer.server, offer.gateway) == ("10.1.0.9", "10.1.0.1", "")
    assert offer.resolvers == ("10.1.0.2", "10.1.0.3")
    assert offer.captive_portal_uri == "https://portal.example/api"
    assert parse_dhcp_message(b"no lease") is None


def test_truncated_message_does_not_raise() -> None:
    head = bytes(236) + b"\x63\x82\x53\x63" + b"\x06\x08\x01"
    offer = parse_dhcp_message(head)
    assert offer is not None
    assert offer.resolvers == ()


def test_resolv_conf() -> None:
    text = "# old\nnameserver 192.168.1.1\nnameserver fe80::1%eth0\nnameserver oops\nsearch lan\n"
    assert parse_resolv_conf(text) == ("192.168.1.1", "fe80::1%eth0")


def test_captured_counters() -> None:
    found = parse_net_dev(captured("linux/proc/net_dev.txt"))
    assert found
    assert all(c.rx_bytes >= 0 and c.tx_packets >= 0 for c in found.values())


def test_counters_without_space_behind_the_colon() -> None:
    (counters,) = parse_net_dev("eth0:100 1 2 3 0 0 0 0 200 4 5 6 0 0 0 0\n").values()
    assert (counters.rx_bytes, counters.tx_bytes) == (100, 200)
    assert (counters.rx_errors, counters.tx_dropped) == (2, 6)


def test_hosts() -> None:
    entries = parse_hosts(
        "127.0.0.1 localhost\n# 1.2.3.4 off\n10.0.0.9 WWW.Example.com x # y\nbad\n"
    )
    assert [(e.address, e.name) for e in entries] == [
        ("127.0.0.1", "localhost"),
        ("10.0.0.9", "www.example.com"),
        ("10.0.0.9", "x"),
    ]


def test_ss() -> None:
    text = (
        'ESTAB 0 0 10.0.0.2:5 1.2.3.4:443 users:(("backup",pid=1,fd=3)) cubic bytes_acked:70 '
        "bytes_received:30 x\nESTAB 0 0 127.0.0.1:5 127.0.0.1:6 bytes_acked:9\n"
    )
    (socket,) = parse_ss(text)
    assert (socket.program, socket.moved_bytes) == ("backup", 100)


def test_gnome_proxy() -> None:
    text = (
        "org.gnome.system.proxy mode 'manual'\norg.gnome.system.proxy.http host 'p.example'\n"
        "org.gnome.system.proxy.http port 8080\norg.gnome.system.proxy.https host ''\n"
    )
    (proxy,) = parse_gsettings_proxy(text)
    assert (proxy.host, proxy.port) == ("p.example", 8080)
    assert parse_gsettings_proxy("org.gnome.system.proxy mode 'none'\n") == ()
