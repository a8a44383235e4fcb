"""A healthy home works as a real one does, can be broken and repaired, and tells no secrets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.sim.home import ROOT, Home
from tests.sim.scenario import FOLDER, load
from tests.sim.toolchain import cache

pytestmark = pytest.mark.lab

_HIDDEN = "line-loss-severe"


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with Home.build(load("healthy-cable")) as built:
        yield built


def _say(home: Home, *argv: str) -> str:
    return home.run(list(argv)).stdout


def _fetch(home: Home, url: str, *options: str) -> str:
    return _say(home, "curl", "-s", "-m", "5", *options, url)


def test_built_quickly(home: Home) -> None:
    assert home.build_s < 4


def test_dhcp_gave_the_lease_and_the_resolver(home: Home) -> None:
    lease = _say(home, "cat", "/var/lib/dhcp/dhclient.eth0.leases")
    assert "option routers 192.168.1.1;" in lease
    assert "option domain-name-servers 192.168.1.1;" in lease
    assert "nameserver 192.168.1.1" in _say(home, "cat", "/etc/resolv.conf")
    assert "default via 192.168.1.1 dev eth0" in _say(home, "ip", "route")


def test_names_resolve_and_names_that_do_not_exist_do_not(home: Home) -> None:
    assert "185.15.58.224" in _say(home, "getent", "ahostsv4", "www.wikipedia.org")
    assert home.run(["getent", "hosts", "no-such-name.example.com"]).returncode == 2


def test_the_router_translates_addresses(home: Home) -> None:
    assert _fetch(home, "http://api.ipify.org/").strip() == "81.2.69.77"


def test_tls_is_trusted_and_ipv6_works(home: Home) -> None:
    page = _fetch(home, "https://www.wikipedia.org/", "-6")
    assert "www.wikipedia.org" in page
    code = "import ssl,urllib.request as u;print(u.urlopen('https://www.google.com/').status)"
    assert _say(home, sys.executable, "-c", code).strip() == "200"


def test_the_path_has_several_hops(home: Home) -> None:
    for ttl, hop in ((1, "192.168.1.1"), (2, "81.2.69.1"), (3, "81.2.64.1"), (4, "62.115.0.2")):
        said = _say(home, "ping", "-n", "-c", "1", "-W", "1", "-t", str(ttl), "1.1.1.1")
        assert f"From {hop} " in said
    assert "ttl=60" in _say(home, "ping", "-n", "-c", "1", "8.8.8.8")


def test_transfers_and_portal_checks_answer(home: Home) -> None:
    size = ("-o", "/dev/null", "-w", "%{size_download}")
    down = "http://speed.transit.example/download?bytes=123456"
    assert _fetch(home, down, *size) == "123456"
    assert _fetch(home, "http://speed.lab-isp.example/upload", "-d", "x" * 5000).strip() == "5000"
    portal = "http://connectivitycheck.gstatic.com/generate_204"
    assert _fetch(home, portal, "-w", "%{http_code}") == "204"


def test_nothing_leads_out_of_the_lab(home: Home) -> None:
    refused = home.run(["ping", "-c", "1", "-W", "1", "93.184.215.14"])
    assert refused.returncode != 0


def test_the_line_can_be_cut_and_restored(home: Home) -> None:
    ping = ["ping", "-c", "1", "-W", "1", "1.1.1.1"]
    assert home.run(ping).returncode == 0
    home.cut_line()
    assert home.run(ping).returncode == 1
    home.restore_line()
    assert home.run(ping).returncode == 0


def test_the_truth_is_hidden() -> None:
    script = (
        "env; cat /proc/mounts; cat /proc/*/cmdline | tr '\\0' ' ';"
        " cat /etc/firsthop/provider.toml; cat /proc/self/cgroup; ls /proc/net /run"
    )
    with Home.build(load(_HIDDEN)) as home:
        told = home.run(["sh", "-c", script]).stdout
        hidden = home.run(["ls", "-A", str(FOLDER), str(cache())]).stdout.split()
        seen = home.run(["sh", "-c", "cat /proc/*/cmdline | tr '\\0' ' '"]).stdout
    assert "provider.toml" in told
    assert _HIDDEN not in told
    assert "severe" not in told
    # the cover itself, and the data of whoever looks from inside
    assert set(hidden) == {f"{FOLDER}:", f"{cache()}:", ".covered", "user"}
    assert "warden" not in seen
    assert "dnsmasq" not in seen


def test_repair_puts_right_what_was_wrong() -> None:
    with Home.build(load("router-dns-dead")) as home:
        ask = ["getent", "ahostsv4", "www.bbc.co.uk"]
        dead = home.run(["timeout", "2", *ask])
        assert dead.returncode != 0
        home.repair()
        assert home.run(["timeout", "8", *ask]).returncode == 0


def test_a_typed_resolver_differs_from_the_offered_one() -> None:
    with Home.build(load("device-dns-setting-wrong")) as home:
        assert _say(home, "cat", "/etc/resolv.conf") == "nameserver 192.168.1.250\n"
        lease = _say(home, "cat", "/var/lib/dhcp/dhclient.eth0.leases")
        assert "option domain-name-servers 192.168.1.1;" in lease
        home.repair()
        assert "nameserver 192.168.1.1\n" in _say(home, "cat", "/etc/resolv.conf")


def test_the_desk_answers_through_its_certificate() -> None:
    code = (
        "import http.server as h;"
        "h.HTTPServer(('127.0.0.1', 8080), h.SimpleHTTPRequestHandler).serve_forever()"
    )
    with Home.build(load("healthy-cable")) as home:
        home.start_desk([sys.executable, "-c", code])
        retry = ("--retry", "20", "--retry-connrefused", "--retry-delay", "0", "-o", "/dev/null")
        wait = ("--retry-all-errors", "-w", "%{http_code}")
        assert _fetch(home, home.desk_url + "/", *retry, *wait) == "200"
        home.set({"provider.desk_answers": False})
        assert _fetch(home, home.desk_url + "/", "-w", "%{http_code}") == "000"


def test_two_homes_at_once_do_not_meet(home: Home) -> None:
    with Home.build(load("line-down-silent")) as other:
        assert other.run(["ping", "-c", "1", "-W", "1", "1.1.1.1"]).returncode == 1
        assert home.run(["ping", "-c", "1", "-W", "1", "1.1.1.1"]).returncode == 0


def test_the_commands_exit_status_and_streams_pass_through() -> None:
    lab = [sys.executable, "-m", "tests.sim.command", "run", "healthy-cable", "--"]
    done = subprocess.run(
        [*lab, "sh", "-c", "cat; echo no >&2; exit 7"],
        input="yes",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "yes", "no\n")
    refused = subprocess.run(
        [*lab[:-2], "nowhere", "--", "true"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert refused.returncode == 125
    assert refused.stderr.count("\n") == 1
