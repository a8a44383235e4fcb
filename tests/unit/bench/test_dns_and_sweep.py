"""What dig, nmap and ping print, the homes of the sweep, and the table of spreads."""

from __future__ import annotations

import socket
import struct

import pytest

from bench import dig, sleepers6
from bench.dns import of_a_check
from bench.harness import BenchError, Outcome, Pair
from bench.spreads import Kind, spread_table, usual_kinds
from bench.sweep_homes import HOMES, addresses4, addresses6, chosen, missed
from bench.trace import by_hop

_DIG = """\
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 11
;; Query time: 19102 usec
;; SERVER: 192.0.2.53#53(192.0.2.53) (UDP)

;; communications error to 192.0.2.53#53: timed out
;; no servers could be reached
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 12
;; Query time: 4 msec
"""

_MTR6 = """\
Start: 2026-01-02T03:04:05+0000
HOST: desktop                     Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 2001:db8:1::1              0.0%     3    0.3   0.4   0.3   0.5   0.1
  2.|-- ???                       100.0     3    0.0   0.0   0.0   0.0   0.0
 10.|-- 2001:db8::7                0.0%     3   11.3  11.4  11.3  11.6   0.2
"""

_NMAP6 = """\
Starting Nmap 7.93 ( https://nmap.org ) at 2026-01-02 03:04 UTC
| targets-ipv6-multicast-echo:
|   IP: fe80::ff:fe00:d2  MAC: 0200000000d2  IFACE: eth0
Nmap scan report for 2001:DB8::1
MAC Address: 16:FD:74:D0:E7:8A (Unknown)
"""

_PING6 = """\
PING ff02::1%eth0(ff02::1%eth0) 56 data bytes
64 bytes from fe80::ff:fe00:d2%eth0: icmp_seq=1 ttl=64 time=0.389 ms
"""


def test_dig_tells_times_and_silence() -> None:
    assert dig.told(_DIG) == dig.DigTold((19.102, 4.0), 1)
    assert dig.told("") == dig.DigTold((), 0)


def test_dig_is_asked_one_question_a_line() -> None:
    assert dig.questions([("192.0.2.1", "a.example"), ("2001:db8::1", "b.example")]) == (
        "a.example A @192.0.2.1\nb.example A @2001:db8::1\n"
    )


def test_a_checks_questions_are_new_each_time() -> None:
    first, second = of_a_check("192.0.2.1"), of_a_check("192.0.2.1", 16)
    assert (len(first), len(second)) == (14, 30)
    assert len({name for _, name in first} & {name for _, name in second}) == 2
    assert {server for server, _ in first} == {"192.0.2.1"}


def test_hops_by_ipv6_are_read() -> None:
    assert by_hop(_MTR6) == ["2001:db8:1::1", "-", "2001:db8::7"]


def test_addresses_are_taken_from_reports() -> None:
    assert addresses6(_NMAP6) == {"fe80::ff:fe00:d2", "2001:db8::1"}
    assert addresses6(_PING6) == {"ff02::1", "fe80::ff:fe00:d2"}
    assert addresses4("192.0.2.7\t02:00:00:00:00:d2\n") == {"192.0.2.7"}


def test_who_has_two_addresses_is_found_by_one() -> None:
    there = [frozenset({"fe80::1", "2001:db8::1"}), frozenset({"fe80::2"})]
    assert missed(there, frozenset({"2001:db8::1", "fe80::9"})) == 1
    assert missed(there, frozenset()) == 2


def test_homes_are_chosen_by_a_part_of_their_title() -> None:
    assert chosen("") == list(HOMES)
    assert all(home.ipv6 for home in chosen("ipv6"))
    with pytest.raises(BenchError, match="'moon'"):
        chosen("moon")


def test_each_side_is_shown_with_its_spread() -> None:
    pairs = [Pair(Outcome(n, 0.1, 10, error=-1), Outcome(4 * n, 1, 100, error=2)) for n in (1, 2)]
    kinds = (*usual_kinds("hosts missed"), Kind("bytes", "B", lambda o: o.moved_bytes))
    text = spread_table("Home", pairs, kinds, "peer")
    assert "| time, s | 1 / 1.5 / 2 | 4 / 6 / 8 | 4 / 4 / 4 |" in text
    assert "| hosts missed | 1 / 1 / 1 | 2 / 2 / 2 | - |" in text
    assert "| bytes, B | - | - | - |" in text


def _frame(kind: int, target: str, rest: bytes) -> bytes:
    asker = socket.inet_pton(socket.AF_INET6, "fe80::a")
    to = (b"\x33\x33\0\0\0\x01", socket.inet_pton(socket.AF_INET6, target))
    return sleepers6.packed(b"\2\0\0\0\0\x0a", asker, to, bytes([kind, 0, 0, 0]) + rest)


def _sound(frame: bytes) -> bool:
    """Its checksum is right: with it the sum is all ones (RFC 1071)."""
    data = frame[22:54] + struct.pack("!II", len(frame) - 54, 58) + frame[54:]
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total == 0xFFFF


def test_a_sleeper_answers_a_group_late_and_from_its_own_address() -> None:
    asked = _frame(128, "ff02::1", b"\x12\x34\0\x05" + b"cookie")
    ((delay_s, answer),) = sleepers6.replies(asked, {210: 0.35})
    assert delay_s == 0.35
    assert answer[:12] == b"\2\0\0\0\0\x0a" + sleepers6.hardware(210)
    assert socket.inet_ntop(socket.AF_INET6, answer[22:38]) == sleepers6.address(210)
    assert answer[54:55] + answer[58:] == b"\x81\x12\x34\0\x05cookie"
    assert _sound(asked)
    assert _sound(answer)


def test_a_sleeper_says_at_once_whose_its_address_is() -> None:
    own = socket.inet_pton(socket.AF_INET6, sleepers6.address(211))
    asked = _frame(135, "ff02::1:ff00:d3", bytes(4) + own)
    ((delay_s, answer),) = sleepers6.replies(asked, {210: 0.35, 211: 0.6})
    assert (delay_s, answer[54]) == (0.0, 136)
    assert answer[62:] == own + b"\2\1" + sleepers6.hardware(211)
    assert _sound(answer)


@pytest.mark.parametrize("frame", [b"", bytes(80), _frame(128, "fe80::b", bytes(8))])
def test_a_sleeper_does_not_answer_what_is_not_for_it(frame: bytes) -> None:
    assert sleepers6.replies(frame, {210: 0.35}) == []
