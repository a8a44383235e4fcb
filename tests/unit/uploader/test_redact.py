"""Redacts, and does not redact: what may leave the computer, and what a technician still needs."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from diagnostics.evidence import reading_types
from diagnostics.private import MARK
from diagnostics.readings.addressing import Addressing, Dhcp, Settings
from diagnostics.readings.home import Gateway
from diagnostics.readings.load import CrossTraffic
from diagnostics.readings.web import Web
from diagnostics.result import Reading, Unmeasured
from diagnostics.run import Run, decode_run, encode_run
from tests.unit.uploader.samples import HOME, KEY, PROFILE, Home, evidence_of, run_of
from uploader.bundle import Contact
from uploader.bundle_write import Draft, Heading, draft_of, zip_of
from uploader.marks import changed
from uploader.redact import redact

NAMES = st.from_regex(r"[a-z]{4,8}[0-9]{2}[a-z]{2,6}", fullmatch=True)
MACS = (
    st.binary(min_size=6, max_size=6)
    .map(lambda raw: raw.hex(":"))
    .filter(lambda mac: not int(mac[1], 16) & 1 and mac != "00:00:00:00:00:00")
)
PRIVATE_IPS = st.one_of(
    st.ip_addresses(v=4, network="192.168.0.0/16"),
    st.ip_addresses(v=4, network="10.0.0.0/8"),
    st.ip_addresses(v=4, network="172.16.0.0/12"),
).map(str)
GLOBAL_IP6 = st.ip_addresses(v=6, network="2a00::/12").map(str)
HOMES = st.builds(
    Home,
    own_ip=PRIVATE_IPS,
    router_ip=PRIVATE_IPS,
    own_ip6=GLOBAL_IP6,
    own_mac=MACS,
    router_mac=MACS,
    printer=NAMES.map(lambda name: f"{name}.fritz.box"),
    proxy=NAMES.map(lambda name: f"{name}.example"),
    program=NAMES,
    user=NAMES,
)


def safe(home: Home = HOME, complaint: str = "") -> Run:
    return redact(run_of(home, complaint), PROFILE, KEY, (home.user,))


def reading(run: Run, kind: type[Reading]) -> Reading:
    value = run.evidence().value(kind)
    assert not isinstance(value, Unmeasured)
    return value


def spellings(value: str) -> set[str]:
    """Every way to write a private value that a program or a person might use."""
    found = {value, quote(value, safe=""), value.replace(":", "-")}
    try:
        address = ip_address(value)
    except ValueError:
        if re.fullmatch("(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", value):
            found |= {value.replace(":", ""), value.replace(":", "%3A")}
        return found
    return found | {str(address), address.exploded, quote(str(address), safe="")}


def leaks(text: str, home: Home) -> list[str]:
    """Whole values only: 10.0.0.1 is not found in 10.0.0.12."""
    found: list[str] = []
    for value in home.values:
        for spelling in spellings(value):
            pattern = rf"(?<![\w.:]){re.escape(spelling)}(?![\w:]|\.\d)"
            if re.search(pattern, text, re.IGNORECASE):
                found.append(spelling)
    return found


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(HOMES)
def test_redacts_every_private_value_everywhere(home: Home) -> None:
    words = (
        f"My computer {home.own_ip.upper()} and {home.own_mac.upper()} and"
        f" {home.own_mac.replace(':', '-')} at http://{home.printer}/a?b={home.user},"
        f" [{ip_address(home.own_ip6).exploded}] ({quote(home.own_ip6, safe='')})"
        f" C:\\Users\\{home.user}\\x {home.program.upper()}"
    )
    run = safe(home, words)
    assert leaks(encode_run(run).decode(), home) == []


def test_redacts_in_every_file_of_the_bundle() -> None:
    run = safe(HOME, f"{HOME.user} on {HOME.own_ip}")
    draft = _draft(run)
    for name, data in draft.contents.items():
        assert leaks(data.decode(), HOME) == [], name
    assert zip_of(draft)


def test_redacts_mail_addresses_in_the_persons_own_words() -> None:
    run = safe(complaint="write to hans@mueller.example or call")
    assert "hans@mueller.example" not in run.complaint
    assert run.complaint.startswith("write to email-")
    assert run.complaint.endswith(" or call")


def test_redacts_the_interface_name_that_holds_a_mac() -> None:
    value = reading(safe(), Addressing)
    assert isinstance(value, Addressing)
    assert value.addresses[0].interface == "wlp3s0"
    assert value.addresses[1].interface.startswith("device-")


def test_redacts_query_path_and_user_of_a_url() -> None:
    value = reading(safe(), Dhcp)
    assert isinstance(value, Dhcp)
    uri = value.leases[0].captive_portal_uri
    assert isinstance(uri, str)
    assert re.fullmatch(r"http://192\.168\.\d+\.\d+/", uri)


def test_redacts_a_text_without_a_mark() -> None:
    class Careless(msgspec.Struct):
        note: str

    def change(mark: str, text: str) -> str:
        return "" if mark == "unmarked" else text

    assert changed(Careless("secret"), change) == Careless("")


def test_same_value_has_one_pseudonym_everywhere() -> None:
    run = safe(complaint=f"at {HOME.router_mac.upper()}")
    gateway, dhcp = reading(run, Gateway), reading(run, Dhcp)
    assert isinstance(gateway, Gateway)
    assert isinstance(dhcp, Dhcp)
    assert gateway.address == dhcp.leases[0].gateway
    assert run.complaint == f"at {gateway.neighbour.mac}"
    traffic = reading(run, CrossTraffic)
    assert isinstance(traffic, CrossTraffic)
    assert run.signs[0].value == traffic.busiest_program
    assert str(traffic.busiest_program) in run.verdict.headline


def test_another_key_gives_other_pseudonyms() -> None:
    one = redact(run_of(), PROFILE, KEY)
    other = redact(run_of(), PROFILE, bytes(32))
    assert one.signs[0].text != other.signs[0].text
    assert one == redact(run_of(), PROFILE, KEY)


def test_does_not_redact_scope_and_neighbourhood() -> None:
    value = reading(safe(), Addressing)
    assert isinstance(value, Addressing)
    own = ip_address(value.addresses[0].address)
    router = value.default_routes[0].gateway
    assert isinstance(router, str)
    assert own in ip_network("192.168.0.0/16")
    assert ip_address(router) in ip_network(f"{own}/24", strict=False)
    assert own != ip_address(router)


def test_does_not_redact_public_places_of_the_profile() -> None:
    run = safe()
    dhcp, web, given = reading(run, Dhcp), reading(run, Web), reading(run, Settings)
    assert isinstance(dhcp, Dhcp)
    assert isinstance(web, Web)
    assert isinstance(given, Settings)
    assert dhcp.resolvers[0].address == "9.9.9.9"
    assert web.fetches[0].url == "https://www.wikipedia.org/"
    assert given.hosts_overrides[0].name == "www.wikipedia.org"
    assert given.vpn_programs[1] == "openvpn"


def test_does_not_redact_the_network_of_a_strangers_address() -> None:
    web = reading(safe(), Web)
    assert isinstance(web, Web)
    address = web.fetches[0].address
    assert isinstance(address, str)
    assert address.startswith("185.15.59.")
    assert address != "185.15.59.224"


def test_does_not_redact_the_makers_part_of_a_mac() -> None:
    value = reading(safe(), Gateway)
    assert isinstance(value, Gateway)
    assert str(value.neighbour.mac).startswith("f0:9f:c2:")


def test_does_not_redact_figures_versions_and_vocabulary() -> None:
    before, after = run_of(), safe()
    assert after.software == before.software
    assert after.plan == before.plan
    assert after.signs[0].id == before.signs[0].id
    assert after.verdict.causes == before.verdict.causes
    for kind in (Addressing, Gateway, Web):
        assert type(reading(after, kind)) is kind


def test_redacted_run_is_a_run() -> None:
    run = safe()
    assert decode_run(encode_run(run)) == decode_run(encode_run(run))
    assert set(run.readings) == set(evidence_of(HOME))


@pytest.mark.parametrize("probe", sorted(reading_types()))
def test_every_reading_type_can_be_walked(probe: str) -> None:
    """A field whose type could hide a text is refused: the walk must know every type."""
    schema = msgspec.json.schema(reading_types()[probe])
    assert schema
    text = msgspec.json.encode(schema).decode()
    assert MARK not in text or '"type"' in text


def _draft(run: Run) -> Draft:
    from diagnostics.report.page import report_page  # noqa: PLC0415 - slow to load

    heading = Heading(
        id="b" * 32,
        created_at="2026-03-01T10:06:00.000Z",
        app_version="0.1.0",
        complaint=run.complaint,
        contact=Contact(),
        consent_text="Send it.",
    )
    return draft_of(run, report_page(run), heading)
