"""Our reading of DNS messages against dnspython's, which knows the whole standard."""

from __future__ import annotations

import string
from ipaddress import IPv6Address

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.wire import dns_message

_LABEL = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=20)
_NAME = st.lists(_LABEL, min_size=1, max_size=5).map(".".join)
_ADDRESS4 = st.ip_addresses(v=4).map(str)
_ADDRESS6 = st.ip_addresses(v=6)
#: dnspython loads its record types at the first message, which takes a while on a busy machine
patient = settings(deadline=None)


@patient
@given(name=_NAME, rdtype=st.sampled_from(["A", "AAAA", "NS", "CNAME", "TXT", "HTTPS"]))
def test_a_question_reads_as_dnspythons(name: str, rdtype: str) -> None:
    asked = dns_message.question(name, rdtype)
    read = dns.message.from_wire(asked.message())
    assert read.question == dns.message.make_query(name, rdtype).question
    assert read.flags == dns.flags.RD
    assert (read.edns, read.payload) == (0, 1232)


def test_names_beyond_ascii_and_the_root() -> None:
    assert b"\x0exn--mnchen-3ya" in dns_message.question("münchen.example.", "A").wire
    assert dns_message.question(".", "NS").wire == b"\0\0\2\0\1"


@pytest.mark.parametrize(
    "name", ["", "a..b", "x" * 64 + ".de", ".".join(["abcdefgh"] * 30), "\ud800"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no domain name"):
        dns_message.question(name, "A")


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown type"):
        dns_message.question("a.example", "XYZZY")


@patient
@given(
    name=_NAME,
    target=_NAME,
    four=st.lists(_ADDRESS4, max_size=4),
    six=st.lists(_ADDRESS6, max_size=4),
    ttl=st.integers(0, 2**31 - 1),
    rcode=st.sampled_from([0, 2, 3, 5, 16, 23]),
)
def test_an_answer_reads_as_dnspythons(
    name: str, target: str, four: list[str], six: list[IPv6Address], ttl: int, rcode: int
) -> None:
    query = dns.message.make_query(name, "A", use_edns=0)
    made = dns.message.make_response(query, recursion_available=True)
    made.set_rcode(dns.rcode.Rcode(rcode))
    for owner, kind, texts in (
        (f"{name}.", "CNAME", [f"{target}."]),
        (f"{target}.", "A", four),
        (f"{target}.", "AAAA", [str(address) for address in six]),
    ):
        if texts:
            made.answer.append(dns.rrset.from_text(owner, ttl, "IN", kind, *texts))
    read = dns_message.read(made.to_wire())
    assert read.is_response
    assert read.recursion_available
    assert not read.truncated
    assert read.rcode == dns.rcode.to_text(made.rcode())
    assert read.asked == dns_message.question(name, "A").asked
    assert read.texts(dns_message.CNAME) == (f"{target}.",)
    assert set(read.texts(dns_message.A)) == set(four)
    assert {IPv6Address(text) for text in read.texts(dns_message.AAAA)} == set(six)
    assert {record.ttl_s for record in read.answers} == {ttl}


@patient
@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused_or_read(data: bytes) -> None:
    try:
        read = dns_message.read(data)
    except ValueError:
        return
    assert len(read.answers) <= len(data)


@patient
@given(cut=st.integers(0, 60))
def test_a_cut_answer_is_refused_unless_it_says_so(cut: int) -> None:
    made = dns.message.make_response(dns.message.make_query("www.a.example", "A"))
    made.answer.append(
        dns.rrset.from_text("www.a.example.", 60, "IN", "A", "192.0.2.1", "192.0.2.2")
    )
    whole = made.to_wire()
    data = whole[: max(12, len(whole) - 1 - cut)]
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        dns_message.read(data)
    marked = data[:2] + bytes([data[2] | 0x02]) + data[3:]
    assert dns_message.read(marked).truncated


def test_a_pointer_that_goes_round_is_refused() -> None:
    head = b"\0\1\x81\x80\0\1\0\0\0\0\0\0"
    for loop in (b"\xc0\x0c", b"\1a\xc0\x0c", b"\xc0\x20"):
        with pytest.raises(ValueError, match="backwards"):
            dns_message.read(head + loop + b"\0\1\0\1")


@patient
@given(st.binary(min_size=1, max_size=63))
def test_odd_labels_are_escaped_as_dnspython_does(label: bytes) -> None:
    wire = bytes([len(label)]) + label + b"\0"
    head = b"\0\1\x81\x80\0\0\0\1\0\0\0\0"
    data = head + b"\0" + b"\0\5\0\1\0\0\0\1" + len(wire).to_bytes(2, "big") + wire
    theirs = dns.message.from_wire(data).answer[0].to_text().rpartition(" ")[2]
    assert dns_message.read(data).texts(dns_message.CNAME) == (theirs,)
