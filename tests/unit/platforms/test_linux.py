"""Linux from a made-up root: whose lease, whose resolver."""

from __future__ import annotations

import tomllib
from pathlib import Path

from diagnostics.platforms.environment_proxies import environment_proxies
from diagnostics.platforms.linux_leases import all_leases, read_leases
from diagnostics.platforms.linux_resolvers import read_resolvers
from diagnostics.version import VERSION


def _write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_leases_of_interfaces_that_exist(tmp_path: Path) -> None:
    lease = 'lease {{\n interface "{}";\n fixed-address {};\n}}\n'
    _write(tmp_path, "var/lib/dhcp/dhclient.eth0.leases", lease.format("eth0", "192.168.1.5"))
    _write(tmp_path, "var/lib/dhcp/dhclient.usb0.leases", lease.format("usb0", "10.0.0.5"))
    _write(tmp_path, "run/systemd/netif/leases/3", "ADDRESS=172.16.0.9\n")
    leases = read_leases(tmp_path, {2: "eth0", 3: "wlan0"})
    assert {(x.interface, x.address) for x in leases} == {
        ("eth0", "192.168.1.5"),
        ("wlan0", "172.16.0.9"),
    }


def test_leases_of_before_are_kept_apart(tmp_path: Path) -> None:
    """dhclient writes each lease behind the last; only the last is in force."""
    block = (
        'lease {{\n  interface "eth0";\n  fixed-address {0}.23;\n'
        "  option dhcp-server-identifier {0}.1;\n  option routers {0}.1;\n}}\n"
    )
    text = block.format("192.168.1") + block.format("192.168.8")
    _write(tmp_path, "var/lib/dhcp/dhclient.eth0.leases", text)
    assert [x.server for x in read_leases(tmp_path, {2: "eth0"})] == ["192.168.8.1"]
    kept = [x.server for x in all_leases(tmp_path, {2: "eth0"})]
    assert kept == ["192.168.1.1", "192.168.8.1"]
    assert all_leases(tmp_path, {2: "wlan0"}) == ()


def test_no_files_no_leases(tmp_path: Path) -> None:
    assert read_leases(tmp_path, {2: "eth0"}) == ()


def test_the_real_resolvers_behind_a_stub(tmp_path: Path) -> None:
    _write(tmp_path, "etc/resolv.conf", "nameserver 127.0.0.53\n")
    _write(tmp_path, "run/systemd/resolve/resolv.conf", "nameserver 192.168.1.1\n")
    assert [r.address for r in read_resolvers(tmp_path)] == ["192.168.1.1"]


def test_a_stub_without_known_upstream_stands_for_itself(tmp_path: Path) -> None:
    _write(tmp_path, "etc/resolv.conf", "nameserver 127.0.0.1\n")
    assert [r.address for r in read_resolvers(tmp_path)] == ["127.0.0.1"]


def test_typed_resolver_is_known_as_such(tmp_path: Path) -> None:
    _write(tmp_path, "etc/resolv.conf", "nameserver 127.0.0.53\n")
    _write(tmp_path, "run/systemd/resolve/resolv.conf", "nameserver 9.9.9.9\nnameserver 10.0.0.1\n")
    _write(tmp_path, "etc/systemd/resolved.conf", "[Resolve]\nDNS=9.9.9.9#dns.quad9.net\n")
    typed, other = read_resolvers(tmp_path)
    assert typed.by_hand is True
    assert not isinstance(other.by_hand, bool)


def test_proxy_without_its_log_in() -> None:
    (proxy,) = environment_proxies(
        {"HTTPS_PROXY": "http://me:secret@p.example:3128/", "http_proxy": ""}
    )
    assert (proxy.scheme, proxy.host, proxy.port) == ("http", "p.example", 3128)
    assert environment_proxies({"http_proxy": "http://p.example:port"}) == ()


def test_version_is_the_projects() -> None:
    root = Path(__file__).parents[3]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION
